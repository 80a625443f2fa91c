package dev.gatun.nn.data;

/** In which order an epoch visits samples; {@code torch.utils.data.Sampler}. */
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
}
