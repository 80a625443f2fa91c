package dev.gatun.samples;

import dev.gatun.autograd.Tensor;
import dev.gatun.nn.optim.Adam;
import dev.gatun.nn.optim.AdamW;
import dev.gatun.nn.optim.Optimizer;
import dev.gatun.nn.optim.SGD;
import java.util.List;
import java.util.Locale;

/** The optimizers that {@code --optimizer} takes, each with PyTorch's defaults. */
enum OptimizerName {
    /** {@link SGD}, without momentum. */
    SGD,
    /** {@link Adam}. */
    ADAM,
    /** {@link AdamW}. */
    ADAMW;

    /** A new optimizer of these parameters. */
    Optimizer of(List<Tensor> parameters, double lr) {
        return switch (this) {
            case SGD -> new SGD(parameters, lr);
            case ADAM -> new Adam(parameters, lr);
            case ADAMW -> new AdamW(parameters, lr);
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
