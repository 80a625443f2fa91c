package dev.gatun.bench.peers.ops;

import ai.djl.ndarray.NDResource;
import dev.gatun.autograd.Tensor;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * An entry of the table.
 *
 * @param name what it is called
 * @param how how the peer is called
 * @param compared whether both give the same numbers, so that they are compared before they are timed
 * @param on makes its operands in both libraries
 */
record Op(String name, How how, boolean compared, Function<Inputs, Calls> on) {
    /** How an operation of libtorch is reached. */
    enum How {
        /** By a method of DJL's arrays. */
        METHOD,
        /** By a script of one line: DJL has no method for it. */
        SCRIPT
    }

    /** The operation on some operands: what one call is in each library. Whoever calls gives the result back. */
    record Calls(Supplier<Tensor> ours, Supplier<? extends NDResource> theirs) {}
}
