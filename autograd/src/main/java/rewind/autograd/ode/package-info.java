/** Differential equations: values of their solutions are tensors like others, with derivatives of any order. */
package rewind.autograd.ode;
