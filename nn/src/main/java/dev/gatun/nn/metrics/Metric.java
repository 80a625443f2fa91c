package dev.gatun.nn.metrics;

import dev.gatun.autograd.Tensor;

/**
 * A figure over all batches of an epoch: the same, up to rounding, as for all samples at once. The counterpart is
 * {@code torchmetrics.Metric}.
 *
 * <p>It holds counts and sums in Java's memory and no tensor. One thread uses it at a time.
 *
 * {@snippet :
 * Metric accuracy = new Accuracy();
 * for (Batch batch : loader) {
 *     accuracy.update(model.forward(batch.data()), batch.target());
 * }
 * System.out.println(accuracy.value() <= 1); // true
 * }
 */
public interface Metric {
    /**
     * Adds a batch.
     *
     * @param predictions what the model gave
     * @param target what would be right
     * @throws IllegalArgumentException if shapes or values do not fit; nothing was added
     */
    void update(Tensor predictions, Tensor target);

    /**
     * The figure over all batches since the start or the last {@link #reset}.
     *
     * @return F64 of rank 0, but where the metric says otherwise
     * @throws IllegalStateException if there was no sample
     */
    Tensor compute();

    /**
     * The figure as a number.
     *
     * @return {@link #compute()} of a metric of rank 0
     * @throws IllegalStateException if there was no sample
     * @throws IllegalArgumentException if the figure is several numbers
     */
    double value();

    /** Forgets all batches. */
    void reset();
}
