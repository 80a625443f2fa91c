package dev.gatun.nn;

import dev.gatun.autograd.Tensor;
import org.jspecify.annotations.Nullable;

/** What {@link Module#registerForwardPreHook} calls. */
@FunctionalInterface
public interface ForwardPreHook {
    /**
     * Sees a module's input before it runs.
     *
     * @param module that is called
     * @param input of the call; the first of several
     * @return another input instead; {@code null} to leave it
     */
    @Nullable
    Tensor apply(Module module, Tensor input);
}
