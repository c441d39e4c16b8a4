package rewind.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;

/** A file in ONNX Runtime. */
final class Runtime implements AutoCloseable {
    private static final OrtEnvironment ENVIRONMENT = OrtEnvironment.getEnvironment();

    private final OrtSession session;

    Runtime(byte... bytes) throws OrtException {
        OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        options.setIntraOpNumThreads(1);
        options.setInterOpNumThreads(1);
        session = ENVIRONMENT.createSession(bytes, options);
    }

    Map<String, Tensor> run(Map<String, Tensor> inputs) throws OrtException {
        Map<String, OnnxTensor> given = new HashMap<>();
        for (Map.Entry<String, Tensor> each : inputs.entrySet()) {
            if (session.getInputInfo().containsKey(each.getKey())) { // one that is not used is left out
                given.put(each.getKey(), tensor(each.getKey(), each.getValue()));
            }
        }
        try (OrtSession.Result results = session.run(given)) {
            Map<String, Tensor> byName = new LinkedHashMap<>();
            results.forEach(entry -> byName.put(entry.getKey(), tensor((OnnxTensor) entry.getValue())));
            return byName;
        } finally {
            given.values().forEach(OnnxTensor::close);
        }
    }

    private OnnxTensor tensor(String name, Tensor x) throws OrtException {
        long[] sizes = Arrays.stream(x.shape().toArray()).asLongStream().toArray();
        OnnxJavaType type = ((TensorInfo) session.getInputInfo().get(name).getInfo()).type;
        double[] values = x.toArray();
        return switch (type) {
            case FLOAT -> OnnxTensor.createTensor(ENVIRONMENT, FloatBuffer.wrap(x.toFloatArray()), sizes);
            case DOUBLE -> OnnxTensor.createTensor(ENVIRONMENT, DoubleBuffer.wrap(values), sizes);
            case INT64 ->
                OnnxTensor.createTensor(
                        ENVIRONMENT,
                        LongBuffer.wrap(
                                Arrays.stream(values).mapToLong(v -> (long) v).toArray()),
                        sizes);
            case INT32 ->
                OnnxTensor.createTensor(
                        ENVIRONMENT,
                        IntBuffer.wrap(
                                Arrays.stream(values).mapToInt(v -> (int) v).toArray()),
                        sizes);
            default -> throw new IllegalArgumentException("inputs of type " + type);
        };
    }

    private static Tensor tensor(OnnxTensor x) {
        Shape shape = Shape.of(Arrays.stream(x.getInfo().getShape())
                .mapToInt(size -> (int) size)
                .toArray());
        if (x.getInfo().type == OnnxJavaType.DOUBLE) {
            double[] values = new double[shape.size()];
            x.getDoubleBuffer().get(values);
            return Tensor.of(shape, values);
        }
        float[] values = new float[shape.size()];
        x.getFloatBuffer().get(values);
        return Tensor.of(shape, values);
    }

    @Override
    public void close() throws OrtException {
        session.close();
    }
}
