/** Expressions of tensors as mathematics writes them: how they are made, simplified and taken apart. They know nothing of recordings. */
package rewind.autograd.algebra;
