/** The threads that large loops are divided among. */
package rewind.autograd.threads;
