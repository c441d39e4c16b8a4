/** The weights of recurrent layers as PyTorch, Keras and ONNX arrange them. May use {@code layer} and {@code recurrent}. */
package rewind.nn.exchange;
