package dev.gatun.nn.data;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.NdArray;
import org.jspecify.annotations.Nullable;

/** Batches of a {@link TensorDataset}: one gather of rows for each tensor. */
final class RowCollator extends Collator {
    private final Column data;
    private final Column target;

    RowCollator(TensorDataset source, Plan plan) {
        super(plan);
        Tensor order = Tensor.of(plan.order()); // I64, as gathering takes it
        this.data = new Column(source.data(), order.to(source.data().device()));
        this.target = new Column(source.target(), order.to(source.target().device()));
        data.order.own();
        target.order.own();
    }

    /** One of the set's tensors, and the epoch's order where that tensor is. */
    private record Column(Tensor all, Tensor order) {
        Tensor allocate(int rows) {
            return all.newEmpty(all.shape().with(0, rows));
        }

        void gather(int from, int count, Tensor into) {
            NdArray index = order.alias(order.layout().slice(0, from, from + count, 1));
            NdArray part = into.alias(into.layout().slice(0, 0, count, 1));
            all.device().kernels().index().gatherRows(all, index, part);
        }
    }

    @Override
    Buffers fill(int from, int count, @Nullable Buffers free) {
        int capacity = plan().batchSize();
        Buffers into = free == null ? new Buffers(data.allocate(capacity), target.allocate(capacity)) : free;
        data.gather(from, count, into.data());
        target.gather(from, count, into.target());
        return into;
    }

    @Override
    void release() {
        data.order.release();
        target.order.release();
    }
}
