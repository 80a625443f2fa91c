package dev.gatun.nn.data;

import dev.gatun.runtime.random.Generator;
import java.util.List;

/**
 * Data sets one after the other; {@code torch.utils.data.ConcatDataset}.
 *
 * {@snippet :
 * Dataset a = new TensorDataset(Tensor.zeros(3, 2), Tensor.zeros(3));
 * System.out.println(new ConcatDataset(a, a).size()); // 6
 * }
 */
public final class ConcatDataset implements Dataset {
    private final List<Dataset> datasets;
    private final int[] ends; // of each data set, in this one's indexes

    /**
     * A data set of several.
     *
     * @param datasets in their order
     * @throws IllegalArgumentException if there are none, or more than 2^31 - 1 samples in all
     */
    public ConcatDataset(List<? extends Dataset> datasets) {
        if (datasets.isEmpty()) {
            throw new IllegalArgumentException("concatDataset: there are no data sets");
        }
        this.datasets = List.copyOf(datasets);
        this.ends = new int[datasets.size()];
        long end = 0;
        for (int i = 0; i < ends.length; i++) {
            end += datasets.get(i).size();
            if (end > Integer.MAX_VALUE) {
                throw new IllegalArgumentException(
                        "concatDataset: more than " + Integer.MAX_VALUE + " samples up to data set " + i);
            }
            ends[i] = (int) end;
        }
    }

    /**
     * A data set of several.
     *
     * @param datasets in their order
     * @throws IllegalArgumentException if there are none, or more than 2^31 - 1 samples in all
     */
    public ConcatDataset(Dataset... datasets) {
        this(List.of(datasets));
    }

    @Override
    public int size() {
        return ends[ends.length - 1];
    }

    @Override
    public Sample get(int index) {
        int which = which(index);
        return datasets.get(which).get(index - start(which));
    }

    @Override
    public Sample get(int index, Generator draws) {
        int which = which(index);
        return datasets.get(which).get(index - start(which), draws);
    }

    private int start(int which) {
        return which == 0 ? 0 : ends[which - 1];
    }

    /** The first data set that ends behind an index. */
    private int which(int index) {
        if (index < 0 || index >= size()) {
            throw new IllegalArgumentException("get: index " + index + " of " + size() + " samples");
        }
        int low = 0;
        int high = ends.length - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (ends[middle] > index) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }
}
