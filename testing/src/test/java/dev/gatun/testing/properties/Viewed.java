package dev.gatun.testing.properties;

import dev.gatun.autograd.Tensor;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;

/**
 * One view, and by hand what it shows.
 *
 * @param name of the method
 * @param sizes of the view
 * @param view of the tensor
 * @param source the index in the tensor of an index in the view
 */
record Viewed(String name, long[] sizes, UnaryOperator<Tensor> view, UnaryOperator<long[]> source) {
    private static final int MAX_RANK = 6;

    /** A view of a tensor of these sizes. */
    static Viewed any(SplittableRandom random, long... sizes) {
        int rank = sizes.length;
        int dim = rank == 0 ? 0 : random.nextInt(rank);
        int other = rank == 0 ? 0 : random.nextInt(rank);
        int kind = random.nextInt(8);
        if (rank == 0 || kind == 0) {
            return rank < MAX_RANK ? unsqueeze(random.nextInt(rank + 1), sizes) : transpose(dim, other, sizes);
        }
        return switch (kind) {
            case 1 -> transpose(dim, other, sizes);
            case 2 -> slice(random, dim, sizes);
            case 3 ->
                sizes[dim] > 0 ? select(random.nextInt((int) sizes[dim]), dim, sizes) : transpose(dim, other, sizes);
            case 4 -> expand(random.nextInt(1, 4), sizes);
            case 5 -> flatten(sizes);
            case 6 -> rank < MAX_RANK && sizes[dim] > 0 ? unfold(random, dim, sizes) : transpose(dim, other, sizes);
            default -> dim != other ? diagonal(dim, other, sizes) : transpose(dim, other, sizes);
        };
    }

    private static long[] with(long[] index, int dim, long value) {
        long[] changed = index.clone();
        changed[dim] = value;
        return changed;
    }

    private static long[] inserted(long[] index, int dim, long value) {
        long[] wider = new long[index.length + 1];
        System.arraycopy(index, 0, wider, 0, dim);
        wider[dim] = value;
        System.arraycopy(index, dim, wider, dim + 1, index.length - dim);
        return wider;
    }

    private static long[] without(long[] index, int dim) {
        long[] fewer = new long[index.length - 1];
        System.arraycopy(index, 0, fewer, 0, dim);
        System.arraycopy(index, dim + 1, fewer, dim, fewer.length - dim);
        return fewer;
    }

    private static long[] swapped(long[] index, int a, int b) {
        long[] turned = index.clone();
        turned[a] = index[b];
        turned[b] = index[a];
        return turned;
    }

    private static Viewed transpose(int a, int b, long... sizes) {
        return new Viewed("transpose", swapped(sizes, a, b), x -> x.transpose(a, b), at -> swapped(at, a, b));
    }

    private static Viewed unsqueeze(int dim, long... sizes) {
        return new Viewed("unsqueeze", inserted(sizes, dim, 1), x -> x.unsqueeze(dim), at -> without(at, dim));
    }

    private static Viewed slice(SplittableRandom random, int dim, long... sizes) {
        long start = random.nextLong(sizes[dim] + 1);
        long end = random.nextLong(start, sizes[dim] + 1);
        long step = random.nextLong(1, 3);
        long count = (end - start + step - 1) / step;
        return new Viewed(
                "slice",
                with(sizes, dim, count),
                x -> x.slice(dim, start, end, step),
                at -> with(at, dim, start + at[dim] * step));
    }

    private static Viewed select(long index, int dim, long... sizes) {
        return new Viewed("select", without(sizes, dim), x -> x.select(dim, index), at -> inserted(at, dim, index));
    }

    /** With a dimension in front, and dimensions of size 1 as long. */
    private static Viewed expand(long count, long... sizes) {
        boolean front = sizes.length < MAX_RANK;
        long[] to = Arrays.stream(front ? inserted(sizes, 0, count) : sizes)
                .map(size -> size == 1 ? count : size)
                .toArray();
        return new Viewed("expand", to, x -> x.expand(to), at -> {
            long[] from = front ? without(at, 0) : at.clone();
            for (int d = 0; d < from.length; d++) {
                from[d] = sizes[d] == 1 ? 0 : from[d];
            }
            return from;
        });
    }

    /** Every dimension of size 1 away: always a view. */
    private static Viewed flatten(long... sizes) {
        long[] to = Arrays.stream(sizes).filter(size -> size != 1).toArray();
        return new Viewed("squeeze", to, Tensor::squeeze, at -> {
            long[] from = new long[sizes.length];
            for (int d = 0, next = 0; d < from.length; d++) {
                from[d] = sizes[d] == 1 ? 0 : at[next++];
            }
            return from;
        });
    }

    private static Viewed unfold(SplittableRandom random, int dim, long... sizes) {
        long size = random.nextLong(1, sizes[dim] + 1);
        long step = random.nextLong(1, 3);
        long windows = (sizes[dim] - size) / step + 1;
        long[] to = inserted(with(sizes, dim, windows), sizes.length, size);
        return new Viewed("unfold", to, x -> x.unfold(dim, size, step), at -> {
            long[] from = Arrays.copyOf(at, at.length - 1);
            from[dim] = at[dim] * step + at[at.length - 1];
            return from;
        });
    }

    private static Viewed diagonal(int a, int b, long... sizes) {
        int first = Math.min(a, b);
        int second = Math.max(a, b);
        long[] rest = without(without(sizes, second), first);
        long[] to = inserted(rest, rest.length, Math.min(sizes[first], sizes[second]));
        return new Viewed("diagonal", to, x -> x.diagonal(0, first, second), at -> {
            long i = at[at.length - 1];
            return inserted(inserted(Arrays.copyOf(at, at.length - 1), first, i), second, i);
        });
    }
}
