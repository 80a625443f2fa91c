package dev.gatun.autograd;

import dev.gatun.runtime.DType;
import dev.gatun.runtime.Layout;
import dev.gatun.runtime.Shape;
import dev.gatun.runtime.memory.Counted;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a tensor knows of its gradient: the node that made it, or its own gradient if it is a leaf, and the base if it is
 * a view. Counted by the tensor's handle and by the views of the tensor, so that a view can still be written when the
 * handle of its base is gone. It never points at its tensor: the net below unreachable handles holds on to it.
 */
final class Meta implements Counted {
    private static final VarHandle COUNT;

    static {
        try {
            COUNT = MethodHandles.lookup().findVarHandle(Meta.class, "count", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private int count = 1; // through COUNT wherever another thread may change it too

    private @Nullable Node node;
    private int output;
    private boolean requiresGrad;
    private @Nullable AccumulateGrad accumulator;
    private @Nullable Tensor grad;
    private @Nullable SparseGrad rows; // where this is, grad is not

    /** The tensor that this one is a view of (never a view itself), or {@code null}. */
    final @Nullable Meta base;

    final Shape shape;
    final Layout layout;
    final DType dtype;

    /** Rises when this base gets another node by a write in place; a view compares what it saw last. */
    private int generation;

    /**
     * The meta of a tensor.
     *
     * @param layout of the tensor, at its storage
     * @param dtype of the tensor
     * @param base of a view; a count is added to it
     */
    Meta(Layout layout, DType dtype, @Nullable Meta base) {
        this.layout = layout;
        this.shape = layout.shape();
        this.dtype = dtype;
        this.base = base;
        if (base != null) {
            base.retain();
            generation = base.generation;
        }
    }

    void retain() {
        COUNT.getAndAdd(this, 1);
    }

    @Override
    public void release() {
        // Whoever sees a single count holds it: nobody else changes it.
        if (count == 1 || (int) COUNT.getAndAdd(this, -1) == 1) {
            count = 0;
            Node made = node;
            node = null;
            if (made != null) {
                made.release();
            }
            if (grad != null || rows != null) { // few have: no lock for the others
                grad(null);
            }
            if (base != null) {
                base.release(); // a base has no base: no recursion
            }
        }
    }

    boolean requiresGrad() {
        return requiresGrad || node != null;
    }

    void requiresGrad(boolean required) {
        requiresGrad = required;
    }

    boolean isLeaf() {
        return node == null;
    }

    @Nullable
    Node node() {
        return node;
    }

    int output() {
        return output;
    }

    /** Puts the tensor where another one stands on the graph; the meta takes a count of the node. */
    void history(Node maker, int index) {
        maker.retain();
        madeBy(maker, index);
    }

    /** Makes the tensor an output of a new node; the meta takes over the count that the node has for it. */
    void madeBy(Node maker, int index) {
        Node before = node;
        node = maker;
        output = index;
        if (before != null) {
            before.release();
        }
    }

    /**
     * A write in place changed the history: views look again. One at a time, so that threads that write different slices
     * of a tensor leave the records of all.
     *
     * @param record makes the node of the write, from the history as it is
     */
    synchronized void rewritten(Supplier<Node> record) {
        madeBy(record.get(), 0);
        generation++;
    }

    /** A write in place put the tensor where another one stands on the graph: views look again. */
    synchronized void replacedBy(Node maker, int index) {
        history(maker, index);
        generation++;
    }

    /** Whether the base was written since this view last looked. */
    boolean isStale() {
        return base != null && generation != base.generation;
    }

    /** This view's node is made anew, once, though several threads may read the view. */
    synchronized void look(Layout view) {
        Meta written = base;
        if (written == null || generation == written.generation) {
            return;
        }
        int latest = written.generation;
        if (written.requiresGrad()) {
            madeBy(Graph.viewOfWritten(written, view), 0);
        }
        generation = latest;
    }

    /** Where a gradient of the tensor goes: its node, its accumulator if it is a leaf, else nowhere. */
    @Nullable
    Node source(Tensor owner) {
        if (node != null) {
            return node;
        }
        if (!requiresGrad) {
            return null;
        }
        synchronized (this) {
            AccumulateGrad made = accumulator;
            if (made == null) {
                made = new AccumulateGrad(this, owner);
                accumulator = made;
            }
            return made;
        }
    }

    synchronized @Nullable Tensor grad() {
        return grad;
    }

    /** The gradient where it is sparse. */
    synchronized @Nullable SparseGrad rows() {
        return rows;
    }

    /** Replaces the gradient; the old one is released. */
    synchronized void grad(@Nullable Tensor gradient) {
        Tensor before = grad;
        grad = gradient;
        if (before != null && before != gradient) {
            before.release();
        }
        if (rows != null) {
            rows.release();
            rows = null;
        }
    }

    /** Replaces the gradient by a sparse one; the old one is released. */
    synchronized void rows(SparseGrad gradient) {
        grad(null);
        rows = gradient;
    }
}
