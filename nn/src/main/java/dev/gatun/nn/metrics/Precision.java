package dev.gatun.nn.metrics;

/**
 * How many of the samples that were taken for a class are of it. The counterpart is {@code torchmetrics.Precision}.
 *
 * {@snippet :
 * var metric = new Precision(2);
 * metric.update(Tensor.of(0L, 1L, 1L), Tensor.of(0L, 1L, 0L)); // predicted, right
 * System.out.println(metric.value()); // 0.75
 * }
 */
public final class Precision extends ClassScore {
    /**
     * The mean over the classes that were seen.
     *
     * @param numClasses how many classes there are, 1 to 32,768
     * @throws IllegalArgumentException if they are fewer or more
     */
    public Precision(int numClasses) {
        this(numClasses, Average.MACRO);
    }

    /**
     * The metric.
     *
     * @param numClasses how many classes there are, 1 to 32,768
     * @param average how one figure is made of those of the classes
     * @throws IllegalArgumentException if there are fewer or more
     */
    public Precision(int numClasses, Average average) {
        super("precision", numClasses, average);
    }

    @Override
    double score(double hits, double targets, double predictions) {
        return share(hits, predictions);
    }
}
