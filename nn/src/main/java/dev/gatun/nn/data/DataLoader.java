package dev.gatun.nn.data;

import dev.gatun.nn.StateDict;
import dev.gatun.nn.Stateful;
import dev.gatun.runtime.Device;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.random.Generator;
import java.lang.ref.Reference;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A data set in batches, shuffled if asked; {@code torch.utils.data.DataLoader}.
 *
 * <p>The loader owns its batches: the next one releases the one before and takes over its memory, unless
 * {@link Batch#keep} was called or a graph still uses it. The same seed gives the same batches with any number of
 * workers, random transforms included. A {@link TensorDataset}, or a {@link Subset} of one, is gathered row by row in one
 * native call; any other data set is asked for its samples, which are stacked, so that their shapes must agree within a
 * batch, or joined by a {@link Collate} function.
 *
 * <p>Tensors on a card are gathered there, and nothing is copied; {@link Options#withDevice} brings batches from the CPU to
 * the card ahead of their use.
 *
 * <p>One pass is open at a time: a new one ends the one before. Workers end with their pass, when the loop is left and
 * its iterator unreachable, or when the loader is closed. A loader is used by one thread at a time.
 *
 * {@snippet :
 * var data = new TensorDataset(Tensor.rand(100, 4), Tensor.zeros(DType.I64, 100));
 * var options = DataLoader.Options.defaults().withBatchSize(32).withShuffle(true).withSeed(777);
 * try (var batches = new DataLoader(data, options)) {
 *     System.out.println(batches.size() + " batches"); // 4 batches
 *     for (Batch batch : batches) {
 *         try (var step = Scope.open()) {
 *             criterion.forward(model.forward(batch.data()), batch.target()).backward();
 *         }
 *     }
 * }
 * }
 */
public final class DataLoader implements Iterable<Batch>, Stateful, AutoCloseable {
    /**
     * How a data set is cut into batches. PyTorch's names and, in {@link #defaults()}, its values.
     *
     * @param batchSize samples in a batch; 1
     * @param shuffle whether each epoch has an order of its own; false
     * @param seed of the shuffling; where empty, drawn from the global generator
     * @param dropLast whether a last batch that is not full is left out; false
     * @param workers threads that make batches ahead; 0, the loop's thread makes them
     * @param sampler the order, instead of shuffle and seed
     * @param batchSampler the batches, instead of batchSize, shuffle, dropLast and sampler
     * @param collate makes a batch of samples; where empty, they are stacked
     * @param pinMemory whether batches on the CPU lie in {@linkplain dev.gatun.autograd.Tensor#pinMemory pinned} memory;
     *     false. Where there is no card they do not
     * @param device where the batches are; where empty, where the samples are. Those of the CPU are copied through pinned
     *     memory, each while the one before is used
     */
    public record Options(
            int batchSize,
            boolean shuffle,
            OptionalLong seed,
            boolean dropLast,
            int workers,
            Optional<Sampler> sampler,
            Optional<BatchSampler> batchSampler,
            Optional<Collate> collate,
            boolean pinMemory,
            Optional<Device> device) {
        /**
         * Checks the options.
         *
         * @throws IllegalArgumentException if the batch size is below 1, workers are below 0, there is a sampler and
         *     shuffle too, or a batch sampler and anything that it stands for
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
            if (batchSampler.isPresent() && (batchSize != 1 || shuffle || dropLast || sampler.isPresent())) {
                throw new IllegalArgumentException("dataLoader: a batch sampler gives the batches, so there is no "
                        + "batchSize, shuffle, dropLast or sampler");
            }
        }

        /**
         * PyTorch's defaults.
         *
         * @return the options
         */
        public static Options defaults() {
            return new Options(
                    1,
                    false,
                    OptionalLong.empty(),
                    false,
                    0,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    false,
                    Optional.empty());
        }

        /**
         * These with another batch size.
         *
         * @param value at least 1
         * @return new options
         */
        public Options withBatchSize(int value) {
            return with(draft -> draft.batchSize = value);
        }

        /**
         * These with or without shuffling.
         *
         * @param value whether each epoch has an order of its own
         * @return new options
         */
        public Options withShuffle(boolean value) {
            return with(draft -> draft.shuffle = value);
        }

        /**
         * These with a seed for the shuffling.
         *
         * @param value any number
         * @return new options
         */
        public Options withSeed(long value) {
            return with(draft -> draft.seed = OptionalLong.of(value));
        }

        /**
         * These with or without a last batch that is not full.
         *
         * @param value whether it is left out
         * @return new options
         */
        public Options withDropLast(boolean value) {
            return with(draft -> draft.dropLast = value);
        }

        /**
         * These with threads that make batches ahead.
         *
         * @param value how many; 0 for none
         * @return new options
         */
        public Options withWorkers(int value) {
            return with(draft -> draft.workers = value);
        }

        /**
         * These with another order.
         *
         * @param value gives the order of each epoch
         * @return new options
         */
        public Options withSampler(Sampler value) {
            return with(draft -> draft.sampler = Optional.of(value));
        }

        /**
         * These with other batches.
         *
         * @param value gives the batches of each epoch
         * @return new options
         */
        public Options withBatchSampler(BatchSampler value) {
            return with(draft -> draft.batchSampler = Optional.of(value));
        }

        /**
         * These with a function that makes a batch of samples.
         *
         * @param value called instead of stacking
         * @return new options
         */
        public Options withCollate(Collate value) {
            return with(draft -> draft.collate = Optional.of(value));
        }

        /**
         * These with batches in pinned memory or not; {@code pin_memory}.
         *
         * @param value whether batches on the CPU are pinned
         * @return new options
         */
        public Options withPinMemory(boolean value) {
            return with(draft -> draft.pinMemory = value);
        }

        /**
         * These with batches on a device, where the next is copied while one is used.
         *
         * @param value that holds the model
         * @return new options
         */
        public Options withDevice(Device value) {
            return with(draft -> draft.device = Optional.of(value));
        }

        private Options with(Consumer<Draft> change) {
            Draft draft = new Draft(this);
            change.accept(draft);
            return draft.options();
        }

        /** Options while one of them changes. */
        private static final class Draft {
            private int batchSize;
            private boolean shuffle;
            private OptionalLong seed;
            private boolean dropLast;
            private int workers;
            private Optional<Sampler> sampler;
            private Optional<BatchSampler> batchSampler;
            private Optional<Collate> collate;
            private boolean pinMemory;
            private Optional<Device> device;

            Draft(Options from) {
                this.batchSize = from.batchSize;
                this.shuffle = from.shuffle;
                this.seed = from.seed;
                this.dropLast = from.dropLast;
                this.workers = from.workers;
                this.sampler = from.sampler;
                this.batchSampler = from.batchSampler;
                this.collate = from.collate;
                this.pinMemory = from.pinMemory;
                this.device = from.device;
            }

            Options options() {
                return new Options(
                        batchSize, shuffle, seed, dropLast, workers, sampler, batchSampler, collate, pinMemory, device);
            }
        }
    }

    private final @Nullable Dataset dataset; // or else a stream
    private final @Nullable IterableDataset stream;
    private final Options options;
    private final Sampler sampler; // of nothing, where there is a batch sampler or a stream
    private @Nullable Generator seeds; // of the samples' random numbers, made when first asked for
    private @Nullable Epoch epoch;
    private boolean closed;
    private StateDict begun = new StateDict(); // what the open pass was drawn from
    private int behind; // batches of the next pass that a loaded state has behind it

    /**
     * A loader with options.
     *
     * @param dataset to cut into batches
     * @param options how
     */
    public DataLoader(Dataset dataset, Options options) {
        this.dataset = dataset;
        this.stream = null;
        this.options = options;
        this.sampler = options.sampler().orElseGet(() -> samplerOf(dataset, options));
    }

    /**
     * A loader of samples that come one after the other, in their order.
     *
     * @param dataset to cut into batches
     * @param options how
     * @throws IllegalArgumentException if the options ask for an order: shuffle, a sampler or a batch sampler
     */
    public DataLoader(IterableDataset dataset, Options options) {
        if (options.shuffle()
                || options.sampler().isPresent()
                || options.batchSampler().isPresent()) {
            throw new IllegalArgumentException(
                    "dataLoader: an iterable data set has its own order, so there is no shuffle or sampler");
        }
        this.dataset = null;
        this.stream = dataset;
        this.options = options;
        this.sampler = new SequentialSampler(0);
    }

    /**
     * A loader without workers, in the order of the data set.
     *
     * @param dataset to cut into batches
     * @param batchSize samples in a batch
     * @throws IllegalArgumentException if the batch size is below 1
     */
    public DataLoader(Dataset dataset, int batchSize) {
        this(dataset, batchSize, false);
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
            return new SequentialSampler(options.batchSampler().isPresent() ? 0 : dataset.size());
        }
        return options.seed().isPresent()
                ? new RandomSampler(dataset.size(), options.seed().getAsLong())
                : new RandomSampler(dataset.size());
    }

    /**
     * How many batches an epoch has; {@code len(loader)}.
     *
     * @return at least 0
     * @throws IllegalStateException if the data set is an {@link IterableDataset}
     */
    public int size() {
        if (stream != null) {
            throw new IllegalStateException("size: an iterable data set does not tell how many samples it has");
        }
        return options.batchSampler().isPresent()
                ? options.batchSampler().get().size()
                : Plan.count(sampler.size(), options.batchSize(), options.dropLast());
    }

    /**
     * The data set.
     *
     * @return as it was given
     * @throws IllegalStateException if it is an {@link IterableDataset}
     */
    public Dataset dataset() {
        if (dataset == null) {
            throw new IllegalStateException("dataset: this loader reads an iterable data set");
        }
        return dataset;
    }

    /**
     * Starts the next epoch, and ends a pass that is still open.
     *
     * @return its batches; {@code next}, or {@code hasNext} for an {@link IterableDataset}, throws {@link
     *     IllegalStateException} with the sample's index where one fails
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
        StateDict before = orderState();
        Collator collator = collator();
        collator.fillFor(reader());
        if (options.workers() == 0) {
            return new Cursor(start(new Epoch(collator.batches(), moved(collator, new Inline(collator))), before));
        }
        Workers workers = new Workers(collator, options.workers());
        Cursor cursor = new Cursor(start(new Epoch(collator.batches(), moved(collator, workers)), before));
        workers.stopWith(cursor);
        return cursor;
    }

    /** The device that reads batches of the CPU; the CPU itself where no card does. */
    private Device reader() {
        return options.device()
                .orElseGet(() -> options.pinMemory() && Device.cudaCount() > 0 ? Device.cuda() : Device.cpu());
    }

    private BatchSource moved(Collator collator, BatchSource source) {
        Device target = options.device().orElseGet(Device::cpu);
        return target.equals(Device.cpu()) ? source : new OnDevice(source, collator.batches(), target);
    }

    private Epoch start(Epoch started, StateDict before) {
        epoch = started;
        begun = before;
        int skipped = behind;
        behind = 0;
        started.skip(skipped);
        return started;
    }

    /** What makes the batches of the next epoch. */
    private Collator collator() {
        if (stream != null) {
            Reader reader = new StreamReader(stream.iterator(), options.batchSize(), options.dropLast());
            return new SampleCollator(reader, options.collate());
        }
        Dataset source = dataset();
        Plan plan = options.batchSampler().isPresent()
                ? plan(source, options.batchSampler().get())
                : Plan.of(checked(source, sampler.order()), options.batchSize(), options.dropLast());
        if (options.collate().isEmpty()) {
            Dataset inner = source;
            long[] order = plan.order();
            while (inner instanceof Subset part) {
                order = part.through(order);
                inner = part.dataset();
            }
            if (inner instanceof TensorDataset tensors) {
                return new RowCollator(tensors, new Plan(order, plan.bounds()));
            }
        }
        return new SampleCollator(new PlanReader(source, plan, epochSeed()), options.collate());
    }

    /** The seed of the samples' random numbers in the next epoch. */
    private long epochSeed() {
        if (seeds == null) {
            seeds = new Generator(options.seed().orElseGet(Seeds::drawn));
        }
        return Seeds.mixed(seeds.seed(), ~seeds.advance(1)); // far from the samples' places, which are small
    }

    private static Plan plan(Dataset dataset, BatchSampler sampler) {
        List<long[]> batches = sampler.batches();
        for (int i = 0; i < batches.size(); i++) {
            if (batches.get(i).length == 0) {
                throw new IllegalStateException("dataLoader: the sampler's batch " + i + " is empty");
            }
            checked(dataset, batches.get(i));
        }
        return Plan.of(batches);
    }

    private static long[] checked(Dataset dataset, long[] order) {
        for (long index : order) {
            if (index < 0 || index >= dataset.size()) {
                throw new IllegalStateException(
                        "dataLoader: the sampler gives index " + index + " of " + dataset.size() + " samples");
            }
        }
        return order;
    }

    /** What a loop holds. Neither the loader nor a worker points at it, so that a loop that was left is noticed. */
    private static final class Cursor implements Iterator<Batch> {
        private final Epoch epoch;

        Cursor(Epoch epoch) {
            this.epoch = epoch;
        }

        @Override
        public boolean hasNext() {
            try {
                return epoch.hasNext();
            } finally {
                Reference.reachabilityFence(this); // of a stream, a batch is awaited here
            }
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
        Epoch started = epoch;
        try {
            while (batches.hasNext()) {
                Batch batch = batches.next();
                try (var scope = Scope.open()) {
                    step.accept(batch);
                }
            }
        } finally {
            if (started != null) {
                started.stop();
            }
        }
    }

    /** What the next pass is drawn from: the sampler's generator, and that of the samples' random numbers. */
    private StateDict orderState() {
        StateDict state = new StateDict();
        if (orderedBy() instanceof Stateful stateful) {
            state.put("sampler", stateful.stateDict());
        }
        return seeds == null ? state : state.put("seeds", seeds.state());
    }

    private Object orderedBy() {
        return options.batchSampler().isPresent() ? options.batchSampler().get() : sampler;
    }

    /**
     * Where the loader stands: how many batches of the open pass it gave, and what that pass was drawn from, if the
     * sampler is {@link Stateful}, as the random ones are.
     */
    @Override
    public StateDict stateDict() {
        Epoch open = epoch;
        boolean isInside = open != null && open.given() > 0 && open.hasNext();
        return new StateDict()
                .put("batches", isInside ? open.given() : behind)
                .put("order", isInside ? begun : orderState());
    }

    /**
     * Checks that a state fits. Once it is taken over, a pass that is open has ended, and the next one has the order of
     * the one in which the state was saved and goes on behind the batches that were given then. These are made once
     * more, for nobody.
     */
    @Override
    public Runnable prepareLoad(StateDict state) {
        long batches = state.getLong("batches");
        boolean ends = stream == null && batches > 0 && batches >= size();
        if (batches < 0 || batches >= Integer.MAX_VALUE || ends) {
            throw new IllegalArgumentException("loadStateDict: does not fit the loader: " + batches
                    + " batches were given" + (ends ? ", a pass has " + size() : ""));
        }
        StateDict order = state.part("order");
        Runnable loadSampler =
                orderedBy() instanceof Stateful stateful ? stateful.prepareLoad(order.part("sampler")) : () -> {};
        Optional<Generator.State> drawnFrom =
                order.has("seeds") ? Optional.of(order.getGeneratorState("seeds")) : Optional.empty();
        return () -> {
            if (epoch != null) {
                epoch.stop();
                epoch = null;
            }
            loadSampler.run();
            seeds = null;
            drawnFrom.ifPresent(loaded -> {
                seeds = new Generator(loaded.seed());
                seeds.setState(loaded);
            });
            behind = (int) batches;
        };
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
