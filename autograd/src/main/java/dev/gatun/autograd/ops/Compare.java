package dev.gatun.autograd.ops;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.CompareOp;

/** Comparisons: BOOL, without a gradient. With NaN a comparison is false, but true for "not equal". */
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
}
