package dev.gatun.runtime.memory;

import dev.gatun.bindings.kernels.gt_parameter;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.kernels.UpdateRule;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The operands of an optimizer's step: a list for each parameter, all ended together, and a table of {@code gt_parameter}
 * with a row for each, in scratch of the thread.
 */
public final class ParameterTable implements AutoCloseable {
    private static final long ROW_BYTES = gt_parameter.sizeof();
    private static final int MOST_STATES = 3;

    private final String op;
    private final Operands[] rows;

    /**
     * A table, still empty.
     *
     * @param rule of the step
     * @param count of parameters, one at least
     */
    public ParameterTable(UpdateRule rule, int count) {
        this.op = rule.optimizer();
        this.rows = new Operands[count];
        Arrays.setAll(rows, i -> Operands.of(op));
    }

    /** The operands of a parameter: itself, its gradient, its states. */
    public Operands row(int i) {
        return rows[i];
    }

    private void require(boolean holds, String problem) {
        if (!holds) {
            throw new IllegalArgumentException(op + ": " + problem + ": " + rows.length + " parameters");
        }
    }

    /**
     * Adds every array and writes the table; states that the rule lacks become null pointers.
     *
     * @return the rows
     * @throws IllegalArgumentException if counts, dtypes or layouts do not match
     */
    public MemorySegment fill(
            UpdateRule rule,
            List<? extends NdArray> params,
            List<? extends NdArray> grads,
            List<? extends List<? extends NdArray>> states) {
        require(states.size() == rule.op().states(), "not " + rule.op().states() + " state lists");
        require(grads.size() == params.size(), "not one gradient for each");
        for (int k = 0; k < states.size(); k++) {
            require(states.get(k).size() == params.size(), "not one state for each");
        }
        MemorySegment table = Operands.table(params.size() * ROW_BYTES);
        for (int i = 0; i < params.size(); i++) {
            NdArray param = params.get(i);
            require(param.dtype() == params.getFirst().dtype(), "dtypes differ");
            add(i, param, param);
            add(i, grads.get(i), param);
            MemorySegment row = table.asSlice(i * ROW_BYTES, ROW_BYTES);
            gt_parameter.n(row, param.count());
            gt_parameter.param(row, rows[i].at(0));
            gt_parameter.grad(row, rows[i].at(1));
            MemorySegment pointers = gt_parameter.state(row);
            for (int k = 0; k < MOST_STATES; k++) {
                add(i, k < states.size() ? states.get(k).get(i) : null, param);
                pointers.setAtIndex(ValueLayout.ADDRESS, k, rows[i].at(2 + k));
            }
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

    /** The numbers of a rule as kernels take them: the sign, the decay of the gradient, then the rule's own. */
    public MemorySegment scalars(UpdateRule rule) {
        MemorySegment list = rows[0].arguments();
        list.setAtIndex(ValueLayout.JAVA_DOUBLE, 0, rule.maximize() ? -1 : 1);
        list.setAtIndex(ValueLayout.JAVA_DOUBLE, 1, rule.gradientDecay());
        double[] more = rule.scalars();
        MemorySegment.copy(more, 0, list, ValueLayout.JAVA_DOUBLE, 2 * Double.BYTES, more.length);
        return list;
    }
}
