package dev.gatun.testing.properties;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.Shape;
import dev.gatun.testing.naive.NaiveIndex;
import java.util.Arrays;
import java.util.SplittableRandom;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Shapes, strides and broadcasting against loops over indexes, for ranks up to 5. */
class ShapeProperties {
    private static final int TRIES = 500;
    private static final int STEPS = 4;

    @Provide
    Arbitrary<long[]> shapes() {
        return Shapes.any();
    }

    @Provide
    Arbitrary<Long> seeds() {
        return Shapes.seeds();
    }

    /** The sizes, aligned at the last; null where two differ and neither is 1. */
    private static long[] naiveBroadcast(long[] a, long... b) {
        long[] sizes = new long[Math.max(a.length, b.length)];
        for (int i = 1; i <= sizes.length; i++) {
            long left = i <= a.length ? a[a.length - i] : 1;
            long right = i <= b.length ? b[b.length - i] : 1;
            if (left != right && left != 1 && right != 1) {
                return null;
            }
            sizes[sizes.length - i] = left == 1 ? right : left;
        }
        return sizes;
    }

    /** Where the element of a broadcast index lies in an operand, row by row. */
    private static int naivePlace(long[] own, long... index) {
        long[] at = new long[own.length];
        for (int d = 0; d < own.length; d++) {
            at[d] = own[d] == 1 ? 0 : index[index.length - own.length + d];
        }
        return NaiveIndex.positionOf(at, own);
    }

    @Property(tries = TRIES, seed = "4001")
    void broadcast_anyTwoShapes_asNaiveSays(@ForAll("shapes") long[] a, @ForAll("shapes") long[] b) {
        long[] expected = naiveBroadcast(a, b);
        if (expected == null) {
            assertThrows(IllegalArgumentException.class, () -> Shape.broadcast("test", Shape.of(a), Shape.of(b)));
        } else {
            assertEquals(Shape.of(expected), Shape.broadcast("test", Shape.of(a), Shape.of(b)));
        }
    }

    @Property(tries = TRIES, seed = "4002")
    void sub_anyTwoShapes_meetsNaivesElements(
            @ForAll("shapes") long[] a, @ForAll("shapes") long[] shapeOfB, @ForAll("seeds") long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        long[] b = naiveBroadcast(a, shapeOfB) == null ? narrowed(a, random) : shapeOfB;
        try (Scope scope = Scope.open()) {
            Tensor x = Shapes.dense(DType.F64, random, a);
            Tensor y = Shapes.dense(DType.F64, random, b);
            Tensor z = Shapes.viewed(x, random).sub(Shapes.viewed(y, random));
            long[] sizes = naiveBroadcast(a, b);
            assertArrayEquals(sizes, z.shape().toArray());
            double[] left = x.toDoubleArray();
            double[] right = y.toDoubleArray();
            double[] expected = new double[(int) z.count()];
            for (int i = 0; i < expected.length; i++) {
                long[] index = NaiveIndex.indexOf(i, sizes);
                expected[i] = left[naivePlace(a, index)] - right[naivePlace(b, index)];
            }
            assertArrayEquals(expected, z.toDoubleArray());
        }
    }

    /** A shape that broadcasts to another. */
    private static long[] narrowed(long[] shape, SplittableRandom random) {
        long[] own = Arrays.copyOfRange(shape, random.nextInt(shape.length + 1), shape.length);
        for (int i = 0; i < own.length; i++) {
            own[i] = random.nextBoolean() ? 1 : own[i];
        }
        return own;
    }

    /** The elements of a tensor that counts its own places: each is where offset and strides say. */
    @Property(tries = TRIES, seed = "4003")
    void views_anyChain_lieWhereStridesSay(@ForAll("shapes") long[] shape, @ForAll("seeds") long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        try (Scope scope = Scope.open()) {
            Tensor x = Tensor.arange(Shape.of(shape).count()).view(shape);
            long[] places = x.toLongArray();
            long[] sizes = shape.clone();
            for (int step = 0; step < STEPS; step++) {
                Viewed naive = Viewed.any(random, sizes);
                x = naive.view().apply(x);
                long[] before = places;
                long[] from = sizes;
                places = new long[(int) Shape.of(naive.sizes()).count()];
                Arrays.setAll(
                        places,
                        i -> before[
                                NaiveIndex.positionOf(
                                        naive.source().apply(NaiveIndex.indexOf(i, naive.sizes())), from)]);
                sizes = naive.sizes();
                assertArrayEquals(sizes, x.shape().toArray(), naive.name());
                assertArrayEquals(places, x.toLongArray(), naive.name());
                for (int i = 0; i < places.length; i++) {
                    long place = x.layout().offset();
                    long[] index = NaiveIndex.indexOf(i, sizes);
                    for (int d = 0; d < sizes.length; d++) {
                        place += index[d] * x.strides()[d];
                    }
                    assertEquals(places[i], place, naive.name());
                }
            }
        }
    }
}
