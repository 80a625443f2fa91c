package dev.gatun.nn.optim;

import dev.gatun.nn.StateDict;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What each step of a group of parameters uses: a record for each optimizer, with PyTorch's names and defaults. The
 * counterpart is the rest of an entry of {@code torch.optim.Optimizer.param_groups}.
 *
 * {@snippet :
 * Adam.Options options = Adam.Options.defaults().withLr(1e-4).withWeightDecay(0.01);
 * System.out.println(options.toMap().get("lr")); // 1.0E-4
 * }
 *
 * @param <O> the record itself
 */
public interface GroupOptions<O extends GroupOptions<O>> {
    /**
     * The learning rate.
     *
     * @return at least 0
     */
    double lr();

    /**
     * These with another learning rate.
     *
     * @param value at least 0
     * @return new options
     */
    O withLr(double value);

    /**
     * What a schedule cycles against the learning rate: a momentum, or the first of Adam's betas.
     *
     * @return empty where the optimizer has none
     */
    default OptionalDouble cycledMomentum() {
        return OptionalDouble.empty();
    }

    /**
     * These with another {@link #cycledMomentum()}.
     *
     * @param value from 0 up to, not including, 1
     * @return new options
     * @throws UnsupportedOperationException if the optimizer has none
     */
    default O withCycledMomentum(double value) {
        throw new UnsupportedOperationException("momentum: these options have none: " + this);
    }

    /**
     * Each option under its name in PyTorch, such as {@code weight_decay}: Double, Long, Boolean or a list of doubles.
     *
     * @return in PyTorch's order
     */
    Map<String, Object> toMap();

    /**
     * The options that a state has under the names of {@link #toMap()}.
     *
     * @param values that hold all of them
     * @return new options
     * @throws IllegalArgumentException if one is missing or of another kind
     */
    O withState(StateDict values);
}
