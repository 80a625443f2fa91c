package dev.gatun.nn;

import dev.gatun.autograd.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * What {@link Module#registerForwardHook} calls. The counterpart is what {@code torch.nn.Module.register_forward_hook}
 * takes.
 *
 * {@snippet :
 * Hook hook = model.registerForwardHook((module, input, output) -> {
 *     System.out.println(input.shape() + " to " + output.shape()); // [10, 4] to [10, 3]
 *     return output;
 * });
 * model.call(x);
 * hook.remove();
 * }
 */
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
