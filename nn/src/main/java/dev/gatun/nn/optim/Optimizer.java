package dev.gatun.nn.optim;

import dev.gatun.autograd.Tensor;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * Changes parameters along their gradients; {@code torch.optim.Optimizer}. It holds its parameters: no scope releases
 * them, nor the state that it keeps for each. An optimizer is used by one thread at a time.
 */
public abstract class Optimizer {
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
