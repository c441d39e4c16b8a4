/** Pictures of recorded computations: boxes and arrows, laid out and written without native tools. */
package rewind.autograd.picture;
