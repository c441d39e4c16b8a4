/** Writes recordings and models as graphs of ONNX. */
package rewind.onnx.write;
