package dev.gatun.nn.optim;

import dev.gatun.autograd.GradMode;
import dev.gatun.autograd.Tensor;
import dev.gatun.nn.StateDict;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Device;
import dev.gatun.runtime.Kernels;
import dev.gatun.runtime.Scope;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An optimizer whose step is one kernel call for all parameters that are alike: of one device, one dtype and one stage.
 * In the ordinary case these are all.
 */
abstract sealed class GroupedOptimizer extends Optimizer permits SGD, Adam {
    private final State[] states;

    // Kept from step to step for their lists; empty in between.
    private final List<Group> groups = new ArrayList<>();

    GroupedOptimizer(String name, Collection<Tensor> params, double lr) {
        super(name, params, lr);
        states = params().stream().map(State::new).toArray(State[]::new);
    }

    /** A parameter and what the optimizer remembers of it, which belongs to the optimizer. */
    static final class State {
        final Tensor param;
        long steps;

        @Nullable
        Tensor first;

        @Nullable
        Tensor second;

        private State(Tensor param) {
            this.param = param;
        }

        /** Zeros like the parameter, contiguous, that no scope releases. */
        Tensor newZeros() {
            Tensor zeros = param.newZeros(param.shape());
            zeros.own();
            return zeros;
        }

        /** A loaded tensor as this state keeps it, contiguous and of the parameter's dtype, still in the open scope. */
        Tensor copied(StateDict from, String prefix, String tensor) {
            Tensor given = from.getTensor(tensor);
            if (!given.shape().equals(param.shape()) || !given.dtype().isFloating()) {
                throw new IllegalArgumentException(
                        prefix + "." + tensor + " is " + given.describe() + ", its parameter is " + param.describe());
            }
            try (var off = GradMode.noGrad()) {
                return param.newEmpty(param.shape()).copy_(given);
            }
        }

        private void replace(long newSteps, @Nullable Tensor newFirst, @Nullable Tensor newSecond) {
            steps = newSteps;
            first = kept(first, newFirst);
            second = kept(second, newSecond);
        }

        private static @Nullable Tensor kept(@Nullable Tensor old, @Nullable Tensor loaded) {
            if (old != null) {
                old.release();
            }
            if (loaded != null) {
                loaded.own();
            }
            return loaded;
        }
    }

    /** What one kernel call takes: entry i of each list belongs to one parameter. */
    static final class Group {
        private Device device;
        private DType dtype;
        private long stage;
        final List<State> states = new ArrayList<>();
        final List<Tensor> params = new ArrayList<>();
        final List<Tensor> grads = new ArrayList<>();
        final List<Tensor> first = new ArrayList<>();
        final List<Tensor> second = new ArrayList<>();

        private Group(Tensor like, long stage) {
            this.device = like.device();
            this.dtype = like.dtype();
            this.stage = stage;
        }

        /** What the parameters have in common. */
        long stage() {
            return stage;
        }

        Kernels.Update kernels() {
            return device.kernels().update();
        }

        /** Whether a parameter belongs here; an empty group becomes one that it belongs to. */
        private boolean takes(Tensor param, long itsStage) {
            if (states.isEmpty()) {
                device = param.device();
                dtype = param.dtype();
                stage = itsStage;
            }
            return stage == itsStage && dtype == param.dtype() && device == param.device();
        }

        private void add(State state, Tensor gradient) {
            states.add(state);
            params.add(state.param.contiguous());
            grads.add(gradient.contiguous());
            if (state.first != null) {
                first.add(state.first);
            }
            if (state.second != null) {
                second.add(state.second);
            }
        }

        /** Notes the change for saved values, and carries it to a parameter that is not contiguous. */
        private void finish(String op) {
            for (int i = 0; i < states.size(); i++) {
                State state = states.get(i);
                state.steps++;
                if (params.get(i) == state.param) {
                    state.param.storage(op).touch();
                } else {
                    state.param.copy_(params.get(i));
                }
            }
        }

        private void clear() {
            states.clear();
            params.clear();
            grads.clear();
            first.clear();
            second.clear();
        }
    }

    /** What parameters of one call must have in common, beside device and dtype. */
    abstract long stage(State state);

    /** Makes the state of a parameter where it has none yet. */
    abstract void prepare(State state);

    /** One kernel call. */
    abstract void update(Group group);

    /** PyTorch's names of what a state remembers: its first tensor, then its second. */
    abstract List<String> tensorNames();

    /** Whether a state may lack its tensors, after steps with options that need none. */
    abstract boolean mayLackTensors();

    @Override
    protected final void saveState(int index, StateDict to) {
        State state = states[index];
        if (state.steps == 0) {
            return;
        }
        to.put("step", state.steps);
        if (state.first != null) {
            to.put(tensorNames().get(0), state.first.detach());
        }
        if (state.second != null) {
            to.put(tensorNames().get(1), state.second.detach());
        }
    }

    @Override
    protected final Runnable prepareState(int index, StateDict from) {
        State state = states[index];
        if (from.isEmpty()) {
            return () -> state.replace(0, null, null);
        }
        long steps = from.getLong("step");
        if (steps < 1) {
            throw new IllegalArgumentException("state." + index + ".step is below 1: " + steps);
        }
        List<String> names = tensorNames();
        if (mayLackTensors() && names.stream().noneMatch(from::has)) {
            return () -> state.replace(steps, null, null);
        }
        Tensor first = state.copied(from, "state." + index, names.get(0));
        Tensor second = names.size() < 2 ? null : state.copied(from, "state." + index, names.get(1));
        return () -> state.replace(steps, first, second);
    }

    private Group groupFor(Tensor param, long stage) {
        for (int i = 0; i < groups.size(); i++) {
            if (groups.get(i).takes(param, stage)) {
                return groups.get(i);
            }
        }
        Group group = new Group(param, stage);
        groups.add(group);
        return group;
    }

    @Override
    public final void step() {
        try (var off = GradMode.noGrad();
                var temporaries = Scope.open()) {
            for (State state : states) {
                Tensor gradient = state.param.gradOrNull();
                if (gradient != null) {
                    long stage = stage(state);
                    prepare(state);
                    groupFor(state.param, stage).add(state, gradient);
                }
            }
            for (int i = 0; i < groups.size(); i++) {
                Group group = groups.get(i);
                if (!group.states.isEmpty()) {
                    update(group);
                    group.finish(name());
                }
            }
        } finally {
            for (int i = 0; i < groups.size(); i++) {
                groups.get(i).clear();
            }
        }
    }
}
