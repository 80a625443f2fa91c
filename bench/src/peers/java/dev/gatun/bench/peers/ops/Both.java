package dev.gatun.bench.peers.ops;

import ai.djl.ndarray.NDArray;
import dev.gatun.autograd.Tensor;

/** The same numbers in both libraries. */
record Both(Tensor ours, NDArray theirs) {
    /** The matrix as its transpose, a view in both. */
    Both transposed() {
        return new Both(ours.t(), theirs.transpose());
    }
}
