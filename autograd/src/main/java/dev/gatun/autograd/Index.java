package dev.gatun.autograd;

/**
 * One place between the brackets of {@code x[0, :, 1:3, ...]}. The counterpart is what stands between the brackets of
 * {@code torch.Tensor}.
 *
 * {@snippet :
 * Tensor x = Tensor.arange(12).view(3, 4);
 * System.out.println(x.index(Index.at(1))); // tensor([4, 5, 6, 7])
 * System.out.println(x.index(Index.all(), Index.range(0, 4, 2)).shape()); // [3, 2]
 * x.set(List.of(Index.ellipsis(), Index.at(-1)), 0); // x[..., -1] = 0
 * }
 */
public sealed interface Index {
    /** One index, whose dimension goes away; negative counts from the end. */
    record At(long index) implements Index {}

    /** From start up to, not including, end, in steps; negative ones count from the end. */
    record Slice(long start, long end, long step) implements Index {}

    /** A new dimension of size 1; {@code None}. */
    record NewAxis() implements Index {}

    /** As many whole dimensions as are left; {@code ...}. */
    record Ellipsis() implements Index {}

    /**
     * A tensor of indexes (I64), which goes along a dimension, or a mask (BOOL), which has the sizes of as many dimensions
     * as it has itself.
     */
    record Of(Tensor tensor) implements Index {}

    /** One index. */
    static Index at(long index) {
        return new At(index);
    }

    /** A whole dimension; {@code :}. */
    static Index all() {
        return new Slice(0, Long.MAX_VALUE, 1);
    }

    /** {@code start:end}. */
    static Index range(long start, long end) {
        return new Slice(start, end, 1);
    }

    /** {@code start:end:step}; step at least 1. */
    static Index range(long start, long end, long step) {
        return new Slice(start, end, step);
    }

    /** A new dimension of size 1. */
    static Index newAxis() {
        return new NewAxis();
    }

    /** As many whole dimensions as are left. */
    static Index ellipsis() {
        return new Ellipsis();
    }

    /** The indexes that an I64 tensor holds (negative ones count from the end), or where a BOOL tensor is set. */
    static Index of(Tensor tensor) {
        return new Of(tensor);
    }

    /** These indexes, which become one dimension; negative ones count from the end. */
    static Index of(long... indexes) {
        return new Of(Tensor.of(indexes));
    }
}
