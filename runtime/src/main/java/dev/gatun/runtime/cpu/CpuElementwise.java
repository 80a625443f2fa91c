package dev.gatun.runtime.cpu;

import dev.gatun.bindings.ShortCalls;
import dev.gatun.bindings.kernels.Gatun;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.kernels.BinaryOp;
import dev.gatun.runtime.kernels.CompareOp;
import dev.gatun.runtime.kernels.Kernels;
import dev.gatun.runtime.kernels.TernaryOp;
import dev.gatun.runtime.kernels.UnaryOp;
import dev.gatun.runtime.memory.Operands;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** Launches element operations: flat where the operands allow it, else strided. */
final class CpuElementwise implements Kernels.Elementwise {
    private static final String DTYPES_DIFFER = "dtypes differ";

    @Override
    public void unary(UnaryOp op, NdArray x, NdArray y, double a, double b) {
        Operands o = Operands.of(op);
        try {
            o.add(x).add(y).collapse();
            o.require(x.dtype() == y.dtype(), DTYPES_DIFFER);
            int dtype = x.dtype().code();
            int status;
            if (!o.isFlat()) {
                status = Gatun.gt_unary(op.code(), dtype, o.dims(), o.at(0), o.at(1), a, b);
            } else if (o.count() <= ShortCalls.MOST) {
                status = ShortCalls.unaryFlat(op.code(), dtype, o.count(), o.at(0), o.at(1), a, b);
            } else {
                status = Gatun.gt_unary_flat(op.code(), dtype, o.count(), o.at(0), o.at(1), a, b);
            }
            Status.check(status, o);
        } finally {
            o.end();
        }
    }

    @Override
    public void unaryGrad(
            UnaryOp op, @Nullable NdArray x, @Nullable NdArray y, NdArray dy, NdArray dx, double a, double b) {
        Operands o = Operands.of(op);
        try {
            o.addOrNothing(x).addOrNothing(y).add(dy).add(dx).collapse();
            DType dtype = dx.dtype();
            o.require(
                    dy.dtype() == dtype && (x == null || x.dtype() == dtype) && (y == null || y.dtype() == dtype),
                    DTYPES_DIFFER);
            int status = o.isFlat()
                    ? Gatun.gt_unary_grad_flat(
                            op.code(), dtype.code(), o.count(), o.at(0), o.at(1), o.at(2), o.at(3), a, b)
                    : Gatun.gt_unary_grad(op.code(), dtype.code(), o.dims(), o.at(0), o.at(1), o.at(2), o.at(3), a, b);
            Status.check(status, o);
        } finally {
            o.end();
        }
    }

    @Override
    public void binary(BinaryOp op, NdArray x, NdArray y, NdArray z) {
        Operands o = Operands.of(op);
        try {
            o.add(x).add(y).add(z);
            o.require(x.dtype() == y.dtype() && x.dtype() == z.dtype(), DTYPES_DIFFER);
            binary(op, z.dtype(), o);
        } finally {
            o.end();
        }
    }

    @Override
    public void binary(BinaryOp op, NdArray x, Number y, NdArray z) {
        Operands o = Operands.of(op);
        try {
            o.add(x).addScalar(y, x.dtype()).add(z);
            o.require(x.dtype() == z.dtype(), DTYPES_DIFFER);
            binary(op, z.dtype(), o);
        } finally {
            o.end();
        }
    }

    @Override
    public void binary(BinaryOp op, Number x, NdArray y, NdArray z) {
        Operands o = Operands.of(op);
        try {
            o.addScalar(x, y.dtype()).add(y).add(z);
            o.require(y.dtype() == z.dtype(), DTYPES_DIFFER);
            binary(op, z.dtype(), o);
        } finally {
            o.end();
        }
    }

    private static void binary(BinaryOp op, DType dtype, Operands o) {
        int scalar = scalarSide(o.collapse());
        MemorySegment x = o.at(0);
        MemorySegment y = o.at(1);
        MemorySegment z = o.at(2);
        int status;
        if (scalar < 0) {
            status = Gatun.gt_binary(op.code(), dtype.code(), o.dims(), x, y, z);
        } else if (o.count() <= ShortCalls.MOST) {
            status = ShortCalls.binaryFlat(op.code(), dtype.code(), scalar, o.count(), x, y, z);
        } else {
            status = Gatun.gt_binary_flat(op.code(), dtype.code(), scalar, o.count(), x, y, z);
        }
        Status.check(status, o);
    }

    /** Which operand of a flat call is a single element; -1 where the call must be strided. */
    private static int scalarSide(Operands o) {
        if (o.isFlat()) {
            return Gatun.GT_SCALAR_none();
        }
        if (o.isFlatButFor(1)) {
            return Gatun.GT_SCALAR_y();
        }
        return o.isFlatButFor(0) ? Gatun.GT_SCALAR_x() : -1;
    }

    @Override
    public void ternary(TernaryOp op, NdArray x, NdArray y, NdArray z, NdArray out, double a) {
        Operands o = Operands.of(op);
        try {
            o.add(x).add(y).add(z).add(out).collapse();
            DType dtype = out.dtype();
            o.require(x.dtype() == dtype && y.dtype() == dtype && z.dtype() == dtype, DTYPES_DIFFER);
            Status.check(Gatun.gt_ternary(op.code(), dtype.code(), o.dims(), o.at(0), o.at(1), o.at(2), o.at(3), a), o);
        } finally {
            o.end();
        }
    }

    @Override
    public void compare(CompareOp op, NdArray x, NdArray y, NdArray z) {
        Operands o = Operands.of(op);
        try {
            o.add(x).add(y).add(z);
            o.require(x.dtype() == y.dtype(), DTYPES_DIFFER);
            compare(op, x.dtype(), z, o);
        } finally {
            o.end();
        }
    }

    @Override
    public void compare(CompareOp op, NdArray x, Number y, NdArray z) {
        Operands o = Operands.of(op);
        try {
            o.add(x).addScalar(y, x.dtype()).add(z);
            compare(op, x.dtype(), z, o);
        } finally {
            o.end();
        }
    }

    private static void compare(CompareOp op, DType dtype, NdArray z, Operands o) {
        o.require(z.dtype() == DType.BOOL, "result is not bool");
        int scalar = scalarSide(o.collapse());
        int status = scalar >= 0
                ? Gatun.gt_compare_flat(op.code(), dtype.code(), scalar, o.count(), o.at(0), o.at(1), o.at(2))
                : Gatun.gt_compare(op.code(), dtype.code(), o.dims(), o.at(0), o.at(1), o.at(2));
        Status.check(status, o);
    }

    @Override
    public void where(NdArray condition, NdArray x, NdArray y, NdArray z) {
        Operands o = Operands.of("where");
        try {
            o.add(condition).add(x).add(y).add(z).collapse();
            o.require(condition.dtype() == DType.BOOL, "condition is not bool");
            o.require(x.dtype() == z.dtype() && y.dtype() == z.dtype(), DTYPES_DIFFER);
            Status.check(Gatun.gt_where(z.dtype().code(), o.dims(), o.at(0), o.at(1), o.at(2), o.at(3)), o);
        } finally {
            o.end();
        }
    }

    @Override
    public void cast(NdArray x, NdArray y) {
        Operands o = Operands.of("cast");
        try {
            o.add(x).add(y).collapse();
            int from = x.dtype().code();
            int to = y.dtype().code();
            int status = o.isFlat()
                    ? Gatun.gt_cast_flat(from, to, o.count(), o.at(0), o.at(1))
                    : Gatun.gt_cast(from, to, o.dims(), o.at(0), o.at(1));
            Status.check(status, o);
        } finally {
            o.end();
        }
    }

    @Override
    public void fill(Number value, NdArray y) {
        Operands o = Operands.of("fill");
        try {
            o.add(y).collapse();
            Status.check(Gatun.gt_fill(y.dtype().code(), o.dims(), o.writeScalar(value, y.dtype()), o.at(0)), o);
        } finally {
            o.end();
        }
    }
}
