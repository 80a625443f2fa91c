package dev.gatun.nn;

import dev.gatun.autograd.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * What {@link Module#registerForwardPreHook} calls. The counterpart is what {@code
 * torch.nn.Module.register_forward_pre_hook} takes.
 *
 * {@snippet :
 * Hook hook = model.registerForwardPreHook((module, input) -> input.clamp(0, 1));
 * Tensor y = model.call(x);
 * hook.remove();
 * }
 */
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
