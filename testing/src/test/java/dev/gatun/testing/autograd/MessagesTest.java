package dev.gatun.testing.autograd;

import static dev.gatun.testing.autograd.Mistakes.bad;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gatun.autograd.Index;
import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.Linalg;
import dev.gatun.autograd.ops.Loss;
import dev.gatun.autograd.ops.Norm;
import dev.gatun.autograd.ops.Random;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Device;
import dev.gatun.runtime.Reduction;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.memory.Net;
import dev.gatun.runtime.random.Generator;
import dev.gatun.testing.Memory;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Bad input ends in one clear line, before anything is computed, and leaves nothing behind. */
class MessagesTest {
    private static Tensor f(long... sizes) {
        return Tensor.zeros(sizes);
    }

    static Stream<Arguments> mistakes() {
        return Stream.of(
                        elements(),
                        products(),
                        shapes(),
                        others(),
                        IndexMistakes.all(),
                        ReduceMistakes.all(),
                        LinalgMistakes.all(),
                        FuzzedMistakes.all())
                .flatMap(mistakes -> mistakes);
    }

    private static Stream<Arguments> elements() {
        return Stream.of(
                bad(
                        "add: shapes do not broadcast: [2, 3] and [2, 4] differ at dimension 1",
                        () -> f(2, 3).add(f(2, 4))),
                bad(
                        "mul: bf16 and f16 are stored only, cast with to(DType.F32): bf16[2]",
                        () -> f(2).to(DType.BF16).mul(f(2))),
                bad(
                        "sub: bool has no arithmetic, cast it first: bool[1]",
                        () -> Tensor.of(true).sub(Tensor.of(false))),
                bad(
                        "remainder: an integer is divided by zero: i64[2], i64[2]",
                        () -> Tensor.of(1L, 2L).remainder(Tensor.of(3L, 0L))),
                bad(
                        "div: an integer is divided by zero: i64[1]",
                        () -> Tensor.of(1L).div(0, dev.gatun.autograd.ops.Rounding.FLOOR)),
                bad("bitwiseAnd: takes integers: f32[2]", () -> f(2).bitwiseAnd(f(2))),
                bad(
                        "fill_: no value of u8: 300",
                        () -> Tensor.zeros(DType.U8, 2).fill_(300)),
                bad(
                        "fill_: no value of i32: NaN",
                        () -> Tensor.zeros(DType.I32, 2).fill_(Double.NaN)),
                bad("full: no value of i64: 1.0E19", () -> Tensor.scalar(1e19, DType.I64)),
                bad(
                        "maskedFill: no value of u8: -256",
                        () -> Tensor.zeros(DType.U8, 2).maskedFill(Tensor.of(true, false), -256)),
                bad(
                        "bitwiseOr: 1.5 is not an integer: i64[1]",
                        () -> Tensor.of(1L).bitwiseOr(1.5)),
                bad("elu: takes f32 and f64: i64[1]", () -> Tensor.of(1L).elu(1)),
                bad("hypot: takes f32 and f64: i64[1]", () -> Tensor.of(1L).hypot(Tensor.of(1L))),
                bad("polygamma: the order -1 is negative: f32[2]", () -> f(2).polygamma(-1)),
                bad("maskedFill: the mask is bool: f32[2], f32[2]", () -> f(2).maskedFill(f(2), 0)),
                bad("prelu: weight is not [1] or [channels]: f32[2, 3], f32[2]", () -> f(2, 3).prelu(f(2))),
                bad("glu: dimension 0 is not even: f32[3]", () -> f(3).glu(0)),
                bad(
                        "neg: bool has no arithmetic, cast it first: bool[1]",
                        () -> Tensor.of(true).neg()),
                bad("where: the condition is bool: f32[2]", () -> Tensor.where(f(2), f(2), f(2))),
                bad(
                        "mean: takes f32 and f64: i64[3]",
                        () -> Tensor.of(1L, 2L, 3L).mean()),
                bad("max: nothing to choose from: f32[0]", () -> f(0).max()),
                bad("argmax: nothing to choose from: f32[2, 0]", () -> f(2, 0).argmax(1)),
                bad("sum: dimension 2 is outside -2..1: shape [2, 3]", () -> f(2, 3).sum(2)),
                bad("sum: a dimension appears twice: [0, -2] of shape [2, 3]", () -> f(2, 3).sum(0, -2)),
                bad("softmax: takes f32 and f64: i64[1]", () -> Tensor.of(1L).softmax(0)),
                bad("softmax: dimension 1 is outside -1..0: shape [3]", () -> f(3).softmax(1)));
    }

    private static Stream<Arguments> products() {
        return Stream.of(
                bad(
                        "matmul: inner sizes differ: f32[64, 784], f32[256, 10]",
                        () -> f(64, 784).matmul(f(256, 10))),
                bad("matmul: dtypes differ: f32[2, 3], f64[3, 2]", () -> f(2, 3).matmul(Tensor.zeros(DType.F64, 3, 2))),
                bad(
                        "matmul: bool has no arithmetic, cast it first: bool[1]",
                        () -> Tensor.of(true).matmul(Tensor.of(true))),
                bad(
                        "matmul: takes no rank 0: f32[], f32[2]",
                        () -> Tensor.scalar(1).matmul(f(2))),
                bad(
                        "linear: x has another count of features than weight [out, in]: f32[5, 3], f32[2, 4]",
                        () -> Linalg.linear(f(5, 3), f(2, 4), null)),
                bad("linear: bias is not [out]: f32[4], f32[2, 3]", () -> Linalg.linear(f(5, 3), f(2, 3), f(4))),
                bad(
                        "crossEntropy: counts of rows differ: f32[4, 10], i64[1]",
                        () -> Norm.crossEntropy(f(4, 10), Tensor.of(1L), Reduction.MEAN, -100)),
                bad(
                        "crossEntropy: an index is i64: f32[4]",
                        () -> Norm.crossEntropy(f(4, 10), f(4), Reduction.MEAN, -100)),
                bad(
                        "crossEntropy: target[1] is 10, classes are 0..9: logits f32[2, 10]",
                        () -> Norm.crossEntropy(f(2, 10), Tensor.of(1L, 10L), Reduction.MEAN, -100)),
                bad("mse: dtypes differ: f32[2], f64[2]", () -> Loss.mse(f(2), Tensor.of(1.0, 2.0), Reduction.MEAN)));
    }

    private static Stream<Arguments> shapes() {
        return Stream.of(
                bad("view: counts differ: f32[2, 3] has 6 elements, shape [4] has 4", () -> f(2, 3).view(4)),
                bad("view: no size fits for -1: [4, -1] of f32[2, 3]", () -> f(2, 3).view(4, -1)),
                bad("view: a size is negative, or -1 twice: [-1, -1] of f32[2, 3]", () -> f(2, 3).view(-1, -1)),
                bad(
                        "view: no strides describe it, use reshape: f32[3, 2] with strides [1, 3], shape [6]",
                        () -> f(2, 3).t().view(6)),
                bad("expand: cannot expand [2, 3] to [2, 4]", () -> f(2, 3).expand(2, 4)),
                bad("select: index 3 is outside -3..2 in dimension 0: f32[3]", () -> f(3).select(0, 3)),
                bad("narrow: start 1 and length 3 leave dimension 0: f32[3]", () -> f(3).narrow(0, 1, 3)),
                bad("slice: step is below 1: 0", () -> f(3).slice(0, 0, 3, 0)),
                bad("index: 2 indexes for rank 1: f32[3]", () -> f(3).index(Index.at(0), Index.at(0))),
                bad("permute: a dimension appears twice: [0, 0] of f32[2, 3]", () -> f(2, 3).permute(0, 0)),
                bad("t: takes a matrix at most: f32[1, 1, 1]", () -> f(1, 1, 1).t()),
                bad(
                        "indexSelect: the index is not a vector: i64[1, 1]",
                        () -> f(3).indexSelect(0, Tensor.zeros(DType.I64, 1, 1))),
                bad(
                        "indexSelect: index[1] is 3, rows are 0..2: x f32[3]",
                        () -> f(3).indexSelect(0, Tensor.of(0L, 3L))),
                bad("shape: a size is negative: [-1]", () -> f(-1)),
                bad("shape: rank is above 8: [1, 1, 1, 1, 1, 1, 1, 1, 1]", () -> f(1, 1, 1, 1, 1, 1, 1, 1, 1)),
                bad("shape: too many elements: [4294967296, 4294967296]", () -> f(1L << 32, 1L << 32)));
    }

    private static Stream<Arguments> others() {
        return Stream.of(
                bad("item: not a single element: f32[2]", () -> f(2).item()),
                bad(
                        "itemLong: takes integers and bool: f32[]",
                        () -> Tensor.scalar(1).itemLong()),
                bad(
                        "of: inner arrays differ in length: 2 and 1 at depth 1",
                        () -> Tensor.of(new float[][] {{1, 2}, {3}})),
                bad("randint: not a range: low 3, high 3", () -> Tensor.randint(3, 3, 2)),
                bad("uniform_: not a range: low 1.0, high 0.0", () -> f(2).uniform_(1, 0)),
                bad("normal_: the deviation is negative: -1.0", () -> f(2).normal_(0, -1)),
                bad("dropout: not a probability: 1.5", () -> Random.dropout(f(2), 1.5, new Generator(1))),
                bad("arange: the step leads away: start 0, end 3, step -1", () -> Tensor.arange(0, 3, -1)),
                bad("split: size is below 1: 0", () -> f(3).split(0, 0)),
                bad("threads: not within 1..256: 0", () -> Device.cpu().setThreads(0)));
    }

    @BeforeAll
    static void settle() {
        Memory.settle();
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void mistake_anywhere_isOneClearLineAndLeavesNothing(String message, Runnable call) {
        long used = Device.cpu().memory().used();
        long watched = Net.count();
        try (Scope scope = Scope.open()) {
            assertEquals(
                    message,
                    assertThrows(IllegalArgumentException.class, call::run).getMessage());
        }
        assertEquals(used, Device.cpu().memory().used(), "bytes");
        assertEquals(watched, Net.count(), "handles");
    }

    @Test
    void released_anyUse_namesTheCure() {
        try (Scope scope = Scope.open()) {
            Tensor x = Tensor.of(1f, 2f);
            x.release();
            String rest =
                    ": f32[2] was released, by its scope's end or by release(); scope.keep(tensor) lets one leave its"
                            + " scope";
            released("mul" + rest, () -> x.mul(2));
            released("add" + rest, () -> Tensor.of(1f, 2f).add(x));
            released("backward" + rest, x::backward);
            released("requiresGrad_" + rest, () -> x.requiresGrad_());
            x.release();
        }
    }

    private static void released(String message, Runnable use) {
        assertEquals(
                message, assertThrows(IllegalStateException.class, use::run).getMessage());
    }
}
