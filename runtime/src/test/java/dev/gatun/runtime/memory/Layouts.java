package dev.gatun.runtime.memory;

import dev.gatun.runtime.Layout;
import dev.gatun.runtime.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Layouts at random, and where they lie by naive counting. */
public final class Layouts {
    private Layouts() {}

    /** Every index of a shape, in row-major order. */
    public static List<long[]> indexes(long... sizes) {
        long count = 1;
        for (long size : sizes) {
            count *= size;
        }
        List<long[]> all = new ArrayList<>();
        long[] index = new long[sizes.length];
        for (long i = 0; i < count; i++) {
            all.add(index.clone());
            for (int d = sizes.length - 1; d >= 0 && ++index[d] == sizes[d]; d--) {
                index[d] = 0;
            }
        }
        return all;
    }

    /** Where each element lies, in row-major order. */
    public static long[] places(Layout layout) {
        return indexes(layout.shape().toArray()).stream()
                .mapToLong(index -> {
                    long place = layout.offset();
                    for (int d = 0; d < index.length; d++) {
                        place += index[d] * layout.stride(d);
                    }
                    return place;
                })
                .toArray();
    }

    /** A shape of rank 0 to {@code rank} with sizes 0 to 4, mostly above 1. */
    public static Shape randomShape(Random random, int rank) {
        long[] sizes = new long[random.nextInt(rank + 1)];
        for (int d = 0; d < sizes.length; d++) {
            sizes[d] = random.nextInt(12) == 0 ? 0 : 1 + random.nextInt(4);
        }
        return Shape.of(sizes);
    }

    /** A view of a shape: permuted, stepped, at an offset and, where that is allowed, expanded. */
    public static Layout randomView(Random random, Shape shape, boolean mayExpand) {
        int rank = shape.rank();
        int[] order = new int[rank];
        for (int d = 0; d < rank; d++) {
            int at = random.nextInt(d + 1);
            order[d] = order[at];
            order[at] = d;
        }
        boolean plain = random.nextInt(3) == 0;
        long[] strides = new long[rank];
        long stride = 1;
        for (int i = rank - 1; i >= 0; i--) {
            int d = plain ? i : order[i];
            if (mayExpand && random.nextInt(5) == 0) {
                continue; // stride 0
            }
            stride *= plain || random.nextInt(4) != 0 ? 1 : 2;
            strides[d] = stride;
            stride *= Math.max(1, shape.size(d));
        }
        return Layout.of(shape, strides, random.nextInt(3));
    }
}
