package dev.gatun.autograd.ops;

import java.util.Arrays;
import java.util.List;

/**
 * How an image is resized; the arguments of {@code F.interpolate}. Either sizes or factors, one for all spatial dimensions
 * or one for each. PyTorch's counterpart is {@code torch.nn.functional.interpolate}.
 *
 * {@snippet :
 * Tensor image = Tensor.rand(1, 3, 10, 10);
 * System.out.println(Image.interpolate(image, Interpolation.byFactor(2)).shape()); // [1, 3, 20, 20]
 * }
 *
 * @param size of the result; empty where there are factors
 * @param scaleFactor by which each size is multiplied, and rounded down; empty where there are sizes
 * @param mode what lies between the elements
 * @param alignCorners whether the corners' centres stay where they are; not for nearest; PyTorch's default is false
 */
public record Interpolation(List<Long> size, List<Double> scaleFactor, Mode mode, boolean alignCorners) {
    /** What lies between two elements. */
    public enum Mode {
        /** The nearest one below: {@code nearest}, for one to three dimensions. */
        NEAREST,
        /** A line between the two: {@code linear}, {@code bilinear} and {@code trilinear}. */
        LINEAR,
        /** A cubic through four in each of two dimensions: {@code bicubic}. */
        CUBIC
    }

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if there are both or neither of sizes and factors, one is not positive, or corners
     *     are aligned to the nearest
     */
    public Interpolation {
        if (size.isEmpty() == scaleFactor.isEmpty()) {
            throw new IllegalArgumentException(
                    "interpolate: takes sizes or factors: size " + size + ", scaleFactor " + scaleFactor);
        }
        PerDim.check("interpolate: size", 1, size);
        if (scaleFactor.stream().anyMatch(f -> !(f > 0 && f <= Integer.MAX_VALUE))) {
            throw new IllegalArgumentException("interpolate: a factor is not positive: " + scaleFactor);
        }
        if (alignCorners && mode == Mode.NEAREST) {
            throw new IllegalArgumentException("interpolate: alignCorners is for linear and cubic modes: " + mode);
        }
        size = List.copyOf(size);
        scaleFactor = List.copyOf(scaleFactor);
    }

    /** To sizes, one for all dimensions or one for each, by the nearest element. */
    public static Interpolation toSize(long... size) {
        return new Interpolation(Arrays.stream(size).boxed().toList(), List.of(), Mode.NEAREST, false);
    }

    /** By factors, one for all dimensions or one for each, by the nearest element. */
    public static Interpolation byFactor(double... factors) {
        return new Interpolation(List.of(), Arrays.stream(factors).boxed().toList(), Mode.NEAREST, false);
    }

    /** This one along lines, or planes, between the elements. */
    public Interpolation linear(boolean aligned) {
        return new Interpolation(size, scaleFactor, Mode.LINEAR, aligned);
    }

    /** This one along cubics through four elements, for two dimensions. */
    public Interpolation cubic(boolean aligned) {
        return new Interpolation(size, scaleFactor, Mode.CUBIC, aligned);
    }
}
