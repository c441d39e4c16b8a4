package rewind.onnx.write;

import rewind.autograd.require.Check;

/**
 * A size as it depends on the number of samples: factor · samples + rest.
 *
 * @param factor 0 if it does not
 * @param rest what is there without samples
 */
record Size(long factor, long rest) {
    /**
     * Returns the size that is some numbers for some numbers of samples.
     *
     * @throws IllegalArgumentException if there is none of this form
     */
    static Size of(int[] samples, int... sizes) {
        if (sizes.length == 1 || sizes[0] == sizes[1]) {
            return checked(new Size(0, sizes[0]), samples, sizes);
        }
        long factor = (sizes[1] - sizes[0]) / (samples[1] - samples[0]);
        return checked(new Size(factor, sizes[0] - factor * samples[0]), samples, sizes);
    }

    private static Size checked(Size size, int[] samples, int... sizes) {
        for (int i = 0; i < sizes.length; i++) {
            Check.that(
                    size.factor * samples[i] + size.rest == sizes[i],
                    "onnx: a size must be proportional to the number of samples, but is %s for %s samples",
                    sizes,
                    samples);
        }
        return size;
    }

    boolean isFixed() {
        return factor == 0;
    }
}
