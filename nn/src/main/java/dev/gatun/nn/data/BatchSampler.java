package dev.gatun.nn.data;

import java.util.List;

/**
 * Which samples make up the batches of an epoch; {@code torch.utils.data.BatchSampler}.
 *
 * {@snippet :
 * BatchSampler batches = BatchSampler.of(new SequentialSampler(5), 2, false);
 * System.out.println(batches.batches().stream().map(Arrays::toString).toList()); // [[0, 1], [2, 3], [4]]
 * }
 */
public interface BatchSampler {
    /**
     * How many batches an epoch has.
     *
     * @return at least 0
     */
    int size();

    /**
     * The batches of the next epoch.
     *
     * @return {@link #size()} arrays of indexes of samples, none of them empty
     */
    List<long[]> batches();

    /**
     * A sampler's order in batches of one size.
     *
     * @param sampler that gives the order
     * @param batchSize indexes in a batch
     * @param dropLast whether a last batch that is not full is left out
     * @return the batches
     * @throws IllegalArgumentException if the batch size is below 1
     */
    static BatchSampler of(Sampler sampler, int batchSize, boolean dropLast) {
        if (batchSize < 1) {
            throw new IllegalArgumentException("batchSampler: batchSize is below 1: " + batchSize);
        }
        return new SampledBatches(sampler, batchSize, dropLast);
    }
}
