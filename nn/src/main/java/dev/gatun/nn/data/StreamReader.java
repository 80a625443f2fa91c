package dev.gatun.nn.data;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Samples of an {@link IterableDataset}: threads take turns in the order of their batches, so that these are in order. */
final class StreamReader implements Reader {
    private final Iterator<Sample> samples;
    private final int batchSize;
    private final boolean dropLast;

    // Guarded by this.
    private int turn;
    private boolean ended;
    private boolean closed;

    StreamReader(Iterator<Sample> samples, int batchSize, boolean dropLast) {
        this.samples = samples;
        this.batchSize = batchSize;
        this.dropLast = dropLast;
    }

    @Override
    public int batches() {
        return Collator.UNKNOWN;
    }

    @Override
    public int capacity() {
        return batchSize;
    }

    @Override
    public synchronized @Nullable List<Sample> read(int batch) {
        boolean interrupted = false;
        while (turn != batch) { // whoever is before has begun to read, and waits for nobody behind
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        try {
            return ended ? null : next(batch);
        } finally {
            turn++;
            notifyAll();
        }
    }

    private @Nullable List<Sample> next(int batch) {
        List<Sample> read = new ArrayList<>();
        try {
            while (read.size() < batchSize && samples.hasNext()) {
                read.add(samples.next());
            }
        } catch (Exception e) {
            ended = true;
            throw Reader.failed(index(batch, read.size()), e);
        } catch (Error e) {
            ended = true;
            throw Reader.marked(index(batch, read.size()), e);
        }
        ended = read.size() < batchSize;
        if (ended) {
            close();
        }
        return read.isEmpty() || ended && dropLast ? null : read;
    }

    @Override
    public long index(int batch, int place) {
        return (long) batch * batchSize + place;
    }

    @Override
    public synchronized void close() {
        if (!closed && samples instanceof AutoCloseable resource) {
            closed = true;
            try {
                resource.close();
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException("dataLoader: the samples did not close: " + e, e);
            }
        }
    }
}
