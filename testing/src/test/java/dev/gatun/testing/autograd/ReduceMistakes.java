package dev.gatun.testing.autograd;

import static dev.gatun.testing.autograd.Mistakes.bad;
import static dev.gatun.testing.autograd.Mistakes.f;
import static dev.gatun.testing.autograd.Mistakes.i;

import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.QuantileMode;
import dev.gatun.runtime.DType;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** Mistakes in reductions, statistics and running results, with what is said; {@link MessagesTest} makes them. */
final class ReduceMistakes {
    private ReduceMistakes() {}

    static Stream<Arguments> all() {
        return Stream.of(reductions(), statistics(), running()).flatMap(s -> s);
    }

    private static Stream<Arguments> reductions() {
        return Stream.of(
                bad("sum: a dimension appears twice: [0, -1] of shape [2]", () -> f(2).sum(0, -1)),
                bad("prod: dimension 2 is outside -2..1: shape [2, 3]", () -> f(2, 3).prod(2)),
                bad("any: dimension -2 is outside -1..0: shape [2]", () -> f(2).any(-2)),
                bad("all: a dimension appears twice: [0, 0] of shape [2]", () -> f(2).all(0, 0)),
                bad(
                        "countNonzero: bf16 and f16 are stored only, cast with to(DType.F32): f16[2]",
                        () -> f(2).to(DType.F16).countNonzero()),
                bad("mean: takes f32 and f64: i64[2]", () -> i(2).mean()),
                bad("nanmean: takes f32 and f64: i64[2]", () -> i(2).nanmean()),
                bad("logsumexp: dimension 1 is outside -1..0: shape [2]", () -> f(2).logsumexp(1)),
                bad("max: nothing to choose from: f32[0]", () -> f(0).max()),
                bad("min: nothing to choose from: f32[3, 0]", () -> f(3, 0).min()),
                bad("max: nothing to choose from: f32[0, 2]", () -> f(0, 2).max(0)),
                bad("amin: nothing to choose from: f32[0, 2]", () -> f(0, 2).amin(false, 0)),
                bad("aminmax: nothing to choose from: f32[0]", () -> f(0).aminmax()),
                bad("argmin: nothing to choose from: f32[0]", () -> f(0).argmin()),
                bad("max: dimension 1 is outside -1..0: shape [2]", () -> f(2).max(1)),
                bad("norm: takes f32 and f64: i64[2]", () -> i(2).norm()),
                bad("norm: p is NaN: f32[2]", () -> f(2).norm(Double.NaN)),
                bad("norm: nothing to choose from: f32[0]", () -> f(0).norm(Double.POSITIVE_INFINITY)),
                bad("norm: dimension 3 is outside -1..0: shape [2]", () -> f(2).norm(2, false, 3)));
    }

    private static Stream<Arguments> statistics() {
        return Stream.of(
                bad("var: takes f32 and f64: i64[2]", () -> i(2).var()),
                bad("std: dimension 1 is outside -1..0: shape [2]", () -> f(2).std(1)),
                bad("std: the correction is not finite: NaN", () -> f(2).std(Double.NaN, false, 0)),
                bad("varMean: a dimension appears twice: [0, 0] of shape [2]", () -> f(2).varMean(0, 0)),
                bad("stdMean: takes f32 and f64: bool[1]", () -> Tensor.of(true).stdMean()),
                bad(
                        "median: bool has no arithmetic, cast it first: bool[1]",
                        () -> Tensor.of(true).median()),
                bad("median: nothing to choose from: i64[0]", () -> i(0).median()),
                bad("nanmedian: nothing to choose from: f32[2, 0]", () -> f(2, 0).nanmedian(1)),
                bad("median: dimension 1 is outside -1..0: shape [2]", () -> f(2).median(1)),
                bad("quantile: takes f32 and f64: i64[2]", () -> i(2).quantile(0.5)),
                bad("quantile: q is outside 0..1: f32[]", () -> f(2).quantile(1.5)),
                bad("quantile: q is outside 0..1: f32[2]", () -> f(2).quantile(Tensor.of(0f, Float.NaN))),
                bad("quantile: dtypes differ: f32[2], f64[1]", () -> f(2).quantile(Tensor.of(0.5))),
                bad("quantile: q is neither a number nor a vector: f32[2], f32[1, 1]", () -> f(2).quantile(f(1, 1))),
                bad("nanquantile: nothing to choose from: f32[0]", () -> f(0).nanquantile(0.5)),
                bad(
                        "nanquantile: dimension 2 is outside -1..0: shape [2]",
                        () -> f(2).nanquantile(f(1), 2, false, QuantileMode.LOWER)));
    }

    private static Stream<Arguments> running() {
        return Stream.of(
                bad("cumsum: dimension 1 is outside -1..0: shape [2]", () -> f(2).cumsum(1)),
                bad(
                        "cumsum: bf16 and f16 are stored only, cast with to(DType.F32): bf16[2]",
                        () -> f(2).to(DType.BF16).cumsum(0)),
                bad("cumprod: dimension -2 is outside -1..0: shape [2]", () -> f(2).cumprod(-2)),
                bad("cummax: dimension 1 is outside -1..0: shape [2]", () -> f(2).cummax(1)),
                bad("cummin: dimension 1 is outside -1..0: shape []", () -> f().cummin(1)));
    }
}
