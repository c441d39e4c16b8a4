package rewind.spark;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;
import rewind.autograd.require.Check;

/**
 * The rows of a frame in shards, each a partition of its own. Which rows are in a shard depends on their numbers and the seed alone: they are
 * sorted by a hash, and every so many make a shard. The shards stay in the memory of executors as far as there is room, the rest on their
 * disks; those that are lost are computed again.
 */
final class ShardedFrame implements AutoCloseable {
    private static final int MOST_SHARDS = 100_000;

    private final JavaRDD<List<RowNumbers>> shards;
    private final int[] sizes;
    private final int whole;

    /**
     * Cuts a frame.
     *
     * @param rows of a shard
     */
    static ShardedFrame of(Dataset<Row> frame, Columns columns, int rows, long seed) {
        JavaRDD<RowOrder> sorted = Failures.told(() -> {
            JavaRDD<RowOrder> all =
                    columns.of(frame).javaRDD().map(columns::numbers).map(row -> new RowOrder(row.hash(seed), row));
            return all.sortBy(row -> row, true, Math.max(1, all.getNumPartitions()));
        });
        long count = Failures.told(sorted::count);
        Check.that(count > 0, "training: there must be at least one row; the frame is empty");
        long number = (count + rows - 1) / rows;
        Check.that(
                number <= MOST_SHARDS,
                "training: there may be %s shards, got %s rows in shards of %s; a larger batch size or fewer shards a batch makes larger"
                        + " ones",
                MOST_SHARDS,
                count,
                rows);
        int[] sizes = new int[(int) number];
        Arrays.fill(sizes, rows);
        sizes[sizes.length - 1] = (int) (count - (number - 1) * rows);
        JavaPairRDD<Long, RowNumbers> placed = Failures.told(sorted::zipWithIndex)
                .mapToPair(each -> new scala.Tuple2<>(each._2(), each._1().row()))
                .repartitionAndSortWithinPartitions(new ShardPartitioner(sizes.length, rows));
        JavaRDD<List<RowNumbers>> shards = placed.mapPartitions(ShardedFrame::whole);
        return new ShardedFrame(shards.persist(StorageLevel.MEMORY_AND_DISK()), sizes, rows);
    }

    private ShardedFrame(JavaRDD<List<RowNumbers>> shards, int[] sizes, int whole) {
        this.shards = shards;
        this.sizes = sizes;
        this.whole = whole;
    }

    private static Iterator<List<RowNumbers>> whole(Iterator<scala.Tuple2<Long, RowNumbers>> rows) {
        List<RowNumbers> all = new ArrayList<>();
        rows.forEachRemaining(each -> all.add(each._2()));
        return List.of(all).iterator();
    }

    JavaRDD<List<RowNumbers>> shards() {
        return shards;
    }

    int[] sizes() {
        return sizes.clone();
    }

    /** How many rows a shard has, but for the last one. */
    int whole() {
        return whole;
    }

    /** Frees what executors hold. */
    @Override
    public void close() {
        shards.unpersist(false);
    }
}
