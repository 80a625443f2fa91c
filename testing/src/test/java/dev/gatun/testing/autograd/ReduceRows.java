package dev.gatun.testing.autograd;

import static dev.gatun.testing.autograd.OpTable.flags;
import static dev.gatun.testing.autograd.OpTable.on;
import static dev.gatun.testing.autograd.OpTable.one;

import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.QuantileMode;
import dev.gatun.autograd.ops.Reduce;
import dev.gatun.autograd.ops.Statistics;
import dev.gatun.runtime.Shape;
import dev.gatun.testing.autograd.OpTable.Domain;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;

/**
 * The rows of {@link OpTable} that reduce, take statistics or run along a dimension; their twins stand in
 * fixtures/reduce_ops.py.
 */
final class ReduceRows {
    private static final Shape M = Shape.of(3, 4);
    private static final Shape CUBE = Shape.of(2, 3, 2);

    private ReduceRows() {}

    static void add() {
        products();
        sums();
        extremes();
        norms();
        spreads();
        orders();
        running();
    }

    private static void real(String name, String method, UnaryOperator<Tensor> op, Shape shape) {
        one(name, method, Domain.REAL, op, shape);
    }

    private static void away(String name, String method, UnaryOperator<Tensor> op, Shape shape) {
        one(name, method, Domain.AWAY, op, shape);
    }

    /** A copy with zeros at places of its flat form. */
    private static Tensor zerosAt(Tensor x, int... places) {
        return x.mul(mask(x, places).logicalNot().to(x.dtype()));
    }

    private static Tensor nansAt(Tensor x, int... places) {
        return x.maskedFill(mask(x, places), Double.NaN);
    }

    private static Tensor mask(Tensor x, int... places) {
        boolean[] mask = new boolean[(int) x.count()];
        Arrays.stream(places).forEach(i -> mask[i] = true);
        return on(x, Tensor.of(mask)).view(x.shape().toArray());
    }

    private static Tensor twice(Tensor x) {
        return Tensor.cat(x, x);
    }

    private static void products() {
        String prod = "Product.prod(Tensor, boolean, int[])";
        away("prod", prod, x -> x.prod(), M);
        away("prod dim", prod, x -> x.prod(1), M);
        away("prod dims", prod, x -> x.prod(0, 2), CUBE);
        away("prod keepDim", prod, x -> x.prod(true, 0), M);
        away("prod one zero", prod, x -> zerosAt(x, 5).prod(), M);
        away("prod two zeros", prod, x -> zerosAt(x, 5, 7).prod(), M);
        away("prod dim zeros", prod, x -> zerosAt(x, 0, 5, 6).prod(1), M);
        away("prod middle zeros", prod, x -> zerosAt(x, 0, 1, 2).prod(true, 1), CUBE);
        String cumprod = "Product.cumprod(Tensor, int)";
        away("cumprod 0", cumprod, x -> x.cumprod(0), M);
        away("cumprod middle", cumprod, x -> x.cumprod(1), CUBE);
        away("cumprod last", cumprod, x -> x.cumprod(-1), M);
        away("cumprod_", "Product.cumprod_(Tensor, int)", x -> x.clone().cumprod_(1), M);
        away("cumprod zeros", cumprod, x -> zerosAt(x, 1, 4, 6, 11).cumprod(-1), M);
    }

    private static void sums() {
        String nansum = "Reduce.nansum(Tensor, boolean, int[])";
        real("nansum", nansum, x -> nansAt(x, 1, 6).nansum(), M);
        real("nansum dims", nansum, x -> nansAt(x, 1, 6).nansum(false, 0, 2), CUBE);
        String nanmean = "Reduce.nanmean(Tensor, boolean, int[])";
        real("nanmean", nanmean, x -> nansAt(x, 1, 6).nanmean(), M);
        real("nanmean keepDim", nanmean, x -> nansAt(x, 1, 6).nanmean(true, 1), M);
        String logsumexp = "Reduce.logsumexp(Tensor, boolean, int[])";
        real("logsumexp", logsumexp, x -> x.logsumexp(), M);
        real("logsumexp dim", logsumexp, x -> x.logsumexp(0), M);
        real("logsumexp dims", logsumexp, x -> x.logsumexp(true, 0, 2), CUBE);
    }

    private static void extremes() {
        real("max ties", "Reduce.max(Tensor)", x -> twice(x).max(), M);
        real("min ties", "Reduce.min(Tensor)", x -> twice(x).min(), M);
        real("amax ties", "Reduce.amax(Tensor, boolean, int[])", x -> twice(x).amax(false, 0), M);
        String aminmax = "Reduce.aminmax(Tensor, boolean, int[])";
        real("aminmax", aminmax, x -> span(x.aminmax()), M);
        real("aminmax dim", aminmax, x -> span(x.aminmax(true, 1)), M);
    }

    private static Tensor span(Reduce.MinMax both) {
        return both.min().sub(both.max());
    }

    private static void norms() {
        String norm = "VectorNorm.norm(Tensor, double, boolean, int[])";
        for (String name : List.of("2", "1", "inf", "-inf", "0", "3", "1.5", "0.5")) {
            double p = Double.parseDouble(name.replace("inf", "Infinity"));
            boolean second = p != 0;
            away("norm " + name, norm, x -> x.norm(p), M);
            flags(second, true);
            away("norm dim " + name, norm, x -> x.norm(p, false, 1), M);
            flags(second, true);
            away("norm dims " + name, norm, x -> x.norm(p, true, 0, 2), CUBE);
            flags(second, true);
        }
    }

    private static void spreads() {
        String var = "Statistics.var(Tensor, double, boolean, int[])";
        real("var", var, x -> x.var(), M);
        real("var dim", var, x -> x.var(1), M);
        real("var dims", var, x -> x.var(0, true, 0, 2), CUBE);
        real("var correction", var, x -> x.var(2, false, 1), M);
        String std = "Statistics.std(Tensor, double, boolean, int[])";
        real("std", std, x -> x.std(), M);
        real("std dim", std, x -> x.std(0), M);
        real("std dims", std, x -> x.std(0, true, 0, 2), CUBE);
        String varMean = "Statistics.varMean(Tensor, double, boolean, int[])";
        real("varMean", varMean, x -> product(x.varMean(0, 2)), CUBE);
        real("varMean mean", varMean, x -> x.varMean(1).mean(), M);
        String stdMean = "Statistics.stdMean(Tensor, double, boolean, int[])";
        real("stdMean", stdMean, x -> product(x.stdMean(1)), M);
        real("stdMean std", stdMean, x -> x.stdMean(1).std(), M);
    }

    private static Tensor product(Statistics.VarMean both) {
        return both.var().mul(both.mean());
    }

    private static Tensor product(Statistics.StdMean both) {
        return both.std().mul(both.mean());
    }

    private static void orders() {
        real("median", "Statistics.median(Tensor)", x -> x.median(), M);
        real("median ties", "Statistics.median(Tensor)", x -> twice(x).median(), M);
        String median = "Statistics.median(Tensor, int, boolean)";
        real("median dim", median, x -> x.median(1).values(), M);
        real("median keepDim", median, x -> x.median(0, true).values(), M);
        real("nanmedian", "Statistics.nanmedian(Tensor)", x -> nansAt(x, 1, 6).nanmedian(), M);
        real(
                "nanmedian dim",
                "Statistics.nanmedian(Tensor, int, boolean)",
                x -> nansAt(x, 1, 6).nanmedian(1).values(),
                M);
        String quantile = "Statistics.quantile(Tensor, Tensor, int, boolean, QuantileMode)";
        for (QuantileMode mode : QuantileMode.values()) {
            String name = "quantile " + mode.name().toLowerCase(Locale.ROOT);
            real(name, quantile, x -> x.quantile(shares(x), 1, false, mode), M);
        }
        real("quantile all", quantile, x -> x.quantile(0.3), M);
        real("quantile dim", quantile, x -> x.quantile(0.3, 0), CUBE);
        real("quantile keepDim", quantile, x -> x.quantile(shares(x), 1, true, QuantileMode.LINEAR), CUBE);
        String nanquantile = "Statistics.nanquantile(Tensor, Tensor, int, boolean, QuantileMode)";
        real("nanquantile", nanquantile, x -> nansAt(x, 1, 6).nanquantile(0.4, 1), M);
        real("nanquantile all", nanquantile, x -> nansAt(x, 1, 6).nanquantile(0.4), M);
    }

    private static Tensor shares(Tensor x) {
        return Tensor.of(0.1, 0.55, 1.0).to(x.device(), x.dtype());
    }

    private static void running() {
        String cumsum = "Scan.cumsum(Tensor, int)";
        real("cumsum 0", cumsum, x -> x.cumsum(0), M);
        real("cumsum middle", cumsum, x -> x.cumsum(1), CUBE);
        real("cumsum last", cumsum, x -> x.cumsum(-1), M);
        real("cumsum_", "Scan.cumsum_(Tensor, int)", x -> x.clone().cumsum_(1), M);
        String cummax = "Scan.cummax(Tensor, int)";
        real("cummax 0", cummax, x -> x.cummax(0).values(), M);
        real("cummax last", cummax, x -> x.cummax(-1).values(), M);
        real("cummin middle", "Scan.cummin(Tensor, int)", x -> x.cummin(1).values(), CUBE);
    }
}
