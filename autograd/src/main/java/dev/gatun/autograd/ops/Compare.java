package dev.gatun.autograd.ops;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.kernels.CompareOp;

/**
 * Comparisons and logic: BOOL, without a gradient. With NaN a comparison is false, but true for "not equal"; in logic it
 * is other than 0, and so true. The counterparts are those of {@code torch}, as {@code torch.eq}.
 *
 * {@snippet :
 * Tensor x = Tensor.of(1f, Float.NaN, 3f);
 * System.out.println(Compare.ge(x, 1)); // tensor([ True, False, True])
 * System.out.println(Compare.isnan(x)); // tensor([False, True, False])
 * }
 */
public final class Compare {
    private Compare() {}

    /** BOOL: x == y, broadcast and promoted. */
    public static Tensor eq(Tensor x, Tensor y) {
        return Elementwise.compare("eq", CompareOp.EQ, x, y);
    }

    /** BOOL: x == y. */
    public static Tensor eq(Tensor x, Number y) {
        return Elementwise.compare("eq", CompareOp.EQ, x, y);
    }

    /** BOOL: x != y, broadcast and promoted. */
    public static Tensor ne(Tensor x, Tensor y) {
        return Elementwise.compare("ne", CompareOp.NE, x, y);
    }

    /** BOOL: x != y. */
    public static Tensor ne(Tensor x, Number y) {
        return Elementwise.compare("ne", CompareOp.NE, x, y);
    }

    /** BOOL: x &lt; y, broadcast and promoted. */
    public static Tensor lt(Tensor x, Tensor y) {
        return Elementwise.compare("lt", CompareOp.LT, x, y);
    }

    /** BOOL: x &lt; y. */
    public static Tensor lt(Tensor x, Number y) {
        return Elementwise.compare("lt", CompareOp.LT, x, y);
    }

    /** BOOL: x &lt;= y, broadcast and promoted. */
    public static Tensor le(Tensor x, Tensor y) {
        return Elementwise.compare("le", CompareOp.LE, x, y);
    }

    /** BOOL: x &lt;= y. */
    public static Tensor le(Tensor x, Number y) {
        return Elementwise.compare("le", CompareOp.LE, x, y);
    }

    /** BOOL: x &gt; y, broadcast and promoted. */
    public static Tensor gt(Tensor x, Tensor y) {
        return Elementwise.compare("gt", CompareOp.GT, x, y);
    }

    /** BOOL: x &gt; y. */
    public static Tensor gt(Tensor x, Number y) {
        return Elementwise.compare("gt", CompareOp.GT, x, y);
    }

    /** BOOL: x &gt;= y, broadcast and promoted. */
    public static Tensor ge(Tensor x, Tensor y) {
        return Elementwise.compare("ge", CompareOp.GE, x, y);
    }

    /** BOOL: x &gt;= y. */
    public static Tensor ge(Tensor x, Number y) {
        return Elementwise.compare("ge", CompareOp.GE, x, y);
    }

    /** BOOL: x != 0 and y != 0, broadcast. {@code torch.logical_and}. */
    public static Tensor logicalAnd(Tensor x, Tensor y) {
        return Elementwise.compare("logicalAnd", CompareOp.LOGICAL_AND, x, y);
    }

    /** BOOL: x != 0 or y != 0, broadcast. {@code torch.logical_or}. */
    public static Tensor logicalOr(Tensor x, Tensor y) {
        return Elementwise.compare("logicalOr", CompareOp.LOGICAL_OR, x, y);
    }

    /** BOOL: one of x and y is not 0, broadcast. {@code torch.logical_xor}. */
    public static Tensor logicalXor(Tensor x, Tensor y) {
        return Elementwise.compare("logicalXor", CompareOp.LOGICAL_XOR, x, y);
    }

    /** BOOL: x == 0. {@code torch.logical_not}. */
    public static Tensor logicalNot(Tensor x) {
        return Elementwise.compare("logicalNot", CompareOp.EQ, x, 0);
    }

    /** BOOL: whether x is NaN. {@code torch.isnan}. */
    public static Tensor isnan(Tensor x) {
        return Elementwise.compare("isnan", CompareOp.NE, x, x);
    }

    /** BOOL: whether x is infinite, of either sign. {@code torch.isinf}. */
    public static Tensor isinf(Tensor x) {
        return ofMagnitude("isinf", CompareOp.ABS_EQ, x, false);
    }

    /** BOOL: whether x is neither infinite nor NaN. {@code torch.isfinite}. */
    public static Tensor isfinite(Tensor x) {
        return ofMagnitude("isfinite", CompareOp.ABS_LT, x, true);
    }

    private static Tensor ofMagnitude(String op, CompareOp row, Tensor x, boolean ofIntegers) {
        Checks.computable(op, x);
        return x.dtype().isFloating()
                ? Elementwise.compare(op, row, x, Double.POSITIVE_INFINITY)
                : Create.full(x.device(), DType.BOOL, x.shape(), ofIntegers ? 1 : 0);
    }

    /** In place: 1 where x == y, else 0. */
    public static Tensor eq_(Tensor x, Tensor y) {
        return InPlace.of("eq_", x, from -> eq(from, y));
    }

    /** In place: 1 where x == y, else 0. */
    public static Tensor eq_(Tensor x, Number y) {
        return InPlace.of("eq_", x, from -> eq(from, y));
    }

    /** In place: 1 where x != y, else 0. */
    public static Tensor ne_(Tensor x, Tensor y) {
        return InPlace.of("ne_", x, from -> ne(from, y));
    }

    /** In place: 1 where x != y, else 0. */
    public static Tensor ne_(Tensor x, Number y) {
        return InPlace.of("ne_", x, from -> ne(from, y));
    }

    /** In place: 1 where x &lt; y, else 0. */
    public static Tensor lt_(Tensor x, Tensor y) {
        return InPlace.of("lt_", x, from -> lt(from, y));
    }

    /** In place: 1 where x &lt; y, else 0. */
    public static Tensor lt_(Tensor x, Number y) {
        return InPlace.of("lt_", x, from -> lt(from, y));
    }

    /** In place: 1 where x &lt;= y, else 0. */
    public static Tensor le_(Tensor x, Tensor y) {
        return InPlace.of("le_", x, from -> le(from, y));
    }

    /** In place: 1 where x &lt;= y, else 0. */
    public static Tensor le_(Tensor x, Number y) {
        return InPlace.of("le_", x, from -> le(from, y));
    }

    /** In place: 1 where x &gt; y, else 0. */
    public static Tensor gt_(Tensor x, Tensor y) {
        return InPlace.of("gt_", x, from -> gt(from, y));
    }

    /** In place: 1 where x &gt; y, else 0. */
    public static Tensor gt_(Tensor x, Number y) {
        return InPlace.of("gt_", x, from -> gt(from, y));
    }

    /** In place: 1 where x &gt;= y, else 0. */
    public static Tensor ge_(Tensor x, Tensor y) {
        return InPlace.of("ge_", x, from -> ge(from, y));
    }

    /** In place: 1 where x &gt;= y, else 0. */
    public static Tensor ge_(Tensor x, Number y) {
        return InPlace.of("ge_", x, from -> ge(from, y));
    }

    /** In place: 1 where both are not 0, else 0. */
    public static Tensor logicalAnd_(Tensor x, Tensor y) {
        return InPlace.of("logicalAnd_", x, from -> logicalAnd(from, y));
    }

    /** In place: 1 where either is not 0, else 0. */
    public static Tensor logicalOr_(Tensor x, Tensor y) {
        return InPlace.of("logicalOr_", x, from -> logicalOr(from, y));
    }

    /** In place: 1 where one is not 0, else 0. */
    public static Tensor logicalXor_(Tensor x, Tensor y) {
        return InPlace.of("logicalXor_", x, from -> logicalXor(from, y));
    }

    /** In place: 1 where x is 0, else 0. */
    public static Tensor logicalNot_(Tensor x) {
        return InPlace.of("logicalNot_", x, Compare::logicalNot);
    }
}
