package dev.gatun.autograd;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An operation with a gradient of one's own: {@code torch.autograd.Function}.
 *
 * {@snippet :
 * final class Cube extends Function {
 *     @Override
 *     protected Tensor forward(Context context, Tensor... inputs) {
 *         context.save(inputs[0]);
 *         return inputs[0].pow(3);
 *     }
 *
 *     @Override
 *     protected Tensor[] backward(Context context, Tensor gradient) {
 *         return new Tensor[] {gradient.mul(context.saved(0).square().mul(3))};
 *     }
 * }
 *
 * Tensor x = Tensor.of(2f).requiresGrad_();
 * new Cube().apply(x).backward();
 * System.out.println(x.grad()); // tensor([12.])
 * }
 */
public abstract class Function {
    /** For subclasses. */
    protected Function() {}

    /** What a call of forward leaves for backward. */
    public static final class Context {
        private List<Tensor> toSave = List.of();
        private @Nullable Saved saved;

        private Context() {}

        /** Keeps inputs or intermediate values for backward; call it once in forward. */
        public void save(Tensor... tensors) {
            toSave = List.of(tensors);
        }

        /** What was saved, by position; in backward. */
        public Tensor saved(int i) {
            Saved kept = saved;
            if (kept == null) {
                throw new IllegalStateException("function: nothing was saved in forward");
            }
            return kept.get(i);
        }
    }

    /**
     * The value; nothing in it is recorded.
     *
     * @param context to save in
     * @param inputs of the call
     * @return a tensor made here
     */
    protected abstract Tensor forward(Context context, Tensor... inputs);

    /**
     * The gradients, by operations on tensors, so that they can be differentiated again.
     *
     * @param context with what was saved
     * @param gradient of the result
     * @return one for each input, {@code null} for none
     */
    protected abstract @Nullable Tensor[] backward(Context context, Tensor gradient);

    /**
     * Runs forward and records the call under the name of the class.
     *
     * @param inputs of the call
     * @return the value
     */
    public final Tensor apply(Tensor... inputs) {
        Context context = new Context();
        Tensor y;
        try (GradMode off = GradMode.noGrad()) {
            Tensor value = forward(context, inputs);
            y = Arrays.asList(inputs).contains(value) ? value.clone() : value;
        }
        if (!Graph.records(inputs)) {
            return y;
        }
        Saved saved = Saved.mixed(y, context.toSave);
        context.toSave = List.of();
        context.saved = saved;
        List<Input> edges = new ArrayList<>();
        for (int i = 0; i < inputs.length; i++) {
            int place = i;
            edges.add(Input.of(inputs[i], g -> gradientOf(context, g, place, inputs.length)));
        }
        return Graph.record(getClass().getSimpleName() + "Backward", y, saved, edges.toArray(Input[]::new));
    }

    private @Nullable Tensor gradientOf(Context context, Tensor g, int place, int count) {
        @Nullable Tensor[] gradients = backward(context, g);
        if (gradients.length != count) {
            throw new IllegalStateException("function: backward of "
                    + getClass().getSimpleName() + " gave " + gradients.length + " gradients for " + count + " inputs");
        }
        return gradients[place];
    }
}
