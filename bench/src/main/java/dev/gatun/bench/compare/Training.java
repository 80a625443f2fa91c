package dev.gatun.bench.compare;

/** A network in training, in whatever library: made new by its constructor, trained step by step, scored. */
public interface Training extends AutoCloseable {

    /** Trains on the next {@code count} batches of the shuffled samples; the work is done when this returns. */
    void steps(int count);

    /** Mean loss over {@code count} samples of the training set, the same ones at every call. */
    double loss(int count);

    @Override
    void close();
}
