package dev.gatun.autograd;

import java.lang.ref.WeakReference;

/**
 * The end of a chain: adds what arrives to a leaf's gradient. It knows the leaf weakly, for its hooks; nobody can see the
 * gradient of a leaf that is gone.
 */
final class AccumulateGrad extends Node {
    private final Meta meta;
    private final WeakReference<Tensor> leaf;

    AccumulateGrad(Meta meta, Tensor leaf) {
        super("AccumulateGrad", 1, null);
        this.meta = meta;
        this.leaf = new WeakReference<>(leaf);
    }

    Meta meta() {
        return meta;
    }

    @Override
    void runHooks(Grads g) {
        Tensor owner = leaf.get();
        Tensor gradient = g.get(0);
        if (owner != null && gradient != null) {
            g.set(0, owner.runLeafHooks(gradient));
        }
    }

    /**
     * Adds to the gradient, in place where nobody can tell; the tensor handed in belongs to this call.
     *
     * @param gradient of the leaf's shape and dtype
     * @param createGraph whether the sum must be differentiable
     */
    void accumulate(Tensor gradient, boolean createGraph) {
        synchronized (meta) {
            Tensor before = meta.grad();
            SparseGrad rows = meta.rows();
            if (rows != null) {
                Tensor sum = createGraph ? gradient.add(rows.toDense()) : rows.addedTo(gradient);
                sum.own();
                meta.grad(sum);
            } else if (before == null) {
                gradient.own();
                meta.grad(gradient);
            } else if (createGraph || before.requiresGrad()) {
                Tensor sum = before.add(gradient);
                sum.own();
                meta.grad(sum);
                gradient.release();
            } else {
                before.add_(gradient);
                gradient.release();
            }
        }
    }

    /** Whether somebody wants to see gradients as tensors before they are added. */
    boolean hasHooks() {
        Tensor owner = leaf.get();
        return owner != null && owner.hasLeafHooks();
    }

    /** Adds rows to the gradient, which stays sparse if it was so or was not there. */
    void accumulate(SparseGrad gradient) {
        synchronized (meta) {
            Tensor before = meta.grad();
            SparseGrad rows = meta.rows();
            if (before == null) {
                SparseGrad sum = rows == null ? gradient : rows.plus(gradient);
                sum.own();
                meta.rows(sum);
            } else {
                Tensor sum = gradient.addedTo(before.requiresGrad() ? before.clone() : before);
                sum.own();
                meta.grad(sum);
            }
        }
    }
}
