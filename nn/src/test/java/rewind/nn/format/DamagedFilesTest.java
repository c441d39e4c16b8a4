package rewind.nn.format;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import rewind.autograd.Tensor;

/** No damage to a file is worse than a clear error; see {@link Damage}. */
class DamagedFilesTest {
    private static final Map<String, Tensor> TENSORS = new LinkedHashMap<>();

    static {
        TENSORS.put("lstm/Uf", Tensor.of(new double[][] {{1, 2}, {3, 4}}));
        TENSORS.put("b", Tensor.of(new float[] {0.5f}));
    }

    private static final byte[] SAFETENSORS =
            Safetensors.of(TENSORS, Map.of("kind", "é")).toBytes();
    private static final byte[] NPY = Npy.toBytes(TENSORS.get("lstm/Uf"));

    @TempDir
    Path directory;

    @Test
    void safetensors() {
        Damage damage = new Damage(SAFETENSORS, Safetensors::read);
        damage.everyByte(0, 1, ' ', '"', '\'', ',', '-', '0', '9', '[', ']', '{', '}', ')', 'A', 0x7f, 0x80, 0xff);
        damage.everyLength();
        damage.oneByteMore();
        damage.random(2_000);
    }

    @Test
    void npy() {
        Damage damage = new Damage(NPY, Npy::read);
        damage.everyByte(0, 1, ' ', '"', '\'', ',', '-', '0', '9', '[', ']', '{', '}', ')', 'A', 0x7f, 0x80, 0xff);
        damage.everyLength();
        damage.oneByteMore();
        damage.random(2_000);
    }

    @Test
    void npzStored() throws IOException {
        Path path = directory.resolve("stored.npz");
        Npz.write(path, TENSORS);
        damage(path);
    }

    @Test
    void npzCompressed() throws IOException {
        Path path = directory.resolve("compressed.npz");
        Npz.writeCompressed(path, TENSORS);
        damage(path);
    }

    private void damage(Path path) throws IOException {
        Damage damage = new Damage(Files.readAllBytes(path), bytes -> Npz.read(Files.write(path, bytes)));
        damage.everyByte(0, 0xff);
        damage.everyLength();
        damage.random(200);
    }
}
