/** Models in the format of ONNX. */
@SuppressWarnings("requires-automatic") // protobuf-java has no descriptor
module rewind.onnx {
    requires transitive rewind.nn;
    requires com.google.protobuf;

    exports rewind.onnx;
}
