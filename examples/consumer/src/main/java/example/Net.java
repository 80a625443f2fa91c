package example;

import dev.gatun.autograd.Tensor;
import dev.gatun.nn.Linear;
import dev.gatun.nn.Module;

/** Says whether two numbers have the same sign: one logit for each pair. */
final class Net extends Module {
    private final Linear hidden = add("hidden", new Linear(2, 16));
    private final Linear out = add("out", new Linear(16, 1));

    @Override
    public Tensor forward(Tensor x) {
        return out.forward(hidden.forward(x).tanh());
    }
}
