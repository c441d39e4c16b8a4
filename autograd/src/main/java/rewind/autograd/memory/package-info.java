/**
 * Memory that is used again: what closed tapes gave back, what a sweep computes with, and sums in place. All of it is there to be
 * fast; a sweep in plain memory gives the same.
 */
package rewind.autograd.memory;
