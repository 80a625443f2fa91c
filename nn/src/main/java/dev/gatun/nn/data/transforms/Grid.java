package dev.gatun.nn.data.transforms;

import dev.gatun.autograd.GradMode;
import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.Shape;
import java.util.List;
import java.util.Optional;

/**
 * Many images as one. The counterpart is {@code torchvision.utils.make_grid}.
 *
 * {@snippet :
 * System.out.println(Grid.makeGrid(Tensor.rand(16, 3, 28, 28)).shape()); // [3, 62, 242]
 * }
 */
public final class Grid {
    /**
     * Numbers that become black and white.
     *
     * @param low becomes 0
     * @param high becomes 1
     */
    public record Range(double low, double high) {
        /**
         * Checks the numbers.
         *
         * @throws IllegalArgumentException if they are no range
         */
        public Range {
            if (!(low <= high)) {
                throw new IllegalArgumentException("makeGrid: not a range: low " + low + ", high " + high);
            }
        }
    }

    /**
     * torchvision's names and, in {@link #defaults()}, its values.
     *
     * @param nrow images in a row; 8
     * @param padding pixels between images and around them; 2
     * @param normalize whether numbers are brought into 0..1; false
     * @param valueRange what becomes 0 and 1; where empty, the least and the largest number
     * @param scaleEach whether the least and the largest are those of each image by itself; false
     * @param padValue the number between images; 0
     */
    public record Options(
            int nrow, int padding, boolean normalize, Optional<Range> valueRange, boolean scaleEach, double padValue) {
        /**
         * Checks the options.
         *
         * @throws IllegalArgumentException if there is no image in a row, or the padding is negative
         */
        public Options {
            if (nrow < 1 || padding < 0) {
                throw new IllegalArgumentException(
                        "makeGrid: nrow is below 1, or padding below 0: nrow " + nrow + ", padding " + padding);
            }
        }

        /**
         * torchvision's defaults.
         *
         * @return the options
         */
        public static Options defaults() {
            return new Options(8, 2, false, Optional.empty(), false, 0);
        }

        /**
         * These with so many images in a row.
         *
         * @param value at least 1
         * @return new options
         */
        public Options withNrow(int value) {
            return new Options(value, padding, normalize, valueRange, scaleEach, padValue);
        }

        /**
         * These with another distance between images.
         *
         * @param value in pixels
         * @return new options
         */
        public Options withPadding(int value) {
            return new Options(nrow, value, normalize, valueRange, scaleEach, padValue);
        }

        /**
         * These with or without normalisation.
         *
         * @param value whether numbers are brought into 0..1
         * @return new options
         */
        public Options withNormalize(boolean value) {
            return new Options(nrow, padding, value, valueRange, scaleEach, padValue);
        }

        /**
         * These with a range that becomes 0..1.
         *
         * @param low becomes 0
         * @param high becomes 1
         * @return new options
         */
        public Options withValueRange(double low, double high) {
            return new Options(nrow, padding, normalize, Optional.of(new Range(low, high)), scaleEach, padValue);
        }

        /**
         * These with a range for all images or one for each.
         *
         * @param value whether one for each
         * @return new options
         */
        public Options withScaleEach(boolean value) {
            return new Options(nrow, padding, normalize, valueRange, value, padValue);
        }

        /**
         * These with another number between images.
         *
         * @param value the number
         * @return new options
         */
        public Options withPadValue(double value) {
            return new Options(nrow, padding, normalize, valueRange, scaleEach, value);
        }
    }

    private static final double LEAST_RANGE = 1e-5; // torchvision's, so that one grey does not divide by 0

    private Grid() {}

    /**
     * Images side by side; {@code torchvision.utils.make_grid} with its defaults.
     *
     * @param images as {@link #makeGrid(Tensor, Options)}
     * @return as there
     */
    public static Tensor makeGrid(Tensor images) {
        return makeGrid(images, Options.defaults());
    }

    /**
     * Images side by side, row after row; {@code torchvision.utils.make_grid}. One image comes back as it is.
     *
     * @param images [n, channels, h, w], [channels, h, w] or [h, w]; with one channel they become grey of three
     * @param options how they stand
     * @return [channels, h', w'], dtype of the images; a new tensor without a gradient
     * @throws IllegalArgumentException if there are no such images, or whole numbers are to be normalised
     */
    public static Tensor makeGrid(Tensor images, Options options) {
        try (var off = GradMode.noGrad();
                var scope = Scope.open()) {
            Tensor all = coloured(images);
            if (options.normalize()) {
                all = normalized(all, options);
            }
            if (all.size(0) == 1) {
                return scope.keep(all.squeeze(0).clone());
            }
            return scope.keep(laidOut(all, options));
        }
    }

    /** [n, channels, h, w] with at least three channels. */
    private static Tensor coloured(Tensor images) {
        int rank = images.rank();
        if (rank < 2 || rank > 4 || images.count() == 0) {
            throw new IllegalArgumentException(
                    "makeGrid: takes images [n, channels, h, w], [channels, h, w] or [h, w]: " + images.describe());
        }
        Tensor all = images;
        for (int i = rank; i < 4; i++) {
            all = all.unsqueeze(0);
        }
        return all.size(1) == 1 ? all.expand(all.size(0), 3, all.size(2), all.size(3)) : all;
    }

    private static Tensor normalized(Tensor all, Options options) {
        if (all.dtype() != DType.F32 && all.dtype() != DType.F64) {
            throw new IllegalArgumentException("makeGrid: normalize takes f32 and f64: " + all.describe());
        }
        Tensor scaled = all.clone();
        for (Tensor part : options.scaleEach() ? scaled.unbind(0) : List.of(scaled)) {
            Range range = options.valueRange()
                    .orElseGet(() -> new Range(part.min().item(), part.max().item()));
            part.clamp_(range.low(), range.high())
                    .sub_(range.low())
                    .div_(Math.max(range.high() - range.low(), LEAST_RANGE));
        }
        return scaled;
    }

    private static Tensor laidOut(Tensor all, Options options) {
        int count = Math.toIntExact(all.size(0));
        int columns = Math.min(options.nrow(), count);
        int rows = (count + columns - 1) / columns;
        long down = all.size(2) + options.padding();
        long across = all.size(3) + options.padding();
        Tensor grid = all.newEmpty(
                        Shape.of(all.size(1), down * rows + options.padding(), across * columns + options.padding()))
                .fill_(options.padValue());
        for (int i = 0; i < count; i++) {
            long top = i / columns * down + options.padding();
            long left = i % columns * across + options.padding();
            Images.crop(grid, top, left, all.size(2), all.size(3)).copy_(all.select(0, i));
        }
        return grid;
    }
}
