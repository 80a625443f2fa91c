package dev.gatun.nn.data;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.Shape;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Batches of samples one by one: stacked into memory that serves again, or joined by a function. */
final class SampleCollator extends Collator {
    private final Reader reader;
    private final Optional<Collate> function;

    SampleCollator(Reader reader, Optional<Collate> function) {
        this.reader = reader;
        this.function = function;
    }

    @Override
    int batches() {
        return reader.batches();
    }

    @Override
    @Nullable
    Buffers fill(int batch, @Nullable Buffers free) {
        List<Sample> samples = reader.read(batch);
        if (samples == null) {
            return null;
        }
        return function.isPresent() ? joined(batch, samples, function.get()) : stacked(batch, samples, free);
    }

    private static Buffers joined(int batch, List<Sample> samples, Collate function) {
        Sample made;
        try {
            made = function.collate(samples);
        } catch (RuntimeException e) {
            throw new IllegalStateException("dataLoader: batch " + batch + " was not collated: " + e, e);
        }
        // Handles of the loader's own: the function may hand on what the data set keeps.
        return new Buffers(Tensor.wrap(made.data()), Tensor.wrap(made.target()), true).holding(samples.size());
    }

    private Buffers stacked(int batch, List<Sample> samples, @Nullable Buffers free) {
        Sample first = samples.getFirst();
        for (int i = 1; i < samples.size(); i++) {
            requireLike(reader.index(batch, i), first.data(), samples.get(i).data(), "data");
            requireLike(reader.index(batch, i), first.target(), samples.get(i).target(), "target");
        }
        Buffers into = free != null && fits(first.data(), free.data()) && fits(first.target(), free.target())
                ? free
                : new Buffers(allocate(first.data()), allocate(first.target()), false);
        for (int i = 0; i < samples.size(); i++) {
            write(samples.get(i).data(), into.data(), i);
            write(samples.get(i).target(), into.target(), i);
        }
        return into.holding(samples.size());
    }

    private static void requireLike(long index, Tensor first, Tensor tensor, String what) {
        if (!isLike(first, tensor)) {
            throw new IllegalStateException("dataLoader: sample " + index + " is not like the first of its batch: "
                    + what + " " + tensor.describe() + ", first " + first.describe());
        }
    }

    /** Whether two samples' tensors can be rows of one batch. */
    static boolean isLike(Tensor first, Tensor tensor) {
        return tensor.dtype() == first.dtype()
                && tensor.device() == first.device()
                && tensor.shape().equals(first.shape());
    }

    private Tensor allocate(Tensor row) {
        return allocate(row, batched(row.shape()));
    }

    private boolean fits(Tensor row, Tensor buffer) {
        return buffer.dtype() == row.dtype()
                && buffer.device() == row.device()
                && buffer.shape().equals(batched(row.shape()));
    }

    private Shape batched(Shape row) {
        long[] sizes = new long[row.rank() + 1];
        sizes[0] = reader.capacity();
        System.arraycopy(row.toArray(), 0, sizes, 1, row.rank());
        return Shape.of(sizes);
    }

    private static void write(Tensor row, Tensor buffer, int place) {
        NdArray part = buffer.alias(buffer.layout().select(0, place));
        row.device().kernels().elementwise().cast(row, part);
        part.release();
    }

    @Override
    void release() {
        reader.close();
    }
}
