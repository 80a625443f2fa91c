package dev.gatun.nn;

import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.Image;
import dev.gatun.autograd.ops.Interpolation;
import dev.gatun.autograd.ops.Interpolation.Mode;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Resizes images over one to three spatial dimensions; {@code torch.nn.Upsample}.
 *
 * {@snippet :
 * System.out.println(new Upsample(2).forward(Tensor.ones(1, 3, 8, 8)).shape()); // [1, 3, 16, 16]
 * }
 */
public final class Upsample extends Module implements Pure {
    private static final String[] LINEAR_NAMES = {"linear", "bilinear", "trilinear"};

    private final Interpolation interpolation;
    private final String mode;

    /**
     * By factors, to the nearest element.
     *
     * @param scaleFactor one for all spatial dimensions or one for each
     */
    public Upsample(double... scaleFactor) {
        this(Interpolation.byFactor(scaleFactor), "nearest");
    }

    /**
     * A layer.
     *
     * @param interpolation to what size, and how
     * @param spatialDimensions of the images, for which PyTorch's name of the mode is printed: linear, bilinear, trilinear,
     *     bicubic
     * @throws IllegalArgumentException if there are not one to three dimensions, or a cubic is for others than two
     */
    public Upsample(Interpolation interpolation, int spatialDimensions) {
        this(interpolation, name(interpolation, spatialDimensions));
    }

    private Upsample(Interpolation interpolation, String mode) {
        this.interpolation = interpolation;
        this.mode = mode;
    }

    private static String name(Interpolation interpolation, int spatialDimensions) {
        if (spatialDimensions < 1 || spatialDimensions > LINEAR_NAMES.length) {
            throw new IllegalArgumentException("upsample: not one to three dimensions: " + spatialDimensions);
        }
        if (interpolation.mode() == Mode.CUBIC && spatialDimensions != 2) {
            throw new IllegalArgumentException("upsample: a cubic is for two dimensions: " + spatialDimensions);
        }
        return switch (interpolation.mode()) {
            case NEAREST -> "nearest";
            case LINEAR -> LINEAR_NAMES[spatialDimensions - 1];
            case CUBIC -> "bicubic";
        };
    }

    /**
     * The images resized.
     *
     * @param x [n, channels, *], F32 or F64
     * @return [n, channels, *]
     * @throws IllegalArgumentException if dtype or rank do not fit
     */
    @Override
    public Tensor forward(Tensor x) {
        return hooked(x, in -> Image.interpolate(in, interpolation));
    }

    @Override
    protected String extraRepr() {
        List<Double> factors = interpolation.scaleFactor();
        String to = factors.isEmpty()
                ? "size=" + Repr.number(interpolation.size())
                : "scale_factor="
                        + (factors.size() == 1
                                ? Repr.of(factors.get(0))
                                : factors.stream().map(Repr::of).collect(Collectors.joining(", ", "(", ")")));
        return to + ", mode=" + mode;
    }
}
