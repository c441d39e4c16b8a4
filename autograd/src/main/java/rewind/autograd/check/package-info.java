/** Checking derivatives: reverse mode against central differences or against a derivation. */
package rewind.autograd.check;
