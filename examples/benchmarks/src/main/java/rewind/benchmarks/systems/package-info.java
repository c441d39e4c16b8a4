/** What is measured: the systems, the problems they compute, and the operations that are timed alone. */
package rewind.benchmarks.systems;
