package dev.gatun.nn.data;

/**
 * Samples by index; {@code torch.utils.data.Dataset}. A {@link DataLoader} with workers calls {@link #get} from several
 * threads at once.
 */
public interface Dataset {
    /**
     * How many samples there are.
     *
     * @return at least 0
     */
    int size();

    /**
     * One sample. Its tensors belong to the scope that is open, or to the data set if it keeps them.
     *
     * @param index from 0 up to, not including, the size
     * @return the sample
     */
    Sample get(int index);
}
