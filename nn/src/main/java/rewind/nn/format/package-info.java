/** Files of tensors: safetensors, and NumPy's npy and npz. May use {@code rewind.autograd} alone. */
package rewind.nn.format;
