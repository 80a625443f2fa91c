package dev.gatun.runtime.cpu;

import dev.gatun.bindings.kernels.Gatun;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.kernels.Kernels;
import dev.gatun.runtime.kernels.UpdateRule;
import dev.gatun.runtime.memory.ParameterTable;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Launches optimizer steps: a table with a row for each parameter, then one call for all. */
final class CpuUpdate implements Kernels.Update {
    @Override
    public void step(
            UpdateRule rule,
            List<? extends NdArray> params,
            List<? extends NdArray> grads,
            List<? extends List<? extends NdArray>> states) {
        if (params.isEmpty()) {
            return;
        }
        try (ParameterTable table = new ParameterTable(rule, params.size())) {
            MemorySegment rows = table.fill(rule, params, grads, states);
            int dtype = params.getFirst().dtype().code();
            Status.check(
                    Gatun.gt_update(rule.op().code(), dtype, params.size(), rows, table.scalars(rule)), table.row(0));
        }
    }
}
