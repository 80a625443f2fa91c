package dev.gatun.autograd.ops;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Shape;
import java.util.Arrays;

/** The checks at the door, one line each: {@code op: what is wrong: what it got}. */
final class Checks {
    private Checks() {}

    static void require(boolean right, String op, String wrong, Tensor... got) {
        if (!right) {
            throw new IllegalArgumentException(op + ": " + wrong + ": " + describe(got));
        }
    }

    private static String describe(Tensor... got) {
        StringBuilder text = new StringBuilder();
        for (Tensor x : got) {
            text.append(text.isEmpty() ? "" : ", ").append(x.describe());
        }
        return text.toString();
    }

    static void sameDevice(String op, Tensor a, Tensor b) {
        if (a.device() != b.device()) {
            throw new IllegalArgumentException(op + ": operands on different devices: "
                    + a.device().name() + " and " + b.device().name() + "; use b.to(a.device())");
        }
    }

    static void computable(String op, Tensor x) {
        if (!x.dtype().isComputable()) {
            throw new IllegalArgumentException(
                    op + ": bf16 and f16 are stored only, cast with to(DType.F32): " + x.describe());
        }
    }

    /** Anything but BOOL. */
    static void number(String op, Tensor x) {
        require(x.dtype() != DType.BOOL, op, "bool has no arithmetic, cast it first", x);
    }

    /** I64, I32 or U8. */
    static void integers(String op, Tensor x) {
        require(x.dtype().isInteger(), op, "takes integers", x);
    }

    /** F32 or F64. */
    static void floating(String op, Tensor x) {
        computable(op, x);
        require(x.dtype().isFloating(), op, "takes f32 and f64", x);
    }

    /** F32 or F64 on both sides, the same. */
    static void sameFloating(String op, Tensor a, Tensor b) {
        floating(op, a);
        require(a.dtype() == b.dtype(), op, "dtypes differ", a, b);
        sameDevice(op, a, b);
    }

    /** F32, F64, I64, I32 or U8 on both sides, the same. */
    static void sameNumbers(String op, Tensor a, Tensor b) {
        computable(op, a);
        number(op, a);
        require(a.dtype() == b.dtype(), op, "dtypes differ", a, b);
        sameDevice(op, a, b);
    }

    /** A value that every element is set to: an integer type has it, after what follows its point is cut off. */
    static void fits(String op, Number value, DType dtype) {
        if (!dtype.isInteger()) {
            return;
        }
        boolean fits = switch (dtype) {
            case U8 -> Math.abs(value.doubleValue()) < 256; // -1 is 255, as in PyTorch
            case I32 -> Math.abs(value.doubleValue() + 0.5) < 0x1p31 + 0.5;
            default -> !Elementwise.isFractional(value) || Math.abs(value.doubleValue()) < 0x1p63;
        };
        if (!fits) {
            throw new IllegalArgumentException(op + ": no value of " + dtype + ": " + value);
        }
    }

    static void indexes(String op, Tensor index) {
        require(index.dtype() == DType.I64, op, "an index is i64", index);
    }

    /** Dimensions from the first, ascending; none means all. */
    static int[] dims(String op, Shape shape, int... dims) {
        if (shape.rank() == 0 && dims.length == 1) {
            dim(op, shape, dims[0]);
            return new int[0]; // there is none to go along
        }
        int[] sorted = new int[dims.length == 0 ? shape.rank() : dims.length];
        if (dims.length == 0) {
            Arrays.setAll(sorted, i -> i);
            return sorted;
        }
        for (int i = 0; i < dims.length; i++) {
            sorted[i] = dim(op, shape, dims[i]);
        }
        Arrays.sort(sorted);
        for (int i = 1; i < sorted.length; i++) {
            if (sorted[i] == sorted[i - 1]) {
                throw new IllegalArgumentException(
                        op + ": a dimension appears twice: " + Arrays.toString(dims) + " of shape " + shape);
            }
        }
        return sorted;
    }

    /** A dimension from the first; rank 0 has dimension 0 and -1, as in PyTorch. */
    static int dim(String op, Shape shape, int dim) {
        if (shape.rank() == 0) {
            if (dim == 0 || dim == -1) {
                return 0;
            }
            throw new IllegalArgumentException(op + ": dimension " + dim + " is outside -1..0: shape " + shape);
        }
        return shape.dim(dim, op);
    }
}
