package dev.gatun.autograd;

import dev.gatun.runtime.memory.Context;

/**
 * Whether operations on this thread record what backward needs. On at first; threads do not inherit it. The
 * counterparts are {@code torch.no_grad} and {@code torch.set_grad_enabled}.
 *
 * {@snippet :
 * Tensor weight = Tensor.of(1f, 2f).requiresGrad_();
 * weight.square().sum().backward();
 * try (var off = GradMode.noGrad()) {
 *     weight.sub_(weight.grad().mul(0.1));
 * }
 * System.out.println(weight.toFloatArray()[1]); // 1.6
 * }
 */
public final class GradMode implements AutoCloseable {
    private final Context context = Context.current();
    private final boolean previous;
    private boolean closed;

    private GradMode(boolean enabled) {
        previous = context.gradEnabled();
        context.gradEnabled(enabled);
    }

    /** Stops recording until it is closed; {@code torch.no_grad()}. */
    public static GradMode noGrad() {
        return new GradMode(false);
    }

    /** Records, or not, until it is closed; {@code torch.set_grad_enabled(mode)}. */
    public static GradMode setGradEnabled(boolean enabled) {
        return new GradMode(enabled);
    }

    /** Whether operations on this thread record. */
    public static boolean isOn() {
        return Context.current().gradEnabled();
    }

    /**
     * Goes back to the mode before. Closing twice is harmless.
     *
     * @throws IllegalStateException on another thread than the one that it holds for
     */
    @Override
    public void close() {
        if (context != Context.current()) {
            throw new IllegalStateException("gradMode: close on another thread than the one that it holds for: on "
                    + Thread.currentThread().getName());
        }
        if (!closed) {
            closed = true;
            context.gradEnabled(previous);
        }
    }
}
