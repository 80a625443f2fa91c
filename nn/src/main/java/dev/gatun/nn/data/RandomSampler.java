package dev.gatun.nn.data;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.random.Generator;

/**
 * Each epoch a new permutation, from a generator of its own: the order of an epoch depends on the seed and on how many
 * came before it, on nothing else. {@code torch.utils.data.RandomSampler}.
 */
public final class RandomSampler implements Sampler {
    private final int size;
    private final Generator generator;

    /**
     * A sampler with a seed from the global generator.
     *
     * @param size how many samples there are
     */
    public RandomSampler(int size) {
        this(size, drawSeed());
    }

    /**
     * A sampler.
     *
     * @param size how many samples there are
     * @param seed any number
     */
    public RandomSampler(int size, long seed) {
        this.size = size;
        this.generator = new Generator(seed);
    }

    private static long drawSeed() {
        try (var temporaries = Scope.open()) {
            return Tensor.randint(0, Long.MAX_VALUE, 1).itemLong();
        }
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public long[] order() {
        try (var temporaries = Scope.open()) {
            return Tensor.randperm(generator, size).toLongArray();
        }
    }
}
