/** Tensors and reverse-mode automatic differentiation. */
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"}) // commons-math3 has no descriptor
module rewind.autograd {
    requires static jdk.incubator.vector;
    requires transitive commons.math3;
    requires static java.desktop; // of pictures as PNG alone
    requires static net.jqwik.api; // not transitive: modules without it would not compile

    exports rewind.autograd;
    exports rewind.autograd.commons;
    exports rewind.autograd.check;
    exports rewind.autograd.check.jqwik;
    exports rewind.autograd.ode;
    exports rewind.autograd.picture;
    exports rewind.autograd.program;
    exports rewind.autograd.replay;
    exports rewind.autograd.require to
            rewind.nn,
            rewind.onnx;
}
