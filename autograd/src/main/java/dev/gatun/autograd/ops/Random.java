package dev.gatun.autograd.ops;

import dev.gatun.autograd.GradMode;
import dev.gatun.autograd.Graph;
import dev.gatun.autograd.Input;
import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Device;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.Shape;
import dev.gatun.runtime.kernels.Kernels;
import dev.gatun.runtime.random.Generator;
import java.util.Arrays;

/**
 * Random numbers by Philox 4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011): one seed gives the
 * same bits for any number of threads and on every device. They are not PyTorch's numbers. The counterparts are those
 * of {@code torch}, as {@code torch.normal}.
 *
 * {@snippet :
 * Tensor coins = Random.bernoulli(Tensor.full(0.5, 10), new Generator(1));
 * Tensor order = Random.randperm(new Generator(1), 5);
 * }
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
        double widest = x.dtype() == DType.F32 ? Float.MAX_VALUE : Double.MAX_VALUE;
        if (!(low <= high && high - low <= widest)) {
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

    /**
     * In place: the waiting time for something that happens so often in a unit of time; F32 or F64. {@code
     * Tensor.exponential_}.
     *
     * @param rate above 0
     */
    public static Tensor exponential_(Tensor x, double rate, Generator generator) {
        Checks.floating("exponential_", x);
        if (!(rate > 0)) {
            throw new IllegalArgumentException("exponential_: the rate is not above 0: " + rate);
        }
        return overwrite("exponential_", x, exponential(x, generator).div(rate));
    }

    /** Exponential with rate 1, like x: -log of a number in (0, 1]. */
    private static Tensor exponential(Tensor x, Generator generator) {
        Tensor u = uniform_(x.detach().newEmpty(), 0, 1, generator);
        return u.rsub(1).log_().neg_();
    }

    /** In place: x = value, a draw: it has no gradient. */
    private static Tensor overwrite(String op, Tensor x, Tensor value) {
        boolean records = Graph.checkWrite(op, x);
        x.device().kernels().elementwise().cast(value, x);
        x.storage(op).touch();
        if (records) {
            Graph.recordWrite("ZeroBackward0", x, null, Input.of(x, g -> null));
        }
        return x;
    }

    /**
     * 1 with the probability that p holds there, else 0. {@code torch.bernoulli}.
     *
     * @param p F32 or F64, from 0 to 1
     * @return shape and dtype of p
     */
    public static Tensor bernoulli(Tensor p, Generator generator) {
        Checks.floating("bernoulli", p);
        try (GradMode off = GradMode.noGrad()) {
            boolean right = p.count() == 0 || p.min().item() >= 0 && p.max().item() <= 1;
            Checks.require(right, "bernoulli", "not probabilities", p);
            return uniform_(p.newEmpty(p.shape()), 0, 1, generator).lt(p).to(p.dtype());
        }
    }

    /** Normal with a mean and a deviation for each element, which are broadcast. {@code torch.normal}. */
    public static Tensor normal(Tensor mean, Tensor std, Generator generator) {
        Checks.sameFloating("normal", mean, std);
        try (GradMode off = GradMode.noGrad()) {
            Checks.require(std.count() == 0 || std.min().item() >= 0, "normal", "a deviation is negative", std);
            Shape shape = Shape.broadcast("normal", mean.shape(), std.shape());
            return normal_(mean.newEmpty(shape), 0, 1, generator).mul_(std).add_(mean);
        }
    }

    /**
     * Gamma with rate 1 and a concentration for each element, by rejection (Marsaglia and Tsang, "A simple method for
     * generating gamma variables", 2000). {@code torch._standard_gamma}, without its gradient.
     *
     * @param concentration F32 or F64, above 0
     * @return its shape and dtype
     */
    public static Tensor standardGamma(Tensor concentration, Generator generator) {
        Checks.floating("standardGamma", concentration);
        try (GradMode off = GradMode.noGrad();
                Scope scope = Scope.open()) {
            Tensor alpha = concentration;
            boolean right = alpha.count() == 0 || alpha.min().item() > 0;
            Checks.require(right, "standardGamma", "a concentration is not above 0", alpha);
            // Below 1 as gamma(alpha + 1) u^(1 / alpha); above, d v with a normal's (1 + c z)^3 for v, where accepted.
            Tensor low = alpha.lt(1);
            Tensor d = alpha.add(low.to(alpha.dtype())).sub(1.0 / 3);
            Tensor c = d.mul(9).sqrt().reciprocal();
            Tensor result = Tensor.zerosLike(alpha);
            Tensor open = Tensor.full(1, alpha.shape().toArray()).to(alpha.device(), DType.BOOL);
            while (open.count() > 0 && open.to(DType.U8).max().itemLong() > 0) {
                Tensor z = normal_(alpha.newEmpty(alpha.shape()), 0, 1, generator);
                Tensor v = z.mul(c).add(1).pow(3);
                Tensor bound = z.square().mul(0.5).add(d.mul(v.log().sub(v).add(1))); // NaN where v is negative
                Tensor accepted = exponential(alpha, generator).neg().lt(bound);
                result = Tensor.where(open, Tensor.where(accepted, d.mul(v), result), result);
                open = Tensor.where(accepted, Tensor.zerosLike(open), open);
            }
            Tensor power = exponential(alpha, generator).neg().div(alpha).exp();
            return scope.keep(Tensor.where(low, result.mul(power), result));
        }
    }

    /**
     * Classes drawn with the probabilities that weights give. {@code torch.multinomial}.
     *
     * @param weights [classes] or [rows, classes], F32 or F64, not negative, some above 0
     * @param samples how many of each row
     * @param replacement whether a class can be drawn again
     * @return I64 [samples] or [rows, samples]
     * @throws IllegalArgumentException if weights are none, or without replacement more are asked for than are above 0
     */
    public static Tensor multinomial(Tensor weights, long samples, boolean replacement, Generator generator) {
        Checks.floating("multinomial", weights);
        Checks.require(
                weights.rank() == 1 || weights.rank() == 2, "multinomial", "takes [classes] or rows of them", weights);
        if (samples < 1) {
            throw new IllegalArgumentException("multinomial: samples are below 1: " + samples);
        }
        try (GradMode off = GradMode.noGrad();
                Scope scope = Scope.open()) {
            Tensor rows = weights.rank() == 1 ? View.unsqueeze(weights, 0) : weights;
            double[] sums = rows.to(DType.F64).toDoubleArray();
            int classes = Math.toIntExact(rows.size(1));
            for (int row = 0; row < rows.size(0); row++) {
                long possible = accumulate(sums, row * classes, classes, weights);
                Checks.require(
                        possible >= (replacement ? 1 : samples),
                        "multinomial",
                        "a row has " + possible + " classes",
                        weights);
            }
            Tensor chosen;
            if (replacement) {
                Tensor bounds = Tensor.of(sums).to(weights.device()).view(rows.size(0), classes);
                Tensor u = Tensor.empty(weights.device(), DType.F64, Shape.of(rows.size(0), samples));
                Tensor places = uniform_(u, 0, 1, generator).mul_(bounds.narrow(1, classes - 1, 1));
                chosen = Sort.searchsorted(bounds, places, true);
            } else { // the weights race: whoever comes first by exponential times
                chosen = Sort.topk(rows.div(exponential(rows, generator)), samples, 1, true)
                        .indices();
            }
            return scope.keep(weights.rank() == 1 ? View.squeeze(chosen, 0).clone() : chosen);
        }
    }

    /** Turns a row's weights into their sums so far; returns how many are above 0. */
    private static long accumulate(double[] row, int first, int length, Tensor weights) {
        double sum = 0;
        long possible = 0;
        for (int i = first; i < first + length; i++) {
            boolean right = row[i] >= 0 && row[i] < Double.POSITIVE_INFINITY;
            Checks.require(right, "multinomial", "a weight is negative, infinite or NaN", weights);
            possible += row[i] > 0 ? 1 : 0;
            sum += row[i];
            row[i] = sum;
        }
        return possible;
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

    /**
     * Zeroes whole channels with probability p and scales the others by 1 / (1 - p). {@code F.dropout2d} in training.
     *
     * @param x [n, channels, *], F32 or F64
     * @param p from 0 to 1
     * @param generator to draw from
     * @return shape and dtype of x
     */
    public static Tensor featureDropout(Tensor x, double p, Generator generator) {
        Checks.floating("featureDropout", x);
        Checks.require(x.rank() >= 2, "featureDropout", "x is not [n, channels, *]", x);
        long[] sizes = new long[x.rank()];
        Arrays.fill(sizes, 1);
        sizes[0] = x.size(0);
        sizes[1] = x.size(1);
        Tensor ones = x.newEmpty(Shape.of(sizes)).fill_(1);
        return Elementwise.mul(x, dropout(ones, p, generator));
    }

    private static void probability(String op, double p) {
        if (!(p >= 0 && p <= 1)) {
            throw new IllegalArgumentException(op + ": not a probability: " + p);
        }
    }
}
