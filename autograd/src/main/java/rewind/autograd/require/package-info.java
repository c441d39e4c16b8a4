/** What all of the library requires of its callers: arguments, and that results are used. Not for users. */
package rewind.autograd.require;
