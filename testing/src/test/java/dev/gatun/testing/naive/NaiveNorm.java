package dev.gatun.testing.naive;

import dev.gatun.runtime.Reduction;

/** Softmax and the losses on it, by their definitions. */
public final class NaiveNorm {
    private NaiveNorm() {}

    /** Softmax, or its logarithm, of x [outer, n, inner] over n. */
    public static double[] softmax(boolean log, int outer, int n, int inner, double[] x) {
        double[] y = new double[x.length];
        for (int lane = 0; lane < outer * inner; lane++) {
            int first = lane / inner * n * inner + lane % inner;
            double largest = Double.NEGATIVE_INFINITY;
            for (int j = 0; j < n; j++) {
                largest = Math.max(largest, x[first + j * inner]);
            }
            double sum = 0;
            for (int j = 0; j < n; j++) {
                sum += Math.exp(x[first + j * inner] - largest);
            }
            for (int j = 0; j < n; j++) {
                double centred = x[first + j * inner] - largest;
                y[first + j * inner] = log ? centred - Math.log(sum) : Math.exp(centred) / sum;
            }
        }
        return y;
    }

    /** The gradient of softmax, from its value y and what arrives. */
    public static double[] softmaxGrad(boolean log, int outer, int n, int inner, double[] y, double[] dy) {
        double[] dx = new double[y.length];
        for (int lane = 0; lane < outer * inner; lane++) {
            int first = lane / inner * n * inner + lane % inner;
            double sum = 0;
            for (int j = 0; j < n; j++) {
                int i = first + j * inner;
                sum += log ? dy[i] : dy[i] * y[i];
            }
            for (int j = 0; j < n; j++) {
                int i = first + j * inner;
                dx[i] = log ? dy[i] - Math.exp(y[i]) * sum : y[i] * (dy[i] - sum);
            }
        }
        return dx;
    }

    /** How many rows count. */
    public static double weight(long[] target, long ignoreIndex) {
        double weight = 0;
        for (long t : target) {
            weight += t == ignoreIndex ? 0 : 1;
        }
        return weight;
    }

    /** The negative log likelihood of logProb [rows, n]: [rows] for NONE, else [1]. */
    public static double[] nllLoss(Reduction reduction, int n, double[] logProb, long[] target, long ignoreIndex) {
        double[] rows = new double[target.length];
        double sum = 0;
        for (int i = 0; i < rows.length; i++) {
            rows[i] = target[i] == ignoreIndex ? 0 : -logProb[i * n + (int) target[i]];
            sum += rows[i];
        }
        return switch (reduction) {
            case NONE -> rows;
            case SUM -> new double[] {sum};
            case MEAN -> new double[] {sum / weight(target, ignoreIndex)};
        };
    }

    /** The gradient of {@link #nllLoss} from what arrives at the loss. */
    public static double[] nllLossGrad(Reduction reduction, int n, long[] target, long ignoreIndex, double[] dloss) {
        double[] dx = new double[target.length * n];
        for (int i = 0; i < target.length; i++) {
            if (target[i] != ignoreIndex) {
                dx[i * n + (int) target[i]] = -arriving(reduction, i, target, ignoreIndex, dloss);
            }
        }
        return dx;
    }

    /** The gradient of the cross-entropy from the softmax of the logits: (softmax - one-hot) times what arrives. */
    public static double[] crossEntropyGrad(
            Reduction reduction, int n, double[] prob, long[] target, long ignoreIndex, double[] dloss) {
        double[] dx = new double[prob.length];
        for (int i = 0; i < target.length; i++) {
            if (target[i] == ignoreIndex) {
                continue;
            }
            for (int j = 0; j < n; j++) {
                double slope = prob[i * n + j] - (j == target[i] ? 1 : 0);
                dx[i * n + j] = slope * arriving(reduction, i, target, ignoreIndex, dloss);
            }
        }
        return dx;
    }

    private static double arriving(Reduction reduction, int row, long[] target, long ignoreIndex, double[] dloss) {
        return switch (reduction) {
            case NONE -> dloss[row];
            case SUM -> dloss[0];
            case MEAN -> dloss[0] / weight(target, ignoreIndex);
        };
    }
}
