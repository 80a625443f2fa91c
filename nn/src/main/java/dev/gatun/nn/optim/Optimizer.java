package dev.gatun.nn.optim;

import dev.gatun.autograd.GradMode;
import dev.gatun.autograd.Tensor;
import dev.gatun.nn.StateDict;
import dev.gatun.nn.Stateful;
import java.util.List;
import java.util.function.Supplier;

/**
 * Changes parameters along their gradients; {@code torch.optim.Optimizer}. It holds its parameters: no scope releases
 * them, nor the state that it keeps for each. An optimizer is used by one thread at a time.
 *
 * {@snippet :
 * Optimizer optimizer = new Adam(model.parameters(), 1e-3);
 * for (Batch batch : loader) {
 *     try (var scope = Scope.open()) {
 *         optimizer.zeroGrad();
 *         criterion.forward(model.forward(batch.data()), batch.target()).backward();
 *         optimizer.step();
 *     }
 * }
 * optimizer.setLr(1e-4);
 * }
 */
public abstract sealed class Optimizer implements Stateful permits TypedOptimizer {
    private final String name;

    Optimizer(String name) {
        this.name = name;
    }

    /**
     * The groups of parameters, each with its options.
     *
     * @return in the order of adding
     */
    public abstract List<? extends ParamGroup<?>> paramGroups();

    /**
     * The parameters of all groups.
     *
     * @return in the order of adding
     */
    public abstract List<Tensor> params();

    /**
     * Changes each parameter that has a gradient, in place and without recording it.
     *
     * @throws IllegalArgumentException if a gradient is sparse and this optimizer takes none such, or it is dense and this
     *     is {@link SparseAdam}; nothing is changed then
     */
    public abstract void step();

    /**
     * Computes gradients, then steps; {@code optimizer.step(closure)}.
     *
     * @param closure drops the gradients, computes the loss, goes back from it and returns it; gradients are recorded
     * @return the loss, as the closure gave it
     */
    public Tensor step(Supplier<Tensor> closure) {
        Tensor loss;
        try (var on = GradMode.setGradEnabled(true)) {
            loss = closure.get();
        }
        step();
        return loss;
    }

    /**
     * Options of each group and what is remembered of each parameter, under PyTorch's names: {@code param_groups.0.lr},
     * {@code state.0.exp_avg}; {@code Optimizer.state_dict}.
     *
     * @return options, and the parameters that have made a step, by their number over all groups; the tensors are detached
     *     views
     */
    @Override
    public abstract StateDict stateDict();

    /**
     * Checks that a state fits: as many groups with as many parameters, and for each that has one a state of its shape.
     * Floating-point tensors are cast to the parameter's dtype; {@code Optimizer.load_state_dict}. Later steps give the
     * same bits as those of the optimizer that the state came from.
     */
    @Override
    public abstract Runnable prepareLoad(StateDict state);

    /**
     * The learning rate of the next step.
     *
     * @return that of the first group, at least 0
     */
    public final double lr() {
        return paramGroups().getFirst().lr();
    }

    /**
     * Sets the learning rate of the next step, for all groups.
     *
     * @param lr not negative
     * @throws IllegalArgumentException if it is
     */
    public final void setLr(double lr) {
        paramGroups().forEach(group -> group.setLr(lr));
    }

    /** Drops the gradients of all parameters; {@code zero_grad(set_to_none=True)}. */
    public final void zeroGrad() {
        List<Tensor> params = params();
        for (int i = 0; i < params.size(); i++) {
            params.get(i).zeroGrad();
        }
    }

    /** How messages name this optimizer. */
    final String name() {
        return name;
    }

    final void require(boolean holds, String what, Object got) {
        if (!holds) {
            throw new IllegalArgumentException(name + ": " + what + ": " + got);
        }
    }

    final void requireNotNegative(String what, double value) {
        require(value >= 0, what + " is negative", value);
    }

    final void requireFraction(String what, double value) {
        require(value >= 0 && value < 1, what + " is outside 0..1, 1 excluded", value);
    }

    /** What Adam and its kin have in common. */
    final void requireMoments(double lr, double beta1, double beta2, double eps, double weightDecay) {
        requireNotNegative("lr", lr);
        requireFraction("beta1", beta1);
        requireFraction("beta2", beta2);
        requireNotNegative("eps", eps);
        requireNotNegative("weightDecay", weightDecay);
    }

    /** As PyTorch prints it: each group with its options. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(getClass().getSimpleName()).append(" (\n");
        List<? extends ParamGroup<?>> groups = paramGroups();
        for (int i = 0; i < groups.size(); i++) {
            text.append("Parameter Group ").append(i).append('\n');
            groups.get(i)
                    .options()
                    .toMap()
                    .forEach((key, value) -> text.append("    ")
                            .append(key)
                            .append(": ")
                            .append(value)
                            .append('\n'));
            text.append(i + 1 < groups.size() ? "\n" : "");
        }
        return text.append(')').toString();
    }
}
