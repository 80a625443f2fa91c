package dev.gatun.testing.autograd;

import dev.gatun.autograd.Autograd;
import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.Attention;
import dev.gatun.autograd.ops.Elementwise;
import dev.gatun.autograd.ops.Image;
import dev.gatun.autograd.ops.Interpolation;
import dev.gatun.autograd.ops.PadMode;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Layout;
import dev.gatun.runtime.Shape;
import java.nio.CharBuffer;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** Mistakes that random calls made, with what is said; {@link MessagesTest} makes them again. */
final class FuzzedMistakes {
    private static final long MOST = Long.MAX_VALUE;

    private FuzzedMistakes() {}

    private static Arguments bad(String message, Runnable call) {
        return Arguments.of(message, call);
    }

    private static Tensor f(long... sizes) {
        return Tensor.zeros(sizes);
    }

    static Stream<Arguments> all() {
        return Stream.of(created(), lists(), sizes(), others()).flatMap(s -> s);
    }

    private static Stream<Arguments> created() {
        return Stream.of(
                bad("of: an inner array is null: at depth 1", () -> Tensor.of(new float[][] {{1}, null})),
                bad("of: an inner array is null: at depth 1", () -> Tensor.of(new float[][] {null})),
                bad("of: an inner array is null: at depth 2", () -> Tensor.of(new long[][][] {{{1}}, {null}})),
                bad(
                        "of: no dtype for a buffer of this type: HeapCharBuffer",
                        () -> Tensor.ofBuffer(CharBuffer.allocate(0))),
                bad(
                        "arange: too many elements: start -9223372036854775808, end 9223372036854775807, step 1",
                        () -> Tensor.arange(Long.MIN_VALUE, MOST, 1)),
                bad("shape: too many elements: [9223372036854775807, 2]", () -> Tensor.trilIndices(MOST, 2, 0)));
    }

    private static Stream<Arguments> lists() {
        return Stream.of(
                bad("stack: nothing to join: no tensors", Tensor::stack),
                bad("meshgrid: nothing to join: no tensors", Tensor::meshgrid),
                bad("cartesianProd: nothing to join: no tensors", Tensor::cartesianProd),
                bad(
                        "grad: counts differ: 2 outputs, 1 gradOutputs",
                        () -> Autograd.grad(List.of(f(1), f(1)), List.of(f(1)), List.of(f(1)), false, false)));
    }

    private static Stream<Arguments> sizes() {
        return Stream.of(
                bad("repeatInterleave: too many elements: f32[2], i64[2]", () -> f(2).repeatInterleave(MOST, 0)),
                bad(
                        "pad: too many elements: [9223372036854775807, 9223372036854775807] of f32[3]",
                        () -> f(3).pad(MOST, MOST)),
                bad(
                        "pad: too many elements: [2147483647, 9223372036854775807] of f32[3]",
                        () -> f(3).pad(PadMode.REPLICATE, Integer.MAX_VALUE, MOST)),
                bad(
                        "unbind: too many parts for a list: 1099511627776 of f32[1099511627776]",
                        () -> f(1).expand(1L << 40).unbind(0)),
                bad(
                        "split: too many parts for a list: 1099511627776 of f32[1099511627776]",
                        () -> f(1).expand(1L << 40).split(1, 0)),
                bad("chunk: too many chunks for a list: 2147483647", () -> f(0).chunk(Integer.MAX_VALUE, 0)),
                bad(
                        "bincount: a number is too large: i64[1]",
                        () -> Tensor.of(MOST).bincount()),
                bad(
                        "oneHot: the number of classes is below 1: -9223372036854775808",
                        () -> Tensor.of(MOST).oneHot(-1)),
                bad(
                        "interpolate: size is outside 1..2147483647: [1099511627776]",
                        () -> Image.interpolate(f(1, 1, 2), Interpolation.toSize(1L << 40))),
                bad(
                        "cloneAs: not a layout of that shape: f32[2], layout " + Layout.contiguous(Shape.of(3)),
                        () -> Elementwise.cloneAs(f(2), Layout.contiguous(Shape.of(3)))),
                bad(
                        "alias: the layout leaves the storage of f32[2]: " + Layout.contiguous(Shape.of(1L << 40)),
                        () -> f(2).alias(Layout.contiguous(Shape.of(1L << 40)))));
    }

    private static Stream<Arguments> others() {
        return Stream.of(
                bad("celu_: alpha is 0: f32[2]", () -> dev.gatun.autograd.ops.Activation.celu_(f(2), 0)),
                bad("logit_: eps -1.0 is negative: f32[2]", () -> f(2).logit_(-1)),
                bad(
                        "interpolate: alignCorners is for linear and cubic modes: NEAREST",
                        () -> new Interpolation(List.of(1L), List.of(), Interpolation.Mode.NEAREST, true)),
                bad(
                        "scaledDotProductAttention: takes a mask or isCausal, not both: mask bool[2, 2]",
                        () -> Attention.scaledDotProductAttention(
                                f(1, 2, 2), f(1, 2, 2), f(1, 2, 2), Tensor.zeros(DType.BOOL, 2, 2), 0, true)));
    }
}
