package dev.gatun.runtime.cuda;

import dev.gatun.runtime.Device;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.kernels.Kernels;
import dev.gatun.runtime.memory.Operands;
import org.jspecify.annotations.Nullable;

/**
 * Factors of matrices, made on the CPU by the LAPACK that is there anyway: operands are copied to the host and results
 * back, so that a call waits, which it would do to say whether it failed. Matrices that are factorised in a training are
 * small; cuSOLVER would be one more library of 200 MB.
 */
final class CudaLapack implements Kernels.Lapack {
    private final CudaDevice device;

    CudaLapack(CudaDevice device) {
        this.device = device;
    }

    private static Kernels.Lapack host() {
        return Device.cpu().kernels().lapack();
    }

    /** Room on the host for an operand, with its elements or without; a scope owns it. */
    private static NdArray room(String op, NdArray x, boolean reads) {
        NdArray host = NdArray.allocate(Device.cpu(), x.dtype(), x.shape());
        if (reads) {
            move(op, x, host, true);
        }
        return host;
    }

    private static NdArray taken(String op, NdArray x) {
        return room(op, x, true);
    }

    private static @Nullable NdArray room(String op, @Nullable NdArray x) {
        return x == null ? null : room(op, x, false);
    }

    private static void put(String op, @Nullable NdArray host, @Nullable NdArray x) {
        if (host != null && x != null) {
            move(op, x, host, false);
        }
    }

    /** Copies all elements of an operand from the device or, not fetches, to it. */
    private static void move(String op, NdArray x, NdArray host, boolean fetches) {
        Operands there = Operands.of(op);
        Operands here = Operands.of(op);
        try {
            there.add(x);
            there.require(x.isContiguous(), "operands are not contiguous");
            here.add(host);
            if (x.count() == 0) {
                return;
            }
            if (fetches) {
                there.read(0, 0, here.segment(0));
            } else {
                there.writeAll(here);
            }
        } finally {
            here.end();
            there.end();
        }
    }

    @Override
    public @Nullable Failure lu(NdArray a, NdArray pivots) {
        try (Scope scope = Scope.open()) {
            NdArray factors = taken("lu", a);
            NdArray order = room("lu", pivots, false);
            Failure failure = host().lu(factors, order);
            put("lu", factors, a);
            put("lu", order, pivots);
            return failure;
        }
    }

    @Override
    public void luSolve(boolean transposed, NdArray lu, NdArray pivots, NdArray b) {
        String op = "luSolve";
        try (Scope scope = Scope.open()) {
            NdArray rows = taken(op, b);
            host().luSolve(transposed, taken(op, lu), taken(op, pivots), rows);
            put(op, rows, b);
        }
    }

    @Override
    public void luDeterminant(NdArray lu, NdArray pivots, NdArray det, NdArray sign, NdArray logAbs) {
        String op = "luDeterminant";
        try (Scope scope = Scope.open()) {
            NdArray d = room(op, det, false);
            NdArray s = room(op, sign, false);
            NdArray l = room(op, logAbs, false);
            host().luDeterminant(taken(op, lu), taken(op, pivots), d, s, l);
            put(op, d, det);
            put(op, s, sign);
            put(op, l, logAbs);
        }
    }

    @Override
    public @Nullable Failure cholesky(NdArray a) {
        try (Scope scope = Scope.open()) {
            NdArray factor = taken("cholesky", a);
            Failure failure = host().cholesky(factor);
            put("cholesky", factor, a);
            return failure;
        }
    }

    @Override
    public void triangularSolve(boolean left, boolean upper, boolean unit, NdArray a, NdArray b) {
        String op = "triangularSolve";
        try (Scope scope = Scope.open()) {
            NdArray dense = a;
            if (!a.isContiguous()) {
                dense = NdArray.allocate(device, a.dtype(), a.shape());
                device.kernels().elementwise().cast(a, dense);
            }
            NdArray x = taken(op, b);
            host().triangularSolve(left, upper, unit, taken(op, dense), x);
            put(op, x, b);
        }
    }

    @Override
    public void qr(NdArray a, @Nullable NdArray q) {
        try (Scope scope = Scope.open()) {
            NdArray r = taken("qr", a);
            NdArray columns = room("qr", q);
            host().qr(r, columns);
            put("qr", r, a);
            put("qr", columns, q);
        }
    }

    @Override
    public @Nullable Failure svd(NdArray a, @Nullable NdArray u, NdArray s, @Nullable NdArray vh) {
        try (Scope scope = Scope.open()) {
            NdArray left = room("svd", u);
            NdArray values = room("svd", s, false);
            NdArray right = room("svd", vh);
            Failure failure = host().svd(taken("svd", a), left, values, right);
            put("svd", left, u);
            put("svd", values, s);
            put("svd", right, vh);
            return failure;
        }
    }

    @Override
    public @Nullable Failure eigh(boolean vectors, boolean upper, NdArray a, NdArray w) {
        try (Scope scope = Scope.open()) {
            NdArray matrices = taken("eigh", a);
            NdArray values = room("eigh", w, false);
            Failure failure = host().eigh(vectors, upper, matrices, values);
            put("eigh", matrices, a);
            put("eigh", values, w);
            return failure;
        }
    }

    @Override
    public @Nullable Failure leastSquares(double rcond, NdArray a, NdArray b, NdArray rank) {
        String op = "leastSquares";
        try (Scope scope = Scope.open()) {
            NdArray rows = taken(op, b);
            NdArray ranks = room(op, rank, false);
            Failure failure = host().leastSquares(rcond, taken(op, a), rows, ranks);
            put(op, rows, b);
            put(op, ranks, rank);
            return failure;
        }
    }
}
