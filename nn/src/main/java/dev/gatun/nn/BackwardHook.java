package dev.gatun.nn;

import dev.gatun.autograd.Tensor;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What {@link Module#registerFullBackwardHook} calls. The counterpart is what {@code
 * torch.nn.Module.register_full_backward_hook} takes.
 *
 * {@snippet :
 * Hook hook = model.registerFullBackwardHook((module, gradInput, gradOutput) -> {
 *     System.out.println("arrived: " + gradOutput.shape()); // arrived: [10, 3]
 *     return null; // leaves the gradient as it is
 * });
 * criterion.forward(model.call(x), target).backward();
 * hook.remove();
 * }
 */
@FunctionalInterface
public interface BackwardHook {
    /**
     * Sees the gradients at both ends of a module.
     *
     * @param module that was called
     * @param gradInput the gradient that leaves through its input; empty where the input needs none
     * @param gradOutput the gradient that arrived at its output
     * @return another gradient of the input, of its shape, to go on instead; {@code null} to leave it
     */
    @Nullable
    Tensor apply(Module module, Optional<Tensor> gradInput, Tensor gradOutput);
}
