package dev.gatun.testing.naive;

import java.util.Arrays;

/**
 * Batch normalisation by its definition, on x [n, channels, *].
 *
 * @param channels of x
 * @param inner elements of one channel of one sample
 * @param x the values
 * @param mean of each channel, or what takes its place
 * @param var biased variance of each channel, or what takes its place
 * @param invstd 1 over the root of var + eps
 */
public record NaiveNormalize(int channels, int inner, double[] x, double[] mean, double[] var, double[] invstd) {
    /** With x's own statistics in training, else with those given. */
    public static NaiveNormalize batchNorm(
            long[] shape, double[] x, boolean training, double[] givenMean, double[] givenVar, double eps) {
        int channels = (int) shape[1];
        int inner = (int) Arrays.stream(shape).skip(2).reduce(1, (a, b) -> a * b);
        double[] mean = givenMean.clone();
        double[] var = givenVar.clone();
        double count = channels == 0 ? 0 : (double) x.length / channels;
        if (training) {
            Arrays.fill(mean, 0);
            Arrays.fill(var, 0);
            for (int i = 0; i < x.length; i++) {
                mean[i / inner % channels] += x[i] / count;
            }
            for (int i = 0; i < x.length; i++) {
                var[i / inner % channels] += Math.pow(x[i] - mean[i / inner % channels], 2) / count;
            }
        }
        double[] invstd = Arrays.stream(var).map(v -> 1 / Math.sqrt(v + eps)).toArray();
        return new NaiveNormalize(channels, inner, x, mean, var, invstd);
    }

    private int channel(int i) {
        return i / inner % channels;
    }

    private double count() {
        return (double) x.length / channels;
    }

    private double standard(int i) {
        return (x[i] - mean[channel(i)]) * invstd[channel(i)];
    }

    /** The normalised values. */
    public double[] forward(double[] weight, double[] bias) {
        double[] y = new double[x.length];
        Arrays.setAll(y, i -> standard(i) * weight[channel(i)] + bias[channel(i)]);
        return y;
    }

    /** The variance divided by one less than the count. */
    public double[] unbiased() {
        return Arrays.stream(var).map(v -> v * count() / (count() - 1)).toArray();
    }

    /** Running statistics after they moved towards new ones. */
    public double[] moved(double[] towards, double[] before, double momentum) {
        double[] moved = new double[channels];
        Arrays.setAll(moved, c -> (1 - momentum) * before[c] + momentum * towards[c]);
        return moved;
    }

    /** The sum of what arrives, for each channel. */
    public double[] gradBias(double[] dy) {
        double[] sums = new double[channels];
        for (int i = 0; i < dy.length; i++) {
            sums[channel(i)] += dy[i];
        }
        return sums;
    }

    /** The sum of what arrives times the standardised x, for each channel. */
    public double[] gradWeight(double[] dy) {
        double[] sums = new double[channels];
        for (int i = 0; i < dy.length; i++) {
            sums[channel(i)] += dy[i] * standard(i);
        }
        return sums;
    }

    /** The gradient of x. */
    public double[] gradInput(double[] weight, double[] dy, boolean training) {
        double[] sums = gradBias(dy);
        double[] products = gradWeight(dy);
        double[] dx = new double[dy.length];
        for (int i = 0; i < dx.length; i++) {
            int c = channel(i);
            double centred = training ? dy[i] - sums[c] / count() - standard(i) * products[c] / count() : dy[i];
            dx[i] = weight[c] * invstd[c] * centred;
        }
        return dx;
    }

    /** The largest finite |x| for each of some numbers per channel. */
    public double[] magnitudes(double[] perChannel) {
        double[] all = new double[perChannel.length];
        Arrays.fill(all, largest());
        return all;
    }

    /** As many as may have been added up, for each of some numbers per channel. */
    public double[] counts(double[] perChannel) {
        double[] all = new double[perChannel.length];
        Arrays.fill(all, channels == 0 ? 0 : 3 * count());
        return all;
    }

    /** What an element of the normalised x can be: |x| over the deviation, times the weight. */
    public double[] scales(double[] weight) {
        double[] all = new double[x.length];
        Arrays.setAll(all, i -> {
            double scale = invstd[channel(i)] * Math.max(1, Math.abs(weight[channel(i)])) * (1 + largest());
            return Double.isFinite(scale) ? scale : 0;
        });
        return all;
    }

    private double largest() {
        return Arrays.stream(x).filter(Double::isFinite).map(Math::abs).max().orElse(0);
    }
}
