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
            if (before == null) {
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
}
