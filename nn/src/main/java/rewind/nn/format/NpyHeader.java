package rewind.nn.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;

/**
 * What stands before the numbers of an npy file: a magic text, a version, a length, and a dictionary in Python's notation.
 *
 * @param columnMajor whether the first index runs fastest, Fortran's order
 */
record NpyHeader(ElementType type, ByteOrder order, boolean columnMajor, Shape shape) {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    /** Longer ones describe records, which are no tensors. */
    private static final int LONGEST = 65535;

    private static final int ALIGNMENT = 64;
    private static final Map<String, ElementType> TYPES = Map.ofEntries(
            Map.entry("f8", ElementType.F64),
            Map.entry("f4", ElementType.F32),
            Map.entry("f2", ElementType.F16),
            Map.entry("i8", ElementType.I64),
            Map.entry("u8", ElementType.U64),
            Map.entry("i4", ElementType.I32),
            Map.entry("u4", ElementType.U32),
            Map.entry("i2", ElementType.I16),
            Map.entry("u2", ElementType.U16),
            Map.entry("i1", ElementType.I8),
            Map.entry("u1", ElementType.U8),
            Map.entry("b1", ElementType.BOOL));

    // ---- reading ----

    static NpyHeader read(Input in) throws IOException {
        in.check(in.left() >= MAGIC.length + 2, "must begin with \\x93NUMPY and a version, has %s bytes", in.left());
        ByteBuffer start = in.bytes(MAGIC.length + 2);
        boolean magic = Arrays.equals(Arrays.copyOf(start.array(), MAGIC.length), MAGIC);
        in.check(magic, "must begin with \\x93NUMPY");
        int major = Byte.toUnsignedInt(start.get(MAGIC.length));
        int minor = Byte.toUnsignedInt(start.get(MAGIC.length + 1));
        in.check(
                major >= 1 && major <= 3 && minor == 0, "the version must be 1.0, 2.0 or 3.0, got %s.%s", major, minor);
        ByteBuffer text = text(in, major == 1 ? Short.BYTES : Integer.BYTES);
        try {
            Charset charset = major == 3 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1;
            return of(
                    in,
                    new PythonDictionary(in, charset.newDecoder().decode(text).toString()).read());
        } catch (CharacterCodingException e) {
            throw in.failure(e, "header: must be UTF-8, is not at byte %s", text.position());
        }
    }

    private static ByteBuffer text(Input in, int lengthBytes) throws IOException {
        in.check(in.left() >= lengthBytes, "header: its length must have %s bytes, has %s", lengthBytes, in.left());
        ByteBuffer bytes = in.bytes(lengthBytes).order(ByteOrder.LITTLE_ENDIAN);
        long length = lengthBytes == Short.BYTES
                ? Short.toUnsignedLong(bytes.getShort())
                : Integer.toUnsignedLong(bytes.getInt());
        in.check(length <= LONGEST, "header: its length must be at most %s, got %s", LONGEST, length);
        in.check(length <= in.left(), "header: its length is %s, but only %s bytes follow", length, in.left());
        return in.bytes((int) length);
    }

    private static NpyHeader of(Input in, Map<String, Object> fields) throws FormatException {
        in.check(
                fields.size() == 3
                        && fields.get("descr") instanceof String
                        && fields.get("fortran_order") instanceof Boolean
                        && fields.get("shape") instanceof long[],
                "header: must have descr (a string), fortran_order (True or False) and shape (a tuple), got %s",
                described(fields));
        String descr = (String) fields.get("descr");
        ElementType type = descr.isEmpty() ? null : TYPES.get(descr.substring(1));
        in.check(
                type != null && (type.width() == 1 ? "<>|" : "<>").indexOf(descr.charAt(0)) >= 0,
                "header: descr must be < or > and one of f8, f4, f2, i8, u8, i4, u4, i2, u2, or |i1, |u1, |b1, got %s",
                FormatException.quoted(descr));
        long[] sizes = (long[]) fields.get("shape");
        return new NpyHeader(
                type,
                descr.charAt(0) == '>' ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN,
                (Boolean) fields.get("fortran_order"),
                Elements.shape(in, "header", sizes));
    }

    /** Checks that what is left of the file are the elements, no more and no less. */
    void checkLength(Input in) throws FormatException {
        long needed = (long) shape.size() * type.width();
        in.check(in.left() == needed, "shape and descr need %s bytes of data, got %s", needed, in.left());
    }

    private static String described(Map<String, Object> fields) {
        return fields.entrySet().stream()
                .map(each ->
                        FormatException.quoted(each.getKey()) + " (" + PythonDictionary.typeName(each.getValue()) + ")")
                .limit(5)
                .collect(Collectors.joining(", ", "{", "}"));
    }

    // ---- writing ----

    /** Returns magic text, version 1.0, length and dictionary for a tensor in C order, padded as NumPy pads them. */
    static byte[] bytes(Tensor tensor) {
        Shape shape = tensor.shape();
        Elements.checkAxes("npy", tensor);
        String dictionary = String.format(
                Locale.ROOT,
                "{'descr': '%s', 'fortran_order': False, 'shape': %s, }",
                tensor.dtype() == DType.FLOAT64 ? "<f8" : "<f4",
                tuple(shape));
        int unpadded = MAGIC.length + 2 + Short.BYTES + dictionary.length() + 1;
        int total = (unpadded + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        String padded = dictionary + " ".repeat(total - unpadded) + "\n";
        return ByteBuffer.allocate(total)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(MAGIC)
                .put((byte) 1)
                .put((byte) 0)
                .putShort((short) padded.length())
                .put(padded.getBytes(StandardCharsets.ISO_8859_1))
                .array();
    }

    private static String tuple(Shape shape) {
        String sizes = IntStream.of(shape.toArray()).mapToObj(String::valueOf).collect(Collectors.joining(", "));
        return "(" + sizes + (shape.rank() == 1 ? "," : "") + ")";
    }
}
