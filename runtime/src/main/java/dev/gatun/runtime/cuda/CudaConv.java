package dev.gatun.runtime.cuda;

import dev.gatun.bindings.cudnn.Cudnn;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Layout;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.Shape;
import dev.gatun.runtime.kernels.Kernels;
import dev.gatun.runtime.kernels.ReduceOp;
import dev.gatun.runtime.kernels.Window;
import dev.gatun.runtime.memory.Convolutions;
import dev.gatun.runtime.memory.Operands;
import dev.gatun.runtime.memory.Storage;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Launches convolutions by cuDNN, each with the algorithm that it advised when a convolution of these sizes was first
 * asked for, and whose results repeat. Bias and relu are a kernel behind it.
 */
final class CudaConv implements Kernels.Conv {
    private final CudaDevice device;
    private final CudaElementwise elementwise;
    private final CudaReduce reduce;
    private final Launcher launcher;
    private final ConcurrentHashMap<ConvForm, ConvPlan> plans = new ConcurrentHashMap<>();

    CudaConv(CudaDevice device, CudaElementwise elementwise, CudaReduce reduce) {
        this.device = device;
        this.elementwise = elementwise;
        this.reduce = reduce;
        this.launcher = new Launcher(device, "conv");
    }

    @Override
    public void forward(
            Window window, long groups, NdArray x, NdArray weight, @Nullable NdArray bias, boolean relu, NdArray y) {
        Operands o = Operands.of("conv");
        try {
            o.add(x).add(weight).add(y).addOrNothing(bias);
            Convolutions.require(o, window, groups, x, weight, y);
            Convolutions.requireBias(o, bias, y);
            Grid.requireSupported(Grid.isFloat(y.dtype()), o);
            if (y.count() == 0) {
                return;
            }
            if (x.count() == 0 || weight.count() == 0) {
                elementwise.fill(0, y);
            } else {
                run(o, ConvPlan.Pass.FORWARD, window, groups, x, weight, y);
            }
            if (bias != null || relu) {
                finish(o, relu, y);
            }
        } finally {
            o.end();
        }
    }

    /** Operands: of a forward pass, the third its result, the fourth the bias. */
    private void finish(Operands o, boolean relu, NdArray y) {
        long planes = y.size(0) * y.size(1);
        launcher.start(launcher.kernel("conv_finish_" + y.dtype().name()))
                .add(planes)
                .add(y.size(1))
                .add(y.count() / planes)
                .operand(o, 3)
                .add(relu ? 1 : 0)
                .operand(o, 2)
                .run(Grid.blocks(device, y.count()), Grid.BLOCK);
    }

    @Override
    public void gradInput(Window window, long groups, NdArray weight, NdArray dy, NdArray dx) {
        Operands o = Operands.of("conv gradient");
        try {
            o.add(dx).add(weight).add(dy);
            Convolutions.require(o, window, groups, dx, weight, dy);
            Grid.requireSupported(Grid.isFloat(dx.dtype()), o);
            if (dy.count() == 0) {
                elementwise.fill(0, dx);
            } else if (dx.count() != 0) {
                run(o, ConvPlan.Pass.INPUT, window, groups, dx, weight, dy);
            }
        } finally {
            o.end();
        }
    }

    @Override
    public void gradWeight(
            Window window, long groups, NdArray x, NdArray dy, NdArray dweight, @Nullable NdArray dbias) {
        Operands o = Operands.of("conv gradient");
        try {
            o.add(x).add(dweight).add(dy).addOrNothing(dbias);
            Convolutions.require(o, window, groups, x, dweight, dy);
            Convolutions.requireBias(o, dbias, dy);
            Grid.requireSupported(Grid.isFloat(dweight.dtype()), o);
            if (x.count() == 0 || dy.count() == 0) {
                elementwise.fill(0, dweight);
            } else {
                run(o, ConvPlan.Pass.WEIGHT, window, groups, x, dweight, dy);
            }
            if (dbias != null) {
                reduce.reduce(ReduceOp.SUM, dy, allButChannels(dy), dbias);
            }
        } finally {
            o.end();
        }
    }

    private static int[] allButChannels(NdArray y) {
        int[] dims = new int[y.rank() - 1];
        for (int i = 1; i < dims.length; i++) {
            dims[i] = i + 1;
        }
        return dims;
    }

    /** Operands: x, weight, y, of which the pass writes one. */
    private void run(Operands o, ConvPlan.Pass pass, Window window, long groups, NdArray x, NdArray weight, NdArray y) {
        if (reaches(window, x, y)) {
            runFitting(o, pass, window, groups, x, weight, y);
        } else {
            runFramed(pass, window, groups, x, weight, y);
        }
    }

    /** Whether y has as many places as windows fit into x and its padding: cuDNN knows no other convolutions. */
    private static boolean reaches(Window window, NdArray x, NdArray y) {
        for (int d = 0; d < window.rank(); d++) {
            long room = x.size(d + 2) + 2 * window.padding(d) - window.reach(d);
            if (room < 0 || room / window.stride(d) + 1 != y.size(d + 2)) {
                return false;
            }
        }
        return true;
    }

    /** With a copy of x that is as long as y's windows reach, padding included: another one behind than before. */
    private void runFramed(ConvPlan.Pass pass, Window window, long groups, NdArray x, NdArray weight, NdArray y) {
        int rank = window.rank();
        long[] kernel = new long[rank];
        long[] stride = new long[rank];
        long[] dilation = new long[rank];
        long[] sizes = x.shape().toArray();
        for (int d = 0; d < rank; d++) {
            kernel[d] = window.kernel(d);
            stride[d] = window.stride(d);
            dilation[d] = window.dilation(d);
            sizes[d + 2] = (y.size(d + 2) - 1) * stride[d] + window.reach(d);
        }
        try (Scope scope = Scope.open()) {
            NdArray frame = NdArray.allocate(device, x.dtype(), Shape.of(sizes));
            Layout inside = frame.layout();
            Layout own = x.layout();
            for (int d = 0; d < rank; d++) {
                long before = Math.min(window.padding(d), sizes[d + 2]);
                long common = Math.min(sizes[d + 2] - before, x.size(d + 2));
                inside = inside.slice(d + 2, before, before + common, 1);
                own = own.slice(d + 2, 0, common, 1);
            }
            NdArray framed = frame.alias(inside);
            NdArray there = x.alias(own);
            if (pass != ConvPlan.Pass.INPUT) {
                elementwise.fill(0, frame);
                elementwise.cast(there, framed);
            }
            Operands o = Operands.of("conv");
            try {
                o.add(frame).add(weight).add(y);
                Window plain = Window.of(kernel, stride, new long[rank], dilation);
                runFitting(o, pass, plain, groups, frame, weight, y);
            } finally {
                o.end();
            }
            if (pass == ConvPlan.Pass.INPUT) {
                elementwise.fill(0, x);
                elementwise.cast(framed, there);
            }
        }
    }

    private void runFitting(
            Operands o, ConvPlan.Pass pass, Window window, long groups, NdArray x, NdArray weight, NdArray y) {
        CudaQueue queue = device.queue();
        queue.touch(o, 3);
        MemorySegment handle = queue.dnn().handle();
        ConvForm form = ConvForm.of(o, pass, device.allowsTf32(), window, groups, x, weight, y);
        ConvPlan plan = plans.get(form);
        if (plan == null) {
            plan = plans.computeIfAbsent(form, each -> ConvPlan.of(handle, each, o.describe()));
        }
        Storage scratch = plan.scratchBytes() == 0 ? null : device.pool().allocate(plan.scratchBytes());
        try {
            int status = plan.run(
                    handle,
                    y.dtype() == DType.F64,
                    o.at(0),
                    o.at(1),
                    o.at(2),
                    scratch == null ? MemorySegment.NULL : scratch.at(0));
            if (status != Cudnn.CUDNN_STATUS_SUCCESS()) {
                throw CudaDnn.failure(status, pass.call(), o.describe());
            }
        } finally {
            if (scratch != null) {
                scratch.release();
            }
        }
    }

    /** There is none: cuDNN's convolution and the pool's kernel are as fast one after the other. */
    @Override
    public boolean forwardPooled(
            Window window, NdArray x, NdArray weight, @Nullable NdArray bias, NdArray y, NdArray winner) {
        return false;
    }

    @Override
    public void gradPooled(
            Window window,
            NdArray x,
            NdArray weight,
            NdArray dy,
            NdArray winner,
            @Nullable NdArray dx,
            @Nullable NdArray dweight,
            @Nullable NdArray dbias) {
        throw new IllegalStateException("conv gradient: no pooled pass has been on " + device);
    }
}
