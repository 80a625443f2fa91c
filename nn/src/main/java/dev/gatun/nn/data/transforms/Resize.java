package dev.gatun.nn.data.transforms;

import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.Image;
import dev.gatun.autograd.ops.Interpolation;
import dev.gatun.autograd.ops.Interpolation.Mode;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.random.Generator;
import java.util.Arrays;

/**
 * An image in another size, between pixels by lines or by the nearest one; {@code torchvision.transforms.Resize} with
 * {@code antialias=False}.
 *
 * {@snippet :
 * System.out.println(new Resize(32).apply(Tensor.rand(3, 48, 64)).shape()); // [3, 32, 42]
 * }
 */
public final class Resize implements Transform {
    private static final int BYTE_MAX = 255; // a cubic goes beyond what it connects

    private final long[] size;
    private final Mode mode;

    /**
     * To a size of the shorter side, with the longer one in proportion, rounded down; bilinear.
     *
     * @param shorter side, at least 1
     * @throws IllegalArgumentException if the size is below 1
     */
    public Resize(long shorter) {
        this(shorter, Mode.LINEAR);
    }

    /**
     * To a size of the shorter side, with the longer one in proportion, rounded down.
     *
     * @param shorter side, at least 1
     * @param mode what lies between pixels
     * @throws IllegalArgumentException if the size is below 1
     */
    public Resize(long shorter, Mode mode) {
        this(mode, shorter);
    }

    /**
     * To a height and a width; bilinear.
     *
     * @param height at least 1
     * @param width at least 1
     * @throws IllegalArgumentException if a size is below 1
     */
    public Resize(long height, long width) {
        this(height, width, Mode.LINEAR);
    }

    /**
     * To a height and a width.
     *
     * @param height at least 1
     * @param width at least 1
     * @param mode what lies between pixels
     * @throws IllegalArgumentException if a size is below 1
     */
    public Resize(long height, long width, Mode mode) {
        this(mode, height, width);
    }

    private Resize(Mode mode, long... size) {
        Images.check("resize", size[0], size[size.length - 1]);
        this.size = size;
        this.mode = mode;
    }

    /**
     * The image in its new size.
     *
     * @param x [*, h, w]: F32, F64, or U8, which is rounded to whole numbers
     * @return [*, h', w'], dtype of x
     * @throws IllegalArgumentException if x is of another dtype or no image
     */
    @Override
    public Tensor apply(Tensor x, Generator draws) {
        Images.check("resize", x);
        boolean bytes = x.dtype() == DType.U8;
        if (!bytes && x.dtype() != DType.F32 && x.dtype() != DType.F64) {
            throw new IllegalArgumentException("resize: takes f32, f64 and u8: " + x.describe());
        }
        long[] to = target(x.size(-2), x.size(-1));
        if (to[0] == x.size(-2) && to[1] == x.size(-1)) {
            return x;
        }
        long images = x.count() / (x.size(-2) * x.size(-1));
        Interpolation nearest = Interpolation.toSize(to);
        Interpolation way = switch (mode) {
            case NEAREST -> nearest;
            case LINEAR -> nearest.linear(false);
            case CUBIC -> nearest.cubic(false);
        };
        Tensor flat = x.reshape(1, images, x.size(-2), x.size(-1));
        Tensor resized = Image.interpolate(bytes ? flat.to(DType.F32) : flat, way);
        long[] sizes = x.shape().toArray();
        sizes[sizes.length - 2] = to[0];
        sizes[sizes.length - 1] = to[1];
        return (bytes ? resized.round().clamp(0, BYTE_MAX).to(DType.U8) : resized).view(sizes);
    }

    private long[] target(long height, long width) {
        if (size.length == 2) {
            return size;
        }
        boolean upright = width <= height;
        long longer = size[0] * Math.max(height, width) / Math.min(height, width);
        return upright ? new long[] {longer, size[0]} : new long[] {size[0], longer};
    }

    private String name() {
        return switch (mode) {
            case NEAREST -> "nearest";
            case LINEAR -> "bilinear";
            case CUBIC -> "bicubic";
        };
    }

    @Override
    public String toString() {
        return "Resize(size=" + (size.length == 1 ? Long.toString(size[0]) : Arrays.toString(size)) + ", interpolation="
                + name() + ")";
    }
}
