/** Factorizations of single matrices, which are arrays of numbers row by row. */
package rewind.autograd.matrix;
