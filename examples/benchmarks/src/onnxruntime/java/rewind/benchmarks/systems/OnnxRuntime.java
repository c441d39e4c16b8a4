package rewind.benchmarks.systems;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.Model;
import rewind.onnx.Onnx;

/** ONNX Runtime on one thread, with a model in FLOAT32 that gives sequences and has been written for it. */
public final class OnnxRuntime implements AutoCloseable {
    private static final OrtEnvironment ENVIRONMENT = OrtEnvironment.getEnvironment();

    private final OrtSession session;
    private final Map<String, OnnxTensor> states = new HashMap<>();

    /** Writes the model and reads it; where it gets its states, they are zeros. */
    public OnnxRuntime(Model model, Sizes sizes, boolean states) throws IOException, OrtException {
        OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        options.setIntraOpNumThreads(1);
        options.setInterOpNumThreads(1);
        Path file = Files.createTempFile("rewind", ".onnx");
        try {
            Onnx.export(model).states(states).write(file);
            session = ENVIRONMENT.createSession(file.toString(), options);
        } finally {
            Files.delete(file);
        }
        for (String name : session.getInputNames()) {
            if (!name.equals("x")) {
                this.states.put(name, tensor(Shape.of(sizes.m(), sizes.u()), new float[sizes.m() * sizes.u()]));
            }
        }
    }

    /** Returns the outputs of all steps. */
    public Tensor predict(Tensor x) {
        Map<String, OnnxTensor> inputs = new HashMap<>(states);
        try (OnnxTensor input = tensor(x.shape(), x.toFloatArray())) {
            inputs.put("x", input);
            try (OrtSession.Result results = session.run(inputs)) {
                OnnxTensor y = (OnnxTensor) results.get("y").orElseThrow();
                long[] sizes = y.getInfo().getShape();
                return Tensor.of(
                        Shape.of(Arrays.stream(sizes)
                                .mapToInt(size -> (int) size)
                                .toArray()),
                        y.getFloatBuffer().array());
            }
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime cannot run it", e);
        }
    }

    private static OnnxTensor tensor(Shape shape, float... values) throws OrtException {
        long[] sizes = Arrays.stream(shape.toArray()).asLongStream().toArray();
        return OnnxTensor.createTensor(ENVIRONMENT, FloatBuffer.wrap(values), sizes);
    }

    @Override
    public void close() throws OrtException {
        states.values().forEach(OnnxTensor::close);
        session.close();
    }
}
