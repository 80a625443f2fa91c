package dev.gatun.testing.naive;

import dev.gatun.runtime.kernels.UpdateRule;

/** Optimizer steps on one number, after the formulas of {@code torch.optim}. */
public final class NaiveUpdate {
    private NaiveUpdate() {}

    /** A parameter and what is remembered of it, changed by steps. */
    public static final class State {
        /** The parameter. */
        public double param;

        /** What the rule remembers, in its order. */
        public final double[] kept = new double[3];

        /** A parameter that nothing is remembered of. */
        public State(double param) {
            this.param = param;
        }

        private double mean(int at, double share, double x) {
            kept[at] = share * kept[at] + (1 - share) * x;
            return kept[at];
        }
    }

    /** One step. */
    public static void step(UpdateRule rule, State s, double grad) {
        double up = rule.maximize() ? -grad : grad;
        double g = up + rule.weightDecay() * s.param;
        switch (rule) {
            case UpdateRule.Sgd r -> sgd(r, s, g);
            case UpdateRule.Adam r -> adam(r, s, r.decoupled() ? up : g);
            case UpdateRule.Adamax r -> {
                double mean = s.mean(0, r.beta1(), g) / (1 - Math.pow(r.beta1(), (double) r.step()));
                s.kept[1] = Math.max(r.beta2() * s.kept[1], Math.abs(g) + r.eps());
                s.param -= r.lr() * mean / s.kept[1];
            }
            case UpdateRule.NAdam r -> {
                double mean = s.mean(0, r.beta1(), g);
                double square = s.mean(1, r.beta2(), g * g) / (1 - Math.pow(r.beta2(), (double) r.step()));
                double below = Math.sqrt(square) + r.eps();
                s.param -= r.lr() * (1 - r.mu()) / (1 - r.product()) * g / below;
                s.param -= r.lr() * r.next() / (1 - r.productNext()) * mean / below;
            }
            case UpdateRule.RAdam r -> rectified(r, s, g);
            case UpdateRule.Adadelta r -> {
                double square = s.mean(0, r.rho(), g * g);
                double delta = Math.sqrt(s.kept[1] + r.eps()) / Math.sqrt(square + r.eps()) * g;
                s.mean(1, r.rho(), delta * delta);
                s.param -= r.lr() * delta;
            }
            case UpdateRule.Adagrad r -> {
                s.kept[0] += g * g;
                s.param -= r.lr() / (1 + (r.step() - 1) * r.lrDecay()) * g / (Math.sqrt(s.kept[0]) + r.eps());
            }
            case UpdateRule.RMSprop r -> rmsprop(r, s, g);
            case UpdateRule.Rprop r -> rprop(r, s, g);
            case UpdateRule.Asgd r -> {
                s.param = s.param * (1 - r.lambd() * r.eta()) - r.eta() * g;
                s.kept[0] += r.mu() * (s.param - s.kept[0]);
            }
        }
    }

    private static void sgd(UpdateRule.Sgd r, State s, double grad) {
        double g = grad;
        if (r.momentum() != 0) {
            s.kept[0] = r.first() ? g : r.momentum() * s.kept[0] + (1 - r.dampening()) * g;
            g = r.nesterov() ? g + r.momentum() * s.kept[0] : s.kept[0];
        }
        s.param -= r.lr() * g;
    }

    private static void adam(UpdateRule.Adam r, State s, double g) {
        if (r.decoupled()) {
            s.param -= r.lr() * r.weightDecay() * s.param;
        }
        double mean = s.mean(0, r.beta1(), g) / (1 - Math.pow(r.beta1(), (double) r.step()));
        double square = s.mean(1, r.beta2(), g * g);
        if (r.amsgrad()) {
            square = s.kept[2] = Math.max(s.kept[2], square);
        }
        square /= 1 - Math.pow(r.beta2(), (double) r.step());
        s.param -= r.lr() * mean / (Math.sqrt(square) + r.eps());
    }

    private static void rectified(UpdateRule.RAdam r, State s, double g) {
        double power = Math.pow(r.beta2(), (double) r.step());
        double mean = s.mean(0, r.beta1(), g) / (1 - Math.pow(r.beta1(), (double) r.step()));
        double root = Math.sqrt(s.mean(1, r.beta2(), g * g)) + r.eps();
        double all = 2 / (1 - r.beta2()) - 1;
        double length = all - 2 * r.step() * power / (1 - power);
        double factor = 1;
        if (length > 5) {
            factor = Math.sqrt((length - 4) * (length - 2) * all / ((all - 4) * (all - 2) * length));
            factor *= Math.sqrt(1 - power) / root;
        }
        s.param -= r.lr() * mean * factor;
    }

    private static void rmsprop(UpdateRule.RMSprop r, State s, double g) {
        int at = 0;
        double square = s.mean(at++, r.alpha(), g * g);
        if (r.centered()) {
            double mean = s.mean(at++, r.alpha(), g);
            square -= mean * mean;
        }
        double step = g / (Math.sqrt(square) + r.eps());
        if (r.momentum() != 0) {
            step = s.kept[at] = r.momentum() * s.kept[at] + step;
        }
        s.param -= r.lr() * step;
    }

    private static void rprop(UpdateRule.Rprop r, State s, double grad) {
        double turn = grad * s.kept[0];
        double factor = turn > 0 ? r.etaPlus() : turn < 0 ? r.etaMinus() : 1;
        double g = turn < 0 ? 0 : grad;
        s.kept[1] = Math.min(Math.max(s.kept[1] * factor, r.stepMin()), r.stepMax());
        s.param -= Math.signum(g) * s.kept[1];
        s.kept[0] = g;
    }
}
