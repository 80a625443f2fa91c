package dev.gatun.nn.data;

/**
 * In which order an epoch visits samples; {@code torch.utils.data.Sampler}.
 *
 * {@snippet :
 * Sampler evens = Sampler.of(0, 2, 4);
 * System.out.println(Arrays.toString(evens.order())); // [0, 2, 4]
 * }
 */
public interface Sampler {
    /**
     * How many indexes an epoch has.
     *
     * @return at least 0
     */
    int size();

    /**
     * The order of the next epoch.
     *
     * @return {@link #size()} indexes of samples, in a new array
     */
    long[] order();

    /**
     * The same order in each epoch.
     *
     * @param indices of samples; an index may come again
     * @return a sampler
     */
    static Sampler of(long... indices) {
        long[] order = indices.clone();
        return new Sampler() {
            @Override
            public int size() {
                return order.length;
            }

            @Override
            public long[] order() {
                return order.clone();
            }
        };
    }
}
