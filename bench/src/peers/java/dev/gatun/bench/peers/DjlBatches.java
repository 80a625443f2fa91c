package dev.gatun.bench.peers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.gatun.bench.compare.Samples;
import dev.gatun.bench.compare.Work;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * The samples as DJL arrays, and the ways tried to get a shuffled batch out of them.
 *
 * <p>{@code PREBUILT} does before the clock starts what the other programs do in every step: shuffle and gather. It is
 * the fastest, so the peer is given it.
 * The order is the same in every epoch.
 */
final class DjlBatches {

    /** How a batch comes about. */
    enum Supply {
        /** Every batch of the epoch is an array of its own, made beforehand; only their order changes. */
        PREBUILT,
        /** The samples are shuffled beforehand, a batch is a slice (a view). */
        SLICE,
        /** A batch is gathered in the step from an array of indexes, as a loader does. */
        GATHER
    }

    /** Data and targets of one step. */
    record Batch(NDArray data, NDArray target) {}

    private static final long SEED = 777;

    private final Supply supply;
    private final Shape sample;
    private final int size;
    private final int perEpoch;
    private final NDArray pixels;
    private final NDArray labels;
    private final NDArray order;
    private final List<Batch> prebuilt = new ArrayList<>();
    private int next;

    DjlBatches(NDManager manager, Samples samples, Work work, Supply supply) {
        this.supply = supply;
        this.sample = new Shape(samples.shape());
        this.size = work.batch();
        this.perEpoch = Math.min(samples.count() / size, work.steps());
        List<Long> shuffled = LongStream.range(0, samples.count()).boxed().collect(Collectors.toList());
        Collections.shuffle(shuffled, new Random(SEED));

        NDArray inOrder = manager.create(samples.data(), new Shape(samples.count()).addAll(sample));
        NDArray labelsInOrder = samples.values().length > 0
                ? manager.create(samples.values(), new Shape(samples.count(), 1))
                : manager.create(samples.labels());
        this.order = manager.create(shuffled.stream().mapToLong(Long::longValue).toArray());
        if (supply == Supply.GATHER) {
            this.pixels = inOrder;
            this.labels = labelsInOrder;
            return;
        }
        this.pixels = inOrder.get(order);
        this.labels = labelsInOrder.get(order);
        inOrder.close();
        labelsInOrder.close();
        if (supply == Supply.PREBUILT) {
            for (int i = 0; i < perEpoch; i++) {
                prebuilt.add(new Batch(
                        pixels.get(range(i)).duplicate(), labels.get(range(i)).duplicate()));
            }
        }
    }

    private String range(int i) {
        return i * size + ":" + (i + 1) * size;
    }

    /** The next batch, which belongs to {@code step}, or is lent to it, until that is closed. */
    Batch next(NDManager step) {
        int i = next;
        next = next + 1 == perEpoch ? 0 : next + 1;
        return switch (supply) {
            case PREBUILT -> {
                // What is computed from an array belongs to that array's manager: lent to the step's, so that the step
                // ends with nothing left, and given back by its close.
                Batch batch = prebuilt.get(i);
                step.tempAttachAll(batch.data(), batch.target());
                yield batch;
            }
            case SLICE -> attached(step, pixels.get(range(i)), labels.get(range(i)));
            case GATHER -> {
                NDArray index = order.get(range(i));
                index.attach(step);
                yield attached(step, pixels.get(index), labels.get(index));
            }
        };
    }

    private static Batch attached(NDManager step, NDArray data, NDArray target) {
        data.attach(step);
        target.attach(step);
        return new Batch(data, target);
    }

    /** The shape of a batch's data. */
    Shape shape() {
        return new Shape(size).addAll(sample);
    }

    /** The number of batches before they come again. */
    int perEpoch() {
        return perEpoch;
    }

    /** The {@code count} samples from {@code start} as they lie here, for a score. */
    Batch part(NDManager manager, int start, int count) {
        String part = start + ":" + (start + count);
        return attached(manager, pixels.get(part), labels.get(part));
    }
}
