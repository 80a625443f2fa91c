package dev.gatun.nn.data;

import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** One pass over a loader's batches. It remembers the batch that is out, until the next one or the next epoch. */
final class Epoch {
    private final Plan plan;
    private final BatchSource source;
    private int next;
    private @Nullable Batch current;

    Epoch(Plan plan, BatchSource source) {
        this.plan = plan;
        this.source = source;
    }

    boolean hasNext() {
        return next < plan.batches();
    }

    Batch next() {
        if (!hasNext()) {
            throw new NoSuchElementException("dataLoader: the epoch has ended after " + plan.batches() + " batches");
        }
        if (source.isStopped()) {
            throw new IllegalStateException(
                    "dataLoader: this pass has ended: the loader was closed, iterated again, or a sample failed");
        }
        recycle();
        try {
            Batch batch = new Batch(source.take(next), plan.count(next));
            current = batch;
            next++;
            return batch;
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
    }

    /** As {@link #stop}; returns when no worker calls the data set any more. */
    void close() {
        stop();
        source.join();
    }
}
