package dev.gatun.testing.fuzz;

import dev.gatun.runtime.kernels.ReduceOp;
import dev.gatun.testing.fuzz.Oracles.Expected;
import dev.gatun.testing.fuzz.Oracles.Got;
import dev.gatun.testing.fuzz.Oracles.Rule;
import dev.gatun.testing.naive.NaiveReduce;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Reductions over dimensions and results that run along one. */
final class ReduceOracles {
    private static final double ULPS = 16;

    private static final double LOG_OF_F32 = 80; // e^88 is the largest

    private ReduceOracles() {}

    static void add(Map<String, Rule> rules) {
        reduction(rules, "sum", ReduceOp.SUM);
        reduction(rules, "mean", ReduceOp.MEAN);
        reduction(rules, "prod", ReduceOp.PROD);
        Rule product = rules.get("prod");
        rules.put(
                "prod",
                got -> overflows(got)
                        ? null
                        : wider(product.of(got), got.grid(0).values().length));
        reduction(rules, "nansum", ReduceOp.NANSUM);
        reduction(rules, "any", ReduceOp.ANY);
        reduction(rules, "all", ReduceOp.ALL);
        reduction(rules, "countNonzero", ReduceOp.COUNT);
        reduction(rules, "amax", ReduceOp.MAX);
        reduction(rules, "amin", ReduceOp.MIN);
        rules.put("max", got -> extreme(got, ReduceOp.MAX));
        rules.put("min", got -> extreme(got, ReduceOp.MIN));
        rules.put("argmax", got -> position(got, ReduceOp.MAX));
        rules.put("argmin", got -> position(got, ReduceOp.MIN));
        rules.put("logsumexp", got -> over(got, NaiveReduce::logSumExp, v -> 1));
        rules.put("var", got -> spread(got, false));
        rules.put("std", got -> spread(got, true));
        rules.put("cumsum", got -> running(got, ReduceOp.SUM));
        rules.put("cumprod", got -> overflows(got) ? null : running(got, ReduceOp.PROD));
        rules.put("cummax", got -> running(got, ReduceOp.MAX));
        rules.put("cummin", got -> running(got, ReduceOp.MIN));
        rules.put("softmax", got -> softmax(got, false));
        rules.put("logSoftmax", got -> softmax(got, true));
        rules.put("sort", got -> sorted(got));
    }

    private static void reduction(Map<String, Rule> rules, String name, ReduceOp op) {
        rules.put(
                name, got -> over(got, v -> whole(got, NaiveReduce.reduce(op, v)), v -> NaiveReduce.magnitude(op, v)));
    }

    /** Equal factors are rounded alike each time: what a product loses grows with their number. */
    private static Expected wider(Expected product, int factors) {
        return product == null ? null : new Expected(product.grid(), product.magnitudes(), product.ulps() + factors);
    }

    /** Whether some order of multiplying leaves F32's range on the way, so that an infinity may meet a 0. */
    private static boolean overflows(Got got) {
        return got.isTame()
                && Arrays.stream(got.grid(0).values())
                                .map(v -> Math.abs(Math.log(Math.abs(v))))
                                .filter(Double::isFinite)
                                .sum()
                        > LOG_OF_F32;
    }

    /** Integers add up modulo 2^64; beyond 2^53 a double does not know. */
    private static double whole(Got got, double value) {
        return got.dtype().isFloating() || Math.abs(value) < 0x1p53 ? value : Double.NaN;
    }

    private static Expected over(Got got, ToDoubleFunction<double[]> value, ToDoubleFunction<double[]> magnitude) {
        if (!got.isTame()) {
            return null;
        }
        Grid x = got.grid(0);
        boolean[] gone = new boolean[x.rank()];
        int[] dims = Arrays.stream(got.args())
                .filter(arg -> arg instanceof int[])
                .map(arg -> (int[]) arg)
                .findFirst()
                .orElse(new int[0]);
        for (int dim : dims) {
            if (x.rank() > 0) {
                gone[Math.floorMod(dim, x.rank())] = true;
            }
        }
        if (dims.length == 0) {
            Arrays.fill(gone, true);
        }
        Grid values = reduced(x, gone, keeps(got), value);
        if (Arrays.stream(values.values()).anyMatch(v -> !got.dtype().isFloating() && Double.isNaN(v))) {
            return null;
        }
        double[] sizes = reduced(x, gone, keeps(got), magnitude).values();
        return new Expected(
                values,
                Arrays.stream(sizes).map(m -> Double.isFinite(m) ? m : 0).toArray(),
                ULPS);
    }

    private static boolean keeps(Got got) {
        return Arrays.stream(got.args()).anyMatch(arg -> arg == Boolean.TRUE);
    }

    /** Every group of elements that falls onto one, by a function. */
    static Grid reduced(Grid x, boolean[] gone, boolean keep, ToDoubleFunction<double[]> value) {
        int rank = 0;
        for (boolean each : gone) {
            rank += keep || !each ? 1 : 0;
        }
        long[] to = new long[rank];
        int[] from = new int[rank];
        for (int d = 0, at = 0; d < gone.length; d++) {
            if (keep || !gone[d]) {
                to[at] = gone[d] ? 1 : x.size(d);
                from[at++] = d;
            }
        }
        List<List<Double>> groups = new ArrayList<>();
        Grid positions = Grid.make(to, index -> {
            groups.add(new ArrayList<>());
            return groups.size() - 1;
        });
        Grid.make(x.sizes(), index -> {
            long[] at = new long[to.length];
            for (int i = 0; i < at.length; i++) {
                at[i] = gone[from[i]] ? 0 : index[from[i]];
            }
            groups.get((int) positions.at(at)).add(x.at(index));
            return 0;
        });
        return Grid.make(
                to,
                index -> value.applyAsDouble(groups.get((int) positions.at(index)).stream()
                        .mapToDouble(v -> v)
                        .toArray()));
    }

    private static boolean[] only(int dim, int rank) {
        boolean[] gone = new boolean[rank];
        if (rank > 0) {
            gone[dim] = true;
        }
        return gone;
    }

    private static Expected extreme(Got got, ReduceOp op) {
        if (got.isTensor(1)) {
            return null;
        }
        Grid x = got.grid(0);
        boolean[] gone = got.args().length == 1 ? new boolean[x.rank()] : only(got.dim(1, x.rank()), x.rank());
        if (got.args().length == 1) {
            Arrays.fill(gone, true);
        }
        return Expected.exactly(reduced(x, gone, keeps(got), v -> NaiveReduce.reduce(op, v)));
    }

    private static Expected position(Got got, ReduceOp op) {
        Grid x = got.grid(0);
        boolean[] gone = got.args().length == 1 ? new boolean[x.rank()] : only(got.dim(1, x.rank()), x.rank());
        if (got.args().length == 1) {
            Arrays.fill(gone, true);
        }
        return Expected.exactly(reduced(x, gone, keeps(got), v -> NaiveReduce.argReduce(op, v)));
    }

    private static Expected spread(Got got, boolean root) {
        double correction = got.args().length > 1 && got.args()[1] instanceof Double c ? c : 1;
        Expected squares = over(
                got,
                v -> {
                    double var = NaiveReduce.variance(v, correction);
                    return root ? Math.sqrt(var) : var;
                },
                v -> Arrays.stream(v).map(Math::abs).max().orElse(0));
        if (squares == null) {
            return null;
        }
        boolean finite = Arrays.stream(squares.grid().values()).allMatch(Double::isFinite);
        boolean large = Arrays.stream(got.grid(0).values()).anyMatch(v -> Math.abs(v) > 1e3);
        return finite && !large ? new Expected(squares.grid(), squares.magnitudes(), root ? 1e4 : 1e3) : null;
    }

    private static Expected running(Got got, ReduceOp op) {
        Grid x = got.grid(0);
        if (x.rank() == 0 || !got.isTame()) {
            return null;
        }
        int dim = got.dim(1, x.rank());
        Grid values = Grid.make(x.sizes(), at -> whole(got, NaiveReduce.reduce(op, upTo(x, dim, at))));
        if (!got.dtype().isFloating() && Arrays.stream(values.values()).anyMatch(Double::isNaN)) {
            return null;
        }
        Grid sums = Grid.make(x.sizes(), at -> {
            double size = NaiveReduce.magnitude(op, upTo(x, dim, at));
            return Double.isFinite(size) ? size : 0;
        });
        return new Expected(values, sums.values(), ULPS);
    }

    private static double[] upTo(Grid x, int dim, long... at) {
        double[] values = new double[(int) at[dim] + 1];
        Arrays.setAll(values, k -> x.at(Grid.with(at, dim, k)));
        return values;
    }

    private static Expected softmax(Got got, boolean log) {
        Grid x = got.grid(0);
        int dim = got.dim(1, x.rank());
        Grid all = reduced(x, only(dim, x.rank()), true, NaiveReduce::logSumExp);
        Grid y = Grid.make(x.sizes(), at -> {
            double value = x.at(at) - all.spread(at);
            return log ? value : Math.exp(value);
        });
        boolean tame = Arrays.stream(x.values()).allMatch(v -> Math.abs(v) < 1e3);
        Grid sizes = Grid.make(x.sizes(), at -> log ? Math.abs(x.at(at)) + Math.abs(all.spread(at)) + 1 : 0);
        return tame ? new Expected(y, sizes.values(), ULPS) : null;
    }

    /** Values alone: indexes of equal ones may differ. */
    private static Expected sorted(Got got) {
        Grid x = got.grid(0);
        if (x.rank() == 0) {
            return Expected.exactly(x);
        }
        int dim = got.args().length == 1 ? x.rank() - 1 : got.dim(1, x.rank());
        boolean down = got.args().length > 2 && got.args()[2] == Boolean.TRUE;
        return Expected.exactly(Grid.make(x.sizes(), at -> {
            double[] line = new double[(int) x.size(dim)];
            Arrays.setAll(line, k -> x.at(Grid.with(at, dim, k)));
            Arrays.sort(line);
            return line[(int) (down ? line.length - 1 - at[dim] : at[dim])];
        }));
    }
}
