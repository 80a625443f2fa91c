package dev.gatun.nn.data.transforms;

import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.PadMode;
import dev.gatun.runtime.random.Generator;

/**
 * The middle of an image, with zeros around where it is too small; {@code torchvision.transforms.CenterCrop}.
 *
 * {@snippet :
 * System.out.println(new CenterCrop(24).apply(Tensor.rand(3, 32, 48)).shape()); // [3, 24, 24]
 * }
 */
public final class CenterCrop implements Transform {
    private final long height;
    private final long width;

    /**
     * A square.
     *
     * @param size of its sides, at least 1
     * @throws IllegalArgumentException if it is below 1
     */
    public CenterCrop(long size) {
        this(size, size);
    }

    /**
     * A rectangle.
     *
     * @param height at least 1
     * @param width at least 1
     * @throws IllegalArgumentException if a size is below 1
     */
    public CenterCrop(long height, long width) {
        Images.check("centerCrop", height, width);
        this.height = height;
        this.width = width;
    }

    /**
     * The middle of an image.
     *
     * @param x [*, h, w], any dtype
     * @return [*, height, width]
     * @throws IllegalArgumentException if x is no image
     */
    @Override
    public Tensor apply(Tensor x, Generator draws) {
        Images.check("centerCrop", x);
        long above = Math.max(0, height - x.size(-2));
        long beside = Math.max(0, width - x.size(-1));
        Tensor large = Images.pad(x, PadMode.CONSTANT, 0, beside / 2, above / 2, (beside + 1) / 2, (above + 1) / 2);
        return Images.crop(large, middle(large.size(-2), height), middle(large.size(-1), width), height, width);
    }

    /** Halves are rounded to the even number, as Python does. */
    private static long middle(long size, long part) {
        return (long) Math.rint((double) (size - part) / 2);
    }

    @Override
    public String toString() {
        return "CenterCrop(size=(" + height + ", " + width + "))";
    }
}
