/** The operators of ONNX in the operations of tensors, and the graphs that apply them. */
package rewind.onnx.operator;
