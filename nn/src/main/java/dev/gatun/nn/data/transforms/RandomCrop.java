package dev.gatun.nn.data.transforms;

import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.PadMode;
import dev.gatun.runtime.random.Generator;
import java.util.Optional;

/**
 * A part of an image at a random place; {@code torchvision.transforms.RandomCrop}.
 *
 * {@snippet :
 * Transform crop = new RandomCrop(24);
 * System.out.println(crop.apply(Tensor.rand(3, 32, 32), new Generator(1)).shape()); // [3, 24, 24]
 * }
 */
public final class RandomCrop implements Transform {
    /**
     * torchvision's names and, in {@link #defaults()}, its values.
     *
     * @param padding put around the image first; none
     * @param padIfNeeded whether an image that is too small gets more on both sides, where it is; false
     * @param fill the number that this is made of, with {@link PadMode#CONSTANT}; 0
     * @param paddingMode what it is made of; a number
     */
    public record Options(Optional<Pad> padding, boolean padIfNeeded, double fill, PadMode paddingMode) {
        /**
         * torchvision's defaults.
         *
         * @return the options
         */
        public static Options defaults() {
            return new Options(Optional.empty(), false, 0, PadMode.CONSTANT);
        }

        /**
         * These with something around the image first.
         *
         * @param value to put there
         * @return new options
         */
        public Options withPadding(Pad value) {
            return new Options(Optional.of(value), padIfNeeded, fill, paddingMode);
        }

        /**
         * These with or without more where an image is too small.
         *
         * @param value whether to
         * @return new options
         */
        public Options withPadIfNeeded(boolean value) {
            return new Options(padding, value, fill, paddingMode);
        }

        /**
         * These with another number around images that are too small.
         *
         * @param value the number
         * @return new options
         */
        public Options withFill(double value) {
            return new Options(padding, padIfNeeded, value, paddingMode);
        }

        /**
         * These with something else around images that are too small.
         *
         * @param value what
         * @return new options
         */
        public Options withPaddingMode(PadMode value) {
            return new Options(padding, padIfNeeded, fill, value);
        }
    }

    private final long height;
    private final long width;
    private final Options options;

    /**
     * A square.
     *
     * @param size of its sides, at least 1
     * @throws IllegalArgumentException if it is below 1
     */
    public RandomCrop(long size) {
        this(size, size, Options.defaults());
    }

    /**
     * A rectangle.
     *
     * @param height at least 1
     * @param width at least 1
     * @param options what is put around the image before
     * @throws IllegalArgumentException if a size is below 1
     */
    public RandomCrop(long height, long width, Options options) {
        Images.check("randomCrop", height, width);
        this.height = height;
        this.width = width;
        this.options = options;
    }

    /**
     * A part of an image.
     *
     * @param x [*, h, w], any dtype
     * @param draws random numbers: the row, then the column
     * @return [*, height, width]
     * @throws IllegalArgumentException if x is no image or too small
     */
    @Override
    public Tensor apply(Tensor x, Generator draws) {
        Images.check("randomCrop", x);
        Tensor large = options.padding().isPresent() ? options.padding().get().apply(x, draws) : x;
        if (options.padIfNeeded()) {
            long beside = Math.max(0, width - large.size(-1));
            long above = Math.max(0, height - large.size(-2));
            large = Images.pad(large, options.paddingMode(), options.fill(), beside, above, beside, above);
        }
        long rows = large.size(-2) - height + 1;
        long columns = large.size(-1) - width + 1;
        if (rows < 1 || columns < 1) {
            throw new IllegalArgumentException(
                    "randomCrop: the image is smaller than " + height + " x " + width + ": " + large.describe());
        }
        if (rows == 1 && columns == 1) {
            return large;
        }
        long top = Images.below(draws, rows);
        return Images.crop(large, top, Images.below(draws, columns), height, width);
    }

    @Override
    public String toString() {
        return "RandomCrop(size=(" + height + ", " + width + "), padding="
                + options.padding().map(Pad::toString).orElse("None") + ")";
    }
}
