/** Special functions of one number, which the kernels apply to every element. */
package rewind.autograd.special;
