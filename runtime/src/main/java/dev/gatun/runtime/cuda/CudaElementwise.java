package dev.gatun.runtime.cuda;

import dev.gatun.runtime.DType;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.kernels.BinaryOp;
import dev.gatun.runtime.kernels.CompareOp;
import dev.gatun.runtime.kernels.Kernels;
import dev.gatun.runtime.kernels.TernaryOp;
import dev.gatun.runtime.kernels.UnaryOp;
import dev.gatun.runtime.memory.Operands;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/** Launches element operations: flat where the operands allow it, else strided. */
final class CudaElementwise implements Kernels.Elementwise {
    private static final String STRIDED = "_strided";
    private static final String DTYPES_DIFFER = "dtypes differ";

    // Which operand is a single element: as in elementwise.cu.
    private static final int NONE = 0;
    private static final int X_IN_MEMORY = 1;
    private static final int Y_IN_MEMORY = 2;
    private static final int X_IS_NUMBER = 3;
    private static final int Y_IS_NUMBER = 4;

    private final CudaDevice device;
    private final Launcher launcher;
    private final Launcher casts;
    private final Table unary;
    private final Table unaryGrad;
    private final Table binary;
    private final Table ternary;
    private final Table compare;

    CudaElementwise(CudaDevice device) {
        this.device = device;
        this.launcher = new Launcher(device, "elementwise");
        this.casts = new Launcher(device, "cast");
        unary = new Table("unary", UnaryOp.values().length);
        unaryGrad = new Table("unary_grad", UnaryOp.values().length);
        binary = new Table("binary", BinaryOp.values().length);
        ternary = new Table("ternary", TernaryOp.values().length);
        compare = new Table("compare", CompareOp.values().length);
    }

    /** The two kernels of each row. */
    private final class Table {
        private final RowKernels flat;
        private final RowKernels strided;

        Table(String name, int rows) {
            flat = new RowKernels(launcher, name, "", rows);
            strided = new RowKernels(launcher, name, STRIDED, rows);
        }

        /** A launch whose first argument, the count or the dimensions, is there. */
        Launch start(Enum<?> op, int code, DType dtype, boolean isFlat, Operands o) {
            return isFlat
                    ? launcher.start(flat.get(op, code, dtype)).add(o.count())
                    : launcher.start(strided.get(op, code, dtype)).add(o.dims());
        }
    }

    private void run(Launch launch, Operands o) {
        launch.run(Grid.blocks(device, o.count()), Grid.BLOCK);
    }

    @Override
    public void unary(UnaryOp op, NdArray x, NdArray y, double a, double b) {
        Operands o = Operands.of(op);
        try {
            o.add(x).add(y).collapse();
            o.require(x.dtype() == y.dtype(), DTYPES_DIFFER);
            Grid.requireSupported(op.kinds().takes(x.dtype()), o);
            Launch launch = unary.start(op, op.code(), x.dtype(), o.isFlat(), o);
            run(launch.operand(o, 0).operand(o, 1).add(a).add(b), o);
        } finally {
            o.end();
        }
    }

    @Override
    public void unaryGrad(
            UnaryOp op, @Nullable NdArray x, @Nullable NdArray y, NdArray dy, NdArray dx, double a, double b) {
        Operands o = Operands.of(op);
        try {
            // What the row does not use is read all the same.
            NdArray input = x == null ? dy : x;
            NdArray output = y == null ? dy : y;
            o.add(input).add(output).add(dy).add(dx).collapse();
            DType dtype = dx.dtype();
            o.require(dy.dtype() == dtype && input.dtype() == dtype && output.dtype() == dtype, DTYPES_DIFFER);
            Grid.requireSupported(op.kinds().takes(dtype) && Grid.isFloat(dtype), o);
            Launch launch = unaryGrad.start(op, op.code(), dtype, o.isFlat(), o);
            run(
                    launch.operand(o, 0)
                            .operand(o, 1)
                            .operand(o, 2)
                            .operand(o, 3)
                            .add(a)
                            .add(b),
                    o);
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
            binary(op, z.dtype(), NONE, o);
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
            binary(op, z.dtype(), Y_IS_NUMBER, o);
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
            binary(op, z.dtype(), X_IS_NUMBER, o);
        } finally {
            o.end();
        }
    }

    private void binary(BinaryOp op, DType dtype, int number, Operands o) {
        Grid.requireSupported(op.kinds().takes(dtype), o);
        pair(binary, op, op.code(), dtype, number, o);
    }

    /** Launches an operation of two operands, of which one may be a number that lies in the scratch. */
    private void pair(Table table, Enum<?> op, int code, DType dtype, int number, Operands o) {
        o.collapse();
        boolean isFlat = true;
        int single = number;
        if (o.isFlatButFor(0)) {
            single = number == X_IS_NUMBER ? X_IS_NUMBER : X_IN_MEMORY;
        } else if (o.isFlatButFor(1)) {
            single = number == Y_IS_NUMBER ? Y_IS_NUMBER : Y_IN_MEMORY;
        } else {
            isFlat = o.isFlat();
        }
        long bits = number == NONE ? 0 : o.at(number == X_IS_NUMBER ? 0 : 1).get(ValueLayout.JAVA_LONG, 0);
        Launch launch = table.start(op, code, dtype, isFlat, o);
        operandUnlessNumber(launch, o, 0, number == X_IS_NUMBER);
        operandUnlessNumber(launch, o, 1, number == Y_IS_NUMBER);
        run(launch.operand(o, 2).add(single).add(bits), o);
    }

    private static void operandUnlessNumber(Launch launch, Operands o, int i, boolean isNumber) {
        if (isNumber) {
            launch.address(0);
        } else {
            launch.operand(o, i);
        }
    }

    @Override
    public void ternary(TernaryOp op, NdArray x, NdArray y, NdArray z, NdArray out, double a) {
        Operands o = Operands.of(op);
        try {
            o.add(x).add(y).add(z).add(out).collapse();
            DType dtype = out.dtype();
            o.require(x.dtype() == dtype && y.dtype() == dtype && z.dtype() == dtype, DTYPES_DIFFER);
            Grid.requireSupported(op.kinds().takes(dtype), o);
            Launch launch = ternary.start(op, op.code(), dtype, o.isFlat(), o);
            run(launch.operand(o, 0).operand(o, 1).operand(o, 2).operand(o, 3).add(a), o);
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
            compare(op, x.dtype(), z, NONE, o);
        } finally {
            o.end();
        }
    }

    @Override
    public void compare(CompareOp op, NdArray x, Number y, NdArray z) {
        Operands o = Operands.of(op);
        try {
            o.add(x).addScalar(y, x.dtype()).add(z);
            compare(op, x.dtype(), z, Y_IS_NUMBER, o);
        } finally {
            o.end();
        }
    }

    private void compare(CompareOp op, DType dtype, NdArray z, int number, Operands o) {
        o.require(z.dtype() == DType.BOOL, "result is not bool");
        Grid.requireSupported(dtype.isComputable(), o);
        pair(compare, op, op.code(), dtype == DType.BOOL ? DType.U8 : dtype, number, o);
    }

    /** The name of a kernel that only moves elements, by their size. */
    private static String moving(String name, DType dtype, boolean isFlat) {
        return name + "_" + dtype.bytes() * Byte.SIZE + (isFlat ? "" : STRIDED);
    }

    private static Launch start(Launcher launcher, CudaFunction kernel, boolean isFlat, Operands o) {
        Launch launch = launcher.start(kernel);
        return isFlat ? launch.add(o.count()) : launch.add(o.dims());
    }

    @Override
    public void where(NdArray condition, NdArray x, NdArray y, NdArray z) {
        Operands o = Operands.of("where");
        try {
            o.add(condition).add(x).add(y).add(z).collapse();
            o.require(condition.dtype() == DType.BOOL, "condition is not bool");
            o.require(x.dtype() == z.dtype() && y.dtype() == z.dtype(), DTYPES_DIFFER);
            CudaFunction kernel = launcher.kernel("where", moving("where", z.dtype(), o.isFlat()));
            Launch launch = start(launcher, kernel, o.isFlat(), o);
            run(launch.operand(o, 0).operand(o, 1).operand(o, 2).operand(o, 3), o);
        } finally {
            o.end();
        }
    }

    @Override
    public void cast(NdArray x, NdArray y) {
        Operands o = Operands.of("cast");
        try {
            o.add(x).add(y).collapse();
            DType from = x.dtype();
            DType to = y.dtype();
            if (from == to && !o.isFlat() && transpose(o, to)) {
                return;
            }
            CudaFunction kernel = from == to
                    ? casts.kernel("copy", moving("copy", to, o.isFlat()))
                    : casts.kernel("cast_" + from.name(), castName(from, to, o.isFlat()));
            run(start(casts, kernel, o.isFlat(), o).operand(o, 0).operand(o, 1), o);
        } finally {
            o.end();
        }
    }

    private static String castName(DType from, DType to, boolean isFlat) {
        return "cast_" + from.name() + "_" + to.name() + (isFlat ? "" : STRIDED);
    }

    /** Copies a matrix whose dimensions lie the other way round; false where it is none. */
    private boolean transpose(Operands o, DType dtype) {
        MemorySegment dims = o.dims();
        if (DimsStruct.rank(dims) != 2 || DimsStruct.stride(dims, 0, 0) != 1 || DimsStruct.stride(dims, 1, 1) != 1) {
            return false;
        }
        long height = DimsStruct.size(dims, 0);
        long width = DimsStruct.size(dims, 1);
        CudaFunction kernel = casts.kernel("copy", "transpose_" + dtype.bytes() * Byte.SIZE);
        casts.start(kernel)
                .add(height)
                .add(width)
                .operand(o, 0)
                .add(DimsStruct.stride(dims, 0, 1))
                .operand(o, 1)
                .add(DimsStruct.stride(dims, 1, 0))
                .run(Grid.blocks(device, height * width), Grid.BLOCK);
        return true;
    }

    @Override
    public void fill(Number value, NdArray y) {
        Operands o = Operands.of("fill");
        try {
            o.add(y).collapse();
            CudaFunction kernel = casts.kernel("copy", moving("fill", y.dtype(), o.isFlat()));
            Launch launch = start(casts, kernel, o.isFlat(), o);
            run(launch.operand(o, 0).add(o.writeScalar(value, y.dtype()).get(ValueLayout.JAVA_LONG, 0)), o);
        } finally {
            o.end();
        }
    }
}
