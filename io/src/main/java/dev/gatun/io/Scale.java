package dev.gatun.io;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;

/**
 * Where values lie along an axis, and what its marks say. The plotting library gets its numbers in units between two marks,
 * on a logarithmic axis in decades or doublings: its own search for marks does not end for some ranges, such as very
 * small ones.
 */
final class Scale {
    private static final double MARKS = 6;
    private static final double LEAST_PLAIN = 1e-3;
    private static final double MOST_PLAIN = 1e6;
    private static final double FEW_DECADES = 2.5;
    private static final double DOUBLING = Math.log10(2);

    private final boolean isLog;
    private final boolean isWhole;
    private final double origin;
    private final double unit;
    // Where it ends: of a logarithmic axis in the library's units, else as values.
    private final double min;
    private final double max;

    private Scale(double origin, double unit, double min, double max) {
        this(false, false, origin, unit, min, max);
    }

    private Scale(boolean isLog, boolean isWhole, double origin, double unit, double min, double max) {
        this.isLog = isLog;
        this.isWhole = isWhole;
        this.origin = origin;
        this.unit = unit;
        this.min = min;
        this.max = max;
    }

    /** An even axis for values between two; around them, where they are one; any, where there are none. */
    static Scale linear(double min, double max) {
        if (!(min <= max)) {
            return linear(0, 1);
        }
        if (!(max / 2 - min / 2 > Math.max(Math.abs(min), Math.abs(max)) * 1e-12)) {
            double around = min == 0 ? 1 : Math.max(Math.abs(min) / 10, Double.MIN_NORMAL);
            double least = Math.max(min - around, -Double.MAX_VALUE);
            double most = Math.min(max + around, Double.MAX_VALUE);
            return linear(least, most);
        }
        double unit = unit((max / 2 - min / 2) / MARKS * 2);
        return new Scale(Math.floor(min / unit) * unit, unit, min, max);
    }

    /** An even axis with 0 on it, at 0. */
    static Scale fromZero(double min, double max) {
        double low = Math.min(0, min);
        double high = Math.max(0, max);
        Scale scale = low < high ? linear(low, high) : linear(0, 1);
        return new Scale(0, scale.unit, scale.min, scale.max);
    }

    /**
     * An axis of decades for values between two above 0; where they are few, each mark stands for twice the one before, as
     * in 0.25, 0.5, 1, 2, 4. An even axis where there are no such values.
     */
    static Scale logarithmic(double min, double max) {
        if (!(min <= max) || !(min > 0)) {
            return linear(min, max);
        }
        double low = Math.log10(min);
        double high = Math.log10(max);
        if (high - low > FEW_DECADES) {
            return new Scale(true, true, 0, 1, low, high);
        }
        double origin = Math.ceil(low);
        double from = (low - origin) / DOUBLING;
        double to = (high - origin) / DOUBLING;
        if (Math.floor(to) - Math.ceil(from) < 1) { // room for two marks
            boolean one = Math.floor(from) == Math.ceil(to);
            from = Math.floor(from) - (one ? 1 : 0);
            to = Math.ceil(to) + (one ? 1 : 0);
        }
        return new Scale(true, true, origin, DOUBLING, from, to);
    }

    /** The same axis for what is counted, such as epochs: only whole numbers, at least two, have marks. */
    Scale whole() {
        if (Math.floor(max) - Math.ceil(min) < 1) {
            return linear(Math.floor(min), Math.ceil(max)).whole();
        }
        return new Scale(false, true, origin, unit, min, max);
    }

    /** 1, 2 or 5 times a power of ten, not below a length. */
    private static double unit(double least) {
        double power = Math.pow(10, Math.floor(Math.log10(least)));
        if (!(power > 0)) {
            return least;
        }
        double times = least / power;
        return power * (times <= 1.001 ? 1 : times <= 2.001 ? 2 : times <= 5.001 ? 5 : 10);
    }

    /** The lower end, in the library's units. */
    double min() {
        return isLog ? min : at(min);
    }

    /** The upper end, in the library's units. */
    double max() {
        return isLog ? max : at(max);
    }

    /** A value in the library's units. */
    double at(double value) {
        return isLog ? (Math.log10(value) - origin) / unit : value / unit - origin / unit;
    }

    /** What stands at a mark. */
    String label(double at) {
        if (isLog) {
            boolean isMark = Math.abs(at - Math.rint(at)) < 1e-6;
            if (isMark) {
                return text(Math.pow(10, origin + Math.rint(at) * unit), 3);
            }
            return at <= min ? "" : " "; // the library makes no marks at all where both ends have one text
        }
        double value = origin + at * unit;
        if (isWhole && Math.abs(value - Math.rint(value)) > unit * 1e-6) {
            return " "; // of which the library shows none: it widens the distance until texts differ
        }
        if (Math.abs(value) < unit * 1e-6) {
            return "0";
        }
        int digits = 3 + (int) Math.max(0, Math.floor(Math.log10(Math.abs(value) / unit)));
        return text(value, digits);
    }

    /** A number with up to so many digits that count. */
    static String text(double value, int digits) {
        if (value == 0 || !Double.isFinite(value)) {
            return value == 0 ? "0" : Double.toString(value);
        }
        BigDecimal rounded = new BigDecimal(value)
                .round(new MathContext(digits, RoundingMode.HALF_EVEN))
                .stripTrailingZeros();
        double size = Math.abs(value);
        if (size >= LEAST_PLAIN && size < MOST_PLAIN) {
            return rounded.toPlainString();
        }
        return String.format(Locale.ROOT, "%." + (rounded.precision() - 1) + "e", rounded)
                .replaceFirst("e([+-])0*(\\d)", "e$1$2")
                .replace("e+", "e");
    }
}
