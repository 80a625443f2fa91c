package dev.gatun.testing.fuzz;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.DType;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;

/**
 * A contiguous tensor that views are taken of. Not a record: two that hold the same are still two.
 */
final class Base {
    private final DType dtype;
    private final long[] sizes;
    private final double[] numbers; // of a floating dtype
    private final long[] integers; // of any other
    private final boolean requiresGrad;

    Base(DType dtype, long[] sizes, double[] numbers, long[] integers, boolean requiresGrad) {
        this.dtype = dtype;
        this.sizes = sizes;
        this.numbers = numbers;
        this.integers = integers;
        this.requiresGrad = requiresGrad;
    }

    DType dtype() {
        return dtype;
    }

    long[] sizes() {
        return sizes.clone();
    }

    boolean requiresGrad() {
        return requiresGrad;
    }

    Tensor make() {
        Tensor flat = dtype.isFloating() ? floating() : Tensor.of(integers);
        Tensor x = flat.to(dtype).view(sizes);
        return requiresGrad ? x.detach().requiresGrad_() : x;
    }

    private Tensor floating() {
        if (dtype == DType.F64) {
            return Tensor.of(numbers);
        }
        float[] singles = new float[numbers.length];
        for (int i = 0; i < singles.length; i++) {
            singles[i] = (float) numbers[i];
        }
        return Tensor.of(singles);
    }

    /** With every element the same; integers stay as they are where they may be indexes. */
    Base plain() {
        double[] ones = new double[numbers.length];
        Arrays.fill(ones, 1);
        long[] zeros = new long[integers.length];
        return new Base(dtype, sizes, ones, zeros, requiresGrad);
    }

    Base withoutGrad() {
        return new Base(dtype, sizes, numbers, integers, false);
    }

    boolean isPlain() {
        return Arrays.stream(numbers).allMatch(x -> x == 1)
                && Arrays.stream(integers).allMatch(x -> x == 0);
    }

    String java() {
        String shape = Arrays.stream(sizes).mapToObj(Long::toString).collect(Collectors.joining(", "));
        String type = "DType." + dtype.name() + (sizes.length == 0 ? "" : ", ");
        String text;
        if (isPlain() || numbers.length + integers.length == 0) {
            text = (dtype.isFloating() ? "Tensor.ones(" : "Tensor.zeros(") + type + shape + ")";
        } else {
            String values = dtype == DType.F64
                    ? DoubleStream.of(numbers).mapToObj(Base::literal).collect(Collectors.joining(", "))
                    : dtype.isFloating()
                            ? DoubleStream.of(numbers)
                                    .mapToObj(x -> literal((float) x))
                                    .collect(Collectors.joining(", "))
                            : LongStream.of(integers).mapToObj(x -> x + "L").collect(Collectors.joining(", "));
            String cast = dtype == DType.F32 || dtype == DType.F64 || dtype == DType.I64
                    ? ""
                    : ".to(DType." + dtype.name() + ")";
            text = "Tensor.of(" + values + ")" + cast + (sizes.length == 1 ? "" : ".view(" + shape + ")");
        }
        return text + (requiresGrad ? (isPlain() ? "" : ".detach()") + ".requiresGrad_()" : "");
    }

    static String literal(double x) {
        return Double.isNaN(x)
                ? "Double.NaN"
                : Double.isInfinite(x) ? (x > 0 ? "" : "-") + "Double.POSITIVE_INFINITY" : Double.toString(x);
    }

    private static String literal(float x) {
        return Float.isNaN(x)
                ? "Float.NaN"
                : Float.isInfinite(x) ? (x > 0 ? "" : "-") + "Float.POSITIVE_INFINITY" : x + "f";
    }
}
