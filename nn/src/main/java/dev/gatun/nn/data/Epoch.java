package dev.gatun.nn.data;

import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** One pass over a loader's batches. It remembers the batch that is out, until the next one or the next epoch. */
final class Epoch {
    private final BatchSource source;
    private int batches; // or Collator.UNKNOWN until the end was seen
    private int next;
    private @Nullable Buffers ahead; // the next batch, made to see whether there is one
    private @Nullable Batch current;

    Epoch(int batches, BatchSource source) {
        this.batches = batches;
        this.source = source;
    }

    boolean hasNext() {
        if (batches == Collator.UNKNOWN && ahead == null && !source.isStopped()) {
            ahead = take();
        }
        return next < batches;
    }

    /** How many batches were given. */
    int given() {
        return next;
    }

    /** Makes the next batches, for nobody. */
    void skip(int batches) {
        for (int i = 0; i < batches; i++) {
            next();
        }
    }

    Batch next() {
        if (!hasNext()) {
            throw new NoSuchElementException("dataLoader: the epoch has ended after " + batches + " batches");
        }
        if (source.isStopped()) {
            throw new IllegalStateException(
                    "dataLoader: this pass has ended: the loader was closed, iterated again, or a sample failed");
        }
        recycle();
        Buffers buffers = ahead == null ? take() : ahead;
        ahead = null;
        if (buffers == null) {
            throw new IllegalStateException("dataLoader: batch " + next + " is missing");
        }
        Batch batch = new Batch(buffers);
        current = batch;
        next++;
        return batch;
    }

    private @Nullable Buffers take() {
        try {
            Buffers taken = source.take(next);
            if (taken == null) {
                batches = next;
            }
            return taken;
        } catch (RuntimeException | Error e) {
            source.stop();
            throw e;
        }
    }

    private void recycle() {
        Batch last = current;
        if (last != null) {
            current = null;
            last.recycle(source);
        }
    }

    /** Ends the pass and releases the batch that is out. */
    void stop() {
        source.stop();
        recycle();
        if (ahead != null) {
            ahead.release();
            ahead = null;
        }
    }

    /** As {@link #stop}; returns when no worker calls the data set any more. */
    void close() {
        stop();
        source.join();
    }
}
