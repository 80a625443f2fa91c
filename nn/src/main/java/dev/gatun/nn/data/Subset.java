package dev.gatun.nn.data;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.random.Generator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Some samples of a data set, in an order of their own; {@code torch.utils.data.Subset}.
 *
 * {@snippet :
 * Dataset data = new TensorDataset(Tensor.rand(10, 4), Tensor.zeros(10));
 * List<Subset> parts = Subset.randomSplit(data, 0.8, 0.2);
 * System.out.println(parts.get(0).size() + " " + parts.get(1).size()); // 8 2
 * }
 */
public final class Subset implements Dataset {
    private static final double ROUNDING = 1e-9; // PyTorch's isclose

    private final Dataset dataset;
    private final long[] indices;

    /**
     * A subset.
     *
     * @param dataset to choose from
     * @param indices of its samples; an index may come again
     * @throws IllegalArgumentException if there is no such sample
     */
    public Subset(Dataset dataset, long... indices) {
        for (int i = 0; i < indices.length; i++) {
            if (indices[i] < 0 || indices[i] >= dataset.size()) {
                throw new IllegalArgumentException(
                        "subset: indices[" + i + "] is " + indices[i] + " of " + dataset.size() + " samples");
            }
        }
        this.dataset = dataset;
        this.indices = indices.clone();
    }

    /**
     * Cuts a data set at random, with the global generator; {@code torch.utils.data.random_split}.
     *
     * @param dataset to cut
     * @param lengths of the parts, the data set's size in all
     * @return the parts
     * @throws IllegalArgumentException as {@link #randomSplit(Dataset, Generator, long...)}
     */
    public static List<Subset> randomSplit(Dataset dataset, long... lengths) {
        return randomSplit(dataset, Generator.global(), lengths);
    }

    /**
     * Cuts a data set at random; {@code torch.utils.data.random_split}.
     *
     * @param dataset to cut
     * @param generator to draw from
     * @param lengths of the parts, the data set's size in all
     * @return the parts: each sample is in one of them
     * @throws IllegalArgumentException if a length is negative, or they do not sum to the size
     */
    public static List<Subset> randomSplit(Dataset dataset, Generator generator, long... lengths) {
        long sum = 0;
        for (long length : lengths) {
            if (length < 0 || length > dataset.size() - sum) {
                throw new IllegalArgumentException("randomSplit: lengths do not sum to the size: "
                        + Arrays.toString(lengths) + " of " + dataset.size() + " samples");
            }
            sum += length;
        }
        if (sum != dataset.size()) {
            throw new IllegalArgumentException("randomSplit: lengths do not sum to the size: "
                    + Arrays.toString(lengths) + " of " + dataset.size() + " samples");
        }
        long[] order;
        try (var temporaries = Scope.open()) {
            order = Tensor.randperm(generator, dataset.size()).toLongArray();
        }
        List<Subset> parts = new ArrayList<>();
        int from = 0;
        for (long length : lengths) {
            int to = from + (int) length;
            parts.add(new Subset(dataset, Arrays.copyOfRange(order, from, to)));
            from = to;
        }
        return parts;
    }

    /**
     * Cuts a data set at random into fractions, with the global generator; {@code torch.utils.data.random_split}.
     *
     * @param dataset to cut
     * @param fractions of the size, 1 in all
     * @return the parts
     * @throws IllegalArgumentException as {@link #randomSplit(Dataset, Generator, double...)}
     */
    public static List<Subset> randomSplit(Dataset dataset, double... fractions) {
        return randomSplit(dataset, Generator.global(), fractions);
    }

    /**
     * Cuts a data set at random into fractions; {@code torch.utils.data.random_split}. Lengths are rounded down, and what
     * is left goes to the first parts, one sample each.
     *
     * @param dataset to cut
     * @param generator to draw from
     * @param fractions of the size, 1 in all
     * @return the parts: each sample is in one of them
     * @throws IllegalArgumentException if a fraction is outside 0..1, or they do not sum to 1
     */
    public static List<Subset> randomSplit(Dataset dataset, Generator generator, double... fractions) {
        double sum = 0;
        boolean inside = true;
        for (double fraction : fractions) {
            inside &= fraction >= 0 && fraction <= 1;
            sum += fraction;
        }
        if (!inside || !(Math.abs(sum - 1) <= ROUNDING)) {
            throw new IllegalArgumentException(
                    "randomSplit: fractions in 0..1 that sum to 1 are wanted: " + Arrays.toString(fractions));
        }
        long[] lengths = new long[fractions.length];
        long left = dataset.size();
        for (int i = 0; i < lengths.length; i++) {
            lengths[i] = (long) Math.floor(dataset.size() * fractions[i]);
            left -= lengths[i];
        }
        for (int i = 0; i < left; i++) {
            lengths[i % lengths.length]++;
        }
        return randomSplit(dataset, generator, lengths);
    }

    /**
     * The data set that this is a part of.
     *
     * @return as it was given
     */
    public Dataset dataset() {
        return dataset;
    }

    /**
     * Which of its samples are here.
     *
     * @return a new array
     */
    public long[] indices() {
        return indices.clone();
    }

    /** Indexes of the data set for indexes of this. */
    long[] through(long[] order) {
        long[] inner = new long[order.length];
        for (int i = 0; i < order.length; i++) {
            inner[i] = indices[(int) order[i]];
        }
        return inner;
    }

    @Override
    public int size() {
        return indices.length;
    }

    @Override
    public Sample get(int index) {
        return dataset.get(checked(index));
    }

    @Override
    public Sample get(int index, Generator draws) {
        return dataset.get(checked(index), draws);
    }

    private int checked(int index) {
        if (index < 0 || index >= indices.length) {
            throw new IllegalArgumentException("get: index " + index + " of " + indices.length + " samples");
        }
        return (int) indices[index];
    }
}
