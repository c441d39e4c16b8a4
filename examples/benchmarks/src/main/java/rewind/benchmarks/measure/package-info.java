/** How it is measured: what is selected, JVMs of their own, turns, and rows of results. May use {@code systems}. */
package rewind.benchmarks.measure;
