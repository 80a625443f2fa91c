package dev.gatun.testing.naive;

import dev.gatun.runtime.RecurrentCell;

/**
 * A recurrent layer by its definition, backwards by the chain rule.
 *
 * @param cell what a step computes
 * @param reverse whether the last step comes first
 * @param steps how many
 * @param n samples
 * @param hidden size of a state
 * @param weight [gates * hidden, hidden]
 * @param bias [gates * hidden], or nothing for zeros
 * @param h0 [n, hidden], or nothing for zeros
 * @param c0 [n, hidden], or nothing for zeros
 */
public record NaiveRecurrent(
        RecurrentCell cell,
        boolean reverse,
        int steps,
        int n,
        int hidden,
        double[] weight,
        double[] bias,
        double[] h0,
        double[] c0) {
    /**
     * What the steps give.
     *
     * @param y states, [steps, n, hidden]
     * @param gates their values, [steps, n, gates * hidden]
     * @param kept an LSTM's cells, a GRU's share of the new gate, [steps, n, hidden]
     */
    public record Forward(double[] y, double[] gates, double[] kept) {}

    /** Gradients of x, of the states' product with the weight, and of the states before the first step. */
    public record Gradients(double[] dx, double[] dg, double[] dh0, double[] dc0) {}

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    private static double at(double[] x, int i) {
        return x.length == 0 ? 0 : x[i];
    }

    private int gates() {
        return cell.gates();
    }

    private int place(int t) {
        return reverse ? steps - 1 - t : t;
    }

    /** The state before time t. */
    private double before(double[] of, double[] first, int t, int i, int j) {
        return t == 0 ? at(first, i * hidden + j) : of[(place(t - 1) * n + i) * hidden + j];
    }

    /** All steps on x [steps, n, gates * hidden]. */
    public Forward forward(double[] x) {
        double[] y = new double[steps * n * hidden];
        double[] gates = new double[x.length];
        double[] kept = new double[y.length];
        for (int t = 0; t < steps; t++) {
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < hidden; j++) {
                    double[] own = new double[gates()];
                    double[] sum = new double[gates()];
                    int row = place(t) * n + i;
                    for (int gate = 0; gate < gates(); gate++) {
                        int unit = gate * hidden + j;
                        own[gate] = at(bias, unit);
                        for (int k = 0; k < hidden; k++) {
                            own[gate] += before(y, h0, t, i, k) * weight[unit * hidden + k];
                        }
                        sum[gate] = x[row * gates() * hidden + unit] + own[gate];
                    }
                    int at = row * hidden + j;
                    double[] values = new double[gates()];
                    switch (cell) {
                        case TANH -> y[at] = Math.tanh(sum[0]);
                        case RELU -> y[at] = sum[0] < 0 ? 0 : sum[0];
                        case LSTM -> {
                            values =
                                    new double[] {sigmoid(sum[0]), sigmoid(sum[1]), Math.tanh(sum[2]), sigmoid(sum[3])};
                            kept[at] = values[1] * before(kept, c0, t, i, j) + values[0] * values[2];
                            y[at] = values[3] * Math.tanh(kept[at]);
                        }
                        case GRU -> {
                            double reset = sigmoid(sum[0]);
                            double alone = x[row * gates() * hidden + 2 * hidden + j];
                            values = new double[] {reset, sigmoid(sum[1]), Math.tanh(alone + reset * own[2])};
                            kept[at] = own[2];
                            y[at] = (before(y, h0, t, i, j) - values[2]) * values[1] + values[2];
                        }
                    }
                    for (int gate = 0; gate < gates(); gate++) {
                        gates[row * gates() * hidden + gate * hidden + j] = values[gate];
                    }
                }
            }
        }
        return new Forward(y, gates, kept);
    }

    /** Where dy [steps, n, hidden] arrives at the states and, for an LSTM, dc [n, hidden] at the last cell. */
    public Gradients gradients(Forward f, double[] dy, double[] dc) {
        double[] dx = new double[f.gates.length];
        double[] dg = new double[dx.length];
        double[] dh = new double[n * hidden]; // what comes from the step behind
        double[] carry = dc.clone();
        for (int t = steps - 1; t >= 0; t--) {
            double[] next = new double[n * hidden];
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < hidden; j++) {
                    int at = (place(t) * n + i) * hidden + j;
                    int first = (place(t) * n + i) * gates() * hidden + j;
                    double g = dy[at] + dh[i * hidden + j];
                    switch (cell) {
                        case TANH -> dx[first] = dg[first] = g * (1 - f.y[at] * f.y[at]);
                        case RELU -> dx[first] = dg[first] = f.y[at] > 0 ? g : 0;
                        case LSTM -> {
                            double input = f.gates[first];
                            double forget = f.gates[first + hidden];
                            double fresh = f.gates[first + 2 * hidden];
                            double output = f.gates[first + 3 * hidden];
                            double bent = Math.tanh(f.kept[at]);
                            double dcell = carry[i * hidden + j] + g * output * (1 - bent * bent);
                            dx[first] = dcell * fresh * input * (1 - input);
                            dx[first + hidden] = dcell * before(f.kept, c0, t, i, j) * forget * (1 - forget);
                            dx[first + 2 * hidden] = dcell * input * (1 - fresh * fresh);
                            dx[first + 3 * hidden] = g * bent * output * (1 - output);
                            for (int gate = 0; gate < 4; gate++) {
                                dg[first + gate * hidden] = dx[first + gate * hidden];
                            }
                            carry[i * hidden + j] = dcell * forget;
                        }
                        case GRU -> {
                            double reset = f.gates[first];
                            double update = f.gates[first + hidden];
                            double fresh = f.gates[first + 2 * hidden];
                            double dfresh = g * (1 - update) * (1 - fresh * fresh);
                            dx[first] = dg[first] = dfresh * f.kept[at] * reset * (1 - reset);
                            dx[first + hidden] =
                                    dg[first + hidden] = g * (before(f.y, h0, t, i, j) - fresh) * update * (1 - update);
                            dx[first + 2 * hidden] = dfresh;
                            dg[first + 2 * hidden] = dfresh * reset;
                            next[i * hidden + j] += g * update;
                        }
                    }
                }
                for (int unit = 0; unit < gates() * hidden; unit++) {
                    for (int k = 0; k < hidden; k++) {
                        next[i * hidden + k] +=
                                dg[(place(t) * n + i) * gates() * hidden + unit] * weight[unit * hidden + k];
                    }
                }
            }
            dh = next;
        }
        return new Gradients(dx, dg, dh, carry);
    }
}
