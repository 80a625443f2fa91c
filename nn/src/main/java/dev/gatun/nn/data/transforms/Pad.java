package dev.gatun.nn.data.transforms;

import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.PadMode;
import dev.gatun.runtime.random.Generator;
import java.util.Arrays;

/**
 * An image with something around it; {@code torchvision.transforms.Pad}.
 *
 * {@snippet :
 * System.out.println(new Pad(2).apply(Tensor.rand(3, 28, 28)).shape()); // [3, 32, 32]
 * }
 */
public final class Pad implements Transform {
    private final long left;
    private final long top;
    private final long right;
    private final long bottom;
    private final double fill;
    private final PadMode mode;

    /**
     * Zeros around an image.
     *
     * @param padding pixels on all sides; two numbers for left and right, top and bottom; four for left, top, right, bottom
     * @throws IllegalArgumentException if there are not one, two or four numbers, or one is negative
     */
    public Pad(long... padding) {
        this(PadMode.CONSTANT, 0, padding);
    }

    /**
     * Something around an image.
     *
     * @param mode what it is
     * @param fill the number for {@link PadMode#CONSTANT}
     * @param padding pixels on all sides; two numbers for left and right, top and bottom; four for left, top, right, bottom
     * @throws IllegalArgumentException if there are not one, two or four numbers, or one is negative
     */
    public Pad(PadMode mode, double fill, long... padding) {
        boolean right = padding.length == 1 || padding.length == 2 || padding.length == 4;
        if (!right || Arrays.stream(padding).anyMatch(p -> p < 0)) {
            throw new IllegalArgumentException(
                    "pad: takes one, two or four numbers, none negative: " + Arrays.toString(padding));
        }
        this.left = padding[0];
        this.top = padding[padding.length == 1 ? 0 : 1];
        this.right = padding.length == 4 ? padding[2] : left;
        this.bottom = padding.length == 4 ? padding[3] : top;
        this.fill = fill;
        this.mode = mode;
    }

    /**
     * The image with something around it.
     *
     * @param x [*, h, w]
     * @return [*, h + top + bottom, w + left + right], dtype of x
     * @throws IllegalArgumentException if x is no image, or too small to reflect
     */
    @Override
    public Tensor apply(Tensor x, Generator draws) {
        Images.check("pad", x);
        return Images.pad(x, mode, fill, left, top, right, bottom);
    }

    @Override
    public String toString() {
        return "Pad(padding=(" + left + ", " + top + ", " + right + ", " + bottom + "), fill=" + fill
                + ", padding_mode=" + mode + ")";
    }
}
