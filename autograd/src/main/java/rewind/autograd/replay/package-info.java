/** Functions that are done again without being recorded, once that is known to be safe. */
package rewind.autograd.replay;
