package dev.gatun.nn.metrics;

import dev.gatun.autograd.GradMode;
import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Scope;

/**
 * A batch's classes: predicted and true, by their numbers.
 *
 * @param predicted one for each sample
 * @param target one for each sample, in range
 */
record Classes(long[] predicted, long[] target) {
    private static final double THRESHOLD = 0.5;

    /**
     * Reads a batch.
     *
     * @param predictions scores [n, classes, *], classes [n, *], or probabilities of class 1 [n, *]
     * @param target [n, *]
     * @param classes how many there are; 0 where the scores tell, and classes can be any
     */
    static Classes of(String op, Tensor predictions, Tensor target, long classes) {
        try (var off = GradMode.noGrad();
                var temporaries = Scope.open()) {
            boolean scored = isScored(op, predictions, target);
            if (scored && classes > 0 && predictions.size(1) != classes) {
                throw new IllegalArgumentException(
                        op + ": scores are not of " + classes + " classes: " + predictions.describe());
            }
            boolean floating = predictions.dtype().isFloating();
            long range = scored ? predictions.size(1) : classes > 0 ? classes : floating ? 2 : 0;
            long[] right = checked(op, "target", target, range, predictions);
            if (right.length == 0) {
                return new Classes(right, right);
            }
            if (scored) {
                return new Classes(predictions.argmax(1).flatten().toLongArray(), right);
            }
            if (floating) {
                Tensor ones = predictions.gt(THRESHOLD).to(DType.I64);
                return new Classes(ones.flatten().toLongArray(), right);
            }
            return new Classes(checked(op, "predictions", predictions, range, predictions), right);
        }
    }

    /** Whether predictions are scores [n, classes, *]; else they are of the target's shape. */
    static boolean isScored(String op, Tensor predictions, Tensor target) {
        if (predictions.dtype().isFloating() && predictions.rank() == target.rank() + 1 && target.rank() > 0) {
            boolean fits = predictions.size(0) == target.size(0) && predictions.size(1) > 0;
            for (int d = 1; d < target.rank(); d++) {
                fits &= predictions.size(d + 1) == target.size(d);
            }
            if (fits) {
                return true;
            }
        } else if (predictions.shape().equals(target.shape())) {
            return false;
        }
        throw new IllegalArgumentException(op + ": takes scores [n, classes, *] or predictions of the target's shape: "
                + "predictions " + predictions.describe() + ", target " + target.describe());
    }

    /** Whole numbers from 0 up to, not including, a bound; 0 for none. */
    static long[] checked(String op, String name, Tensor labels, long range, Tensor predictions) {
        double[] values = labels.to(DType.F64).flatten().toDoubleArray();
        long[] classes = new long[values.length];
        for (int i = 0; i < values.length; i++) {
            classes[i] = (long) values[i];
            if (classes[i] != values[i] || classes[i] < 0 || range > 0 && classes[i] >= range) {
                String got = classes[i] == values[i] ? Long.toString(classes[i]) : Double.toString(values[i]);
                throw new IllegalArgumentException(op + ": " + name + "[" + i + "] is " + got + ", classes are "
                        + (range > 0 ? "0.." + (range - 1) : "whole numbers from 0 on") + ": predictions "
                        + predictions.describe());
            }
        }
        return classes;
    }
}
