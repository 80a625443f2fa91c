package dev.gatun.testing.properties;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.kernels.BinaryOp;
import dev.gatun.runtime.kernels.CompareOp;
import dev.gatun.runtime.kernels.Kernels;
import dev.gatun.runtime.kernels.ReduceOp;
import dev.gatun.runtime.kernels.ScatterOp;
import dev.gatun.runtime.kernels.TernaryOp;
import dev.gatun.runtime.kernels.UnaryOp;
import dev.gatun.testing.Elements;
import dev.gatun.testing.Tolerance;
import dev.gatun.testing.naive.NaiveUnary;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** An operation on a view gives what it gives on a copy of it: the same bits, but for sums of floating elements. */
class ViewProperties {
    private static final int TRIES = 400;

    @Provide
    Arbitrary<long[]> shapes() {
        return Shapes.any();
    }

    @Provide
    Arbitrary<Long> seeds() {
        return Shapes.seeds();
    }

    private static Kernels kernels(Tensor x) {
        return x.device().kernels();
    }

    private static DType dtype(SplittableRandom random, Stream<DType> of) {
        DType[] all = of.toArray(DType[]::new);
        return all[random.nextInt(all.length)];
    }

    private static void same(Tensor onView, Tensor onCopy, Object what) {
        assertArrayEquals(Elements.bits(onCopy), Elements.bits(onView), () -> what + " " + onView.describe());
    }

    @Property(tries = TRIES, seed = "4101")
    void unary_onAView_hasTheBitsOfTheCopy(
            @ForAll UnaryOp op, @ForAll("shapes") long[] shape, @ForAll("seeds") long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        try (Scope scope = Scope.open()) {
            Tensor x = Shapes.dense(dtype(random, Stream.of(DType.values()).filter(op.kinds()::takes)), random, shape);
            Tensor onCopy = x.newEmpty();
            Tensor onView = Shapes.viewed(x, random);
            kernels(x).elementwise().unary(op, x, onCopy, NaiveUnary.a(op), NaiveUnary.b(op));
            kernels(x).elementwise().unary(op, onView, onView, NaiveUnary.a(op), NaiveUnary.b(op));
            same(onView, onCopy, op);
        }
    }

    @Property(tries = TRIES, seed = "4102")
    void binary_onViews_hasTheBitsOfCopies(
            @ForAll BinaryOp op, @ForAll("shapes") long[] shape, @ForAll("seeds") long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        try (Scope scope = Scope.open()) {
            DType dtype = dtype(random, Stream.of(DType.values()).filter(op.kinds()::takes));
            Tensor x = Shapes.dense(dtype, random, shape);
            Tensor y = Shapes.dense(dtype, random, shape);
            Tensor onCopies = x.newEmpty();
            Tensor onViews = Shapes.viewed(onCopies, random);
            kernels(x).elementwise().binary(op, x, y, onCopies);
            kernels(x).elementwise().binary(op, Shapes.viewed(x, random), Shapes.viewed(y, random), onViews);
            same(onViews, onCopies, op);
        }
    }

    @Property(tries = TRIES, seed = "4103")
    void ternaryAndCompare_onViews_haveTheBitsOfCopies(
            @ForAll TernaryOp op,
            @ForAll CompareOp compare,
            @ForAll("shapes") long[] shape,
            @ForAll("seeds") long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        try (Scope scope = Scope.open()) {
            DType dtype = random.nextBoolean() ? DType.F32 : DType.F64;
            Tensor x = Shapes.dense(dtype, random, shape);
            Tensor y = Shapes.dense(dtype, random, shape);
            Tensor z = Shapes.dense(dtype, random, shape);
            Tensor onCopies = x.newEmpty();
            Tensor onViews = Shapes.viewed(x, random);
            Tensor first = Shapes.viewed(x, random);
            Tensor second = Shapes.viewed(y, random);
            kernels(x).elementwise().ternary(op, x, y, z, onCopies, 0.5);
            kernels(x).elementwise().ternary(op, first, second, Shapes.viewed(z, random), onViews, 0.5);
            same(onViews, onCopies, op);
            Tensor truths = Tensor.empty(DType.BOOL, shape);
            Tensor seen = Shapes.viewed(truths, random);
            kernels(x).elementwise().compare(compare, x, y, truths);
            kernels(x).elementwise().compare(compare, first, second, seen);
            same(seen, truths, compare);
        }
    }

    @Property(tries = TRIES, seed = "4104")
    void reduce_onAView_givesWhatTheCopyGives(
            @ForAll ReduceOp op, @ForAll("shapes") long[] shape, @ForAll("seeds") long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        long[] sizes = Arrays.stream(shape).map(size -> Math.max(1, size)).toArray();
        int[] dims = Arrays.stream(new int[] {0, 1, 2, 3, 4})
                .filter(d -> d < sizes.length && random.nextBoolean())
                .toArray();
        try (Scope scope = Scope.open()) {
            DType dtype = dtype(random, Stream.of(DType.values()).filter(op::takes));
            Tensor x = Shapes.dense(dtype, random, sizes);
            Tensor onCopy = Tensor.empty(op.result(dtype), kept(sizes, dims));
            Tensor onView = Shapes.viewed(onCopy, random);
            kernels(x).reduce().reduce(op, x, dims, onCopy);
            kernels(x).reduce().reduce(op, Shapes.viewed(x, random), dims, onView);
            if (onCopy.dtype().isFloating() && op != ReduceOp.MAX && op != ReduceOp.MIN) {
                Tolerance.of(dtype, x.count() * 9)
                        .times(op == ReduceOp.PROD ? 1 : 9)
                        .check(Elements.doubles(onCopy), Elements.doubles(onView), ones(onCopy), op.toString());
            } else {
                same(onView, onCopy, op);
            }
        }
    }

    private static double[] ones(Tensor like) {
        double[] ones = new double[(int) like.count()];
        Arrays.fill(ones, 1);
        return ones;
    }

    private static long[] kept(long[] sizes, int... dims) {
        return java.util.stream.IntStream.range(0, sizes.length)
                .filter(d -> Arrays.binarySearch(dims, d) < 0)
                .mapToLong(d -> sizes[d])
                .toArray();
    }

    /** Running results, sorting, reading and writing by index, products: by the methods of tensors. */
    @Property(tries = TRIES, seed = "4105")
    void alongADimension_onAView_givesWhatTheCopyGives(
            @ForAll Along along, @ForAll("shapes") long[] shape, @ForAll("seeds") long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        try (Scope scope = Scope.open()) {
            long[] sizes = shape.length == 0 ? new long[] {3} : shape;
            DType dtype = random.nextBoolean() ? DType.F32 : DType.F64;
            Tensor x = Shapes.dense(dtype, random, sizes);
            int dim = random.nextInt(sizes.length);
            if (x.size(dim) > 0) {
                Tensor onView = along.apply(Shapes.viewed(x, random), dim);
                same(onView, along.apply(x, dim), along);
            }
        }
    }

    @Property(tries = TRIES, seed = "4106")
    void scatter_onViews_hasTheBitsOfCopies(
            @ForAll ScatterOp op, @ForAll("shapes") long[] shape, @ForAll("seeds") long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        try (Scope scope = Scope.open()) {
            long[] sizes = shape.length == 0 ? new long[] {3} : shape;
            int dim = random.nextInt(sizes.length);
            if (sizes[dim] > 0) {
                Tensor x = Shapes.dense(DType.F64, random, sizes);
                Tensor y = Shapes.dense(DType.F64, random, sizes);
                Tensor index = Shapes.dense(DType.I64, random, sizes).remainder(sizes[dim]);
                Tensor onView = Shapes.viewed(x, random);
                kernels(x).index().scatter(op, onView, dim, Shapes.viewed(index, random), Shapes.viewed(y, random));
                kernels(x).index().scatter(op, x, dim, index, y);
                same(onView, x, op);
            }
        }
    }
}
