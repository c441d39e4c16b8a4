/**
 * The twelve evals of <a href="https://github.com/gradbench/gradbench">GradBench</a>, each written as a user of this library would, and the
 * program that answers its messages.
 */
package rewind.benchmarks.gradbench;
