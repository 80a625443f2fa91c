package dev.gatun.testing.fuzz;

import java.util.List;
import java.util.SplittableRandom;

/** Draws, all from one seed. */
final class Chance {
    private static final double[] SPECIAL = {
        Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 0.0, -0.0, 1e-40, -1e-40, 1e30, -3e38, 1, -1
    };
    private static final long[] ENDS = {
        Long.MIN_VALUE, Long.MAX_VALUE, Integer.MIN_VALUE, Integer.MAX_VALUE, 255, 256, -128, 0, 1, -1, 1L << 53
    };
    private static final long[] ABSURD = {
        Long.MIN_VALUE,
        Long.MAX_VALUE,
        Long.MAX_VALUE - 1,
        Integer.MIN_VALUE,
        Integer.MAX_VALUE,
        1L << 31,
        1L << 32,
        1L << 40,
        1L << 61,
        1L << 62,
        -1,
        -2,
        0,
        9,
        100
    };

    private final SplittableRandom random;

    Chance(long seed) {
        this.random = new SplittableRandom(seed);
    }

    boolean oneIn(int n) {
        return random.nextInt(n) == 0;
    }

    /** From 0 to n - 1. */
    int below(int n) {
        return random.nextInt(n);
    }

    /** Both included. */
    long between(long low, long high) {
        return random.nextLong(low, high + 1);
    }

    double unit() {
        return random.nextDouble();
    }

    <T> T pick(List<T> list) {
        return list.get(below(list.size()));
    }

    /** A size of a dimension: small, rarely 0, very rarely as long as vectors. */
    long size() {
        int draw = below(100);
        return draw < 6 ? 0 : draw < 22 ? 1 : draw < 99 ? between(2, 5) : between(15, 40);
    }

    /** A whole number that no size or index has a right to be. */
    long absurd() {
        return ABSURD[below(ABSURD.length)];
    }

    /** Numbers of one kind for a tensor: exact in F32. */
    double[] numbers(int count) {
        int kind = below(100);
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = kind < 60
                    ? between(-24, 24) / 8.0
                    : kind < 78
                            ? between(-4, 4)
                            : kind < 86
                                    ? (float) unit()
                                    : oneIn(3) ? (float) SPECIAL[below(SPECIAL.length)] : between(-24, 24) / 8.0;
        }
        return values;
    }

    /** Integers of one kind for a tensor. */
    long[] integers(int count) {
        int kind = below(100);
        long[] values = new long[count];
        for (int i = 0; i < count; i++) {
            values[i] = kind < 45 ? between(0, 3) : kind < 92 || !oneIn(3) ? between(-9, 9) : ENDS[below(ENDS.length)];
        }
        return values;
    }

    /** Indexes below a limit. */
    long[] indexes(int count, long limit) {
        long[] values = new long[count];
        for (int i = 0; i < count; i++) {
            values[i] = limit <= 0 ? 0 : between(0, limit - 1);
        }
        if (count > 0 && oneIn(10)) {
            values[below(count)] = oneIn(2) ? -between(1, limit + 1) : oneIn(2) ? limit : absurd();
        }
        return values;
    }
}
