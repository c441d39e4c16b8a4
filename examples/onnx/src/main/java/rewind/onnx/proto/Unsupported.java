package rewind.onnx.proto;

import java.io.IOException;

/** Says that a file holds what is no error in ONNX, but cannot be taken here. */
public final class Unsupported extends IOException {
    private static final long serialVersionUID = 1;

    /** Makes one. */
    public Unsupported(String message) {
        super(message);
    }
}
