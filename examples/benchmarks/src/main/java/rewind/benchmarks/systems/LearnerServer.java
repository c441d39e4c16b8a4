package rewind.benchmarks.systems;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;

/**
 * Lets another JVM, in which a {@link RemoteLearner} is, say what a system does and when. A request is an int: a number of steps, which
 * is repeated when they are done; {@link #OUTCOME}, which is answered with an outcome; or {@link #END}.
 */
final class LearnerServer {
    static final int OUTCOME = 0;
    static final int END = -1;

    private LearnerServer() {}

    /**
     * Serves until it is told to end, and closes the system.
     *
     * @throws IOException if the other end disappears
     */
    static void serve(Learner system, InputStream requests, OutputStream replies) throws IOException {
        DataInputStream in = new DataInputStream(new BufferedInputStream(requests));
        DataOutputStream out = new DataOutputStream(new BufferedOutputStream(replies));
        try (system) {
            for (int request = in.readInt(); request != END; request = in.readInt()) {
                if (request == OUTCOME) {
                    write(system.outcome(), out);
                } else {
                    system.steps(request);
                    out.writeInt(request);
                }
                out.flush();
            }
        }
    }

    private static void write(Learner.Outcome outcome, DataOutputStream out) throws IOException {
        write(outcome.outputs(), out);
        out.writeInt(outcome.gradients().size());
        for (Map.Entry<String, double[]> gradient : outcome.gradients().entrySet()) {
            out.writeUTF(gradient.getKey());
            write(gradient.getValue(), out);
        }
    }

    private static void write(double[] values, DataOutputStream out) throws IOException {
        out.writeInt(values.length);
        for (double value : values) {
            out.writeDouble(value);
        }
    }
}
