package dev.gatun.runtime.kernels;

/**
 * One step of an optimizer: its numbers, and the row of {@link UpdateOp} with the scalars that it takes. For a parameter
 * p every rule begins with its gradient g:
 *
 * <pre>
 * g = -g                     where maximize
 * g = g + weightDecay p      but where decoupled
 * </pre>
 *
 * State arrays hold zeros before the first step, but where a rule says more. {@code step} counts from 1.
 */
public sealed interface UpdateRule {
    /** The row. */
    UpdateOp op();

    /** How the optimizer is called in messages, as in {@code adam}. */
    String optimizer();

    /** Whether the step climbs. */
    boolean maximize();

    /** The factor of the L2 penalty, or of the decay where decoupled. */
    double weightDecay();

    /** What of the decay is added to the gradient, times the parameter. */
    default double gradientDecay() {
        return weightDecay();
    }

    /** What the row names, in its order. */
    double[] scalars();

    /**
     * SGD: b = momentum b + share g, with share 1 the first time, then 1 - dampening; p = p - lr b, where nesterov
     * p = p - lr (g + momentum b). {@code torch.optim.SGD}. State: b, none without momentum.
     */
    record Sgd(
            double lr,
            double momentum,
            double dampening,
            double weightDecay,
            boolean nesterov,
            boolean maximize,
            boolean first)
            implements UpdateRule {
        @Override
        public UpdateOp op() {
            return momentum == 0 ? UpdateOp.SGD : nesterov ? UpdateOp.NESTEROV : UpdateOp.MOMENTUM;
        }

        @Override
        public String optimizer() {
            return "sgd";
        }

        @Override
        public double[] scalars() {
            return new double[] {lr, momentum, first ? 1 : 1 - dampening};
        }
    }

    /**
     * Adam, AdamW where decoupled: p = p - lr weightDecay p where decoupled; m = beta1 m + (1 - beta1) g; v = beta2 v +
     * (1 - beta2) g^2; p = p - lr m / (1 - beta1^step) / (sqrt(v / (1 - beta2^step)) + eps), where amsgrad with the
     * largest v so far. {@code torch.optim.Adam}, Kingma, Ba 2015; Reddi et al. 2018. State: m, v, where amsgrad the
     * largest v.
     */
    record Adam(
            double lr,
            double beta1,
            double beta2,
            double eps,
            double weightDecay,
            boolean decoupled,
            boolean amsgrad,
            boolean maximize,
            long step)
            implements UpdateRule {
        @Override
        public UpdateOp op() {
            return amsgrad ? UpdateOp.AMSGRAD : UpdateOp.ADAM;
        }

        @Override
        public String optimizer() {
            return decoupled ? "adamw" : "adam";
        }

        @Override
        public double gradientDecay() {
            return decoupled ? 0 : weightDecay;
        }

        @Override
        public double[] scalars() {
            double left1 = 1 - Math.pow(beta1, (double) step); // PyTorch's bias_correction1 and 2
            double left2 = 1 - Math.pow(beta2, (double) step);
            double keep = decoupled ? 1 - lr * weightDecay : 1;
            return new double[] {lr / left1, keep, beta1, 1 - beta1, beta2, 1 - beta2, 1 / Math.sqrt(left2), eps};
        }
    }

    /**
     * Adamax: m = beta1 m + (1 - beta1) g; u = max(beta2 u, |g| + eps); p = p - lr / (1 - beta1^step) m / u. {@code
     * torch.optim.Adamax}, Kingma, Ba 2015. State: m, u.
     */
    record Adamax(double lr, double beta1, double beta2, double eps, double weightDecay, boolean maximize, long step)
            implements UpdateRule {
        @Override
        public UpdateOp op() {
            return UpdateOp.ADAMAX;
        }

        @Override
        public String optimizer() {
            return "adamax";
        }

        @Override
        public double[] scalars() {
            return new double[] {lr / (1 - Math.pow(beta1, (double) step)), beta1, 1 - beta1, beta2, eps};
        }
    }

    /**
     * NAdam: m and v as Adam's; with d = sqrt(v / (1 - beta2^step)) + eps, p = p - lr (1 - mu) / (1 - product) g / d -
     * lr next / (1 - productNext) m / d. {@code torch.optim.NAdam}, Dozat 2016. State: m, v.
     *
     * @param mu the momentum of this step
     * @param next the momentum of the next
     * @param product of all momenta up to this step
     * @param productNext of all momenta up to the next
     */
    record NAdam(
            double lr,
            double beta1,
            double beta2,
            double eps,
            double weightDecay,
            boolean maximize,
            long step,
            double mu,
            double next,
            double product,
            double productNext)
            implements UpdateRule {
        @Override
        public UpdateOp op() {
            return UpdateOp.NADAM;
        }

        @Override
        public String optimizer() {
            return "nadam";
        }

        @Override
        public double[] scalars() {
            double left2 = 1 - Math.pow(beta2, (double) step);
            return new double[] {
                lr * (1 - mu) / (1 - product),
                lr * next / (1 - productNext),
                beta1,
                1 - beta1,
                beta2,
                1 - beta2,
                1 / Math.sqrt(left2),
                eps
            };
        }
    }

    /**
     * RAdam: m and v as Adam's; with r the length of the average that v approximates, p = p - lr m / (1 - beta1^step)
     * rectified sqrt(1 - beta2^step) / (sqrt(v) + eps) where r &gt; 5, else p = p - lr m / (1 - beta1^step). {@code
     * torch.optim.RAdam}, Liu et al. 2020. State: m, v.
     */
    record RAdam(double lr, double beta1, double beta2, double eps, double weightDecay, boolean maximize, long step)
            implements UpdateRule {
        private static final double TRUSTED_LENGTH = 5;

        /** The length of the average after infinitely many steps. */
        private double longest() {
            return 2 / (1 - beta2) - 1;
        }

        /** The length of the average now. */
        public double length() {
            double power = Math.pow(beta2, (double) step);
            return longest() - 2 * step * power / (1 - power);
        }

        @Override
        public UpdateOp op() {
            return length() > TRUSTED_LENGTH ? UpdateOp.RADAM : UpdateOp.RADAM_EARLY;
        }

        @Override
        public String optimizer() {
            return "radam";
        }

        @Override
        public double[] scalars() {
            double size = lr / (1 - Math.pow(beta1, (double) step));
            if (op() == UpdateOp.RADAM_EARLY) {
                return new double[] {size, beta1, 1 - beta1, beta2, 1 - beta2};
            }
            double r = length();
            double all = longest();
            double rectified = Math.sqrt((r - 4) * (r - 2) * all / ((all - 4) * (all - 2) * r));
            double scale = Math.sqrt(1 - Math.pow(beta2, (double) step));
            return new double[] {size * rectified * scale, beta1, 1 - beta1, beta2, 1 - beta2, eps};
        }
    }

    /**
     * Adadelta: v = rho v + (1 - rho) g^2; d = sqrt(u + eps) / sqrt(v + eps) g; u = rho u + (1 - rho) d^2; p = p - lr d.
     * {@code torch.optim.Adadelta}, Zeiler 2012. State: v, u.
     */
    record Adadelta(double lr, double rho, double eps, double weightDecay, boolean maximize) implements UpdateRule {
        @Override
        public UpdateOp op() {
            return UpdateOp.ADADELTA;
        }

        @Override
        public String optimizer() {
            return "adadelta";
        }

        @Override
        public double[] scalars() {
            return new double[] {lr, rho, 1 - rho, eps};
        }
    }

    /**
     * Adagrad: s = s + g^2; p = p - lr / (1 + (step - 1) lrDecay) g / (sqrt(s) + eps). {@code torch.optim.Adagrad},
     * Duchi, Hazan, Singer 2011. State: s, which may start above 0.
     */
    record Adagrad(double lr, double lrDecay, double eps, double weightDecay, boolean maximize, long step)
            implements UpdateRule {
        @Override
        public UpdateOp op() {
            return UpdateOp.ADAGRAD;
        }

        @Override
        public String optimizer() {
            return "adagrad";
        }

        @Override
        public double[] scalars() {
            return new double[] {lr / (1 + (step - 1) * lrDecay), eps};
        }
    }

    /**
     * RMSprop: v = alpha v + (1 - alpha) g^2; where centered a = alpha a + (1 - alpha) g and d = sqrt(v - a^2) + eps, else
     * d = sqrt(v) + eps; p = p - lr g / d, with momentum b = momentum b + g / d and p = p - lr b. {@code
     * torch.optim.RMSprop}; Graves 2013. State: v, where centered a, with momentum b.
     */
    record RMSprop(
            double lr,
            double alpha,
            double eps,
            double weightDecay,
            double momentum,
            boolean centered,
            boolean maximize)
            implements UpdateRule {
        @Override
        public UpdateOp op() {
            if (momentum == 0) {
                return centered ? UpdateOp.RMSPROP_CENTERED : UpdateOp.RMSPROP;
            }
            return centered ? UpdateOp.RMSPROP_CENTERED_MOMENTUM : UpdateOp.RMSPROP_MOMENTUM;
        }

        @Override
        public String optimizer() {
            return "rmsprop";
        }

        @Override
        public double[] scalars() {
            return momentum == 0
                    ? new double[] {lr, alpha, 1 - alpha, eps}
                    : new double[] {lr, alpha, 1 - alpha, eps, momentum};
        }
    }

    /**
     * Rprop: with q the last gradient, s = etaPlus s where g q &gt; 0, etaMinus s and g = 0 where g q &lt; 0, within
     * stepMin..stepMax; p = p - sign(g) s; q = g. {@code torch.optim.Rprop}, Riedmiller, Braun 1993. State: q, and s,
     * which starts at the learning rate.
     */
    record Rprop(double etaMinus, double etaPlus, double stepMin, double stepMax, boolean maximize)
            implements UpdateRule {
        @Override
        public UpdateOp op() {
            return UpdateOp.RPROP;
        }

        @Override
        public String optimizer() {
            return "rprop";
        }

        @Override
        public double weightDecay() {
            return 0;
        }

        @Override
        public double[] scalars() {
            return new double[] {etaMinus, etaPlus, stepMin, stepMax};
        }
    }

    /**
     * ASGD: p = (1 - lambd eta) p - eta g; a = a + mu (p - a). {@code torch.optim.ASGD}, Polyak, Juditsky 1992. State: a.
     *
     * @param eta the size of this step
     * @param mu the share of the parameter in the average
     */
    record Asgd(double lambd, double eta, double mu, double weightDecay, boolean maximize) implements UpdateRule {
        @Override
        public UpdateOp op() {
            return UpdateOp.ASGD;
        }

        @Override
        public String optimizer() {
            return "asgd";
        }

        @Override
        public double[] scalars() {
            return new double[] {eta, 1 - lambd * eta, mu};
        }
    }
}
