package dev.gatun.nn;

import dev.gatun.autograd.GradMode;
import dev.gatun.autograd.Tensor;

/**
 * How parameters start: each method fills a tensor in place, without recording it, and returns it; {@code
 * torch.nn.init}. Random ones draw from the global generator. Fans are those of a weight [out, in, *]: fan in is in
 * times the sizes behind it, fan out is out times these.
 *
 * {@snippet :
 * var layer = new Linear(4, 8);
 * Init.kaimingUniform_(layer.weight(), 0, Init.FanMode.FAN_IN, Init.Nonlinearity.RELU);
 * Init.zeros_(layer.bias().orElseThrow());
 * }
 */
public final class Init {
    /** Which fan keeps its variance; the {@code mode} of PyTorch's Kaiming initialisers. */
    public enum FanMode {
        /** Values keep their size forward. */
        FAN_IN,
        /** Gradients keep their size backward. */
        FAN_OUT
    }

    /** What follows the layer; the {@code nonlinearity} of {@code torch.nn.init.calculate_gain}. */
    public enum Nonlinearity {
        /** Nothing. */
        LINEAR,
        /** {@link dev.gatun.nn.Sigmoid}. */
        SIGMOID,
        /** {@link dev.gatun.nn.Tanh}. */
        TANH,
        /** {@link ReLU}. */
        RELU,
        /** {@link LeakyReLU}, whose slope is the parameter. */
        LEAKY_RELU,
        /** The scaled exponential linear unit. */
        SELU
    }

    private static final double DEFAULT_SLOPE = 0.01;

    private Init() {}

    /**
     * The factor by which a nonlinearity asks for larger weights, with PyTorch's slope 0.01 for a leaky one.
     *
     * @param nonlinearity what follows the layer
     * @return the gain
     */
    public static double calculateGain(Nonlinearity nonlinearity) {
        return calculateGain(nonlinearity, DEFAULT_SLOPE);
    }

    /**
     * The factor by which a nonlinearity asks for larger weights; {@code torch.nn.init.calculate_gain}.
     *
     * @param nonlinearity what follows the layer
     * @param param the negative slope of a leaky one; others ignore it
     * @return 1 for linear and sigmoid, 5/3 for tanh, sqrt(2) for relu, sqrt(2 / (1 + param^2)) for leaky relu, 3/4 for
     *     selu
     */
    public static double calculateGain(Nonlinearity nonlinearity, double param) {
        return switch (nonlinearity) {
            case LINEAR, SIGMOID -> 1;
            case TANH -> 5.0 / 3;
            case RELU -> Math.sqrt(2);
            case LEAKY_RELU -> Math.sqrt(2 / (1 + param * param));
            case SELU -> 3.0 / 4;
        };
    }

    /**
     * Uniform with PyTorch's defaults: a = 0, fan in, leaky relu.
     *
     * @param tensor [out, in, *], F32 or F64; filled
     * @return {@code tensor}
     * @throws IllegalArgumentException if it has fewer than two dimensions
     */
    public static Tensor kaimingUniform_(Tensor tensor) {
        return kaimingUniform_(tensor, 0, FanMode.FAN_IN, Nonlinearity.LEAKY_RELU);
    }

    /**
     * Uniform in ±gain sqrt(3 / fan); {@code torch.nn.init.kaiming_uniform_}; He et al. 2015.
     *
     * @param tensor [out, in, *], F32 or F64; filled
     * @param a the negative slope of a leaky relu that follows; others ignore it
     * @param mode the fan
     * @param nonlinearity what follows the layer
     * @return {@code tensor}
     * @throws IllegalArgumentException if it has fewer than two dimensions
     */
    public static Tensor kaimingUniform_(Tensor tensor, double a, FanMode mode, Nonlinearity nonlinearity) {
        double bound = Math.sqrt(3) * kaimingStd("kaimingUniform_", tensor, a, mode, nonlinearity);
        return uniform_(tensor, -bound, bound);
    }

    /**
     * Normal with PyTorch's defaults: a = 0, fan in, leaky relu.
     *
     * @param tensor [out, in, *], F32 or F64; filled
     * @return {@code tensor}
     * @throws IllegalArgumentException if it has fewer than two dimensions
     */
    public static Tensor kaimingNormal_(Tensor tensor) {
        return kaimingNormal_(tensor, 0, FanMode.FAN_IN, Nonlinearity.LEAKY_RELU);
    }

    /**
     * Normal with mean 0 and deviation gain / sqrt(fan); {@code torch.nn.init.kaiming_normal_}; He et al. 2015.
     *
     * @param tensor [out, in, *], F32 or F64; filled
     * @param a the negative slope of a leaky relu that follows; others ignore it
     * @param mode the fan
     * @param nonlinearity what follows the layer
     * @return {@code tensor}
     * @throws IllegalArgumentException if it has fewer than two dimensions
     */
    public static Tensor kaimingNormal_(Tensor tensor, double a, FanMode mode, Nonlinearity nonlinearity) {
        return normal_(tensor, 0, kaimingStd("kaimingNormal_", tensor, a, mode, nonlinearity));
    }

    private static double kaimingStd(String op, Tensor tensor, double a, FanMode mode, Nonlinearity nonlinearity) {
        Fans fans = Fans.of(op, tensor);
        long fan = mode == FanMode.FAN_IN ? fans.in : fans.out;
        return fan == 0 ? 0 : calculateGain(nonlinearity, a) / Math.sqrt((double) fan);
    }

    /**
     * Uniform with gain 1.
     *
     * @param tensor [out, in, *], F32 or F64; filled
     * @return {@code tensor}
     * @throws IllegalArgumentException if it has fewer than two dimensions
     */
    public static Tensor xavierUniform_(Tensor tensor) {
        return xavierUniform_(tensor, 1);
    }

    /**
     * Uniform in ±gain sqrt(6 / (fan in + fan out)); {@code torch.nn.init.xavier_uniform_}; Glorot and Bengio 2010.
     *
     * @param tensor [out, in, *], F32 or F64; filled
     * @param gain see {@link #calculateGain(Nonlinearity)}
     * @return {@code tensor}
     * @throws IllegalArgumentException if it has fewer than two dimensions
     */
    public static Tensor xavierUniform_(Tensor tensor, double gain) {
        double bound = Math.sqrt(3) * xavierStd("xavierUniform_", tensor, gain);
        return uniform_(tensor, -bound, bound);
    }

    /**
     * Normal with gain 1.
     *
     * @param tensor [out, in, *], F32 or F64; filled
     * @return {@code tensor}
     * @throws IllegalArgumentException if it has fewer than two dimensions
     */
    public static Tensor xavierNormal_(Tensor tensor) {
        return xavierNormal_(tensor, 1);
    }

    /**
     * Normal with mean 0 and deviation gain sqrt(2 / (fan in + fan out)); {@code torch.nn.init.xavier_normal_}; Glorot
     * and Bengio 2010.
     *
     * @param tensor [out, in, *], F32 or F64; filled
     * @param gain see {@link #calculateGain(Nonlinearity)}
     * @return {@code tensor}
     * @throws IllegalArgumentException if it has fewer than two dimensions
     */
    public static Tensor xavierNormal_(Tensor tensor, double gain) {
        return normal_(tensor, 0, xavierStd("xavierNormal_", tensor, gain));
    }

    private static double xavierStd(String op, Tensor tensor, double gain) {
        Fans fans = Fans.of(op, tensor);
        long sum = fans.in + fans.out;
        return sum == 0 ? 0 : gain * Math.sqrt(2.0 / sum);
    }

    /**
     * Uniform in [a, b); {@code torch.nn.init.uniform_}.
     *
     * @param tensor F32 or F64; filled
     * @param a the lower bound
     * @param b the upper bound
     * @return {@code tensor}
     */
    public static Tensor uniform_(Tensor tensor, double a, double b) {
        try (var off = GradMode.noGrad()) {
            return tensor.uniform_(a, b);
        }
    }

    /**
     * Normal; {@code torch.nn.init.normal_}.
     *
     * @param tensor F32 or F64; filled
     * @param mean of the values
     * @param std their standard deviation
     * @return {@code tensor}
     */
    public static Tensor normal_(Tensor tensor, double mean, double std) {
        try (var off = GradMode.noGrad()) {
            return tensor.normal_(mean, std);
        }
    }

    /**
     * One value everywhere; {@code torch.nn.init.constant_}.
     *
     * @param tensor filled
     * @param value of each element
     * @return {@code tensor}
     */
    public static Tensor constant_(Tensor tensor, double value) {
        try (var off = GradMode.noGrad()) {
            return tensor.fill_(value);
        }
    }

    /**
     * Zeros; {@code torch.nn.init.zeros_}.
     *
     * @param tensor filled
     * @return {@code tensor}
     */
    public static Tensor zeros_(Tensor tensor) {
        return constant_(tensor, 0);
    }

    /**
     * Ones; {@code torch.nn.init.ones_}.
     *
     * @param tensor filled
     * @return {@code tensor}
     */
    public static Tensor ones_(Tensor tensor) {
        return constant_(tensor, 1);
    }

    /** How many values go into one output, and how many outputs one value goes into. */
    private record Fans(long in, long out) {
        static Fans of(String op, Tensor tensor) {
            if (tensor.rank() < 2) {
                throw new IllegalArgumentException(
                        op + ": fans need at least two dimensions: tensor " + tensor.describe());
            }
            long field = 1;
            for (int dim = 2; dim < tensor.rank(); dim++) {
                field *= tensor.size(dim);
            }
            return new Fans(tensor.size(1) * field, tensor.size(0) * field);
        }
    }
}
