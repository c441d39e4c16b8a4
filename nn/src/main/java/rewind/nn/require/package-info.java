/** The checks of arguments that all packages of this module share, with one form of message. Uses nothing. */
package rewind.nn.require;
