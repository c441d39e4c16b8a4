/** The gallery: small programs of research, each of which proves its numbers and draws a picture. */
package rewind.examples.research;
