package rewind.onnx.proto;

import rewind.autograd.DType;

/**
 * The element types of ONNX that tensors here can hold. Whole numbers and truth values are held as FLOAT64, so that of whole numbers beyond
 * 2⁵³ only the leading digits count; half precision is held as FLOAT32.
 */
public enum ElementType {
    FLOAT(1, 4, 0),
    UINT8(2, 1, 8),
    INT8(3, 1, -8),
    UINT16(4, 2, 16),
    INT16(5, 2, -16),
    INT32(6, 4, -32),
    INT64(7, 8, -64),
    BOOL(9, 1, 0),
    FLOAT16(10, 2, 0),
    DOUBLE(11, 8, 0),
    UINT32(12, 4, 32),
    UINT64(13, 8, 64),
    BFLOAT16(16, 2, 0);

    private static final String[] OTHERS = {
        "UNDEFINED",
        "",
        "",
        "",
        "",
        "",
        "",
        "",
        "STRING",
        "",
        "",
        "",
        "",
        "",
        "COMPLEX64",
        "COMPLEX128",
        "",
        "FLOAT8E4M3FN",
        "FLOAT8E4M3FNUZ",
        "FLOAT8E5M2",
        "FLOAT8E5M2FNUZ",
        "UINT4",
        "INT4",
        "FLOAT4E2M1",
        "FLOAT8E8M0",
        "UINT2",
        "INT2"
    };

    private final int code;
    private final int bytes;
    private final int bits;

    ElementType(int code, int bytes, int bits) {
        this.code = code;
        this.bytes = bytes;
        this.bits = bits;
    }

    /** Returns the type of a number in files, or null. */
    public static ElementType of(long code) {
        for (ElementType type : values()) {
            if (type.code == code) {
                return type;
            }
        }
        return null;
    }

    /** Returns the type in which files hold tensors of an element type. */
    public static ElementType of(DType dtype) {
        return dtype == DType.FLOAT64 ? DOUBLE : FLOAT;
    }

    /** Returns what ONNX calls the type of a number in files, whether tensors here can hold it or not. */
    public static String name(long code) {
        ElementType type = of(code);
        return type != null ? type.name() : code >= 0 && code < OTHERS.length ? OTHERS[(int) code] : "number " + code;
    }

    /** Returns the number in files. */
    public int code() {
        return code;
    }

    /** Returns the bytes that an element has in files. */
    public int bytes() {
        return bytes;
    }

    /** Whether elements are numbers with a point. */
    public boolean isReal() {
        return this == FLOAT || this == DOUBLE || this == FLOAT16 || this == BFLOAT16;
    }

    /** Whether elements are whole numbers; truth values are none. */
    public boolean isWhole() {
        return bits != 0;
    }

    /** Returns the bits of a whole number. */
    public int bits() {
        return Math.abs(bits);
    }

    /** Whether whole numbers have a sign. */
    public boolean isSigned() {
        return bits < 0;
    }

    /** Returns the element type of tensors that hold such elements. */
    public DType dtype() {
        return isReal() && this != DOUBLE ? DType.FLOAT32 : DType.FLOAT64;
    }
}
