package dev.gatun.bench.peers.ops;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDResource;
import ai.djl.ndarray.types.DataType;
import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Scope;

/** Whether both libraries give the same numbers. */
final class Comparison {
    private static final double TOLERANCE = 2e-3;
    /** Of equal elements libtorch's sort and argmax may name another one. */
    private static final double SHARE_THAT_MAY_DIFFER = 1e-3;

    private Comparison() {}

    /** What differs, or an empty text. */
    static String difference(Op.Calls calls) {
        double[] theirs;
        try (NDResource result = calls.theirs().get()) {
            NDArray first = result instanceof NDList list ? list.head() : (NDArray) result;
            try (NDArray numbers = first.toType(DataType.FLOAT64, true)) {
                theirs = numbers.toDoubleArray();
            }
        }
        double[] ours;
        try (Scope scope = Scope.open()) {
            Tensor result = calls.ours().get();
            ours = result.to(DType.F64).contiguous().toDoubleArray();
        }
        if (ours.length != theirs.length) {
            return ours.length + " elements, the peer has " + theirs.length;
        }
        int differ = 0;
        int last = 0;
        for (int i = 0; i < ours.length; i++) {
            boolean near = Math.abs(ours[i] - theirs[i]) <= TOLERANCE * Math.max(1, Math.abs(theirs[i]));
            if (!near && !(Double.isNaN(ours[i]) && Double.isNaN(theirs[i]))) {
                differ++;
                last = i;
            }
        }
        return differ <= SHARE_THAT_MAY_DIFFER * ours.length
                ? ""
                : differ + " elements differ: element " + last + " is " + ours[last] + ", the peer's " + theirs[last];
    }
}
