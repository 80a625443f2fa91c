package dev.gatun.autograd.ops;

import dev.gatun.autograd.Graph;
import dev.gatun.autograd.Input;
import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Device;
import dev.gatun.runtime.Kernels;
import dev.gatun.runtime.Shape;
import dev.gatun.runtime.random.Generator;

/**
 * Random numbers by Philox 4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011): one seed gives the
 * same bits for any number of threads and on every device. They are not PyTorch's numbers.
 */
public final class Random {
    private Random() {}

    /** A kernel that fills a contiguous tensor from a place in a generator's sequence. */
    @FunctionalInterface
    private interface Fill {
        void fill(Kernels.Random kernels, long seed, long offset, Tensor y);
    }

    /** In place: uniform in [low, high); F32 or F64. {@code Tensor.uniform_}. */
    public static Tensor uniform_(Tensor x, double low, double high, Generator generator) {
        Checks.floating("uniform_", x);
        if (!(low <= high) || Double.isInfinite(high - low)) {
            throw new IllegalArgumentException("uniform_: not a range: low " + low + ", high " + high);
        }
        return fill("uniform_", x, generator, (k, seed, offset, y) -> k.uniform(seed, offset, low, high, y));
    }

    /** In place: normal; F32 or F64. {@code Tensor.normal_}. */
    public static Tensor normal_(Tensor x, double mean, double std, Generator generator) {
        Checks.floating("normal_", x);
        if (!(std >= 0)) {
            throw new IllegalArgumentException("normal_: the deviation is negative: " + std);
        }
        return fill("normal_", x, generator, (k, seed, offset, y) -> k.normal(seed, offset, mean, std, y));
    }

    /** In place: 1 with probability p, else 0; any dtype but BF16 and F16. {@code Tensor.bernoulli_}. */
    public static Tensor bernoulli_(Tensor x, double p, Generator generator) {
        Checks.computable("bernoulli_", x);
        probability("bernoulli_", p);
        return fill("bernoulli_", x, generator, (k, seed, offset, y) -> k.bernoulli(seed, offset, p, y));
    }

    /** I64, uniform in low..high-1. {@code torch.randint}. */
    public static Tensor randint(Generator generator, long low, long high, Shape shape) {
        if (low >= high) {
            throw new IllegalArgumentException("randint: not a range: low " + low + ", high " + high);
        }
        Tensor x = Tensor.empty(Device.cpu(), DType.I64, shape);
        return fill("randint", x, generator, (k, seed, offset, y) -> k.randint(seed, offset, low, high, y));
    }

    /** I64 [n], the numbers 0..n-1 in random order. {@code torch.randperm}. */
    public static Tensor randperm(Generator generator, long n) {
        Tensor x = Tensor.empty(Device.cpu(), DType.I64, Shape.of(n));
        return fill("randperm", x, generator, Kernels.Random::permutation);
    }

    private static Tensor fill(String op, Tensor x, Generator generator, Fill kernel) {
        boolean records = Graph.checkWrite(op, x);
        Tensor y = x.isContiguous() ? x : x.detach().newEmpty();
        kernel.fill(x.device().kernels().random(), generator.seed(), generator.advance(offsets(x)), y);
        if (y != x) {
            x.device().kernels().elementwise().cast(y, x);
            y.release();
        }
        x.storage(op).touch();
        if (records) {
            Graph.recordWrite("ZeroBackward0", x, null, Input.of(x, g -> null));
        }
        return x;
    }

    /** How many counters a fill of x uses: four 32-bit words each. */
    private static long offsets(Tensor x) {
        boolean wide = x.dtype() == DType.F64 || x.dtype() == DType.I64;
        return (x.count() + 3) / 4 * (wide ? 2 : 1);
    }

    /**
     * Zeroes elements with probability p and scales the others by 1 / (1 - p). The mask is not stored: backward draws it
     * again from the same counters. {@code F.dropout} in training.
     *
     * @param x F32 or F64
     * @param p from 0 to 1
     * @param generator to draw from
     * @return shape and dtype of x
     */
    public static Tensor dropout(Tensor x, double p, Generator generator) {
        Checks.floating("dropout", x);
        probability("dropout", p);
        long seed = generator.seed();
        long offset = generator.advance(offsets(x));
        return dropped(x, p, seed, offset);
    }

    private static Tensor dropped(Tensor x, double p, long seed, long offset) {
        Tensor dense = x.contiguous();
        Tensor y = dense.newEmpty();
        x.device().kernels().random().dropout(seed, offset, p, dense, y);
        return Graph.records(x)
                ? Graph.record("NativeDropoutBackward0", y, null, Input.of(dense, g -> dropped(g, p, seed, offset)))
                : y;
    }

    private static void probability(String op, double p) {
        if (!(p >= 0 && p <= 1)) {
            throw new IllegalArgumentException(op + ": not a probability: " + p);
        }
    }
}
