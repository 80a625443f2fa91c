package dev.gatun.testing.fuzz;

import dev.gatun.autograd.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * A tensor as an argument: a base, and views of views of it.
 *
 * @param base that holds the elements
 * @param steps from the base to the argument
 * @param released whether it was given back before the call
 */
record TensorArg(Base base, List<Step> steps, boolean released) implements Arg {
    /**
     * One view.
     *
     * @param view of a tensor
     * @param text of the call, such as {@code .t()}
     */
    record Step(UnaryOperator<Tensor> view, String text) {}

    @Override
    public Tensor make(Making making) {
        Tensor x = making.base(base);
        for (Step step : steps) {
            x = step.view().apply(x);
        }
        if (making.form() == Form.COPIES) {
            x = base.requiresGrad()
                    ? x.clone().contiguous()
                    : x.detach().clone().contiguous();
        }
        if (released) {
            if (steps.isEmpty() && making.form() == Form.VIEWS) {
                x = x.detach();
            }
            x.release();
        }
        return x;
    }

    @Override
    public String java(Map<Base, String> names) {
        StringBuilder text = new StringBuilder(names.getOrDefault(base, base.java()));
        steps.forEach(step -> text.append(step.text()));
        return text + (released ? "/* released */" : "");
    }

    @Override
    public List<TensorArg> tensors() {
        return List.of(this);
    }

    @Override
    public Arg with(TensorArg old, TensorArg replacement) {
        return this == old ? replacement : this;
    }

    /** The same in simpler words, one change each: fewer views, plain elements, no gradient. */
    List<TensorArg> simpler() {
        List<TensorArg> all = new ArrayList<>();
        for (int i = 0; i < steps.size(); i++) {
            List<Step> fewer = new ArrayList<>(steps);
            fewer.remove(i);
            all.add(new TensorArg(base, fewer, released));
        }
        if (!base.isPlain()) {
            all.add(new TensorArg(base.plain(), steps, released));
        }
        if (base.requiresGrad()) {
            all.add(new TensorArg(base.withoutGrad(), steps, released));
        }
        return all;
    }
}
