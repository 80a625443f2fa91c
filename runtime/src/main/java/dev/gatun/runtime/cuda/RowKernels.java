package dev.gatun.runtime.cuda;

import dev.gatun.runtime.DType;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The kernels of one table of a family, by row and dtype, each found when first asked for: {@code <table>_<row>_<dtype>},
 * and the same with a suffix.
 */
final class RowKernels {
    private static final int DTYPES = DType.values().length;

    private final Launcher launcher;
    private final String table;
    private final String suffix;
    private final @Nullable CudaFunction[] found; // a race finds the same once more

    RowKernels(Launcher launcher, String table, String suffix, int rows) {
        this.launcher = launcher;
        this.table = table;
        this.suffix = suffix;
        this.found = new CudaFunction[rows * DTYPES];
    }

    /** The kernel of an operation, whose constant has the row's name, and its code. */
    CudaFunction get(Enum<?> op, int code, DType dtype) {
        int at = code * DTYPES + dtype.code();
        CudaFunction kernel = found[at];
        return kernel != null ? kernel : find(at, op.name().toLowerCase(Locale.ROOT), dtype);
    }

    private CudaFunction find(int at, String row, DType dtype) {
        String name = table + "_" + row;
        CudaFunction kernel = launcher.kernel(name, name + "_" + dtype.name() + suffix);
        found[at] = kernel;
        return kernel;
    }
}
