/** Numbers as text, nested arrays, and lines of the calling program. Uses nothing of tensors but their elements and sizes. */
package rewind.autograd.text;
