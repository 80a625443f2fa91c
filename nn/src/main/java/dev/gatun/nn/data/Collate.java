package dev.gatun.nn.data;

import dev.gatun.autograd.Tensor;
import java.util.List;

/**
 * Makes one batch of several samples; the {@code collate_fn} of PyTorch's loader. With workers it is called from several
 * threads at once. Tensors belong to the scope that is open; the loader takes handles of its own on the batch's.
 *
 * {@snippet :
 * Collate cut = samples -> { // sequences of different lengths, cut to the shortest
 *     long steps = samples.stream().mapToLong(s -> s.data().size(0)).min().orElse(0);
 *     return Collate.stack(samples.stream()
 *             .map(s -> new Sample(s.data().narrow(0, 0, steps), s.target()))
 *             .toList());
 * };
 * Sample both = cut.collate(List.of(
 *         new Sample(Tensor.ones(3), Tensor.scalar(0)), new Sample(Tensor.ones(5), Tensor.scalar(1))));
 * System.out.println(both.data().shape()); // [2, 3]
 * }
 */
@FunctionalInterface
public interface Collate {
    /**
     * Makes a batch.
     *
     * @param samples at least one, in the batch's order
     * @return the batch's data and target, of any shape
     */
    Sample collate(List<Sample> samples);

    /**
     * Stacks samples along a new first dimension, as a loader does without a function; {@code default_collate}.
     *
     * @param samples at least one, of the same shapes and dtypes
     * @return data and target [n, *]
     * @throws IllegalArgumentException if there are none, or they differ
     */
    static Sample stack(List<Sample> samples) {
        if (samples.isEmpty()) {
            throw new IllegalArgumentException("stack: there are no samples");
        }
        Sample first = samples.getFirst();
        for (int i = 1; i < samples.size(); i++) {
            Sample other = samples.get(i);
            if (!SampleCollator.isLike(first.data(), other.data())
                    || !SampleCollator.isLike(first.target(), other.target())) {
                throw new IllegalArgumentException("stack: sample " + i + " is not like the first: data "
                        + other.data().describe() + ", target " + other.target().describe() + ", first "
                        + first.data().describe() + ", " + first.target().describe());
            }
        }
        return new Sample(
                Tensor.stack(samples.stream().map(Sample::data).toList(), 0),
                Tensor.stack(samples.stream().map(Sample::target).toList(), 0));
    }
}
