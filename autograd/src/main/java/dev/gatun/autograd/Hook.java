package dev.gatun.autograd;

import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A hook on a tensor's gradient that was registered, and how to take it away. The counterpart is {@code
 * torch.utils.hooks.RemovableHandle}.
 *
 * {@snippet :
 * Tensor x = Tensor.of(1f).requiresGrad_();
 * Hook hook = x.registerHook(g -> g.mul(10));
 * x.mul(2).backward();
 * System.out.println(x.grad().item()); // 20.0
 * hook.remove();
 * }
 */
@FunctionalInterface
public interface Hook {
    /** Takes the hook away. A second call does nothing. */
    void remove();

    /** Runs one hook: its result, checked, or the gradient as it was where it gives {@code null}. */
    static Tensor run(UnaryOperator<@Nullable Tensor> function, Tensor gradient) {
        Tensor changed = function.apply(gradient);
        if (changed == null || changed == gradient) {
            return gradient;
        }
        if (!changed.shape().equals(gradient.shape())) {
            throw new IllegalArgumentException("hook: it returned another shape: gradient " + gradient.describe()
                    + ", returned " + changed.describe());
        }
        return changed.handle();
    }
}
