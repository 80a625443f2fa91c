package dev.gatun.nn.data;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.NdArray;
import org.jspecify.annotations.Nullable;

/** Batches of a {@link TensorDataset}: one gather of rows for each tensor. */
final class RowCollator extends Collator {
    private final Plan plan;
    private final int capacity;
    private final Column data;
    private final Column target;

    RowCollator(TensorDataset source, Plan plan) {
        this.plan = plan;
        this.capacity = plan.capacity();
        Tensor order = Tensor.of(plan.order()); // I64, as gathering takes it
        this.data = new Column(source.data(), order.to(source.data().device()));
        this.target = new Column(source.target(), order.to(source.target().device()));
        data.order.own();
        target.order.own();
    }

    /** One of the set's tensors, and the epoch's order where that tensor is. */
    private record Column(Tensor all, Tensor order) {
        void gather(int from, int count, Tensor into) {
            NdArray index = order.alias(order.layout().slice(0, from, from + count, 1));
            NdArray part = into.alias(into.layout().slice(0, 0, count, 1));
            all.device().kernels().index().gatherRows("dataLoader", all, index, part);
        }
    }

    @Override
    int batches() {
        return plan.batches();
    }

    @Override
    Buffers fill(int batch, @Nullable Buffers free) {
        int count = plan.count(batch);
        Buffers into = free == null ? new Buffers(allocate(data.all), allocate(target.all), false) : free;
        data.gather(plan.from(batch), count, into.data());
        target.gather(plan.from(batch), count, into.target());
        return into.holding(count);
    }

    private Tensor allocate(Tensor all) {
        return allocate(all, all.shape().with(0, capacity));
    }

    @Override
    void release() {
        data.order.release();
        target.order.release();
    }
}
