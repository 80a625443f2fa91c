package dev.gatun.runtime.kernels;

import dev.gatun.bindings.kernels.Gatun;

/** Optimizer steps: the rows of {@code native/common/update_ops.def}, whose codes they carry. */
public enum UpdateOp {
    /** Plain descent. */
    SGD(Gatun.GT_UPDATE_sgd(), 0),
    /** SGD with momentum. */
    MOMENTUM(Gatun.GT_UPDATE_momentum(), 1),
    /** SGD with Nesterov's momentum. */
    NESTEROV(Gatun.GT_UPDATE_nesterov(), 1),
    /** Adam and AdamW. */
    ADAM(Gatun.GT_UPDATE_adam(), 2),
    /** Adam and AdamW with the largest second moment so far. */
    AMSGRAD(Gatun.GT_UPDATE_amsgrad(), 3),
    /** Adam by the largest gradient. */
    ADAMAX(Gatun.GT_UPDATE_adamax(), 2),
    /** Adam with Nesterov's momentum. */
    NADAM(Gatun.GT_UPDATE_nadam(), 2),
    /** Rectified Adam. */
    RADAM(Gatun.GT_UPDATE_radam(), 2),
    /** Rectified Adam before its variance can be trusted. */
    RADAM_EARLY(Gatun.GT_UPDATE_radamEarly(), 2),
    /** Adadelta. */
    ADADELTA(Gatun.GT_UPDATE_adadelta(), 2),
    /** Adagrad. */
    ADAGRAD(Gatun.GT_UPDATE_adagrad(), 1),
    /** RMSprop. */
    RMSPROP(Gatun.GT_UPDATE_rmsprop(), 1),
    /** RMSprop with momentum. */
    RMSPROP_MOMENTUM(Gatun.GT_UPDATE_rmspropMomentum(), 2),
    /** RMSprop by the variance. */
    RMSPROP_CENTERED(Gatun.GT_UPDATE_rmspropCentered(), 2),
    /** RMSprop by the variance, with momentum. */
    RMSPROP_CENTERED_MOMENTUM(Gatun.GT_UPDATE_rmspropCenteredMomentum(), 3),
    /** Resilient propagation. */
    RPROP(Gatun.GT_UPDATE_rprop(), 2),
    /** Averaged descent. */
    ASGD(Gatun.GT_UPDATE_asgd(), 1);

    private final int code;
    private final int states;

    UpdateOp(int code, int states) {
        this.code = code;
        this.states = states;
    }

    /** The row's code in the native tables. */
    public int code() {
        return code;
    }

    /** How many arrays are remembered of each parameter. */
    public int states() {
        return states;
    }
}
