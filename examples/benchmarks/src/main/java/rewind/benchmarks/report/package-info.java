/** What is told of it: tables, pictures and files. May use {@code measure} and {@code systems}. */
package rewind.benchmarks.report;
