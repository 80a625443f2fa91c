package dev.gatun.nn.optim;

import dev.gatun.autograd.Tensor;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Consumer;

/**
 * Parameters that an optimizer steps under options of their own; an entry of {@code optimizer.param_groups}. The
 * counterpart is a dictionary of {@code torch.optim.Optimizer.param_groups}.
 *
 * {@snippet :
 * var optimizer = new SGD(model.parameters(), 0.1);
 * ParamGroup<SGD.Options> group = optimizer.paramGroups().getFirst();
 * group.setOptions(group.options().withMomentum(0.9));
 * }
 *
 * @param <O> the optimizer's options
 */
public final class ParamGroup<O extends GroupOptions<O>> {
    private final List<Tensor> params;
    private final Consumer<O> check;
    private O options;
    private OptionalDouble initialLr = OptionalDouble.empty();

    ParamGroup(List<Tensor> params, O options, Consumer<O> check) {
        this.params = params;
        this.check = check;
        check.accept(options);
        this.options = options;
    }

    /**
     * The parameters.
     *
     * @return in the order given
     */
    public List<Tensor> params() {
        return params;
    }

    /**
     * What the next step uses.
     *
     * @return the options
     */
    public O options() {
        return options;
    }

    /**
     * Sets what the next step uses.
     *
     * @param options all of them
     * @throws IllegalArgumentException if one is out of range
     */
    public void setOptions(O options) {
        check.accept(options);
        this.options = options;
    }

    /**
     * The learning rate of the next step.
     *
     * @return at least 0
     */
    public double lr() {
        return options.lr();
    }

    /**
     * Sets the learning rate of the next step.
     *
     * @param lr not negative
     * @throws IllegalArgumentException if it is
     */
    public void setLr(double lr) {
        setOptions(options.withLr(lr));
    }

    /**
     * The momentum of the next step, or the first of Adam's betas.
     *
     * @return empty where the optimizer has none
     */
    public OptionalDouble momentum() {
        return options.cycledMomentum();
    }

    /**
     * Sets the momentum of the next step, or the first of Adam's betas.
     *
     * @param momentum from 0 up to, not including, 1
     * @throws IllegalArgumentException if it is out of range
     * @throws UnsupportedOperationException if the optimizer has none
     */
    public void setMomentum(double momentum) {
        setOptions(options.withCycledMomentum(momentum));
    }

    /**
     * The learning rate before a schedule changed it; {@code initial_lr}.
     *
     * @return empty as long as no schedule was made
     */
    public OptionalDouble initialLr() {
        return initialLr;
    }

    /**
     * Sets what schedules begin at.
     *
     * @param lr not negative
     * @throws IllegalArgumentException if it is
     */
    public void setInitialLr(double lr) {
        check.accept(options.withLr(lr));
        initialLr = OptionalDouble.of(lr);
    }

    @Override
    public String toString() {
        return params.size() + " parameters, " + options;
    }
}
