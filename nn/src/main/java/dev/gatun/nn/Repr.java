package dev.gatun.nn;

import dev.gatun.autograd.ops.MaxPoolParams;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Values as Python prints them, for the printed form of modules. */
final class Repr {
    private static final int FIRST_SCIENTIFIC = 16;
    private static final int LAST_SCIENTIFIC = -5;

    private Repr() {}

    /** The shortest digits that give the value back: 0.5, 1.0, 1e-05, 2.5e+20. */
    static String of(double value) {
        if (value == 0 || Double.isNaN(value) || Double.isInfinite(value)) {
            return Double.toString(value).replace("NaN", "nan").replace("Infinity", "inf");
        }
        BigDecimal shortest = new BigDecimal(Double.toString(value)).stripTrailingZeros();
        int exponent = shortest.precision() - shortest.scale() - 1;
        if (exponent > LAST_SCIENTIFIC && exponent < FIRST_SCIENTIFIC) {
            String plain = shortest.toPlainString();
            return plain.indexOf('.') < 0 ? plain + ".0" : plain;
        }
        String mantissa = shortest.movePointLeft(exponent).toPlainString();
        return mantissa + (exponent < 0 ? "e-" : "e+") + (Math.abs(exponent) < 10 ? "0" : "") + Math.abs(exponent);
    }

    /** A tuple: (3, 3), (3,). */
    static String tuple(List<Long> values) {
        String inner = values.stream().map(String::valueOf).collect(Collectors.joining(", "));
        return "(" + inner + (values.size() == 1 ? ",)" : ")");
    }

    /** One number by itself, several as a tuple. */
    static String number(List<Long> values) {
        return values.size() == 1 ? values.get(0).toString() : tuple(values);
    }

    /** What an adaptive pool gives: 3, (3, None). */
    static String outputSize(long... values) {
        List<Long> list = Arrays.stream(values).boxed().toList();
        return number(list).replace("-1", "None");
    }

    /** A max pool's numbers. */
    static String of(MaxPoolParams params) {
        List<Long> stride = params.stride().isEmpty() ? params.kernelSize() : params.stride();
        return "kernel_size=" + number(params.kernelSize()) + ", stride=" + number(stride) + ", padding="
                + number(params.padding()) + ", dilation=" + number(params.dilation()) + ", ceil_mode="
                + of(params.ceilMode());
    }

    /** True or False. */
    static String of(boolean value) {
        return value ? "True" : "False";
    }
}
