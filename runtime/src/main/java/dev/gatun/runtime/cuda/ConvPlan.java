package dev.gatun.runtime.cuda;

import dev.gatun.bindings.cudnn.Cudnn;
import dev.gatun.bindings.cudnn.cudnnConvolutionFwdAlgoPerf_t;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.GatunException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * A convolution as cuDNN knows it: descriptors, and the algorithm that was chosen for them. It lasts as long as the
 * process; any queue may run it.
 *
 * @param scratchBytes that the algorithm wants
 */
record ConvPlan(
        Pass pass,
        MemorySegment x,
        MemorySegment weight,
        MemorySegment conv,
        MemorySegment y,
        int algorithm,
        long scratchBytes) {
    private static final int MOST_ALGORITHMS = 16;
    private static final long MOST_SCRATCH_BYTES = 1L << 30;

    // 1 and 0 for the factors, which cuDNN reads from memory of the host: as F32, and for F64 as F64.
    private static final MemorySegment F32_ONE = Arena.global().allocateFrom(ValueLayout.JAVA_FLOAT, 1);
    private static final MemorySegment F64_ONE = Arena.global().allocateFrom(ValueLayout.JAVA_DOUBLE, 1);
    private static final MemorySegment ZERO = Arena.global().allocateFrom(ValueLayout.JAVA_DOUBLE, 0);

    /** Which of the three arrays is written: y, x or weight. */
    enum Pass {
        FORWARD("cudnnConvolutionForward"),
        INPUT("cudnnConvolutionBackwardData"),
        WEIGHT("cudnnConvolutionBackwardFilter");

        private final String call;

        Pass(String call) {
            this.call = call;
        }

        /** cuDNN's function, for messages. */
        String call() {
            return call;
        }
    }

    /**
     * Asks cuDNN which algorithm is the fastest whose results repeat.
     *
     * @throws GatunException if it has none
     */
    static ConvPlan of(MemorySegment handle, ConvForm form, String operands) {
        try (Arena arena = Arena.ofConfined()) {
            int type = form.dtype() == DType.F64 ? Cudnn.CUDNN_DATA_DOUBLE() : Cudnn.CUDNN_DATA_FLOAT();
            ConvPlan plan = new ConvPlan(
                    form.pass(),
                    tensor(arena, type, form.x()),
                    filter(arena, type, form.weight()),
                    window(arena, type, form),
                    tensor(arena, type, form.y()),
                    0,
                    0);
            MemorySegment advice = arena.allocate(cudnnConvolutionFwdAlgoPerf_t.layout(), MOST_ALGORITHMS);
            MemorySegment count = arena.allocate(ValueLayout.JAVA_INT);
            CudaDnn.check(plan.ask(handle, count, advice), "cudnnGetConvolution algorithm");
            int found = Math.min(count.get(ValueLayout.JAVA_INT, 0), MOST_ALGORITHMS);
            for (int i = 0; i < found; i++) {
                // The structs of the three passes are alike.
                MemorySegment each = cudnnConvolutionFwdAlgoPerf_t.asSlice(advice, i);
                long bytes = cudnnConvolutionFwdAlgoPerf_t.memory(each);
                if (cudnnConvolutionFwdAlgoPerf_t.status(each) == Cudnn.CUDNN_STATUS_SUCCESS()
                        && cudnnConvolutionFwdAlgoPerf_t.determinism(each) == Cudnn.CUDNN_DETERMINISTIC()
                        && bytes <= MOST_SCRATCH_BYTES) {
                    return new ConvPlan(
                            plan.pass,
                            plan.x,
                            plan.weight,
                            plan.conv,
                            plan.y,
                            cudnnConvolutionFwdAlgoPerf_t.algo(each),
                            bytes);
                }
            }
            throw new GatunException(form.pass().call() + ": cuDNN has no algorithm: " + operands);
        }
    }

    private int ask(MemorySegment handle, MemorySegment count, MemorySegment advice) {
        return switch (pass) {
            case FORWARD ->
                Cudnn.cudnnGetConvolutionForwardAlgorithm_v7(
                        handle, x, weight, conv, y, MOST_ALGORITHMS, count, advice);
            case INPUT ->
                Cudnn.cudnnGetConvolutionBackwardDataAlgorithm_v7(
                        handle, weight, y, conv, x, MOST_ALGORITHMS, count, advice);
            case WEIGHT ->
                Cudnn.cudnnGetConvolutionBackwardFilterAlgorithm_v7(
                        handle, x, y, conv, weight, MOST_ALGORITHMS, count, advice);
        };
    }

    /** Puts the pass on a handle's stream; returns cuDNN's status. */
    int run(
            MemorySegment handle,
            boolean isDouble,
            MemorySegment xs,
            MemorySegment weights,
            MemorySegment ys,
            MemorySegment scratch) {
        MemorySegment one = isDouble ? F64_ONE : F32_ONE;
        return switch (pass) {
            case FORWARD ->
                Cudnn.cudnnConvolutionForward(
                        handle, one, x, xs, weight, weights, conv, algorithm, scratch, scratchBytes, ZERO, y, ys);
            case INPUT ->
                Cudnn.cudnnConvolutionBackwardData(
                        handle, one, weight, weights, y, ys, conv, algorithm, scratch, scratchBytes, ZERO, x, xs);
            case WEIGHT ->
                Cudnn.cudnnConvolutionBackwardFilter(
                        handle, one, x, xs, y, ys, conv, algorithm, scratch, scratchBytes, ZERO, weight, weights);
        };
    }

    private static MemorySegment ints(Arena arena, List<Integer> numbers) {
        return arena.allocateFrom(
                ValueLayout.JAVA_INT,
                numbers.stream().mapToInt(Integer::intValue).toArray());
    }

    /** Row-major, without gaps. */
    private static MemorySegment tensor(Arena arena, int type, List<Integer> sizes) {
        int[] strides = new int[sizes.size()];
        int step = 1;
        for (int d = strides.length - 1; d >= 0; d--) {
            strides[d] = step;
            step *= sizes.get(d);
        }
        MemorySegment made = CudaDnn.create("cudnnCreateTensorDescriptor", Cudnn::cudnnCreateTensorDescriptor);
        CudaDnn.check(
                Cudnn.cudnnSetTensorNdDescriptor(
                        made,
                        type,
                        sizes.size(),
                        ints(arena, sizes),
                        arena.allocateFrom(ValueLayout.JAVA_INT, strides)),
                "cudnnSetTensorNdDescriptor");
        return made;
    }

    private static MemorySegment filter(Arena arena, int type, List<Integer> sizes) {
        MemorySegment made = CudaDnn.create("cudnnCreateFilterDescriptor", Cudnn::cudnnCreateFilterDescriptor);
        CudaDnn.check(
                Cudnn.cudnnSetFilterNdDescriptor(
                        made, type, Cudnn.CUDNN_TENSOR_NCHW(), sizes.size(), ints(arena, sizes)),
                "cudnnSetFilterNdDescriptor");
        return made;
    }

    private static MemorySegment window(Arena arena, int type, ConvForm form) {
        MemorySegment made =
                CudaDnn.create("cudnnCreateConvolutionDescriptor", Cudnn::cudnnCreateConvolutionDescriptor);
        CudaDnn.check(
                Cudnn.cudnnSetConvolutionNdDescriptor(
                        made,
                        form.stride().size(),
                        ints(arena, form.padding()),
                        ints(arena, form.stride()),
                        ints(arena, form.dilation()),
                        Cudnn.CUDNN_CROSS_CORRELATION(),
                        type),
                "cudnnSetConvolutionNdDescriptor");
        CudaDnn.check(Cudnn.cudnnSetConvolutionGroupCount(made, form.groups()), "cudnnSetConvolutionGroupCount");
        CudaDnn.check(
                Cudnn.cudnnSetConvolutionMathType(
                        made, form.tf32() ? Cudnn.CUDNN_DEFAULT_MATH() : Cudnn.CUDNN_FMA_MATH()),
                "cudnnSetConvolutionMathType");
        return made;
    }
}
