/** Models in the format of ONNX. {@link rewind.onnx.Onnx} is where to begin. */
package rewind.onnx;
