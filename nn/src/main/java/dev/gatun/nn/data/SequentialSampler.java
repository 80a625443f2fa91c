package dev.gatun.nn.data;

import java.util.stream.LongStream;

/**
 * From the first to the last; {@code torch.utils.data.SequentialSampler}.
 *
 * {@snippet :
 * System.out.println(Arrays.toString(new SequentialSampler(3).order())); // [0, 1, 2]
 * }
 */
public final class SequentialSampler implements Sampler {
    private final int size;

    /**
     * A sampler.
     *
     * @param size how many samples there are
     * @throws IllegalArgumentException if the size is negative
     */
    public SequentialSampler(int size) {
        if (size < 0) {
            throw new IllegalArgumentException("sequentialSampler: the size is negative: " + size);
        }
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
