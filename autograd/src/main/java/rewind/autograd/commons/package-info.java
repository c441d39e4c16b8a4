/** Functions of tensors for the optimizers and solvers of Apache Commons Math, driven by {@link rewind.autograd.Grad}. */
package rewind.autograd.commons;
