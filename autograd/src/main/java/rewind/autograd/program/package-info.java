/**
 * A computation as a value: a function of tensors, recorded once, that can be run again, differentiated, counted, and written down as
 * the mathematics that one would write by hand.
 */
package rewind.autograd.program;
