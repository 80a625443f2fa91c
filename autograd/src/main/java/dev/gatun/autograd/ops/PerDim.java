package dev.gatun.autograd.ops;

import java.util.Arrays;
import java.util.List;

/** Numbers of which there is one for all spatial dimensions or one for each, as PyTorch's ints and tuples. */
final class PerDim {
    /** Beyond this a size of an output could overflow. */
    private static final long MOST = Integer.MAX_VALUE;

    private PerDim() {}

    /** A copy that can be kept, checked against the least that makes sense. */
    static List<Long> list(String what, long least, long... values) {
        List<Long> list = Arrays.stream(values).boxed().toList();
        check(what, least, list);
        return list;
    }

    /** Refuses numbers that are too small, or too large for a size. */
    static void check(String what, long least, List<Long> values) {
        for (long value : values) {
            if (value < least || value > MOST) {
                throw new IllegalArgumentException(what + " is outside " + least + ".." + MOST + ": " + values);
            }
        }
    }

    /** One number for each of so many dimensions. */
    static long[] spread(String op, String what, List<Long> values, int rank) {
        if (values.size() != 1 && values.size() != rank) {
            throw new IllegalArgumentException(
                    op + ": " + what + " is one number or " + rank + ", one for each dimension: " + values);
        }
        long[] numbers = new long[rank];
        Arrays.setAll(numbers, d -> values.get(values.size() == 1 ? 0 : d));
        return numbers;
    }
}
