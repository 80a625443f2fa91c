package dev.gatun.nn.data;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where the samples of an epoch's batches come from, whatever thread asks. */
sealed interface Reader permits PlanReader, StreamReader {
    /** How many batches there are, or {@link Collator#UNKNOWN}. */
    int batches();

    /** How many samples the largest batch has. */
    int capacity();

    /**
     * The samples of a batch, in the scope that is open.
     *
     * @param batch which; each once, by several threads in any order
     * @return in order; {@code null} behind the last batch
     * @throws IllegalStateException with the sample's index, if one fails
     */
    @Nullable
    List<Sample> read(int batch);

    /** By what number a batch's sample is known. */
    long index(int batch, int place);

    /** Gives back what the epoch held. */
    void close();

    /** What a sample's failure becomes. It may be a checked one, from another language than Java. */
    static IllegalStateException failed(long index, Exception e) {
        return new IllegalStateException("dataLoader: sample " + index + " failed: " + e, e);
    }

    /** An error as it is, with a note of the sample. */
    static Error marked(long index, Error e) {
        e.addSuppressed(new IllegalStateException("dataLoader: sample " + index + " failed"));
        return e;
    }
}
