package rewind.benchmarks.systems;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A system in a JVM of its own, where a {@link LearnerServer} lets it work when it is its turn and no longer. */
final class RemoteLearner implements Learner {
    private static final int SECONDS_TO_END = 10;

    private final String name;
    private final Process jvm;
    private final DataOutputStream requests;
    private final DataInputStream replies;

    private RemoteLearner(String name, Process jvm) {
        this.name = name;
        this.jvm = jvm;
        requests = new DataOutputStream(jvm.getOutputStream());
        replies = new DataInputStream(new BufferedInputStream(jvm.getInputStream()));
    }

    /**
     * Starts the JVM.
     *
     * @param command must end in a call of the server with its standard input and output
     * @throws IllegalStateException if it does not start
     */
    static RemoteLearner start(String name, ProcessBuilder command) {
        try {
            return new RemoteLearner(
                    name, command.redirectError(ProcessBuilder.Redirect.INHERIT).start());
        } catch (IOException e) {
            throw new IllegalStateException(name + ": its JVM could not be started", e);
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void step() {
        steps(1);
    }

    @Override
    public void steps(int count) {
        ask(count, () -> {
            int done = replies.readInt();
            if (done != count) {
                throw new IllegalStateException(
                        name + ": its JVM must answer that " + count + " steps are done, got " + done);
            }
            return done;
        });
    }

    @Override
    public Outcome outcome() {
        return ask(LearnerServer.OUTCOME, () -> {
            double[] outputs = values();
            Map<String, double[]> gradients = new LinkedHashMap<>();
            for (int left = replies.readInt(); left > 0; left--) {
                gradients.put(replies.readUTF(), values());
            }
            return new Outcome(outputs, gradients);
        });
    }

    private double[] values() throws IOException {
        double[] values = new double[replies.readInt()];
        for (int i = 0; i < values.length; i++) {
            values[i] = replies.readDouble();
        }
        return values;
    }

    /** What the JVM answers. */
    private interface Reply<T> {
        T read() throws IOException;
    }

    private <T> T ask(int request, Reply<T> reply) {
        try {
            requests.writeInt(request);
            requests.flush();
            return reply.read();
        } catch (IOException e) {
            throw new IllegalStateException(name + ": its JVM ended with status " + end() + "; see above", e);
        }
    }

    @Override
    public long processorTimeElsewhere() {
        return jvm.info().totalCpuDuration().map(Duration::toNanos).orElse(0L);
    }

    @Override
    public void close() {
        try {
            requests.writeInt(LearnerServer.END);
            requests.flush();
        } catch (IOException e) {
            // it has ended already
        }
        end();
    }

    /** Waits until the JVM has ended, by force if need be; returns its exit status. */
    private int end() {
        try {
            if (!jvm.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
                jvm.destroyForcibly();
            }
            return jvm.waitFor();
        } catch (InterruptedException e) {
            jvm.destroyForcibly();
            throw new IllegalStateException(name + ": interrupted", e);
        }
    }
}
