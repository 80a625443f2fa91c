package dev.gatun.nn.data;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.Shape;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Batches of any {@link Dataset}: one sample after the other, stacked. */
final class SampleCollator extends Collator {
    private final Dataset source;

    SampleCollator(Dataset source, Plan plan) {
        super(plan);
        this.source = source;
    }

    @Override
    Buffers fill(int from, int count, @Nullable Buffers free) {
        List<Sample> samples = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int index = (int) plan().order()[from + i];
            Sample sample = get(index);
            samples.add(sample);
            requireLike(index, samples.getFirst().data(), sample.data(), "data");
            requireLike(index, samples.getFirst().target(), sample.target(), "target");
        }
        Sample first = samples.getFirst();
        Buffers into = free != null && fits(first.data(), free.data()) && fits(first.target(), free.target())
                ? free
                : new Buffers(allocate(first.data()), allocate(first.target()));
        for (int i = 0; i < count; i++) {
            write(samples.get(i).data(), into.data(), i);
            write(samples.get(i).target(), into.target(), i);
        }
        return into;
    }

    private Sample get(int index) {
        try {
            return source.get(index);
        } catch (RuntimeException e) {
            throw new IllegalStateException("dataLoader: sample " + index + " failed: " + e, e);
        }
    }

    private static void requireLike(int index, Tensor first, Tensor tensor, String what) {
        if (tensor.dtype() != first.dtype()
                || tensor.device() != first.device()
                || !tensor.shape().equals(first.shape())) {
            throw new IllegalStateException("dataLoader: sample " + index + " is not like the first of its batch: "
                    + what + " " + tensor.describe() + ", first " + first.describe());
        }
    }

    private Tensor allocate(Tensor row) {
        return row.newEmpty(batched(row.shape()));
    }

    private boolean fits(Tensor row, Tensor buffer) {
        return buffer.dtype() == row.dtype()
                && buffer.device() == row.device()
                && buffer.shape().equals(batched(row.shape()));
    }

    private Shape batched(Shape row) {
        long[] sizes = new long[row.rank() + 1];
        sizes[0] = plan().batchSize();
        System.arraycopy(row.toArray(), 0, sizes, 1, row.rank());
        return Shape.of(sizes);
    }

    private static void write(Tensor row, Tensor buffer, int place) {
        NdArray part = buffer.alias(buffer.layout().select(0, place));
        row.device().kernels().elementwise().cast(row, part);
        part.release();
    }
}
