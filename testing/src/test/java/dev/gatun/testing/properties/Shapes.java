package dev.gatun.testing.properties;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Shape;
import java.util.Arrays;
import java.util.SplittableRandom;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/** What properties draw: shapes, and tensors of a shape that lie in memory in some way. */
final class Shapes {
    private static final int MAX_RANK = 5;

    private Shapes() {}

    /** Ranks 0 to 5, sizes 0 to 4, few of them 0. */
    static Arbitrary<long[]> any() {
        return Arbitraries.frequency(
                        net.jqwik.api.Tuple.of(1, 0L),
                        net.jqwik.api.Tuple.of(4, 1L),
                        net.jqwik.api.Tuple.of(6, 2L),
                        net.jqwik.api.Tuple.of(6, 3L),
                        net.jqwik.api.Tuple.of(4, 4L))
                .list()
                .ofMaxSize(MAX_RANK)
                .map(sizes -> sizes.stream().mapToLong(Long::longValue).toArray());
    }

    static Arbitrary<Long> seeds() {
        return Arbitraries.longs().between(0, Integer.MAX_VALUE);
    }

    /** Values of a dtype, in row-major order. */
    static Tensor dense(DType dtype, SplittableRandom random, long... sizes) {
        double[] values = new double[(int) Shape.of(sizes).count()];
        Arrays.setAll(values, i -> dtype.isFloating() ? random.nextDouble(-3, 3) : random.nextInt(-9, 10));
        return Tensor.of(values).to(dtype).view(sizes);
    }

    /** The same elements as a view: dimensions in another order in memory, with gaps, behind an offset. */
    static Tensor viewed(Tensor x, SplittableRandom random) {
        int rank = x.rank();
        int[] order = new int[rank];
        Arrays.setAll(order, i -> i);
        for (int i = rank - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swapped = order[i];
            order[i] = order[j];
            order[j] = swapped;
        }
        long[] room = new long[rank];
        long[] start = new long[rank];
        long[] step = new long[rank];
        for (int d = 0; d < rank; d++) {
            start[d] = random.nextInt(3);
            step[d] = random.nextInt(1, 4);
            room[order[d]] = start[d] + x.size(d) * step[d] + random.nextInt(2);
        }
        Tensor y = Tensor.zeros(x.dtype(), room).permute(order);
        for (int d = 0; d < rank; d++) {
            y = y.slice(d, start[d], start[d] + x.size(d) * step[d], step[d]);
        }
        return y.copy_(x);
    }
}
