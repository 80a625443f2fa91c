package dev.gatun.nn.data.transforms;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.random.Generator;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * Each channel less a mean, divided by a deviation; {@code torchvision.transforms.Normalize}.
 *
 * {@snippet :
 * var normalize = new Normalize(new double[] {0.485, 0.456, 0.406}, new double[] {0.229, 0.224, 0.225});
 * System.out.println(normalize.apply(Tensor.rand(3, 32, 32)).shape()); // [3, 32, 32]
 * }
 */
public final class Normalize implements Transform {
    private final double[] mean;
    private final double[] std;

    /**
     * The transform for several channels.
     *
     * @param mean of each channel
     * @param std of each channel, not 0
     * @throws IllegalArgumentException if there are none, not as many of one as of the other, or a deviation is 0
     */
    public Normalize(double[] mean, double[] std) {
        boolean divides = Arrays.stream(std).noneMatch(s -> s == 0);
        if (mean.length == 0 || mean.length != std.length || !divides) {
            throw new IllegalArgumentException(
                    "normalize: takes a mean and a deviation other than 0 for each channel: mean "
                            + Arrays.toString(mean) + ", std " + Arrays.toString(std));
        }
        this.mean = mean.clone();
        this.std = std.clone();
    }

    /**
     * The transform for one channel, or the same for all.
     *
     * @param mean of the numbers
     * @param std of the numbers, not 0
     * @throws IllegalArgumentException if the deviation is 0
     */
    public Normalize(double mean, double std) {
        this(new double[] {mean}, new double[] {std});
    }

    /**
     * The normalised image.
     *
     * @param x [*, channels, h, w], F32 or F64
     * @return shape and dtype of x
     * @throws IllegalArgumentException if x is of another dtype, or has other channels
     */
    @Override
    public Tensor apply(Tensor x, Generator draws) {
        if (x.dtype() != DType.F32 && x.dtype() != DType.F64) {
            throw new IllegalArgumentException("normalize: takes f32 and f64, see ToTensor: " + x.describe());
        }
        if (x.rank() < 3 || mean.length > 1 && x.size(-3) != mean.length) {
            throw new IllegalArgumentException("normalize: x is not [*, "
                    + (mean.length == 1 ? "channels" : mean.length) + ", h, w]: " + x.describe());
        }
        if (mean.length == 1) {
            return x.sub(mean[0]).div(std[0]);
        }
        return x.sub(column(mean, x)).div(column(std, x));
    }

    /** One number for each channel. */
    private static Tensor column(double[] values, Tensor x) {
        return Tensor.of(values).to(x.device(), x.dtype()).view(values.length, 1, 1);
    }

    @Override
    public String toString() {
        return "Normalize(mean=" + text(mean) + ", std=" + text(std) + ")";
    }

    private static String text(double[] values) {
        return Arrays.stream(values).mapToObj(Double::toString).collect(Collectors.joining(", ", "[", "]"));
    }
}
