package rewind.onnx.proto;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.util.Collection;
import java.util.function.DoubleConsumer;
import java.util.function.LongConsumer;

/** The fields of a message, one after another; those of lists of numbers may come packed or not. */
final class Fields {
    private static final int DEEPEST = 100;

    private final CodedInputStream in;
    private final int depth;
    private int tag;

    Fields(CodedInputStream in) {
        this(in, 0);
    }

    private Fields(CodedInputStream in, int depth) {
        this.in = in;
        this.depth = depth;
    }

    /** How a message is read. */
    interface Message<T> {
        T read(Fields fields) throws IOException;
    }

    /** Goes to the next field; returns its number, 0 at the end. */
    int next() throws IOException {
        tag = in.readTag();
        return WireFormat.getTagFieldNumber(tag);
    }

    void skip() throws IOException {
        in.skipField(tag);
    }

    private boolean is(int type) {
        return WireFormat.getTagWireType(tag) == type;
    }

    private void require(int type) throws IOException {
        if (!is(type)) {
            throw new IOException("field " + WireFormat.getTagFieldNumber(tag) + " must not have the wire type "
                    + WireFormat.getTagWireType(tag));
        }
    }

    /** Reads a message within. */
    <T> T message(Message<T> reader) throws IOException {
        require(WireFormat.WIRETYPE_LENGTH_DELIMITED);
        if (depth == DEEPEST) {
            throw new IOException("messages lie in each other more than " + DEEPEST + " deep");
        }
        int limit = in.pushLimit(in.readRawVarint32());
        T message = reader.read(new Fields(in, depth + 1));
        in.checkLastTagWas(0);
        in.popLimit(limit);
        return message;
    }

    long number() throws IOException {
        require(WireFormat.WIRETYPE_VARINT);
        return in.readInt64();
    }

    float real() throws IOException {
        require(WireFormat.WIRETYPE_FIXED32);
        return in.readFloat();
    }

    String text() throws IOException {
        require(WireFormat.WIRETYPE_LENGTH_DELIMITED);
        return in.readString();
    }

    byte[] bytes() throws IOException {
        require(WireFormat.WIRETYPE_LENGTH_DELIMITED);
        return in.readByteArray();
    }

    void numbers(LongConsumer to) throws IOException {
        elements(WireFormat.WIRETYPE_VARINT, () -> to.accept(in.readInt64()));
    }

    void numbers(Collection<Long> to) throws IOException {
        numbers((LongConsumer) to::add);
    }

    void floats(DoubleConsumer to) throws IOException {
        elements(WireFormat.WIRETYPE_FIXED32, () -> to.accept(in.readFloat()));
    }

    void doubles(DoubleConsumer to) throws IOException {
        elements(WireFormat.WIRETYPE_FIXED64, () -> to.accept(in.readDouble()));
    }

    private interface Element {
        void read() throws IOException;
    }

    private void elements(int type, Element element) throws IOException {
        if (is(type)) {
            element.read();
            return;
        }
        require(WireFormat.WIRETYPE_LENGTH_DELIMITED);
        int limit = in.pushLimit(in.readRawVarint32());
        while (in.getBytesUntilLimit() > 0) {
            element.read();
        }
        in.popLimit(limit);
    }
}
