/** Files of tensors: safetensors, and NumPy's npy and npz. */
package rewind.nn.format;
