package dev.gatun.nn.data;

import dev.gatun.runtime.Scope;
import java.lang.ref.Reference;
import java.util.Iterator;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A data set in batches, shuffled if asked; {@code torch.utils.data.DataLoader}.
 *
 * <pre>{@code
 * var loader = new DataLoader(train, DataLoader.Options.defaults().withBatchSize(100).withShuffle(true).withSeed(777));
 * for (Batch batch : loader) {
 *     try (var step = Scope.open()) {
 *         Tensor loss = criterion.forward(model.forward(batch.data()), batch.target());
 *         ...
 *     }
 * }
 * }</pre>
 *
 * The loader owns its batches: the next one releases the one before and takes over its memory, unless
 * {@link Batch#keep} was called or a graph still uses it. The same seed gives the same batches with any number of
 * workers. A {@link TensorDataset} is gathered row by row in one native call; any other data set is asked for its
 * samples, whose shapes must agree within a batch.
 *
 * <p>One pass is open at a time: a new one ends the one before. Workers end with their pass, when the loop is left and
 * its iterator unreachable, or when the loader is closed. A loader is used by one thread at a time.
 */
public final class DataLoader implements Iterable<Batch>, AutoCloseable {
    /**
     * How a data set is cut into batches. PyTorch's names and, in {@link #defaults()}, its values.
     *
     * @param batchSize samples in a batch; 1
     * @param shuffle whether each epoch has an order of its own; false
     * @param seed of the shuffling; where empty, drawn from the global generator
     * @param dropLast whether a last batch that is not full is left out; false
     * @param workers threads that make batches ahead; 0, the loop's thread makes them
     * @param sampler the order, instead of shuffle and seed
     */
    public record Options(
            int batchSize,
            boolean shuffle,
            OptionalLong seed,
            boolean dropLast,
            int workers,
            Optional<Sampler> sampler) {
        /**
         * Checks the options.
         *
         * @throws IllegalArgumentException if the batch size is below 1, workers are below 0, or there is a sampler and
         *     shuffle too
         */
        public Options {
            if (batchSize < 1) {
                throw new IllegalArgumentException("dataLoader: batchSize is below 1: " + batchSize);
            }
            if (workers < 0) {
                throw new IllegalArgumentException("dataLoader: workers are below 0: " + workers);
            }
            if (sampler.isPresent() && shuffle) {
                throw new IllegalArgumentException("dataLoader: a sampler gives the order, so shuffle must be false");
            }
        }

        /**
         * PyTorch's defaults.
         *
         * @return the options
         */
        public static Options defaults() {
            return new Options(1, false, OptionalLong.empty(), false, 0, Optional.empty());
        }

        /**
         * These with another batch size.
         *
         * @param value at least 1
         * @return new options
         */
        public Options withBatchSize(int value) {
            return new Options(value, shuffle, seed, dropLast, workers, sampler);
        }

        /**
         * These with or without shuffling.
         *
         * @param value whether each epoch has an order of its own
         * @return new options
         */
        public Options withShuffle(boolean value) {
            return new Options(batchSize, value, seed, dropLast, workers, sampler);
        }

        /**
         * These with a seed for the shuffling.
         *
         * @param value any number
         * @return new options
         */
        public Options withSeed(long value) {
            return new Options(batchSize, shuffle, OptionalLong.of(value), dropLast, workers, sampler);
        }

        /**
         * These with or without a last batch that is not full.
         *
         * @param value whether it is left out
         * @return new options
         */
        public Options withDropLast(boolean value) {
            return new Options(batchSize, shuffle, seed, value, workers, sampler);
        }

        /**
         * These with threads that make batches ahead.
         *
         * @param value how many; 0 for none
         * @return new options
         */
        public Options withWorkers(int value) {
            return new Options(batchSize, shuffle, seed, dropLast, value, sampler);
        }

        /**
         * These with another order.
         *
         * @param value gives the order of each epoch
         * @return new options
         */
        public Options withSampler(Sampler value) {
            return new Options(batchSize, shuffle, seed, dropLast, workers, Optional.of(value));
        }
    }

    private final Dataset dataset;
    private final Options options;
    private final Sampler sampler;
    private @Nullable Epoch epoch;
    private boolean closed;

    /**
     * A loader with options.
     *
     * @param dataset to cut into batches
     * @param options how
     */
    public DataLoader(Dataset dataset, Options options) {
        this.dataset = dataset;
        this.options = options;
        this.sampler = options.sampler().orElseGet(() -> samplerOf(dataset, options));
    }

    /**
     * A loader without workers, with a seed from the global generator.
     *
     * @param dataset to cut into batches
     * @param batchSize samples in a batch
     * @param shuffle whether each epoch has an order of its own
     * @throws IllegalArgumentException if the batch size is below 1
     */
    public DataLoader(Dataset dataset, int batchSize, boolean shuffle) {
        this(dataset, Options.defaults().withBatchSize(batchSize).withShuffle(shuffle));
    }

    private static Sampler samplerOf(Dataset dataset, Options options) {
        if (!options.shuffle()) {
            return new SequentialSampler(dataset.size());
        }
        return options.seed().isPresent()
                ? new RandomSampler(dataset.size(), options.seed().getAsLong())
                : new RandomSampler(dataset.size());
    }

    /**
     * How many batches an epoch has; {@code len(loader)}.
     *
     * @return at least 0
     */
    public int size() {
        return batchesOf(sampler.size());
    }

    private int batchesOf(int samples) {
        int full = samples / options.batchSize();
        return options.dropLast() || samples % options.batchSize() == 0 ? full : full + 1;
    }

    /**
     * The data set.
     *
     * @return as it was given
     */
    public Dataset dataset() {
        return dataset;
    }

    /**
     * Starts the next epoch, and ends a pass that is still open.
     *
     * @return its batches; {@code next} throws {@link IllegalStateException} with the sample's index where one fails
     * @throws IllegalStateException if the loader is closed, or the sampler gives an index outside the data set
     */
    @Override
    public Iterator<Batch> iterator() {
        Epoch last = epoch;
        if (last != null) {
            last.stop();
        }
        if (closed) {
            throw new IllegalStateException("dataLoader: iterated after it was closed");
        }
        Plan plan = plan();
        Collator collator = dataset instanceof TensorDataset tensors
                ? new RowCollator(tensors, plan)
                : new SampleCollator(dataset, plan);
        if (options.workers() == 0) {
            Epoch started = new Epoch(plan, new Inline(collator));
            epoch = started;
            return new Cursor(started);
        }
        Workers workers = new Workers(collator, options.workers());
        Epoch started = new Epoch(plan, workers);
        epoch = started;
        Cursor cursor = new Cursor(started);
        workers.stopWith(cursor);
        return cursor;
    }

    private Plan plan() {
        long[] order = sampler.order();
        for (long index : order) {
            if (index < 0 || index >= dataset.size()) {
                throw new IllegalStateException(
                        "dataLoader: the sampler gives index " + index + " of " + dataset.size() + " samples");
            }
        }
        return new Plan(order, options.batchSize(), batchesOf(order.length));
    }

    /** What a loop holds. Neither the loader nor a worker points at it, so that a loop that was left is noticed. */
    private static final class Cursor implements Iterator<Batch> {
        private final Epoch epoch;

        Cursor(Epoch epoch) {
            this.epoch = epoch;
        }

        @Override
        public boolean hasNext() {
            return epoch.hasNext();
        }

        @Override
        public Batch next() {
            try {
                return epoch.next();
            } finally {
                Reference.reachabilityFence(this);
            }
        }
    }

    /**
     * Runs a step for each batch of the next epoch, each in a {@link Scope} of its own. The pass ends with the last
     * step or with an exception.
     *
     * @param step what to do with a batch, which is released after it unless kept
     * @throws IllegalStateException as {@link #iterator()}
     */
    public void forEachBatch(Consumer<? super Batch> step) {
        Iterator<Batch> batches = iterator();
        Epoch pass = epoch;
        try {
            while (batches.hasNext()) {
                Batch batch = batches.next();
                try (var scope = Scope.open()) {
                    step.accept(batch);
                }
            }
        } finally {
            if (pass != null) {
                pass.stop();
            }
        }
    }

    /** Ends an open pass, releases its batch and waits for its workers. Closing twice is harmless. */
    @Override
    public void close() {
        closed = true;
        if (epoch != null) {
            epoch.close();
            epoch = null;
        }
    }
}
