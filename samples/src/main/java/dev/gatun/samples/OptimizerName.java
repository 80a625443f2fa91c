package dev.gatun.samples;

import dev.gatun.autograd.Tensor;
import dev.gatun.nn.optim.ASGD;
import dev.gatun.nn.optim.Adadelta;
import dev.gatun.nn.optim.Adagrad;
import dev.gatun.nn.optim.Adam;
import dev.gatun.nn.optim.AdamW;
import dev.gatun.nn.optim.Adamax;
import dev.gatun.nn.optim.LBFGS;
import dev.gatun.nn.optim.NAdam;
import dev.gatun.nn.optim.Optimizer;
import dev.gatun.nn.optim.RAdam;
import dev.gatun.nn.optim.RMSprop;
import dev.gatun.nn.optim.Rprop;
import dev.gatun.nn.optim.SGD;
import dev.gatun.nn.optim.SparseAdam;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;

/** The optimizers that {@code --optimizer} takes, each with PyTorch's defaults. */
enum OptimizerName {
    SGD(1e-3, SGD::new),
    ADADELTA(1, Adadelta::new),
    ADAGRAD(1e-2, Adagrad::new),
    ADAM(1e-3, Adam::new),
    ADAMW(1e-3, AdamW::new),
    SPARSEADAM(1e-3, SparseAdam::new), // for tables: it refuses the gradients of a linear layer
    ADAMAX(2e-3, Adamax::new),
    ASGD(1e-2, ASGD::new),
    LBFGS(1, LBFGS::new),
    RMSPROP(1e-2, RMSprop::new),
    RPROP(1e-2, Rprop::new),
    NADAM(2e-3, NAdam::new),
    RADAM(1e-3, RAdam::new);

    private final double usualLr;

    @SuppressWarnings("ImmutableEnumChecker") // a constructor
    private final BiFunction<List<Tensor>, Double, Optimizer> make;

    OptimizerName(double usualLr, BiFunction<List<Tensor>, Double, Optimizer> make) {
        this.usualLr = usualLr;
        this.make = make;
    }

    /** The learning rate that it has by default. */
    double usualLr() {
        return usualLr;
    }

    /** A new optimizer of these parameters. */
    Optimizer of(List<Tensor> parameters, double lr) {
        return make.apply(parameters, lr);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
