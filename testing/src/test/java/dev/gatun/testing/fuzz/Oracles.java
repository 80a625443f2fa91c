package dev.gatun.testing.fuzz;

import dev.gatun.runtime.DType;
import dev.gatun.runtime.NdArray;
import dev.gatun.testing.Tolerance;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What operations give, computed by loops in double; by name, for the delegate and the operation itself. */
final class Oracles {
    /** Above these, integers are not exact in double; their elements are then compared with copies only. */
    private static final double EXACT = 0x1p53;

    private static final long MOST = 20_000;

    /** What an operation is expected to give. */
    interface Rule {
        /** The first tensor of the result; null where nothing is said. */
        Expected of(Got got);
    }

    /**
     * A result, and how large the numbers were that made it.
     *
     * @param grid the result
     * @param magnitudes of the sums that made each element
     * @param ulps how far off a result may be, at those magnitudes
     */
    record Expected(Grid grid, double[] magnitudes, double ulps) {
        static Expected exactly(Grid grid) {
            return new Expected(grid, new double[grid.values().length], 0);
        }
    }

    /**
     * What a call got, and what came out of it.
     *
     * @param args as they were given
     * @param seen what the tensors among them hold
     * @param dtype of the result
     * @param sizes of the result
     */
    record Got(Object[] args, Map<Object, Snapshot> seen, DType dtype, long[] sizes) {
        boolean isTensor(int i) {
            return i < args.length && args[i] instanceof NdArray;
        }

        NdArray tensor(int i) {
            return (NdArray) args[i];
        }

        /** A tensor, or a number as a tensor of rank 0. */
        Grid grid(int i) {
            return args[i] instanceof NdArray x ? Grid.of(seen.get(x)) : Grid.of(number(i));
        }

        double number(int i) {
            return ((Number) args[i]).doubleValue();
        }

        int integer(int i) {
            return ((Number) args[i]).intValue();
        }

        /** Whether all numbers are so near to 1 that sums and products of some do not overflow, nor vanish. */
        boolean isTame() {
            return seen.values().stream()
                    .filter(x -> x.dtype().isFloating())
                    .flatMapToDouble(x -> Arrays.stream(x.numbers()))
                    .allMatch(v -> v == 0 || !(Math.abs(v) < 1e-3) && !(Math.abs(v) > 1e3));
        }

        /** A number as the result's dtype holds it; BF16 is F32's upper half, rounded to even. */
        double rounded(double x) {
            return switch (dtype) {
                case F32 -> (float) x;
                case F16 -> Float.float16ToFloat(Float.floatToFloat16((float) x));
                case BF16 -> {
                    int bits = Float.floatToRawIntBits((float) x);
                    int even = bits + 0x7fff + (bits >>> Short.SIZE & 1);
                    yield Double.isNaN(x) ? x : Float.intBitsToFloat(even & 0xffff0000);
                }
                default -> x;
            };
        }

        /** A dimension of a tensor, from the first; of rank 0 there is one. */
        int dim(int i, int rank) {
            int dim = integer(i);
            return dim < 0 ? dim + Math.max(1, rank) : dim;
        }
    }

    private final Map<String, Rule> rules = new HashMap<>();

    Oracles() {
        ElementOracles.add(rules);
        ReduceOracles.add(rules);
        ShapeOracles.add(rules);
        ProductOracles.add(rules);
    }

    /** What is wrong with a result; null where it is right, or nothing else is known of it. */
    String check(Call call, Object[] args, List<Object> contents) {
        Rule rule = rules.get(call.name());
        if (rule == null || contents.isEmpty() || !(contents.getFirst() instanceof Snapshot found)) {
            return null;
        }
        Map<Object, Snapshot> seen = new HashMap<>();
        for (Object arg : args) {
            if (arg instanceof NdArray x) {
                Snapshot held = Snapshot.of(x);
                if (x.count() > MOST || !isExact(held)) {
                    return null;
                }
                seen.put(x, held);
            } else if (arg instanceof Long number && Math.abs((double) number) >= EXACT) {
                return null;
            }
        }
        if (found.shape().count() > MOST || !isExact(found)) {
            return null;
        }
        Expected expected =
                rule.of(new Got(args, seen, found.dtype(), found.shape().toArray()));
        if (expected == null) {
            return null;
        }
        return compare(expected, found);
    }

    private static boolean isExact(Snapshot x) {
        return x.dtype() != DType.I64 || Arrays.stream(x.bits()).allMatch(bit -> bit > -EXACT && bit < EXACT);
    }

    private static String compare(Expected expected, Snapshot found) {
        if (!Arrays.equals(expected.grid().sizes(), found.shape().toArray())) {
            return "the oracle gives shape " + Arrays.toString(expected.grid().sizes()) + ", the call " + found;
        }
        double[] values = found.numbers();
        Tolerance near = Tolerance.of(found.dtype())
                .times(expected.ulps() / Tolerance.of(found.dtype()).ulps());
        for (int i = 0; i < values.length; i++) {
            double right = expected.grid().values()[i];
            boolean close = expected.ulps() == 0 || !found.dtype().isFloating()
                    ? right == values[i] || Double.isNaN(right) && Double.isNaN(values[i])
                    : near.accepts(right, values[i], expected.magnitudes()[i]);
            if (!close) {
                return "the oracle gives " + right + " for element " + i + " of " + expected.grid() + ", the call "
                        + values[i] + " of " + found;
            }
        }
        return null;
    }
}
