package dev.gatun.nn.data;

import java.util.Iterator;

/**
 * Samples one after the other, where there is no reading by index: a stream, a file too large, a generator; {@code
 * torch.utils.data.IterableDataset}. A {@link DataLoader} makes batches of them in their order. Unlike PyTorch's, each
 * sample is read once with any number of workers: they take turns at one iterator and share the rest of the work.
 *
 * <pre>{@code
 * IterableDataset waves = () -> IntStream.range(0, 1000).mapToObj(i -> wave(i)).iterator();
 * }</pre>
 */
@FunctionalInterface
public interface IterableDataset extends Iterable<Sample> {
    /**
     * Starts a pass over the samples.
     *
     * @return the samples, whose tensors belong to the scope that is open at {@code next}; it is called by one thread at a
     *     time, and closed at the pass's end where it is {@link AutoCloseable}
     */
    @Override
    Iterator<Sample> iterator();
}
