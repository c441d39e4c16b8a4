/** The messages of ONNX files, as far as they are needed, and how they are read and written. */
package rewind.onnx.proto;
