package dev.gatun.nn.metrics;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.DType;

/** A figure of each class: hits among those that could have been hits. A class without any has 0. */
abstract sealed class ClassScore implements Metric permits Precision, Recall, F1Score {
    private final String op;
    private final Average average;
    private final ConfusionMatrix matrix;

    ClassScore(String op, int numClasses, Average average) {
        this.op = op;
        this.average = average;
        this.matrix = new ConfusionMatrix(op, numClasses);
    }

    /**
     * The figure.
     *
     * @param hits samples of the class that were recognised
     * @param targets samples of the class
     * @param predictions samples that were taken for the class
     */
    abstract double score(double hits, double targets, double predictions);

    /** A share, 0 of nothing. */
    static double share(double part, double whole) {
        return whole == 0 ? 0 : part / whole;
    }

    /**
     * Adds a batch.
     *
     * @param predictions scores [n, numClasses, *]; or classes [n, *] as whole numbers; or, for two classes,
     *     probabilities of class 1 [n, *], F32 or F64
     * @param target classes [n, *], whole numbers of any dtype
     * @throws IllegalArgumentException if shapes do not fit or a class is out of range
     */
    @Override
    public final void update(Tensor predictions, Tensor target) {
        matrix.update(predictions, target);
    }

    /**
     * The figure over all batches.
     *
     * @return F64 of rank 0; [numClasses] for {@link Average#NONE}
     * @throws IllegalStateException if there was no sample
     */
    @Override
    public final Tensor compute() {
        return average == Average.NONE ? Tensor.of(each()) : Tensor.scalar(value(), DType.F64);
    }

    @Override
    public final double value() {
        matrix.requireSamples();
        return switch (average) {
            case MICRO -> micro();
            case MACRO -> mean(false);
            case WEIGHTED -> mean(true);
            case NONE -> throw new IllegalArgumentException(op + ": there is one figure for each class: see compute()");
        };
    }

    private double[] each() {
        matrix.requireSamples();
        double[] scores = new double[matrix.numClasses()];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = score((double) matrix.hits(i), (double) matrix.targets(i), (double) matrix.predictions(i));
        }
        return scores;
    }

    private double micro() {
        long hits = 0;
        long samples = 0;
        for (int i = 0; i < matrix.numClasses(); i++) {
            hits += matrix.hits(i);
            samples += matrix.targets(i);
        }
        return score((double) hits, (double) samples, (double) samples);
    }

    private double mean(boolean weighted) {
        double[] scores = each();
        double sum = 0;
        double weights = 0;
        for (int i = 0; i < scores.length; i++) {
            boolean seen = matrix.targets(i) + matrix.predictions(i) > 0;
            double weight = weighted ? (double) matrix.targets(i) : seen ? 1 : 0;
            sum += weight * scores[i];
            weights += weight;
        }
        return sum / weights;
    }

    @Override
    public final void reset() {
        matrix.reset();
    }
}
