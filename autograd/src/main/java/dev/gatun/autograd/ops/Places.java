package dev.gatun.autograd.ops;

import dev.gatun.autograd.Index;
import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Device;
import dev.gatun.runtime.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Where tensors of indexes point: the dimensions that they stand for are brought together and taken as one. It holds no
 * tensor, so that rules may keep it.
 */
final class Places {
    final Shape before; // of what the ranges leave
    final int[] order; // its dimensions, with those that are indexed together
    final int first; // of these
    final int joined; // how many they are
    final Shape result;

    /** Places, and the indexes into the dimensions that are taken as one: I64 [n]. */
    record Indexed(Places places, Tensor linear) {}

    private Places(Shape before, int[] order, int first, int joined, Shape result) {
        this.before = before;
        this.order = order;
        this.first = first;
        this.joined = joined;
        this.result = result;
    }

    /** All of x taken as one dimension. */
    static Indexed ofFlat(Tensor x, Tensor index) {
        Shape shape = x.shape();
        int[] order = new int[shape.rank()];
        Arrays.setAll(order, d -> d);
        return new Indexed(new Places(shape, order, 0, order.length, index.shape()), linear(x, x.count(), index));
    }

    /** The usual x[index]. */
    private static Indexed ofFirst(Tensor x, Tensor index) {
        long[] sizes = x.shape().toArray();
        long[] result = new long[sizes.length - 1 + index.rank()];
        System.arraycopy(index.shape().toArray(), 0, result, 0, index.rank());
        System.arraycopy(sizes, 1, result, index.rank(), sizes.length - 1);
        int[] order = new int[sizes.length];
        Arrays.setAll(order, d -> d);
        return new Indexed(new Places(x.shape(), order, 0, 1, Shape.of(result)), linear(x, sizes[0], index));
    }

    private static Tensor linear(Tensor x, long size, Tensor index) {
        Checks.sameDevice("index", x, index);
        Tensor linear = Tensor.empty(x.device(), DType.I64, index.shape());
        x.device().kernels().index().linear(true, index, size, linear);
        return index.rank() == 1 ? linear : View.detach(View.view(linear, index.count()));
    }

    /** An index of the CPU may be used on every device. */
    private static Tensor beside(Tensor x, Tensor index) {
        return index.device() == x.device() || index.device() != Device.cpu() ? index : index.to(x.device());
    }

    static Indexed of(Tensor x, Index... at) {
        int whole = x.rank() - View.consumed(x, at);
        if (at.length == 1 && at[0] instanceof Index.Of of && of.tensor().dtype() == DType.I64) {
            return ofFirst(x, beside(x, of.tensor()));
        }
        Tensor viewed = ranges(x.detach(), at);
        boolean[] indexed = new boolean[viewed.rank()];
        List<Tensor> tensors = new ArrayList<>();
        List<Long> sizes = new ArrayList<>();
        Shape broadcast = Shape.scalar();
        int dim = 0;
        for (Index i : at) {
            switch (i) {
                case Index.At one -> {}
                case Index.Slice s -> dim++;
                case Index.NewAxis axis -> dim++;
                case Index.Ellipsis rest -> dim += whole;
                case Index.Of of -> {
                    Tensor index = flatIndex(viewed, dim, beside(viewed, of.tensor()));
                    broadcast = Shape.broadcast("index", broadcast, index.shape());
                    long size = 1;
                    for (int d = 0; d < dimensions(of.tensor()); d++) {
                        size *= viewed.size(dim);
                        indexed[dim++] = true;
                    }
                    tensors.add(index);
                    sizes.add(size);
                }
            }
        }
        Tensor linear = Tensor.empty(x.device(), DType.I64, broadcast);
        for (int i = 0; i < tensors.size(); i++) {
            Tensor index = View.expand(tensors.get(i), broadcast.toArray());
            x.device().kernels().index().linear(i == 0, index, sizes.get(i), linear);
        }
        return joined(viewed.shape(), indexed, broadcast, linear);
    }

    /** Indexes into the dimensions that a tensor stands for, taken as one. */
    private static Tensor flatIndex(Tensor x, int dim, Tensor index) {
        Checks.sameDevice("index", x, index);
        if (index.dtype() != DType.BOOL) {
            return index;
        }
        for (int d = 0; d < index.rank(); d++) {
            Checks.require(
                    index.size(d) == x.size(dim + d), "index", "the mask does not fit at dimension " + dim, index, x);
        }
        return Mask.places(index);
    }

    private static Indexed joined(Shape before, boolean[] indexed, Shape broadcast, Tensor linear) {
        int count = 0;
        int first = -1;
        int last = -1;
        for (int d = 0; d < indexed.length; d++) {
            if (indexed[d]) {
                count++;
                first = first < 0 ? d : first;
                last = d;
            }
        }
        int place = last - first + 1 == count ? first : 0;
        int[] order = new int[indexed.length];
        long[] result = new long[before.rank() - count + broadcast.rank()];
        int own = place;
        int other = 0;
        for (int d = 0; d < indexed.length; d++) {
            if (indexed[d]) {
                order[own++] = d;
            } else {
                other = other == place ? place + count : other;
                order[other++] = d;
            }
        }
        for (int i = 0; i < result.length; i++) {
            boolean inside = i >= place && i < place + broadcast.rank();
            int from = i < place ? i : i - broadcast.rank() + count;
            result[i] = inside ? broadcast.size(i - place) : before.size(order[from]);
        }
        Tensor flat = View.detach(View.view(linear, linear.count()));
        return new Indexed(new Places(before, order, place, count, Shape.of(result)), flat);
    }

    /** What the ranges and single indexes leave of x. */
    static Tensor ranges(Tensor x, Index... at) {
        List<Index> ranges = new ArrayList<>();
        boolean whole = true;
        for (Index i : at) {
            if (i instanceof Index.Of of) {
                for (int d = 0; d < dimensions(of.tensor()); d++) {
                    ranges.add(Index.all());
                }
            } else {
                ranges.add(i);
                whole &= i.equals(Index.all()) || i instanceof Index.Ellipsis;
            }
        }
        return whole ? x : View.index(x, ranges.toArray(Index[]::new));
    }

    Shape mergedShape() {
        return shape(joined, product());
    }

    /** The sizes in order, with others in the place of the indexed ones. */
    private Shape shape(int dropped, long... instead) {
        long[] sizes = new long[order.length - dropped + instead.length];
        for (int i = 0; i < sizes.length; i++) {
            boolean inside = i >= first && i < first + instead.length;
            int from = i < first ? i : i - instead.length + dropped;
            sizes[i] = inside ? instead[i - first] : before.size(order[from]);
        }
        return Shape.of(sizes);
    }

    private long product() {
        long product = 1;
        for (int i = first; i < first + joined; i++) {
            product *= before.size(order[i]);
        }
        return product;
    }

    /** x with the indexed dimensions as one. */
    Tensor merged(Tensor x) {
        boolean inOrder = true;
        for (int d = 0; d < order.length && inOrder; d++) {
            inOrder = order[d] == d;
        }
        Tensor ordered = inOrder ? x : View.permute(x, order);
        return joined == 1 ? ordered : View.reshape(ordered, mergedShape().toArray());
    }

    /** The dimensions of x's shape back from the merged ones. */
    Tensor apart(Tensor merged) {
        long[] sizes = new long[order.length];
        int[] back = new int[order.length];
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = before.size(order[i]);
            back[order[i]] = i;
        }
        return View.permute(View.reshape(merged, sizes), back);
    }

    /** Something of the result's shape with the dimensions of the indexes as one. */
    Tensor flat(Tensor x, long indexes) {
        return View.reshape(x, shape(joined, indexes).toArray());
    }

    /** How many dimensions a tensor of indexes stands for: a mask for as many as it has. */
    static int dimensions(Tensor index) {
        boolean mask = index.dtype() == DType.BOOL;
        Checks.require(mask || index.dtype() == DType.I64, "index", "an index is i64 or bool", index);
        Checks.require(!mask || index.rank() > 0, "index", "a mask has at least one dimension", index);
        return mask ? index.rank() : 1;
    }
}
