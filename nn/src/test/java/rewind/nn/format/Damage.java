package rewind.nn.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;

/** Damaged files: whatever is done to them, reading gives a result or a {@link FormatException}, never anything else. */
final class Damage {
    private final byte[] file;
    private final Reading reading;
    private int refused;

    Damage(byte[] file, Reading reading) {
        this.file = file;
        this.reading = reading;
    }

    /** Reads damaged bytes and returns something. */
    interface Reading {
        Object read(byte[] bytes) throws IOException;
    }

    /** Every byte becomes each of these values, and itself with its last bit turned. */
    void everyByte(int... values) {
        for (int i = 0; i < file.length; i++) {
            changed(i, (byte) (file[i] ^ 1));
            for (int value : values) {
                changed(i, (byte) value);
            }
        }
        assertThat(refused).isPositive();
    }

    /** A file that ends too early, anywhere, is refused. */
    void everyLength() {
        for (int length = 0; length < file.length; length++) {
            refuses("the first " + length, Arrays.copyOf(file, length));
        }
    }

    void oneByteMore() {
        refuses("one more", Arrays.copyOf(file, file.length + 1));
    }

    /** Random bytes, alone and behind the file's first ones. */
    void random(int times) {
        Random random = new Random(1);
        for (int i = 0; i < times; i++) {
            byte[] bytes = new byte[random.nextInt(200)];
            random.nextBytes(bytes);
            survives("random " + i, bytes);
            System.arraycopy(file, 0, bytes, 0, Math.min(random.nextInt(file.length), bytes.length));
            survives("partly random " + i, bytes);
        }
    }

    private void changed(int position, byte value) {
        byte[] bytes = file.clone();
        bytes[position] = value;
        survives("byte " + position + " = " + value, bytes);
    }

    private void refuses(String what, byte[] bytes) {
        int before = refused;
        survives(what, bytes);
        assertThat(refused).as(what).isEqualTo(before + 1);
    }

    private void survives(String what, byte[] bytes) {
        try {
            Objects.requireNonNull(reading.read(bytes));
        } catch (FormatException e) {
            refused++;
            if (!e.getMessage().contains(": ") || e.getMessage().length() > 600) {
                throw new AssertionError(what, e);
            }
        } catch (Exception | OutOfMemoryError e) {
            throw new AssertionError(what, e);
        }
    }
}
