/**
 * The weights of layers and of whole models as PyTorch, Keras and ONNX arrange them. May use the root, {@code attention}, {@code convolution},
 * {@code feedforward}, {@code format}, {@code layer} and {@code recurrent}.
 */
package rewind.nn.exchange;
