/** Arrays seen as tensors, and the loops over them: no recording, no derivative, no decision about memory. */
package rewind.autograd.buffer;
