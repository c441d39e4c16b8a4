/**
 * Generators for jqwik: shapes, tensors, matrices, sequences, and random programs of tensor operations. For this package alone
 * {@code net.jqwik:jqwik} must be on the class path or module path; nothing else needs it.
 */
package rewind.autograd.check.jqwik;
