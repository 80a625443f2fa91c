package dev.gatun.nn.data;

import java.util.stream.LongStream;

/** From the first to the last; {@code torch.utils.data.SequentialSampler}. */
public final class SequentialSampler implements Sampler {
    private final int size;

    /**
     * A sampler.
     *
     * @param size how many samples there are
     */
    public SequentialSampler(int size) {
        this.size = size;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public long[] order() {
        return LongStream.range(0, size).toArray();
    }
}
