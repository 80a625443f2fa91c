package dev.gatun.nn.optim;

import dev.gatun.autograd.Tensor;
import dev.gatun.nn.StateDict;
import dev.gatun.nn.Stateful;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Changes parameters along their gradients; {@code torch.optim.Optimizer}. It holds its parameters: no scope releases
 * them, nor the state that it keeps for each. An optimizer is used by one thread at a time.
 */
public abstract class Optimizer implements Stateful {
    private final String name;
    private final List<Tensor> params;
    private double lr;

    /**
     * An optimizer of some parameters.
     *
     * @param name how messages name it, such as {@code adam}
     * @param params leaves, each once; those without a gradient are passed over by a step
     * @param lr the learning rate, not negative
     * @throws IllegalArgumentException if there is no parameter, one is no leaf or given twice, or lr is negative
     */
    protected Optimizer(String name, Collection<Tensor> params, double lr) {
        this.name = name;
        this.params = List.copyOf(params);
        setLr(lr);
        if (params.isEmpty()) {
            throw new IllegalArgumentException(name + ": no parameters");
        }
        Set<Tensor> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        for (int i = 0; i < this.params.size(); i++) {
            Tensor param = this.params.get(i);
            if (!param.isLeaf() || !param.dtype().isFloating()) {
                throw new IllegalArgumentException(
                        name + ": params[" + i + "] is not a floating-point leaf: " + param.describe());
            }
            if (!seen.add(param)) {
                throw new IllegalArgumentException(name + ": params[" + i + "] is given twice: " + param.describe());
            }
        }
        this.params.forEach(Tensor::own);
    }

    /**
     * The parameters.
     *
     * @return in the order given
     */
    public final List<Tensor> params() {
        return params;
    }

    /**
     * The learning rate of the next step.
     *
     * @return at least 0
     */
    public final double lr() {
        return lr;
    }

    /**
     * Sets the learning rate of the next step.
     *
     * @param lr not negative
     * @throws IllegalArgumentException if it is
     */
    public final void setLr(double lr) {
        requireNotNegative("lr", lr);
        this.lr = lr;
    }

    /** Drops the gradients of all parameters; {@code zero_grad(set_to_none=True)}. */
    public final void zeroGrad() {
        for (int i = 0; i < params.size(); i++) {
            params.get(i).zeroGrad();
        }
    }

    /** Changes each parameter that has a gradient, in place and without recording it. */
    public abstract void step();

    // State

    /**
     * Options and what is remembered of each parameter, under PyTorch's names: {@code param_groups.0.lr}, {@code
     * state.0.exp_avg}; {@code Optimizer.state_dict}.
     *
     * @return options, and the parameters that have made a step, by their place; the tensors are detached views
     */
    @Override
    public final StateDict stateDict() {
        StateDict group = new StateDict().put("lr", lr).put("params", params.size());
        saveOptions(group);
        StateDict state = new StateDict().put("param_groups.0", group);
        for (int i = 0; i < params.size(); i++) {
            StateDict remembered = new StateDict();
            saveState(i, remembered);
            state.put("state." + i, remembered);
        }
        return state;
    }

    /**
     * Checks that a state fits: as many parameters, and for each that has one a state of its shape. Floating-point
     * tensors are cast to the parameter's dtype; {@code Optimizer.load_state_dict}.
     */
    @Override
    public final Runnable prepareLoad(StateDict state) {
        try {
            return prepare(state);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("loadStateDict: does not fit " + name + ": " + e.getMessage(), e);
        }
    }

    private Runnable prepare(StateDict state) {
        StateDict group = state.part("param_groups").part("0");
        double loadedLr = group.getDouble("lr");
        requireNotNegative("lr", loadedLr);
        if (group.getLong("params") != params.size()) {
            throw new IllegalArgumentException(params.size() + " parameters, given " + group.getString("params"));
        }
        List<Runnable> actions = new ArrayList<>();
        actions.add(() -> lr = loadedLr);
        actions.add(prepareOptions(group));
        Map<String, StateDict> remembered = state.part("state").parts();
        for (int i = 0; i < params.size(); i++) {
            StateDict mine = remembered.remove(Integer.toString(i));
            actions.add(prepareState(i, mine == null ? new StateDict() : mine));
        }
        if (!remembered.isEmpty()) {
            throw new IllegalArgumentException("no parameter for state."
                    + String.join(
                            ", state.", remembered.keySet().stream().limit(10).toList()));
        }
        return () -> actions.forEach(Runnable::run);
    }

    /**
     * Adds the options beside the learning rate, under PyTorch's names; none unless overridden.
     *
     * @param group to add to
     */
    protected void saveOptions(StateDict group) {}

    /**
     * Checks the options beside the learning rate, and changes nothing yet.
     *
     * @param group with what {@link #saveOptions} added
     * @return what takes them over and cannot fail
     * @throws IllegalArgumentException if an option is missing or out of range
     */
    protected Runnable prepareOptions(StateDict group) {
        return () -> {};
    }

    /**
     * Adds what is remembered of a parameter, under PyTorch's names; nothing unless overridden.
     *
     * @param index of the parameter
     * @param state to add to
     */
    protected void saveState(int index, StateDict state) {}

    /**
     * Checks what is remembered of a parameter, and changes nothing yet.
     *
     * @param index of the parameter
     * @param state with what {@link #saveState} added; empty for a parameter that has made no step
     * @return what takes it over and cannot fail
     * @throws IllegalArgumentException if it does not fit the parameter
     */
    protected Runnable prepareState(int index, StateDict state) {
        return () -> {};
    }

    /** How messages name this optimizer. */
    final String name() {
        return name;
    }

    final void requireNotNegative(String what, double value) {
        if (!(value >= 0)) {
            throw new IllegalArgumentException(name + ": " + what + " is negative: " + value);
        }
    }

    final void requireFraction(String what, double value) {
        if (!(value >= 0 && value < 1)) {
            throw new IllegalArgumentException(name + ": " + what + " is outside 0..1, 1 excluded: " + value);
        }
    }
}
