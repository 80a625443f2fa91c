package dev.gatun.nn;

import dev.gatun.autograd.Graph;
import dev.gatun.autograd.Hook;
import dev.gatun.autograd.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A module's hooks, in the order of their registration. Calls on other threads see those that were there at their start. */
final class Hooks {
    private static final String NODE = "BackwardHookFunctionBackward";

    /** One registration: a function may be registered twice, and be taken away once. */
    private static final class Entry<T> {
        private final T hook;

        Entry(T hook) {
            this.hook = hook;
        }
    }

    private final List<Entry<ForwardPreHook>> before = new CopyOnWriteArrayList<>();
    private final List<Entry<ForwardHook>> after = new CopyOnWriteArrayList<>();
    private final List<Entry<BackwardHook>> backward = new CopyOnWriteArrayList<>();

    Hook before(ForwardPreHook hook) {
        return add(before, hook);
    }

    Hook after(ForwardHook hook) {
        return add(after, hook);
    }

    Hook backward(BackwardHook hook) {
        return add(backward, hook);
    }

    private static <T> Hook add(List<Entry<T>> hooks, T hook) {
        Entry<T> entry = new Entry<>(hook);
        hooks.add(entry);
        return () -> hooks.remove(entry);
    }

    boolean isEmpty() {
        return before.isEmpty() && after.isEmpty() && backward.isEmpty();
    }

    /** A call of a module, with its hooks around it. */
    Tensor run(Module module, Tensor x, UnaryOperator<Tensor> forward) {
        Tensor input = x;
        for (Entry<ForwardPreHook> entry : before) {
            Tensor changed = entry.hook.apply(module, input);
            input = changed == null ? input : changed;
        }
        Pass pass = backward.isEmpty() ? null : new Pass(module, List.copyOf(backward));
        if (pass != null) {
            input = pass.entered(input);
        }
        Tensor output = forward.apply(input);
        for (Entry<ForwardHook> entry : after) {
            Tensor changed = entry.hook.apply(module, input, output);
            output = changed == null ? output : changed;
        }
        return pass == null ? output : pass.left(output);
    }

    /** The two ends of one call on the graph: an identity before the module's operations, and one behind. */
    private static final class Pass {
        private final Module module;
        private final List<Entry<BackwardHook>> hooks;
        private boolean inputTakesGrad;
        private @Nullable Tensor arrived; // the output's gradient, between the two hooks

        Pass(Module module, List<Entry<BackwardHook>> hooks) {
            this.module = module;
            this.hooks = hooks;
        }

        Tensor entered(Tensor x) {
            if (!Graph.records(x)) {
                return x;
            }
            inputTakesGrad = true;
            Tensor input = same(x);
            input.registerHook(this::leave);
            return input;
        }

        Tensor left(Tensor y) {
            if (!Graph.records(y)) {
                return y;
            }
            Tensor output = same(y);
            output.registerHook(this::arrive);
            return output;
        }

        private static Tensor same(Tensor x) {
            return Graph.view(NODE, x, x.layout(), g -> g);
        }

        private @Nullable Tensor arrive(Tensor gradient) {
            if (!inputTakesGrad) {
                for (Entry<BackwardHook> entry : hooks) {
                    if (entry.hook.apply(module, Optional.empty(), gradient) != null) {
                        throw new IllegalStateException("hook: the input of " + module.name()
                                + " takes no gradient, so a backward hook cannot give one");
                    }
                }
                return null;
            }
            Tensor kept = same(gradient);
            kept.own();
            arrived = kept;
            return null;
        }

        private @Nullable Tensor leave(Tensor gradient) {
            Tensor output = arrived;
            if (output == null) { // the input's gradient came by another way than through the output
                return null;
            }
            arrived = null;
            try {
                Tensor going = gradient;
                for (Entry<BackwardHook> entry : hooks) {
                    Tensor changed = entry.hook.apply(module, Optional.of(going), output);
                    going = changed == null ? going : changed;
                }
                return going;
            } finally {
                output.release();
            }
        }
    }
}
