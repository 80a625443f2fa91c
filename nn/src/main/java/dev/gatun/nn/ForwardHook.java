package dev.gatun.nn;

import dev.gatun.autograd.Tensor;
import org.jspecify.annotations.Nullable;

/** What {@link Module#registerForwardHook} calls. */
@FunctionalInterface
public interface ForwardHook {
    /**
     * Sees a module's output before the caller does.
     *
     * @param module that was called
     * @param input of the call; the first of several
     * @param output of the call; the first of several
     * @return another output instead; {@code null} to leave it
     */
    @Nullable
    Tensor apply(Module module, Tensor input, Tensor output);
}
