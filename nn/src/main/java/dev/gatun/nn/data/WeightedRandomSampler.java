package dev.gatun.nn.data;

import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.Random;
import dev.gatun.runtime.Scope;

/**
 * Indexes drawn with the probabilities that weights give, for instance to see rare classes as often as frequent ones;
 * {@code torch.utils.data.WeightedRandomSampler}.
 *
 * {@snippet :
 * double[] weights = {0.1, 0.1, 10}; // the last one is rare, and to be seen often
 * System.out.println(new WeightedRandomSampler(weights, 100).order().length); // 100
 * }
 */
public final class WeightedRandomSampler extends SeededSampler {
    private final double[] weights;
    private final int numSamples;
    private final boolean replacement;

    /**
     * A sampler that draws with replacement, as is PyTorch's default, with a seed from the global generator.
     *
     * @param weights one for each sample, in any unit
     * @param numSamples indexes in an epoch
     * @throws IllegalArgumentException as the other constructor
     */
    public WeightedRandomSampler(double[] weights, int numSamples) {
        this(weights, numSamples, true, Seeds.drawn());
    }

    /**
     * A sampler.
     *
     * @param weights one for each sample, in any unit
     * @param numSamples indexes in an epoch
     * @param replacement whether an index can come again
     * @param seed any number
     * @throws IllegalArgumentException if a weight is negative, infinite or NaN, numSamples is below 1, or fewer weights
     *     than it takes are above 0
     */
    public WeightedRandomSampler(double[] weights, int numSamples, boolean replacement, long seed) {
        super(seed);
        if (numSamples < 1) {
            throw new IllegalArgumentException("weightedRandomSampler: numSamples is below 1: " + numSamples);
        }
        int possible = 0;
        double sum = 0;
        for (int i = 0; i < weights.length; i++) {
            if (!(weights[i] >= 0 && weights[i] < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException(
                        "weightedRandomSampler: weight " + i + " is negative, infinite or NaN: " + weights[i]);
            }
            possible += weights[i] > 0 ? 1 : 0;
            sum += weights[i];
        }
        if (possible < (replacement ? 1 : numSamples)) {
            throw new IllegalArgumentException("weightedRandomSampler: too few weights above 0: " + possible + " for "
                    + numSamples + " samples" + (replacement ? "" : " without replacement"));
        }
        if (Double.isInfinite(sum)) {
            throw new IllegalArgumentException("weightedRandomSampler: the sum of the weights is infinite");
        }
        this.weights = weights.clone();
        this.numSamples = numSamples;
        this.replacement = replacement;
    }

    @Override
    public int size() {
        return numSamples;
    }

    @Override
    public long[] order() {
        try (var temporaries = Scope.open()) {
            return Random.multinomial(Tensor.of(weights), numSamples, replacement, generator)
                    .toLongArray();
        }
    }
}
