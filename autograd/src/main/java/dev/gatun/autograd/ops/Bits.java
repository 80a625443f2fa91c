package dev.gatun.autograd.ops;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.kernels.BinaryOp;
import dev.gatun.runtime.kernels.CompareOp;
import dev.gatun.runtime.kernels.UnaryOp;
import java.util.function.BiFunction;

/**
 * Operations on the bits of integers, and of BOOL where that has a meaning; without a gradient. The counterparts are
 * those of {@code torch}, as {@code torch.bitwise_and}.
 *
 * {@snippet :
 * Tensor x = Tensor.of(12, 10);
 * System.out.println(Bits.bitwiseAnd(x, 6)); // tensor([4, 2], dtype=torch.int32)
 * System.out.println(Bits.bitwiseLeftShift(x, 2)); // tensor([48, 40], dtype=torch.int32)
 * }
 */
public final class Bits {
    private Bits() {}

    /** Every bit the other; "not" of BOOL. Shape of x and its dtype. {@code torch.bitwise_not}. */
    public static Tensor bitwiseNot(Tensor x) {
        if (x.dtype() == DType.BOOL) {
            return Compare.logicalNot(x);
        }
        Checks.integers("bitwiseNot", x);
        Tensor y = x.newEmpty(); // [*]
        x.device().kernels().elementwise().unary(UnaryOp.BITWISE_NOT, x, y, 0, 0);
        return y;
    }

    /** The bits that both have, broadcast and promoted; integers or BOOL. {@code torch.bitwise_and}. */
    public static Tensor bitwiseAnd(Tensor x, Tensor y) {
        return bits("bitwiseAnd", BinaryOp.BITWISE_AND, CompareOp.LOGICAL_AND, x, y);
    }

    /** The bits that both have. */
    public static Tensor bitwiseAnd(Tensor x, Number y) {
        return bitwiseAnd(x, wholeFor("bitwiseAnd", x, y));
    }

    /** The bits that either has, broadcast and promoted; integers or BOOL. {@code torch.bitwise_or}. */
    public static Tensor bitwiseOr(Tensor x, Tensor y) {
        return bits("bitwiseOr", BinaryOp.BITWISE_OR, CompareOp.LOGICAL_OR, x, y);
    }

    /** The bits that either has. */
    public static Tensor bitwiseOr(Tensor x, Number y) {
        return bitwiseOr(x, wholeFor("bitwiseOr", x, y));
    }

    /** The bits that one has, broadcast and promoted; integers or BOOL. {@code torch.bitwise_xor}. */
    public static Tensor bitwiseXor(Tensor x, Tensor y) {
        return bits("bitwiseXor", BinaryOp.BITWISE_XOR, CompareOp.LOGICAL_XOR, x, y);
    }

    /** The bits that one has. */
    public static Tensor bitwiseXor(Tensor x, Number y) {
        return bitwiseXor(x, wholeFor("bitwiseXor", x, y));
    }

    /** x times 2^y; a y outside of the width gives 0; broadcast and promoted integers. {@code torch.bitwise_left_shift}. */
    public static Tensor bitwiseLeftShift(Tensor x, Tensor y) {
        return Elementwise.integers("bitwiseLeftShift", BinaryOp.SHIFT_LEFT, x, y);
    }

    /** x times 2^y; a y outside of the width gives 0. */
    public static Tensor bitwiseLeftShift(Tensor x, Number y) {
        return bitwiseLeftShift(x.dtype() == DType.BOOL ? x.to(DType.I64) : x, wholeFor("bitwiseLeftShift", x, y));
    }

    /** x times 2^y; a y outside of the width gives 0. */
    public static Tensor bitwiseLeftShift(Number x, Tensor y) {
        return bitwiseLeftShift(wholeFor("bitwiseLeftShift", y, x), y.dtype() == DType.BOOL ? y.to(DType.I64) : y);
    }

    /** x over 2^y, rounded down; a y outside of the width leaves the sign; broadcast and promoted integers. {@code torch.bitwise_right_shift}. */
    public static Tensor bitwiseRightShift(Tensor x, Tensor y) {
        return Elementwise.integers("bitwiseRightShift", BinaryOp.SHIFT_RIGHT, x, y);
    }

    /** x over 2^y, rounded down; a y outside of the width leaves the sign. */
    public static Tensor bitwiseRightShift(Tensor x, Number y) {
        return bitwiseRightShift(x.dtype() == DType.BOOL ? x.to(DType.I64) : x, wholeFor("bitwiseRightShift", x, y));
    }

    /** x over 2^y, rounded down; a y outside of the width leaves the sign. */
    public static Tensor bitwiseRightShift(Number x, Tensor y) {
        return bitwiseRightShift(wholeFor("bitwiseRightShift", y, x), y.dtype() == DType.BOOL ? y.to(DType.I64) : y);
    }

    private static Tensor bits(String op, BinaryOp row, CompareOp ofBool, Tensor x, Tensor y) {
        boolean isBool = x.dtype() == DType.BOOL && y.dtype() == DType.BOOL;
        if (isBool) {
            return Elementwise.compare(op, ofBool, x, y);
        }
        return Elementwise.integers(
                op, row, x.dtype() == DType.BOOL ? x.to(y.dtype()) : x, y.dtype() == DType.BOOL ? y.to(x.dtype()) : y);
    }

    /** A whole number as a tensor of rank 0. */
    private static Tensor wholeFor(String op, Tensor x, Number value) {
        Checks.require(!Elementwise.isFractional(value), op, value + " is not an integer", x);
        return Elementwise.scalarFor(op, x, value);
    }

    private static Tensor inPlace(String op, Tensor x, Tensor y, BiFunction<Tensor, Tensor, Tensor> function) {
        y.layout().expand(op, x.shape());
        return InPlace.of(op, x, from -> function.apply(from, y));
    }

    /** In place: every bit the other. */
    public static Tensor bitwiseNot_(Tensor x) {
        return InPlace.of(UnaryOp.BITWISE_NOT, x, Bits::bitwiseNot);
    }

    /** In place: the bits that both have; y broadcasts to x. */
    public static Tensor bitwiseAnd_(Tensor x, Tensor y) {
        return inPlace("bitwiseAnd_", x, y, Bits::bitwiseAnd);
    }

    /** In place: the bits that both have. */
    public static Tensor bitwiseAnd_(Tensor x, Number y) {
        return InPlace.of("bitwiseAnd_", x, from -> bitwiseAnd(from, y));
    }

    /** In place: the bits that either has; y broadcasts to x. */
    public static Tensor bitwiseOr_(Tensor x, Tensor y) {
        return inPlace("bitwiseOr_", x, y, Bits::bitwiseOr);
    }

    /** In place: the bits that either has. */
    public static Tensor bitwiseOr_(Tensor x, Number y) {
        return InPlace.of("bitwiseOr_", x, from -> bitwiseOr(from, y));
    }

    /** In place: the bits that one has; y broadcasts to x. */
    public static Tensor bitwiseXor_(Tensor x, Tensor y) {
        return inPlace("bitwiseXor_", x, y, Bits::bitwiseXor);
    }

    /** In place: the bits that one has. */
    public static Tensor bitwiseXor_(Tensor x, Number y) {
        return InPlace.of("bitwiseXor_", x, from -> bitwiseXor(from, y));
    }

    /** In place: x times 2^y; y broadcasts to x. */
    public static Tensor bitwiseLeftShift_(Tensor x, Tensor y) {
        return inPlace("bitwiseLeftShift_", x, y, Bits::bitwiseLeftShift);
    }

    /** In place: x times 2^y. */
    public static Tensor bitwiseLeftShift_(Tensor x, Number y) {
        return InPlace.of("bitwiseLeftShift_", x, from -> bitwiseLeftShift(from, y));
    }

    /** In place: x over 2^y, rounded down; y broadcasts to x. */
    public static Tensor bitwiseRightShift_(Tensor x, Tensor y) {
        return inPlace("bitwiseRightShift_", x, y, Bits::bitwiseRightShift);
    }

    /** In place: x over 2^y, rounded down. */
    public static Tensor bitwiseRightShift_(Tensor x, Number y) {
        return InPlace.of("bitwiseRightShift_", x, from -> bitwiseRightShift(from, y));
    }
}
