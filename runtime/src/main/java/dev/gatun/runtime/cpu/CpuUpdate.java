package dev.gatun.runtime.cpu;

import dev.gatun.bindings.kernels.Gatun;
import dev.gatun.bindings.kernels.gt_adam_args;
import dev.gatun.bindings.kernels.gt_parameter;
import dev.gatun.bindings.kernels.gt_sgd_args;
import dev.gatun.runtime.Kernels;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.memory.Operands;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Launches optimizer steps: a table with a row for each parameter, then one call for all. */
final class CpuUpdate implements Kernels.Update {
    private static final long ROW_BYTES = gt_parameter.sizeof();

    @Override
    public void sgd(
            Sgd args, List<? extends NdArray> params, List<? extends NdArray> grads, List<? extends NdArray> momentum) {
        if (params.isEmpty()) {
            return;
        }
        try (Rows rows = new Rows("sgd", params.size())) {
            rows.require(momentum.isEmpty() == (args.momentum() == 0), "momentum buffers do not fit args.momentum");
            MemorySegment table = rows.fill(params, grads, momentum, List.of());
            int dtype = params.getFirst().dtype().code();
            Status.check(Gatun.gt_sgd(dtype, params.size(), table, arguments(rows.first(), args)), rows.first());
        }
    }

    @Override
    public void adam(
            Adam args,
            List<? extends NdArray> params,
            List<? extends NdArray> grads,
            List<? extends NdArray> moment1,
            List<? extends NdArray> moment2) {
        if (params.isEmpty()) {
            return;
        }
        try (Rows rows = new Rows(args.decoupled() ? "adamW" : "adam", params.size())) {
            rows.require(moment1.size() == params.size() && moment2.size() == params.size(), "moments are missing");
            MemorySegment table = rows.fill(params, grads, moment1, moment2);
            int dtype = params.getFirst().dtype().code();
            Status.check(Gatun.gt_adam(dtype, params.size(), table, arguments(rows.first(), args)), rows.first());
        }
    }

    /** The operands of a step: a list for each parameter, all ended together. */
    private static final class Rows implements AutoCloseable {
        private final String op;
        private final Operands[] rows;

        Rows(String op, int count) {
            this.op = op;
            this.rows = new Operands[count];
            Arrays.setAll(rows, i -> Operands.of(op));
        }

        Operands first() {
            return rows[0];
        }

        void require(boolean holds, String problem) {
            if (!holds) {
                throw new IllegalArgumentException(op + ": " + problem + ": " + rows.length + " parameters");
            }
        }

        /** Adds every array and writes the table; a state list that is empty becomes null pointers. */
        MemorySegment fill(
                List<? extends NdArray> params,
                List<? extends NdArray> grads,
                List<? extends NdArray> state0,
                List<? extends NdArray> state1) {
            require(grads.size() == params.size(), "not one gradient for each");
            require(state0.isEmpty() || state0.size() == params.size(), "not one state for each");
            MemorySegment table = Operands.table(params.size() * ROW_BYTES);
            for (int i = 0; i < params.size(); i++) {
                NdArray param = params.get(i);
                require(param.dtype() == params.getFirst().dtype(), "dtypes differ");
                add(i, param, param);
                add(i, grads.get(i), param);
                add(i, state0.isEmpty() ? null : state0.get(i), param);
                add(i, state1.isEmpty() ? null : state1.get(i), param);
                MemorySegment row = table.asSlice(i * ROW_BYTES, ROW_BYTES);
                gt_parameter.n(row, param.count());
                gt_parameter.param(row, rows[i].at(0));
                gt_parameter.grad(row, rows[i].at(1));
                gt_parameter.state0(row, rows[i].at(2));
                gt_parameter.state1(row, rows[i].at(3));
            }
            return table;
        }

        /** Adds an array of the i-th parameter, which must be like it. */
        private void add(int i, @Nullable NdArray array, NdArray param) {
            rows[i].addOrNothing(array);
            if (array == null) {
                return;
            }
            // The table holds bare addresses, which keep no arena open.
            if (array.storage(op).isLent()) {
                throw new IllegalArgumentException(op + ": parameter " + i
                        + " wraps memory of the caller, whose arena could close during the step; clone() it first");
            }
            if (array.dtype() != param.dtype() || array.count() != param.count() || !array.isContiguous()) {
                throw new IllegalArgumentException(op + ": parameter " + i
                        + " and its gradient or state are not contiguous, of one dtype and one count: "
                        + param.describe() + ", " + array.describe());
            }
        }

        @Override
        public void close() {
            for (Operands row : rows) {
                row.end();
            }
        }
    }

    private static MemorySegment arguments(Operands o, Sgd args) {
        MemorySegment struct = o.arguments();
        gt_sgd_args.lr(struct, args.lr());
        gt_sgd_args.momentum(struct, args.momentum());
        gt_sgd_args.dampening(struct, args.dampening());
        gt_sgd_args.weight_decay(struct, args.weightDecay());
        gt_sgd_args.nesterov(struct, args.nesterov() ? 1 : 0);
        gt_sgd_args.maximize(struct, args.maximize() ? 1 : 0);
        gt_sgd_args.first(struct, args.first() ? 1 : 0);
        return struct;
    }

    private static MemorySegment arguments(Operands o, Adam args) {
        MemorySegment struct = o.arguments();
        gt_adam_args.lr(struct, args.lr());
        gt_adam_args.beta1(struct, args.beta1());
        gt_adam_args.beta2(struct, args.beta2());
        gt_adam_args.eps(struct, args.eps());
        gt_adam_args.weight_decay(struct, args.weightDecay());
        gt_adam_args.decoupled(struct, args.decoupled() ? 1 : 0);
        gt_adam_args.maximize(struct, args.maximize() ? 1 : 0);
        gt_adam_args.step(struct, args.step());
        return struct;
    }
}
