/** Tensors and reverse-mode automatic differentiation. */
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"}) // commons-math3 has no descriptor
module rewind.autograd {
    requires static jdk.incubator.vector;
    requires transitive commons.math3;
<<<<<<< HEAD
<<<<<<< HEAD
    requires static net.jqwik.api;
=======
    requires static net.jqwik.api; // not transitive: modules without it would not compile
>>>>>>> 19f1eb2a8d75b9c8522920d9d0c40698cfd7bb27
=======
    requires static net.jqwik.api;
>>>>>>> 2359ceedae6c83607c39ce47a615683ecf541dee

    exports rewind.autograd;
    exports rewind.autograd.check;
    exports rewind.autograd.check.jqwik;
}
