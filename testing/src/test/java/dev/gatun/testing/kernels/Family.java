package dev.gatun.testing.kernels;

import dev.gatun.runtime.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** The families of inputs that every operation is tried on: how operands lie, and what they hold. */
enum Family {
    /** Some sizes, nothing special. */
    ORDINARY,
    /** A single element without dimensions. */
    RANK_ZERO,
    /** Nothing at all. */
    ZERO_SIZE,
    /** A single element with dimensions. */
    SIZE_ONE,
    /** Lengths around every vector width, aligned or not. */
    ODD_SIZES,
    /** Dimensions in another order in memory. */
    TRANSPOSED,
    /** Gaps between the elements. */
    STEPPED,
    /** Dimensions of stride 0. */
    BROADCAST,
    /** Around ±1e4; integers at the ends of their ranges. */
    LARGE,
    /** NaN, infinities, zeros of both signs and denormals among the numbers. */
    NOT_FINITE;

    private static final int[] ODD = {1, 2, 3, 5, 7, 8, 9, 15, 16, 17, 31, 33, 63, 65, 127, 1003};
    private static final double[] SPECIAL = {
        Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 0.0, -0.0, 1e-40, -1e-40, 1, -1
    };
    private static final long[] ENDS = {
        Long.MIN_VALUE, Long.MAX_VALUE, Integer.MIN_VALUE, Integer.MAX_VALUE, 255, 128, 127, -128, 0, 1, -1
    };

    /** The forms of an operand. */
    List<Form> forms() {
        return switch (this) {
            case ORDINARY, LARGE, NOT_FINITE -> List.of(Form.dense(33, 17), Form.dense(4, 5, 6));
            case RANK_ZERO -> List.of(Form.dense());
            case ZERO_SIZE -> List.of(Form.dense(0), Form.dense(3, 0, 2));
            case SIZE_ONE -> List.of(Form.dense(1), Form.shifted(1, 1, 1));
            case ODD_SIZES -> {
                List<Form> forms = new ArrayList<>();
                for (int size : ODD) {
                    forms.add(Form.dense(size));
                    forms.add(Form.shifted(size));
                }
                yield forms;
            }
            case TRANSPOSED ->
                List.of(Form.transposed(17, 33), Form.transposed(4, 3, 5), Form.transposed(2, 1, 2, 3, 1, 2, 2, 2));
            case STEPPED -> List.of(Form.stepped(37), Form.stepped(9, 11), Form.stepped(3, 4, 5));
            case BROADCAST ->
                List.of(
                        Form.broadcast(0b01, 6, 35),
                        Form.broadcast(0b10, 6, 35),
                        Form.broadcast(0b11, 6, 35),
                        Form.broadcast(0b010, 3, 4, 5));
        };
    }

    /** Whether what the family is about applies to a dtype. */
    boolean appliesTo(DType dtype) {
        return this != NOT_FINITE || dtype.isFloating();
    }

    /** Elements for a floating dtype, exact in it. */
    double[] numbers(DType dtype, int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            double value = random.nextDouble(-3, 3);
            if (this == LARGE) {
                value = (random.nextBoolean() ? 1e4 : -1e4) * random.nextDouble(0.5, 1);
            } else if (this == NOT_FINITE && random.nextInt(3) == 0) {
                value = SPECIAL[random.nextInt(SPECIAL.length)];
            }
            values[i] = dtype == DType.F32 ? (float) value : value;
        }
        return values;
    }

    /** Elements for an integer dtype or BOOL. */
    long[] integers(DType dtype, int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        long[] values = new long[count];
        for (int i = 0; i < count; i++) {
            long value = this == LARGE ? ENDS[random.nextInt(ENDS.length)] : random.nextLong(-9, 10);
            values[i] = dtype == DType.BOOL ? value & 1 : dev.gatun.testing.naive.Naive.wrap(dtype, value);
        }
        return values;
    }
}
