package dev.gatun.testing.fuzz;

import dev.gatun.autograd.ops.Rounding;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.kernels.BinaryOp;
import dev.gatun.runtime.kernels.CompareOp;
import dev.gatun.runtime.kernels.Kinds;
import dev.gatun.runtime.kernels.TernaryOp;
import dev.gatun.runtime.kernels.UnaryOp;
import dev.gatun.testing.fuzz.Oracles.Expected;
import dev.gatun.testing.fuzz.Oracles.Got;
import dev.gatun.testing.fuzz.Oracles.Rule;
import dev.gatun.testing.naive.Naive;
import dev.gatun.testing.naive.NaiveUnary;
import java.util.Arrays;
import java.util.Map;
import java.util.function.DoublePredicate;

/** Operations on single elements: the tables' constants by the names of their methods, and what is chosen. */
final class ElementOracles {
    private static final double ULPS = 4;

    private ElementOracles() {}

    static void add(Map<String, Rule> rules) {
        for (UnaryOp op : UnaryOp.values()) {
            rules.put(camel(op), got -> unary(op, got, parameter(got, 1, -1), parameter(got, 2, 0)));
        }
        rules.put("relu6", got -> unary(UnaryOp.HARDTANH, got, 0, 6));
        rules.put("round", got -> got.args().length == 1 ? unary(UnaryOp.ROUND, got, 0, 0) : null);
        rules.put("logit", got -> got.args().length == 1 ? unary(UnaryOp.LOGIT, got, -1, 0) : null);
        rules.put("polygamma", got -> got.integer(1) == 1 ? unary(UnaryOp.POLYGAMMA, got, 1, 0) : null);
        rules.remove("clamp");
        for (BinaryOp op : BinaryOp.values()) {
            rules.put(camel(op), got -> binary(op, got));
        }
        rules.put("floorDivide", got -> binary(BinaryOp.DIV_FLOOR, got));
        rules.put(
                "div",
                got -> got.args().length == 2
                        ? binary(BinaryOp.DIV, got)
                        : binary(got.args()[2] == Rounding.FLOOR ? BinaryOp.DIV_FLOOR : BinaryOp.DIV_TRUNC, got));
        rules.put("bitwiseLeftShift", got -> binary(BinaryOp.SHIFT_LEFT, got));
        rules.put("bitwiseRightShift", got -> binary(BinaryOp.SHIFT_RIGHT, got));
        rules.put("rsub", got -> binary(BinaryOp.SUB, turned(got)));
        // As PyTorch has it: times the reciprocal, which may leave the range.
        rules.put("rdiv", got -> got.isTame() ? binary(BinaryOp.DIV, turned(got)) : null);
        for (CompareOp op : CompareOp.values()) {
            rules.put(camel(op), got -> compare(op, got));
        }
        for (TernaryOp op : TernaryOp.values()) {
            rules.put(camel(op), got -> ternary(op, got));
        }
        truth(rules, "isnan", Double::isNaN);
        truth(rules, "isinf", Double::isInfinite);
        truth(rules, "isfinite", Double::isFinite);
        truth(rules, "logicalNot", x -> x == 0);
        rules.put("where", ElementOracles::where);
        rules.put("maskedFill", ElementOracles::maskedFill);
        rules.put("clamp", got -> between(got, 1, 2));
        rules.put("clampMin", got -> between(got, 1, -1));
        rules.put("clampMax", got -> between(got, -1, 1));
    }

    /** {@code LEAKY_RELU} as {@code leakyRelu}. */
    static String camel(Enum<?> constant) {
        StringBuilder name = new StringBuilder();
        for (String word : constant.name().split("_", -1)) {
            name.append(name.isEmpty() ? word.charAt(0) : Character.toUpperCase(word.charAt(0)));
            name.append(word.substring(1).toLowerCase(java.util.Locale.ROOT));
        }
        String text = name.toString();
        return Character.toLowerCase(text.charAt(0)) + text.substring(1);
    }

    private static double parameter(Got got, int i, double absent) {
        return i < got.args().length && got.args()[i] instanceof Number n ? n.doubleValue() : absent;
    }

    private static Got turned(Got got) {
        return new Got(new Object[] {got.args()[1], got.args()[0]}, got.seen(), got.dtype(), got.sizes());
    }

    private static Expected unary(UnaryOp op, Got got, double a, double b) {
        if (!got.isTensor(0)) {
            return null;
        }
        Grid x = got.grid(0).as(got.dtype());
        double[] values = x.values().clone();
        double[] magnitudes = new double[values.length];
        boolean whole = !got.dtype().isFloating();
        if (whole && op.kinds() == Kinds.FLOATS
                || got.dtype() == DType.BOOL && op != UnaryOp.BITWISE_NOT
                || isExtreme(a)) {
            return null;
        }
        for (int i = 0; i < values.length; i++) {
            double from = values[i];
            values[i] = whole
                    ? got.dtype() == DType.BOOL
                            ? from == 0 ? 1 : 0
                            : Naive.wrap(got.dtype(), NaiveUnary.value(op, (long) from))
                    : NaiveUnary.value(op, from, a, b);
            magnitudes[i] = NaiveUnary.magnitude(op, from, values[i]);
        }
        return new Expected(new Grid(x.sizes(), values), magnitudes, ULPS * 2 * NaiveUnary.times(op));
    }

    /** Out of F32's range, or so small that it is rounded there. */
    private static boolean isExtreme(double parameter) {
        return parameter != 0 && !(Math.abs(parameter) > 1e-30 && Math.abs(parameter) < 1e30);
    }

    private static Expected binary(BinaryOp op, Got got) {
        if (!got.isTensor(0) && !got.isTensor(1)) {
            return null;
        }
        Grid x = operand(got, 0);
        Grid y = operand(got, 1);
        long[] sizes = Grid.common(x, y);
        if (got.dtype().isFloating()) {
            double factor = got.args().length == 3 && got.args()[2] instanceof Number alpha
                    ? got.rounded(alpha.doubleValue())
                    : 1;
            Grid z = Grid.make(sizes, at -> {
                double other = got.rounded(factor * y.spread(at));
                return op == BinaryOp.DIV_TRUNC
                        ? Naive.binary(op, got.rounded(x.spread(at) / other), 1)
                        : Naive.binary(op, x.spread(at), other);
            });
            Grid m = Grid.make(sizes, at -> {
                double size = factor == 1
                        ? Naive.magnitude(op, x.spread(at), y.spread(at))
                        : Math.abs(x.spread(at)) + Math.abs(factor * y.spread(at));
                return Double.isFinite(size) ? size : 0;
            });
            return new Expected(z, m.values(), ULPS);
        }
        if (got.args().length == 3 && got.args()[2] instanceof Number
                || op == BinaryOp.DIV
                || got.dtype() == DType.BOOL && op == BinaryOp.POW) {
            return null;
        }
        return Expected.exactly(Grid.make(
                sizes, at -> Naive.wrap(got.dtype(), Naive.binary(op, (long) x.spread(at), (long) y.spread(at)))));
    }

    /** A tensor's elements, or a number, in the dtype of the result. */
    private static Grid operand(Got got, int i) {
        return got.dtype().isFloating() || got.isTensor(i) || got.dtype() == DType.BOOL
                ? got.grid(i).as(got.dtype())
                : Grid.of((double) Naive.wrap(got.dtype(), ((Number) got.args()[i]).longValue()));
    }

    private static Expected compare(CompareOp op, Got got) {
        if (got.isTensor(1)
                && got.tensor(0).dtype() != got.tensor(1).dtype()
                && !op.name().startsWith("LOGICAL")) {
            return null; // compared after promotion
        }
        Grid x = got.grid(0);
        Grid y = got.isTensor(1)
                ? got.grid(1)
                : got.grid(1).as(got.tensor(0).dtype() == DType.F64 ? DType.F64 : DType.F32);
        return Expected.exactly(
                Grid.make(Grid.common(x, y), at -> Naive.compare(op, x.spread(at), y.spread(at)) ? 1 : 0));
    }

    private static Expected ternary(TernaryOp op, Got got) {
        Grid x = got.grid(0).as(got.dtype());
        Grid y = got.grid(1).as(got.dtype());
        Grid z = got.grid(2).as(got.dtype());
        long[] sizes = Grid.common(x, y, z);
        double a = op == TernaryOp.LERP ? 0 : got.number(3);
        if (!got.dtype().isFloating() || !got.isTame()) {
            return null;
        }
        Grid right = Grid.make(sizes, at -> {
            double addend = Naive.ternary(op, 0, y.spread(at), z.spread(at), a);
            return op == TernaryOp.LERP
                    ? Naive.ternary(op, x.spread(at), y.spread(at), z.spread(at), 0)
                    : x.spread(at) + got.rounded(addend);
        });
        boolean finite = Arrays.stream(right.values()).allMatch(Double::isFinite);
        Grid sums = Grid.make(
                sizes,
                at -> (Math.abs(x.spread(at)) + Math.abs(y.spread(at)))
                        * (op == TernaryOp.LERP ? 1 + Math.abs(z.spread(at)) : 1));
        return finite ? new Expected(right, sums.values(), ULPS) : null;
    }

    private static void truth(Map<String, Rule> rules, String name, DoublePredicate test) {
        rules.put(
                name,
                got -> Expected.exactly(new Grid(
                        got.grid(0).sizes(),
                        Arrays.stream(got.grid(0).values())
                                .map(x -> test.test(x) ? 1 : 0)
                                .toArray())));
    }

    private static Expected where(Got got) {
        Grid mask = got.grid(0);
        Grid x = got.grid(1).as(got.dtype());
        Grid y = got.grid(2).as(got.dtype());
        return got.dtype().isFloating() || got.isTensor(1) && got.isTensor(2)
                ? Expected.exactly(
                        Grid.make(Grid.common(mask, x, y), at -> mask.spread(at) != 0 ? x.spread(at) : y.spread(at)))
                : null;
    }

    private static Expected maskedFill(Got got) {
        Grid x = got.grid(0);
        Grid mask = got.grid(1);
        Grid value = got.grid(2).as(got.dtype());
        return got.dtype().isFloating()
                ? Expected.exactly(
                        Grid.make(Grid.common(x, mask), at -> mask.spread(at) != 0 ? value.spread() : x.spread(at)))
                : null;
    }

    private static Expected between(Got got, int low, int high) {
        Grid x = got.grid(0).as(got.dtype());
        Grid min = low < 0 ? Grid.of(Double.NEGATIVE_INFINITY) : got.grid(low).as(got.dtype());
        Grid max = high < 0 ? Grid.of(Double.POSITIVE_INFINITY) : got.grid(high).as(got.dtype());
        boolean known = Arrays.stream(min.values()).noneMatch(Double::isNaN)
                && Arrays.stream(max.values()).noneMatch(Double::isNaN);
        return got.dtype().isFloating() && known
                ? Expected.exactly(Grid.make(Grid.common(x, min, max), at -> {
                    double value = x.spread(at);
                    double least = min.spread(at);
                    double most = max.spread(at);
                    return Double.isNaN(value) ? value : Math.min(Math.max(value, least), most);
                }))
                : null;
    }
}
