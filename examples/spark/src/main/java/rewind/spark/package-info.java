/** Training and prediction on Apache Spark: the same bits whatever the number of executors. */
package rewind.spark;
