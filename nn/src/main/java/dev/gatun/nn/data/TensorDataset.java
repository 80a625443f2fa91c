package dev.gatun.nn.data;

import dev.gatun.autograd.GradMode;
import dev.gatun.autograd.Tensor;

/**
 * Samples that lie in two tensors, one after the other; {@code torch.utils.data.TensorDataset}. It holds the memory of
 * both on its own account: they may be released, or made in a scope that ends.
 *
 * {@snippet :
 * var data = new TensorDataset(Tensor.rand(10, 4), Tensor.zeros(10));
 * System.out.println(data.size() + " of " + data.get(3).data().shape()); // 10 of [4]
 * }
 */
public final class TensorDataset implements Dataset {
    private final Tensor data;
    private final Tensor target;

    /**
     * A data set over two tensors, which are shared where they are contiguous and copied where not.
     *
     * @param data [n, *]
     * @param target [n, *]
     * @throws IllegalArgumentException if the first sizes differ
     */
    public TensorDataset(Tensor data, Tensor target) {
        if (data.rank() == 0 || target.rank() == 0 || data.size(0) != target.size(0)) {
            throw new IllegalArgumentException(
                    "tensorDataset: first sizes differ: data " + data.describe() + ", target " + target.describe());
        }
        if (data.size(0) > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "tensorDataset: more than " + Integer.MAX_VALUE + " samples: data " + data.describe());
        }
        this.data = held(data);
        this.target = held(target);
    }

    /** A contiguous handle of the data set's own. */
    private static Tensor held(Tensor tensor) {
        try (var off = GradMode.noGrad()) {
            Tensor own =
                    tensor.isContiguous() ? tensor.detach() : tensor.detach().contiguous();
            own.own();
            return own;
        }
    }

    /**
     * All data.
     *
     * @return [n, *]; belongs to this data set
     */
    public Tensor data() {
        return data;
    }

    /**
     * All targets.
     *
     * @return [n, *]; belongs to this data set
     */
    public Tensor target() {
        return target;
    }

    @Override
    public int size() {
        return (int) data.size(0);
    }

    /**
     * One sample.
     *
     * @param index from 0 up to, not including, the size
     * @return views of both tensors
     * @throws IllegalArgumentException if there is no such sample
     */
    @Override
    public Sample get(int index) {
        if (index < 0 || index >= size()) {
            throw new IllegalArgumentException("get: index " + index + " is outside 0.." + (size() - 1));
        }
        return new Sample(data.select(0, index), target.select(0, index));
    }
}
