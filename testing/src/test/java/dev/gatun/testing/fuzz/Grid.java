package dev.gatun.testing.fuzz;

import dev.gatun.runtime.DType;
import dev.gatun.runtime.Shape;
import dev.gatun.testing.naive.NaiveIndex;
import java.util.Arrays;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * Numbers in row-major order, for loops as in the textbook.
 *
 * @param sizes of the dimensions
 * @param values of the elements
 */
record Grid(long[] sizes, double[] values) {
    static Grid of(Snapshot x) {
        return new Grid(x.shape().toArray(), x.numbers());
    }

    /** A single number. */
    static Grid of(double value) {
        return new Grid(new long[0], new double[] {value});
    }

    /** Numbers by their index. */
    static Grid make(long[] sizes, ToDoubleFunction<long[]> element) {
        int count = Math.toIntExact(Shape.of(sizes).count());
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = element.applyAsDouble(NaiveIndex.indexOf(i, sizes));
        }
        return new Grid(sizes.clone(), values);
    }

    int rank() {
        return sizes.length;
    }

    long size(int dim) {
        return sizes[dim];
    }

    double at(long... index) {
        return values[NaiveIndex.positionOf(index, sizes)];
    }

    /** The element that an index of something it broadcasts to sees. */
    double spread(long... index) {
        long[] own = new long[rank()];
        for (int d = 0; d < own.length; d++) {
            own[d] = sizes[d] == 1 ? 0 : index[index.length - own.length + d];
        }
        return at(own);
    }

    /** The elements by an index of other sizes, from the index of the element here. */
    Grid moved(long[] to, Function<long[], long[]> source) {
        return make(to, index -> at(source.apply(index)));
    }

    /** Dimensions in another order. */
    Grid permuted(int... order) {
        long[] to = new long[rank()];
        Arrays.setAll(to, i -> sizes[order[i]]);
        return moved(to, index -> {
            long[] own = new long[order.length];
            for (int i = 0; i < order.length; i++) {
                own[order[i]] = index[i];
            }
            return own;
        });
    }

    Grid swapped(int a, int b) {
        int[] order = new int[rank()];
        Arrays.setAll(order, i -> i == a ? b : i == b ? a : i);
        return permuted(order);
    }

    /** The same elements under other sizes. */
    Grid under(long... other) {
        return new Grid(other, values);
    }

    /** The last two dimensions' product with another's, in batches that broadcast. */
    Grid times(Grid other) {
        int rank = Math.max(rank(), other.rank());
        long[] to = new long[rank];
        for (int i = 1; i <= rank; i++) {
            long a = i <= rank() ? sizes[rank() - i] : 1;
            long b = i <= other.rank() ? other.sizes[other.rank() - i] : 1;
            to[rank - i] = i == 1 ? b : i == 2 ? a : a == 1 ? b : a;
        }
        long inner = sizes[rank() - 1];
        return make(to, index -> {
            double sum = 0;
            for (long k = 0; k < inner; k++) {
                sum += spread(with(index, rank - 1, k)) * other.spread(with(index, rank - 2, k));
            }
            return sum;
        });
    }

    /** All magnitudes. */
    Grid abs() {
        return new Grid(sizes, Arrays.stream(values).map(Math::abs).toArray());
    }

    static long[] with(long[] index, int dim, long value) {
        long[] other = index.clone();
        other[dim] = value;
        return other;
    }

    /** An index without one of its dimensions. */
    static long[] without(long[] index, int dim) {
        long[] other = new long[index.length - 1];
        for (int i = 0; i < other.length; i++) {
            other[i] = index[i < dim ? i : i + 1];
        }
        return other;
    }

    /** An index with one dimension more. */
    static long[] inserted(long[] index, int dim, long value) {
        long[] other = new long[index.length + 1];
        for (int i = 0; i < other.length; i++) {
            other[i] = i < dim ? index[i] : i == dim ? value : index[i - 1];
        }
        return other;
    }

    /** The sizes that several broadcast to. */
    static long[] common(Grid... all) {
        long[] to = new long[Arrays.stream(all).mapToInt(Grid::rank).max().orElse(0)];
        Arrays.fill(to, 1);
        for (Grid x : all) {
            for (int i = 1; i <= x.rank(); i++) {
                long size = x.sizes[x.rank() - i];
                to[to.length - i] = size == 1 ? to[to.length - i] : size;
            }
        }
        return to;
    }

    /** The elements as a dtype holds them. */
    Grid as(DType dtype) {
        return dtype == DType.F32
                ? new Grid(sizes, Arrays.stream(values).map(v -> (float) v).toArray())
                : this;
    }

    @Override
    public String toString() {
        return Arrays.toString(sizes) + " " + Arrays.toString(values);
    }
}
