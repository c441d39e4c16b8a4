/** Programs to be run and read. */
package rewind.onnx.example;
