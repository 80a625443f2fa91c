package dev.gatun.runtime.cuda;

import dev.gatun.bindings.cublaslt.CublasLt;
import dev.gatun.bindings.cublaslt.cublasLtMatmulHeuristicResult_t;
import dev.gatun.runtime.memory.Operands;
import dev.gatun.runtime.memory.Storage;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * cuBLASLt on one queue: products of F32 with bias and relu in one call, by an algorithm that is asked for once for each
 * {@link Form}.
 */
final class CudaBlasLt {
    /** Scratch that an algorithm may want; NVIDIA's advice for the largest cards. */
    private static final long MOST_SCRATCH_BYTES = 32L << 20;

    private static final int MOST_FORMS = 4096;
    private static final long BEST_ALIGNMENT = 256;

    private final CudaQueue queue;

    // Guarded by this.
    private final Map<Form, Optional<Plan>> plans = new HashMap<>();
    private @Nullable MemorySegment handle;

    CudaBlasLt(CudaQueue queue) {
        this.queue = queue;
    }

    /**
     * A product c [m, n] = a [m, k] b [k, n], all stored by columns.
     *
     * @param opA whether a is stored transposed
     * @param tf32 whether a and b may be rounded to TF32
     * @param alignA to how many bytes the first element is aligned, up to 256
     */
    record Form(
            int opA,
            int opB,
            int m,
            int n,
            int k,
            int lda,
            int ldb,
            int ldc,
            boolean bias,
            boolean relu,
            boolean tf32,
            int alignA,
            int alignB,
            int alignC) {
        private int epilogue() {
            return relu
                    ? bias ? CublasLt.CUBLASLT_EPILOGUE_RELU_BIAS() : CublasLt.CUBLASLT_EPILOGUE_RELU()
                    : bias ? CublasLt.CUBLASLT_EPILOGUE_BIAS() : CublasLt.CUBLASLT_EPILOGUE_DEFAULT();
        }
    }

    /** To how many bytes an element is aligned, as far as it matters. */
    static int alignment(MemorySegment at) {
        return (int) Long.lowestOneBit(at.address() | BEST_ALIGNMENT);
    }

    /** What cuBLASLt needs to know of a form. */
    private record Plan(
            MemorySegment product,
            MemorySegment a,
            MemorySegment b,
            MemorySegment c,
            MemorySegment algorithm,
            long scratchBytes) {
        void close() {
            CublasLt.cublasLtMatmulDescDestroy(product);
            for (MemorySegment matrix : new MemorySegment[] {a, b, c}) {
                CublasLt.cublasLtMatrixLayoutDestroy(matrix);
            }
        }
    }

    /**
     * Puts a product on the queue. Operands, as rows: b, a, c, bias; as columns they are a, b, c.
     *
     * @param one 1 of F32
     * @param zero 0 of F32
     * @return false, with nothing done, where cuBLASLt has no algorithm
     */
    synchronized boolean multiply(Form form, MemorySegment one, MemorySegment zero, Operands o) {
        MemorySegment library = handle();
        Optional<Plan> found = plans.get(form);
        if (found == null) {
            if (plans.size() == MOST_FORMS) {
                plans.values().forEach(plan -> plan.ifPresent(Plan::close));
                plans.clear();
            }
            found = plan(library, form);
            plans.put(form, found);
        }
        if (found.isEmpty()) {
            return false;
        }
        Plan plan = found.get();
        if (form.bias) {
            setPointer(plan.product, CublasLt.CUBLASLT_MATMUL_DESC_BIAS_POINTER(), o.at(3));
        }
        Storage scratch = plan.scratchBytes == 0 ? null : queue.pool().allocate(plan.scratchBytes);
        try {
            int status = CublasLt.cublasLtMatmul(
                    library,
                    plan.product,
                    one,
                    o.at(1),
                    plan.a,
                    o.at(0),
                    plan.b,
                    zero,
                    o.at(2),
                    plan.c,
                    o.at(2),
                    plan.c,
                    plan.algorithm,
                    scratch == null ? MemorySegment.NULL : scratch.at(0),
                    plan.scratchBytes,
                    queue.handle());
            check(status, "cublasLtMatmul", o.describe());
        } finally {
            if (scratch != null) {
                scratch.release();
            }
        }
        return true;
    }

    private MemorySegment handle() {
        CudaThread.enter(queue.device());
        MemorySegment made = handle;
        if (made == null) {
            CudaLibraries.ofProcess().load(CudaLibrary.CUBLASLT);
            made = made("cublasLtCreate", CublasLt::cublasLtCreate);
            handle = made;
        }
        return made;
    }

    private static Optional<Plan> plan(MemorySegment library, Form form) {
        boolean turnsA = form.opA != 0;
        boolean turnsB = form.opB != 0;
        MemorySegment product = made(
                "cublasLtMatmulDescCreate",
                answer -> CublasLt.cublasLtMatmulDescCreate(
                        answer,
                        form.tf32 ? CublasLt.CUBLAS_COMPUTE_32F_FAST_TF32() : CublasLt.CUBLAS_COMPUTE_32F(),
                        CublasLt.CUDA_R_32F()));
        Plan plan = new Plan(
                product,
                matrix(turnsA ? form.k : form.m, turnsA ? form.m : form.k, form.lda),
                matrix(turnsB ? form.n : form.k, turnsB ? form.k : form.n, form.ldb),
                matrix(form.m, form.n, form.ldc),
                MemorySegment.NULL,
                0);
        setNumber(product, CublasLt.CUBLASLT_MATMUL_DESC_TRANSA(), form.opA);
        setNumber(product, CublasLt.CUBLASLT_MATMUL_DESC_TRANSB(), form.opB);
        setNumber(product, CublasLt.CUBLASLT_MATMUL_DESC_EPILOGUE(), form.epilogue());
        return choose(library, form, plan);
    }

    /** Asks which algorithm is the fastest. */
    private static Optional<Plan> choose(MemorySegment library, Form form, Plan plan) {
        MemorySegment wish = made("cublasLtMatmulPreferenceCreate", CublasLt::cublasLtMatmulPreferenceCreate);
        try (Arena arena = Arena.ofConfined()) {
            prefer(wish, CublasLt.CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES(), number(arena, form.alignA));
            prefer(wish, CublasLt.CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES(), number(arena, form.alignB));
            prefer(wish, CublasLt.CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_C_BYTES(), number(arena, form.alignC));
            prefer(wish, CublasLt.CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES(), number(arena, form.alignC));
            MemorySegment most = arena.allocateFrom(ValueLayout.JAVA_LONG, MOST_SCRATCH_BYTES);
            prefer(wish, CublasLt.CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES(), most);
            MemorySegment result = Arena.ofAuto().allocate(cublasLtMatmulHeuristicResult_t.layout());
            MemorySegment count = arena.allocate(ValueLayout.JAVA_INT);
            int status = CublasLt.cublasLtMatmulAlgoGetHeuristic(
                    library, plan.product, plan.a, plan.b, plan.c, plan.c, wish, 1, result, count);
            boolean chosen = status == CublasLt.CUBLAS_STATUS_SUCCESS()
                    && count.get(ValueLayout.JAVA_INT, 0) > 0
                    && cublasLtMatmulHeuristicResult_t.state(result) == CublasLt.CUBLAS_STATUS_SUCCESS();
            if (!chosen) {
                plan.close();
                return Optional.empty();
            }
            return Optional.of(new Plan(
                    plan.product,
                    plan.a,
                    plan.b,
                    plan.c,
                    cublasLtMatmulHeuristicResult_t.algo(result),
                    cublasLtMatmulHeuristicResult_t.workspaceSize(result)));
        } finally {
            CublasLt.cublasLtMatmulPreferenceDestroy(wish);
        }
    }

    private static MemorySegment matrix(int rows, int columns, int leading) {
        return made(
                "cublasLtMatrixLayoutCreate",
                answer -> CublasLt.cublasLtMatrixLayoutCreate(answer, CublasLt.CUDA_R_32F(), rows, columns, leading));
    }

    private static MemorySegment number(Arena arena, int value) {
        return arena.allocateFrom(ValueLayout.JAVA_INT, value);
    }

    private static void setNumber(MemorySegment product, int attribute, int value) {
        try (Arena arena = Arena.ofConfined()) {
            set(product, attribute, number(arena, value));
        }
    }

    private void setPointer(MemorySegment product, int attribute, MemorySegment value) {
        MemorySegment place = CudaThread.enter(queue.device()).answer();
        place.set(ValueLayout.ADDRESS, 0, value);
        set(product, attribute, place.asSlice(0, Long.BYTES));
    }

    private static void set(MemorySegment product, int attribute, MemorySegment value) {
        check(
                CublasLt.cublasLtMatmulDescSetAttribute(product, attribute, value, value.byteSize()),
                "cublasLtMatmulDescSetAttribute",
                "");
    }

    private static void prefer(MemorySegment wish, int attribute, MemorySegment value) {
        check(
                CublasLt.cublasLtMatmulPreferenceSetAttribute(wish, attribute, value, value.byteSize()),
                "cublasLtMatmulPreferenceSetAttribute",
                "");
    }

    /** A call that stores a pointer. */
    @FunctionalInterface
    private interface Create {
        int call(MemorySegment answer);
    }

    private static MemorySegment made(String call, Create create) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment answer = arena.allocate(ValueLayout.ADDRESS);
            check(create.call(answer), call, "");
            return answer.get(ValueLayout.ADDRESS, 0);
        }
    }

    private static void check(int status, String call, String what) {
        CudaBlas.check(status, call, what);
    }
}
