package rewind.nn.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.Random;

/** Damaged files: whatever is done to them, reading gives a result or a {@link FormatException}, never anything else. */
final class Damage {
    private static final byte[] VALUES = {0, 1, ' ', '"', ',', '0', '9', '{', '}', 'A', 0x7f, (byte) 0x80, (byte) 0xff};

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

    /** Every byte becomes every value of a list, and each of its own with one bit turned. */
    void everyByte() {
        for (int i = 0; i < file.length; i++) {
            for (byte value : VALUES) {
                changed(i, value);
            }
            for (int bit = 0; bit < 8; bit++) {
                changed(i, (byte) (file[i] ^ 1 << bit));
            }
        }
        assertThat(refused).isPositive();
    }

    /** Every byte becomes every other. */
    void everyByteEveryValue() {
        for (int i = 0; i < file.length; i++) {
            for (int value = 0; value < 256; value++) {
                changed(i, (byte) value);
            }
        }
        assertThat(refused).isPositive();
    }

    /** A file that ends anywhere is refused, and so is one with a byte more. */
    void everyLength() {
        for (int length = 0; length < file.length; length++) {
            refuses("the first " + length, Arrays.copyOf(file, length));
        }
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
            assertThat(reading.read(bytes)).as(what).isNotNull();
        } catch (FormatException e) {
            refused++;
            assertThat(e.getMessage()).as(what).contains(": ").hasSizeLessThan(600);
        } catch (Exception | OutOfMemoryError e) {
            throw new AssertionError(what, e);
        }
    }
}
