package dev.gatun.testing.properties;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Device;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.kernels.BinaryOp;
import dev.gatun.runtime.kernels.Kernels;
import dev.gatun.runtime.kernels.ReduceOp;
import dev.gatun.runtime.kernels.TernaryOp;
import dev.gatun.runtime.kernels.UnaryOp;
import dev.gatun.testing.Elements;
import dev.gatun.testing.naive.NaiveUnary;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** One to four threads give the same bits, on tensors that are large enough to be split. */
class ThreadProperties {
    private static final int TRIES = 60;
    private static final int MOST_THREADS = 4;
    private static final long ELEMENTS = 150_000;

    @Provide
    Arbitrary<Long> seeds() {
        return Shapes.seeds();
    }

    /** A view of rank 1 to 3 with about as many elements as are split. */
    private static Tensor large(DType dtype, SplittableRandom random) {
        long rest = ELEMENTS + random.nextInt(1000);
        long first = random.nextInt(1, 400);
        long second = random.nextInt(1, 30);
        long[] sizes = switch (random.nextInt(4)) {
            case 0 -> new long[] {rest};
            case 1 -> new long[] {first, rest / first};
            case 2 -> new long[] {rest / first, first};
            default -> new long[] {second, rest / second / first, first};
        };
        Tensor x = Shapes.dense(dtype, random, sizes);
        return random.nextBoolean() ? x : Shapes.viewed(x, random);
    }

    private static void sameForAll(Object what, Supplier<Tensor> compute) {
        Device device = Device.cpu();
        int before = device.threads();
        try {
            device.setThreads(1);
            long[] alone = bits(compute);
            for (int threads = 2; threads <= MOST_THREADS; threads++) {
                device.setThreads(threads);
                assertArrayEquals(alone, bits(compute), what + " with " + threads + " threads");
            }
        } finally {
            device.setThreads(before);
        }
    }

    private static long[] bits(Supplier<Tensor> compute) {
        try (Scope scope = Scope.open()) {
            return Elements.bits(compute.get());
        }
    }

    @Property(tries = TRIES, seed = "4201")
    void elementwise_anyNumberOfThreads_hasTheSameBits(
            @ForAll UnaryOp one, @ForAll BinaryOp two, @ForAll TernaryOp three, @ForAll("seeds") long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        try (Scope scope = Scope.open()) {
            Tensor x =
                    large(one.kinds().takes(DType.F32) && two.kinds().takes(DType.F32) ? DType.F32 : DType.I64, random);
            Kernels.Elementwise kernels = x.device().kernels().elementwise();
            if (one.kinds().takes(x.dtype())) {
                sameForAll(one, () -> {
                    Tensor y = x.newEmpty();
                    kernels.unary(one, x, y, NaiveUnary.a(one), NaiveUnary.b(one));
                    return y;
                });
            }
            if (two.kinds().takes(x.dtype())) {
                sameForAll(two, () -> {
                    Tensor y = x.newEmpty();
                    kernels.binary(two, x, x, y);
                    return y;
                });
            }
            if (three.kinds().takes(x.dtype())) {
                sameForAll(three, () -> {
                    Tensor y = x.newEmpty();
                    kernels.ternary(three, x, x, x, y, 2);
                    return y;
                });
            }
        }
    }

    @Property(tries = TRIES, seed = "4202")
    void reduce_anyNumberOfThreads_hasTheSameBits(@ForAll ReduceOp op, @ForAll("seeds") long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        try (Scope scope = Scope.open()) {
            Tensor x = large(random.nextBoolean() ? DType.F32 : DType.F64, random);
            int[] dims = IntStream.range(0, x.rank())
                    .filter(d -> random.nextBoolean())
                    .toArray();
            long[] sizes = IntStream.range(0, x.rank())
                    .filter(d -> Arrays.binarySearch(dims, d) < 0)
                    .mapToLong(x::size)
                    .toArray();
            sameForAll(op, () -> {
                Tensor y = Tensor.empty(op.result(x.dtype()), sizes);
                x.device().kernels().reduce().reduce(op, x, dims, y);
                return y;
            });
        }
    }

    @Property(tries = TRIES, seed = "4203")
    void alongADimension_anyNumberOfThreads_hasTheSameBits(@ForAll Along along, @ForAll("seeds") long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        try (Scope scope = Scope.open()) {
            Tensor all = large(DType.F32, random);
            boolean squares = along == Along.MATMUL || along == Along.TRIL;
            Tensor x = squares && all.rank() == 1 ? all.narrow(0, 0, 500) : all;
            int dim = random.nextInt(x.rank());
            sameForAll(along, () -> along.apply(x, dim));
        }
    }

    @Property(tries = TRIES / 4, seed = "4204")
    void factors_anyNumberOfThreads_haveTheSameBits(@ForAll("seeds") long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        try (Scope scope = Scope.open()) {
            long n = random.nextInt(2, 60);
            Tensor a = Shapes.dense(DType.F64, random, random.nextInt(1, 6), n, n);
            Tensor spd = a.matmul(a.mT()).add(Tensor.eye(n).to(DType.F64).mul(n));
            sameForAll("cholesky", spd::cholesky);
            sameForAll("solve", () -> spd.solve(a));
            sameForAll("inverse", spd::inverse);
            sameForAll("qr", () -> a.qr().r());
            sameForAll("svdvals", a::svdvals);
            sameForAll("eigvalsh", spd::eigvalsh);
        }
    }
}
