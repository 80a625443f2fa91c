package dev.gatun.nn.metrics;

/**
 * The harmonic mean of {@link Precision} and {@link Recall} of a class. The counterpart is {@code
 * torchmetrics.F1Score}.
 *
 * {@snippet :
 * var metric = new F1Score(2);
 * metric.update(Tensor.of(0L, 1L, 1L), Tensor.of(0L, 1L, 0L)); // predicted, right
 * System.out.printf("%.4f%n", metric.value()); // 0.6667
 * }
 */
public final class F1Score extends ClassScore {
    /**
     * The mean over the classes that were seen.
     *
     * @param numClasses how many classes there are, 1 to 32,768
     * @throws IllegalArgumentException if they are fewer or more
     */
    public F1Score(int numClasses) {
        this(numClasses, Average.MACRO);
    }

    /**
     * The metric.
     *
     * @param numClasses how many classes there are, 1 to 32,768
     * @param average how one figure is made of those of the classes
     * @throws IllegalArgumentException if there are fewer or more
     */
    public F1Score(int numClasses, Average average) {
        super("f1Score", numClasses, average);
    }

    @Override
    double score(double hits, double targets, double predictions) {
        return share(2 * hits, targets + predictions);
    }
}
