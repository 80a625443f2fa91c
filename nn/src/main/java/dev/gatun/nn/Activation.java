package dev.gatun.nn;

import dev.gatun.runtime.kernels.UnaryOp;

/** A layer of one element operation, which {@link Sequential} joins with the {@link Linear} before it. */
abstract sealed class Activation extends Module implements Pure permits ReLU, Sigmoid, Tanh {
    private final UnaryOp op;

    Activation(UnaryOp op) {
        this.op = op;
    }

    final UnaryOp op() {
        return op;
    }
}
