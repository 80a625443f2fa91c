package dev.gatun.runtime.cuda;

import dev.gatun.bindings.kernels.Gatun;
import dev.gatun.bindings.kernels.gt_parameter;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.kernels.Kernels;
import dev.gatun.runtime.kernels.UpdateOp;
import dev.gatun.runtime.kernels.UpdateRule;
import dev.gatun.runtime.memory.Operands;
import dev.gatun.runtime.memory.ParameterTable;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Locale;

/** Launches optimizer steps: one launch for up to 64 parameters, whose table is its only argument. */
final class CudaUpdate implements Kernels.Update {
    /** As in update.cu: parameters of a launch, and elements of a block's part. */
    private static final int MOST = 64;

    private static final int PART = 4 * Grid.BLOCK;

    // update_table: the count, the scalars, the parts up to each parameter, the parameters.
    private static final long SCALARS_AT = Long.BYTES;
    private static final long SCALARS_BYTES = (long) Gatun.GT_UPDATE_SCALARS() * Double.BYTES;
    private static final long PARTS_AT = SCALARS_AT + SCALARS_BYTES;
    private static final long ROWS_AT = PARTS_AT + (long) MOST * Long.BYTES;
    private static final long ROW_BYTES = gt_parameter.sizeof();
    private static final long TABLE_BYTES = ROWS_AT + MOST * ROW_BYTES;

    private static final int MOST_OPERANDS = 5;

    private final CudaDevice device;
    private final Launcher launcher;

    CudaUpdate(CudaDevice device) {
        this.device = device;
        this.launcher = new Launcher(device, "update");
    }

    @Override
    public void step(
            UpdateRule rule,
            List<? extends NdArray> params,
            List<? extends NdArray> grads,
            List<? extends List<? extends NdArray>> states) {
        if (params.isEmpty()) {
            return;
        }
        try (ParameterTable table = new ParameterTable(rule, params.size());
                Arena arena = Arena.ofConfined()) {
            MemorySegment rows = table.fill(rule, params, grads, states);
            DType dtype = params.getFirst().dtype();
            Grid.requireSupported(Grid.isFloat(dtype), table.row(0));
            CudaFunction kernel = kernel(rule.op(), dtype);
            MemorySegment argument = arena.allocate(TABLE_BYTES, Long.BYTES);
            MemorySegment.copy(table.scalars(rule), 0, argument, SCALARS_AT, SCALARS_BYTES);
            for (int first = 0; first < params.size(); first += MOST) {
                int count = Math.min(MOST, params.size() - first);
                long parts = fill(argument, rows.asSlice(first * ROW_BYTES), count);
                for (int i = first; i < first + count; i++) {
                    touch(table.row(i));
                }
                launcher.start(kernel)
                        .add(argument)
                        .changing((int) SCALARS_AT, (int) PARTS_AT)
                        .run(parts, Grid.BLOCK);
            }
        }
    }

    private CudaFunction kernel(UpdateOp op, DType dtype) {
        String row = "update_" + camelCase(op.name());
        return launcher.kernel(row, row + "_" + dtype.name());
    }

    /** The row's name: {@code RADAM_EARLY} is radamEarly. */
    private static String camelCase(String constant) {
        StringBuilder name = new StringBuilder();
        for (String word : constant.toLowerCase(Locale.ROOT).split("_", -1)) {
            name.append(name.isEmpty() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1));
        }
        return name.toString();
    }

    /** Writes so many rows into the argument; returns the parts of all. */
    private static long fill(MemorySegment argument, MemorySegment rows, int count) {
        argument.set(ValueLayout.JAVA_LONG, 0, count);
        MemorySegment.copy(rows, 0, argument, ROWS_AT, count * ROW_BYTES);
        long parts = 0;
        for (int i = 0; i < count; i++) {
            parts += Math.ceilDiv(gt_parameter.n(rows.asSlice(i * ROW_BYTES, ROW_BYTES)), PART);
            argument.set(ValueLayout.JAVA_LONG, PARTS_AT + (long) i * Long.BYTES, parts);
        }
        return parts;
    }

    /** The table holds bare addresses: the stream is told whose memory it uses. */
    private void touch(Operands o) {
        CudaQueue queue = CudaThread.stream(device).queue();
        for (int k = 0; k < MOST_OPERANDS; k++) {
            var storage = o.storage(k);
            if (storage != null) {
                o.require(storage.pool().device() == device, "operands on different devices");
                queue.touch(storage);
            }
        }
    }
}
