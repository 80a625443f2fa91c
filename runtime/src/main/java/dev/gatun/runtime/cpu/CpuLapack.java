package dev.gatun.runtime.cpu;

import dev.gatun.bindings.kernels.Gatun;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.kernels.Kernels;
import dev.gatun.runtime.memory.Operands;
import dev.gatun.runtime.memory.Products;
import dev.gatun.runtime.memory.Storage;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/** Launches LAPACK; its scratch comes from the pool and goes back after the call. */
final class CpuLapack implements Kernels.Lapack {
    private final CpuDevice device;

    CpuLapack(CpuDevice device) {
        this.device = device;
    }

    @Override
    public @Nullable Failure lu(NdArray a, NdArray pivots) {
        Operands o = Operands.of("lu");
        try {
            o.add(a).add(pivots);
            requireSquare(o, a);
            requirePivots(o, a, pivots);
            Status.check(Gatun.gt_lu(a.dtype().code(), a.size(0), a.size(1), o.at(0), o.at(1), o.arguments()), o);
            return failure(o);
        } finally {
            o.end();
        }
    }

    @Override
    public void luSolve(boolean transposed, NdArray lu, NdArray pivots, NdArray b) {
        Operands o = Operands.of("luSolve");
        try {
            o.add(lu).add(pivots).add(b);
            requireSquare(o, lu);
            requirePivots(o, lu, pivots);
            requireBatch(o, lu, b, 3);
            o.require(b.size(2) == lu.size(1), "sizes do not match");
            Status.check(
                    Gatun.gt_lu_solve(
                            b.dtype().code(),
                            transposed ? 1 : 0,
                            b.size(0),
                            b.size(2),
                            b.size(1),
                            o.at(0),
                            o.at(1),
                            o.at(2)),
                    o);
        } finally {
            o.end();
        }
    }

    @Override
    public void luDeterminant(NdArray lu, NdArray pivots, NdArray det, NdArray sign, NdArray logAbs) {
        Operands o = Operands.of("luDeterminant");
        try {
            o.add(lu).add(pivots).add(det).add(sign).add(logAbs);
            requireSquare(o, lu);
            requirePivots(o, lu, pivots);
            requireBatch(o, lu, det, 1);
            requireBatch(o, lu, sign, 1);
            requireBatch(o, lu, logAbs, 1);
            Status.check(
                    Gatun.gt_lu_determinant(
                            lu.dtype().code(), lu.size(0), lu.size(1), o.at(0), o.at(1), o.at(2), o.at(3), o.at(4)),
                    o);
        } finally {
            o.end();
        }
    }

    @Override
    public @Nullable Failure cholesky(NdArray a) {
        Operands o = Operands.of("cholesky");
        try {
            o.add(a);
            requireSquare(o, a);
            Status.check(Gatun.gt_cholesky(a.dtype().code(), a.size(0), a.size(1), o.at(0), o.arguments()), o);
            return failure(o);
        } finally {
            o.end();
        }
    }

    @Override
    public void triangularSolve(boolean left, boolean upper, boolean unit, NdArray a, NdArray b) {
        Operands o = Operands.of("triangularSolve");
        try {
            o.add(a).add(b);
            o.require(a.rank() == 3 && a.size(1) == a.size(2), "not square matrices");
            requireBatch(o, a, b, 3);
            o.require(b.size(left ? 1 : 2) == a.size(1), "sizes do not match");
            o.require(device.kernels().linalg().takes(a), "neither rows nor columns of an operand are contiguous");
            Status.check(
                    Gatun.gt_triangular_solve(
                            b.dtype().code(),
                            left ? 1 : 0,
                            upper ? 1 : 0,
                            unit ? 1 : 0,
                            b.size(0),
                            b.size(1),
                            b.size(2),
                            Products.isTransposed(a) ? 1 : 0,
                            o.at(0),
                            Products.leading(a),
                            a.layout().stride(0),
                            o.at(1)),
                    o);
        } finally {
            o.end();
        }
    }

    @Override
    public void qr(NdArray a, @Nullable NdArray q) {
        Operands o = Operands.of("qr");
        try {
            o.add(a).addOrNothing(q);
            requireMatrices(o, a);
            long m = a.size(1);
            long n = a.size(2);
            long columns = Math.min(m, n);
            if (q != null) {
                requireBatch(o, a, q, 3);
                o.require(q.size(1) == m && q.size(2) >= columns && q.size(2) <= m, "sizes do not match");
                columns = q.size(2);
            }
            int code = a.dtype().code();
            long batch = a.size(0);
            try (Room room = new Room(Gatun.gt_qr_scratch_bytes(code, batch, m, n, columns))) {
                Status.check(Gatun.gt_qr(code, batch, m, n, columns, o.at(0), o.at(1), room.at(), room.bytes()), o);
            }
        } finally {
            o.end();
        }
    }

    @Override
    public @Nullable Failure svd(NdArray a, @Nullable NdArray u, NdArray s, @Nullable NdArray vh) {
        Operands o = Operands.of("svd");
        try {
            o.add(a).addOrNothing(u).add(s).addOrNothing(vh);
            requireMatrices(o, a);
            requireBatch(o, a, s, 2);
            long m = a.size(1);
            long n = a.size(2);
            long k = Math.min(m, n);
            o.require(s.size(1) == k && (u == null) == (vh == null), "sizes do not match");
            int vectors = 0;
            if (u != null && vh != null) {
                requireBatch(o, a, u, 3);
                requireBatch(o, a, vh, 3);
                boolean full = u.size(2) != k || vh.size(1) != k;
                vectors = full ? 2 : 1;
                o.require(
                        u.size(1) == m
                                && vh.size(2) == n
                                && u.size(2) == (full ? m : k)
                                && vh.size(1) == (full ? n : k),
                        "sizes do not match");
            }
            int code = a.dtype().code();
            long batch = a.size(0);
            try (Room room = new Room(Gatun.gt_svd_scratch_bytes(code, vectors, batch, m, n))) {
                Status.check(
                        Gatun.gt_svd(
                                code,
                                vectors,
                                batch,
                                m,
                                n,
                                o.at(0),
                                o.at(1),
                                o.at(2),
                                o.at(3),
                                o.arguments(),
                                room.at(),
                                room.bytes()),
                        o);
                return failure(o);
            }
        } finally {
            o.end();
        }
    }

    @Override
    public @Nullable Failure eigh(boolean vectors, boolean upper, NdArray a, NdArray w) {
        Operands o = Operands.of("eigh");
        try {
            o.add(a).add(w);
            requireSquare(o, a);
            requireBatch(o, a, w, 2);
            long n = a.size(1);
            o.require(w.size(1) == n, "sizes do not match");
            int code = a.dtype().code();
            long batch = a.size(0);
            int wants = vectors ? 1 : 0;
            try (Room room = new Room(Gatun.gt_eigh_scratch_bytes(code, wants, batch, n))) {
                Status.check(
                        Gatun.gt_eigh(
                                code,
                                wants,
                                upper ? 1 : 0,
                                batch,
                                n,
                                o.at(0),
                                o.at(1),
                                o.arguments(),
                                room.at(),
                                room.bytes()),
                        o);
                return failure(o);
            }
        } finally {
            o.end();
        }
    }

    @Override
    public @Nullable Failure leastSquares(double rcond, NdArray a, NdArray b, NdArray rank) {
        Operands o = Operands.of("leastSquares");
        try {
            o.add(a).add(b).add(rank);
            requireMatrices(o, a);
            requireBatch(o, a, b, 3);
            long m = a.size(2);
            long n = a.size(1);
            o.require(b.size(2) == Math.max(m, n), "sizes do not match");
            o.require(
                    rank.dtype() == DType.I64 && rank.rank() == 1 && rank.size(0) == a.size(0),
                    "rank is not i64 of the batch");
            int code = a.dtype().code();
            long batch = a.size(0);
            long k = b.size(1);
            try (Room room = new Room(Gatun.gt_least_squares_scratch_bytes(code, batch, m, n, k))) {
                Status.check(
                        Gatun.gt_least_squares(
                                code,
                                rcond,
                                batch,
                                m,
                                n,
                                k,
                                o.at(0),
                                o.at(1),
                                o.at(2),
                                o.arguments(),
                                room.at(),
                                room.bytes()),
                        o);
                return failure(o);
            }
        } finally {
            o.end();
        }
    }

    /** Scratch for one call. */
    private final class Room implements AutoCloseable {
        private final Storage storage;

        Room(long bytes) {
            storage = device.pool().allocate(bytes);
        }

        MemorySegment at() {
            return storage.at(0);
        }

        long bytes() {
            return storage.bytes();
        }

        @Override
        public void close() {
            storage.release();
        }
    }

    /** What a leaf reported: the matrix, and LAPACK's number. */
    private static @Nullable Failure failure(Operands o) {
        MemorySegment failed = o.arguments();
        long matrix = failed.getAtIndex(ValueLayout.JAVA_LONG, 0);
        return matrix < 0 ? null : new Failure(matrix, (int) failed.getAtIndex(ValueLayout.JAVA_LONG, 1));
    }

    private static void requireMatrices(Operands o, NdArray a) {
        o.require(a.rank() == 3, "not batches of matrices");
        o.require(a.dtype() == DType.F32 || a.dtype() == DType.F64, "neither f32 nor f64");
        o.require(a.isContiguous(), "operands are not contiguous");
    }

    private static void requireSquare(Operands o, NdArray a) {
        requireMatrices(o, a);
        o.require(a.size(1) == a.size(2), "not square matrices");
    }

    private static void requirePivots(Operands o, NdArray a, NdArray pivots) {
        boolean fit = pivots.rank() == 2 && pivots.size(0) == a.size(0) && pivots.size(1) == a.size(1);
        o.require(fit && pivots.dtype() == DType.I32 && pivots.isContiguous(), "pivots are not i32 [batch, n]");
    }

    /** An operand of a's dtype and batch. */
    private static void requireBatch(Operands o, NdArray a, NdArray x, int rank) {
        o.require(x.dtype() == a.dtype(), "dtypes differ");
        o.require(x.rank() == rank && x.size(0) == a.size(0), "batches differ");
        o.require(x.isContiguous(), "operands are not contiguous");
    }
}
