package dev.gatun.nn.optim;

import dev.gatun.autograd.GradMode;
import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.Device;
import dev.gatun.runtime.kernels.UpdateRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** One kernel call of an optimizer in a captured step: the same memory each time, with the numbers of the coming step. */
final class RepeatedUpdate<O extends GroupOptions<O>> {
    private final GroupedOptimizer<O> optimizer;
    private final Device device;
    private final List<GroupedOptimizer.State> states;
    private final List<ParamGroup<O>> groups;
    private final List<Tensor> params;
    private final List<Tensor> grads = new ArrayList<>(); // our own handles: users drop theirs
    private final List<List<Tensor>> buffers = new ArrayList<>();

    /** A call as it was made just now; all lists have an entry for each parameter, or are lists of such. */
    RepeatedUpdate(
            GroupedOptimizer<O> optimizer,
            Device device,
            List<GroupedOptimizer.State> states,
            List<ParamGroup<O>> groups,
            List<Tensor> params,
            List<Tensor> grads,
            List<List<Tensor>> buffers) {
        this.optimizer = optimizer;
        this.device = device;
        this.states = List.copyOf(states);
        this.groups = List.copyOf(groups);
        this.params = List.copyOf(params);
        for (List<Tensor> each : buffers) {
            this.buffers.add(List.copyOf(each));
        }
        try (var off = GradMode.noGrad()) {
            for (Tensor grad : grads) {
                Tensor own = grad.detach();
                own.own();
                this.grads.add(own);
            }
        }
    }

    /** Calls the kernel with the options that the groups have now, and counts the step. */
    void renew() {
        UpdateRule rule = null;
        GroupedOptimizer.State previous = null;
        for (int i = 0; i < states.size(); i++) {
            GroupedOptimizer.State state = states.get(i);
            requireUnchanged(i, state);
            boolean alike = previous != null
                    && groups.get(i) == groups.get(i - 1)
                    && previous.steps == state.steps
                    && state.numbers.length == 0;
            UpdateRule its = alike ? rule : optimizer.rule(groups.get(i).options(), state);
            if (rule != null && !rule.equals(its)) {
                throw new IllegalStateException("step: groups of parameters of " + optimizer.name()
                        + " that were alike when the step was captured are not any more; capture it anew");
            }
            rule = its;
            previous = state;
        }
        device.kernels().update().step(Objects.requireNonNull(rule), params, grads, buffers);
        for (int i = 0; i < states.size(); i++) {
            GroupedOptimizer.State state = states.get(i);
            optimizer.advance(groups.get(i).options(), state);
            state.steps++;
            state.param.storage(optimizer.name()).touch();
        }
    }

    private void requireUnchanged(int i, GroupedOptimizer.State state) {
        boolean same = state.buffers.length == buffers.size();
        for (int k = 0; same && k < buffers.size(); k++) {
            same = state.buffers[k] == buffers.get(k).get(i);
        }
        if (!same) {
            throw new IllegalStateException("step: the state of " + optimizer.name()
                    + " was replaced since the step was captured; capture it anew");
        }
    }

    /** Gives the gradients' handles back. */
    void release() {
        grads.forEach(Tensor::release);
    }
}
