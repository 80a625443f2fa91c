package dev.gatun.nn.data;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.Scope;

/**
 * Each epoch a new permutation, or draws with replacement, from a generator of its own: the order of an epoch depends on
 * the seed and on how many came before it, on nothing else. {@code torch.utils.data.RandomSampler}.
 *
 * {@snippet :
 * var options = DataLoader.Options.defaults().withSampler(new RandomSampler(100, 777));
 * var batches = new DataLoader(new TensorDataset(Tensor.rand(100, 4), Tensor.zeros(100)), options);
 * }
 */
public final class RandomSampler extends SeededSampler {
    private final int size;
    private final boolean replacement;
    private final int numSamples;

    /**
     * A sampler with a seed from the global generator.
     *
     * @param size how many samples there are
     * @throws IllegalArgumentException if the size is negative
     */
    public RandomSampler(int size) {
        this(size, Seeds.drawn());
    }

    /**
     * A sampler.
     *
     * @param size how many samples there are
     * @param seed any number
     * @throws IllegalArgumentException if the size is negative
     */
    public RandomSampler(int size, long seed) {
        this(size, false, size, seed);
    }

    /**
     * A sampler whose epochs may be longer or shorter than the data set.
     *
     * @param size how many samples there are
     * @param replacement whether each index is drawn from all of them; else permutations follow one another, the last one
     *     cut off
     * @param numSamples indexes in an epoch
     * @param seed any number
     * @throws IllegalArgumentException if a number is negative, or samples are asked for where there are none
     */
    public RandomSampler(int size, boolean replacement, int numSamples, long seed) {
        super(seed);
        if (size < 0 || numSamples < 0) {
            throw new IllegalArgumentException(
                    "randomSampler: a number is negative: size " + size + ", numSamples " + numSamples);
        }
        if (size == 0 && numSamples > 0) {
            throw new IllegalArgumentException("randomSampler: " + numSamples + " samples of an empty data set");
        }
        this.size = size;
        this.replacement = replacement;
        this.numSamples = numSamples;
    }

    @Override
    public int size() {
        return numSamples;
    }

    @Override
    public long[] order() {
        try (var temporaries = Scope.open()) {
            if (replacement) {
                return numSamples == 0
                        ? new long[0]
                        : Tensor.randint(generator, 0, size, numSamples).toLongArray();
            }
            if (numSamples == size) {
                return Tensor.randperm(generator, size).toLongArray();
            }
            long[] order = new long[numSamples];
            for (int from = 0; from < numSamples; from += size) {
                long[] permutation = Tensor.randperm(generator, size).toLongArray();
                System.arraycopy(permutation, 0, order, from, Math.min(size, numSamples - from));
            }
            return order;
        }
    }
}
