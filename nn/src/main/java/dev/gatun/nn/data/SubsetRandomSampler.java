package dev.gatun.nn.data;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.Scope;

/**
 * Each epoch some indexes in a new order; {@code torch.utils.data.SubsetRandomSampler}.
 *
 * {@snippet :
 * System.out.println(new SubsetRandomSampler(7, 8, 9).order().length); // 3
 * }
 */
public final class SubsetRandomSampler extends SeededSampler {
    private final long[] indices;

    /**
     * A sampler with a seed from the global generator.
     *
     * @param indices of samples
     */
    public SubsetRandomSampler(long... indices) {
        this(indices, Seeds.drawn());
    }

    /**
     * A sampler.
     *
     * @param indices of samples
     * @param seed any number
     */
    public SubsetRandomSampler(long[] indices, long seed) {
        super(seed);
        this.indices = indices.clone();
    }

    @Override
    public int size() {
        return indices.length;
    }

    @Override
    public long[] order() {
        try (var temporaries = Scope.open()) {
            long[] order = Tensor.randperm(generator, indices.length).toLongArray();
            for (int i = 0; i < order.length; i++) {
                order[i] = indices[(int) order[i]];
            }
            return order;
        }
    }
}
