package dev.gatun.testing.naive;

import dev.gatun.runtime.Kernels.Update;

/** Optimizer steps on one number, after the formulas of {@code torch.optim}. */
public final class NaiveUpdate {
    private NaiveUpdate() {}

    /** A parameter and what is remembered of it, changed by steps. */
    public static final class State {
        /** The parameter. */
        public double param;

        /** Momentum, or first moment. */
        public double first;

        /** Second moment. */
        public double second;

        /** A parameter that nothing is remembered of. */
        public State(double param) {
            this.param = param;
        }
    }

    /** One step of SGD. */
    public static void sgd(Update.Sgd args, State s, double grad) {
        double g = (args.maximize() ? -grad : grad) + args.weightDecay() * s.param;
        if (args.momentum() != 0) {
            s.first = args.first() ? g : args.momentum() * s.first + (1 - args.dampening()) * g;
            g = args.nesterov() ? g + args.momentum() * s.first : s.first;
        }
        s.param -= args.lr() * g;
    }

    /** One step of Adam or AdamW. */
    public static void adam(Update.Adam args, State s, double grad) {
        double g = args.maximize() ? -grad : grad;
        if (args.decoupled()) {
            s.param -= args.lr() * args.weightDecay() * s.param;
        } else {
            g += args.weightDecay() * s.param;
        }
        s.first = args.beta1() * s.first + (1 - args.beta1()) * g;
        s.second = args.beta2() * s.second + (1 - args.beta2()) * g * g;
        double mean = s.first / (1 - Math.pow(args.beta1(), (double) args.step()));
        double square = s.second / (1 - Math.pow(args.beta2(), (double) args.step()));
        s.param -= args.lr() * mean / (Math.sqrt(square) + args.eps());
    }
}
