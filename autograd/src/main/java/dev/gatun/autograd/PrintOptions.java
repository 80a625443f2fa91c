package dev.gatun.autograd;

/**
 * How tensors print; {@code torch.set_printoptions}. {@link Tensor#setPrintOptions} sets what {@code toString} uses.
 *
 * {@snippet :
 * Tensor x = Tensor.of(1 / 3.0, 2 / 3.0);
 * System.out.println(x.toString(PrintOptions.DEFAULT.withPrecision(2))); // tensor([0.33, 0.67], dtype=torch.float64)
 * }
 *
 * @param precision digits behind the point
 * @param threshold elements above which a tensor is summarised
 * @param edgeItems of each dimension that a summary shows at either end, at least 1
 * @param lineWidth characters of a line
 * @param sciMode whether floating numbers print with exponents
 */
public record PrintOptions(int precision, long threshold, int edgeItems, int lineWidth, SciMode sciMode) {
    /** Whether floating numbers print with exponents. */
    public enum SciMode {
        /** Where magnitudes differ much, or are very large or small. */
        AUTO,
        /** Always. */
        ALWAYS,
        /** Never. */
        NEVER
    }

    private static final int MOST_DIGITS = 1074; // of the least F64

    /** PyTorch's: 4 digits, summaries of 3 items above 1000 elements, lines of 80 characters. */
    public static final PrintOptions DEFAULT = new PrintOptions(4, 1000, 3, 80, SciMode.AUTO);

    /** 2 digits, summaries of 2 items. */
    public static final PrintOptions SHORT = new PrintOptions(2, 1000, 2, 80, SciMode.AUTO);

    /** Never summarised. */
    public static final PrintOptions FULL = new PrintOptions(4, Long.MAX_VALUE, 3, 80, SciMode.AUTO);

    /** Checks the numbers. */
    public PrintOptions {
        if (precision > MOST_DIGITS) {
            throw new IllegalArgumentException(
                    "printOptions: no number has so many digits after its point: precision " + precision);
        }
        if (precision < 0 || threshold < 0 || edgeItems < 1 || lineWidth < 1) {
            throw new IllegalArgumentException("printOptions: a number is too small: precision " + precision
                    + ", threshold " + threshold + ", edgeItems " + edgeItems + ", lineWidth " + lineWidth);
        }
    }

    /** With another precision. */
    public PrintOptions withPrecision(int digits) {
        return new PrintOptions(digits, threshold, edgeItems, lineWidth, sciMode);
    }

    /** With another threshold. */
    public PrintOptions withThreshold(long elements) {
        return new PrintOptions(precision, elements, edgeItems, lineWidth, sciMode);
    }

    /** With other edges. */
    public PrintOptions withEdgeItems(int items) {
        return new PrintOptions(precision, threshold, items, lineWidth, sciMode);
    }

    /** With another width. */
    public PrintOptions withLineWidth(int characters) {
        return new PrintOptions(precision, threshold, edgeItems, characters, sciMode);
    }

    /** With another mode. */
    public PrintOptions withSciMode(SciMode mode) {
        return new PrintOptions(precision, threshold, edgeItems, lineWidth, mode);
    }
}
