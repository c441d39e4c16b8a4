package rewind.nn.sequence;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.stream.IntStream;
import rewind.autograd.Tensor;

/** The most probable continuations of sequences, of which each has as many rows in a stream as its beam is wide. */
final class BeamSearch {
    private final Decoding decoding;
    private final List<int[]> starts;
    private final int width;
    /** Of every start, those that go on, in the order of its rows. */
    private final List<List<Hypothesis>> open = new ArrayList<>();
    /** Of every start, those that have ended. */
    private final List<List<Hypothesis>> closed = new ArrayList<>();

    /**
     * A prefix with one more token.
     *
     * @param row of the prefix among those of its start
     */
    private record Candidate(int row, int id, double logProbability) {
        /** The most probable first; of equally probable ones those whose prefix is, then those with the lower number. */
        static final Comparator<Candidate> ORDER = Comparator.comparingDouble(Candidate::logProbability)
                .reversed()
                .thenComparingInt(Candidate::row)
                .thenComparingInt(Candidate::id);
    }

    BeamSearch(Decoding decoding, List<int[]> starts, int width) {
        this.decoding = decoding;
        this.starts = starts;
        this.width = width;
        starts.forEach(start -> {
            open.add(List.of(Hypothesis.EMPTY));
            closed.add(new ArrayList<>());
        });
    }

    List<List<Decoded>> run(TokenStream stream) {
        int rows = starts.size() * width;
        for (int t = 0; open.stream().anyMatch(each -> !each.isEmpty()); t++) {
            int[] ids = new int[rows];
            boolean[] writes = new boolean[rows];
            for (int row = 0; row < rows; row++) {
                int[] start = starts.get(row / width);
                List<Hypothesis> beam = open.get(row / width);
                boolean used = row % width < beam.size();
                ids[row] = (used ? beam.get(row % width) : Hypothesis.EMPTY).tokenAt(t, start);
                writes[row] = used && t + 1 >= start.length;
            }
            Tensor logits = decoding.allowed(stream.step(ids));
            double[][] logs = Decoding.logProbabilities(logits, writes);
            int[] from = IntStream.range(0, rows).toArray();
            for (int i = 0; i < starts.size(); i++) {
                if (writes[i * width]) {
                    advance(i, logs, from);
                }
            }
            if (IntStream.range(0, rows).anyMatch(row -> from[row] != row)) {
                stream.select(from);
            }
        }
        return closed.stream()
                .map(each -> each.stream()
                        .map(decoding::decoded)
                        .sorted(Comparator.comparingDouble(Decoded::score).reversed())
                        .toList())
                .toList();
    }

    /** Does a step of one start, and tells which row of the stream each row goes on from. */
    private void advance(int start, double[][] logs, int... from) {
        List<Hypothesis> beam = open.get(start);
        List<Hypothesis> next = new ArrayList<>();
        for (Candidate each :
                best(beam, logs, start * width, width - closed.get(start).size())) {
            Hypothesis before = beam.get(each.row());
            Hypothesis longer = before.and(each.id(), logs[start * width + each.row()][each.id()]);
            if (decoding.isOpen(longer)) {
                from[start * width + next.size()] = start * width + each.row();
                next.add(longer);
            } else {
                closed.get(start).add(longer);
            }
        }
        open.set(start, next);
    }

    private static List<Candidate> best(List<Hypothesis> beam, double[][] logs, int firstRow, int count) {
        PriorityQueue<Candidate> worstFirst = new PriorityQueue<>(Candidate.ORDER.reversed());
        for (int row = 0; row < beam.size(); row++) {
            double before = beam.get(row).logProbability();
            double[] tokens = logs[firstRow + row];
            for (int id = 0; id < tokens.length; id++) {
                double all = before + tokens[id];
                boolean counts = all > Double.NEGATIVE_INFINITY;
                if (counts && worstFirst.size() < count) {
                    worstFirst.add(new Candidate(row, id, all));
                } else if (counts && all > worstFirst.peek().logProbability()) {
                    worstFirst.poll();
                    worstFirst.add(new Candidate(row, id, all));
                }
            }
        }
        return worstFirst.stream().sorted(Candidate.ORDER).toList();
    }

    /** Returns how many there are. */
    @Override
    public String toString() {
        return "Beam search of width " + width + " after " + starts.size() + " starts";
    }
}
