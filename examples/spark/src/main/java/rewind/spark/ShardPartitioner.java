package rewind.spark;

import org.apache.spark.Partitioner;

/** Rows by their places among all: so many to each shard, one after the other. */
final class ShardPartitioner extends Partitioner {
    private static final long serialVersionUID = 1;

    private final int shards;
    private final int rows;

    ShardPartitioner(int shards, int rows) {
        this.shards = shards;
        this.rows = rows;
    }

    @Override
    public int numPartitions() {
        return shards;
    }

    @Override
    public int getPartition(Object place) {
        return (int) ((Long) place / rows);
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof ShardPartitioner other && other.shards == shards && other.rows == rows;
    }

    @Override
    public int hashCode() {
        return 31 * shards + rows;
    }
}
