package dev.gatun.runtime;

import dev.gatun.runtime.memory.Frame;

/**
 * A stretch of code whose tensors die at its end. Every tensor made on this thread while the scope is the innermost one
 * is released when it closes, except what {@link #keep} lets out; parameters, gradients and optimizer state belong to
 * their owners and are not touched. Python counts references instead, so that PyTorch has no counterpart.
 *
 * <p>A scope belongs to the thread that opened it. Scopes nest; the innermost one closes first.
 *
 * {@snippet :
 * double total = 0;
 * for (Batch batch : loader) {
 *     try (var step = Scope.open()) {
 *         optimizer.zeroGrad();
 *         Tensor loss = criterion.forward(model.forward(batch.data()), batch.target());
 *         loss.backward();
 *         optimizer.step();
 *         total += loss.item();
 *     }
 * }
 * Tensor kept;
 * try (var scope = Scope.open()) {
 *     kept = scope.keep(model.forward(x)); // the one that outlives the scope
 * }
 * }
 */
public final class Scope extends Frame implements AutoCloseable {
    private Scope() {
        super();
    }

    /** Opens a scope inside the one that is open now, if any. */
    public static Scope open() {
        return new Scope();
    }

    /**
     * Moves a tensor of this scope, or of one inside it, to the enclosing scope. Where there is none, it lives as long
     * as it is reachable. A tensor that belongs elsewhere already is left alone.
     *
     * @param array to let out
     * @param <T> the kind of array
     * @return {@code array}
     * @throws IllegalStateException on another thread than the scope's, or if the array was released
     */
    public <T extends NdArray> T keep(T array) {
        array.storage("keep");
        moveOut(array);
        return array;
    }

    /**
     * Releases the tensors of this scope. Closing twice is harmless.
     *
     * @throws IllegalStateException on another thread than the scope's
     */
    @Override
    public void close() {
        closeFrame();
    }
}
