package dev.gatun.nn.data;

import java.util.Iterator;

/**
 * Samples one after the other, where there is no reading by index: a stream, a file too large, a generator; {@code
 * torch.utils.data.IterableDataset}. A {@link DataLoader} makes batches of them in their order. Unlike PyTorch's, each
 * sample is read once with any number of workers: they take turns at one iterator and share the rest of the work.
 *
 * {@snippet :
 * IterableDataset waves = () -> IntStream.range(0, 6)
 *         .mapToObj(i -> new Sample(Tensor.linspace(0, i, 8).sin(), Tensor.scalar(i)))
 *         .iterator();
 * var batches = new DataLoader(waves, DataLoader.Options.defaults().withBatchSize(3));
 * System.out.println(batches.iterator().next().data().shape()); // [3, 8]
 * }
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
