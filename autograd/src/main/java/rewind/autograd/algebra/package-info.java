/** Expressions of tensors as mathematics writes them: how they are made, simplified, taken
 * apart, and how a language writes them. They know nothing of recordings. */
package rewind.autograd.algebra;
