package dev.gatun.nn.metrics;

import dev.gatun.autograd.Tensor;
import java.util.Arrays;

/**
 * How often each class was taken for each: rows are true classes, columns predicted ones. The counterpart is {@code
 * torchmetrics.ConfusionMatrix}.
 *
 * {@snippet :
 * var matrix = new ConfusionMatrix(2);
 * matrix.update(Tensor.of(0L, 1L, 1L), Tensor.of(0L, 1L, 0L));
 * System.out.println(matrix.compute()); // tensor([[1, 1], [0, 1]])
 * }
 */
public final class ConfusionMatrix implements Metric {
    private static final int MOST = 1 << 15; // 8 GiB of counts

    private final String op;
    private final int numClasses;
    private final long[] counts;
    private long samples;

    /**
     * A matrix.
     *
     * @param numClasses how many classes there are, 1 to 32,768
     * @throws IllegalArgumentException if they are fewer or more
     */
    public ConfusionMatrix(int numClasses) {
        this("confusionMatrix", numClasses);
    }

    ConfusionMatrix(String op, int numClasses) {
        if (numClasses < 1 || numClasses > MOST) {
            throw new IllegalArgumentException(op + ": numClasses is outside 1.." + MOST + ": " + numClasses);
        }
        this.op = op;
        this.numClasses = numClasses;
        this.counts = new long[numClasses * numClasses];
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
    public void update(Tensor predictions, Tensor target) {
        Classes classes = Classes.of(op, predictions, target, numClasses);
        for (int i = 0; i < classes.target().length; i++) {
            counts[(int) (classes.target()[i] * numClasses + classes.predicted()[i])]++;
        }
        samples += classes.target().length;
    }

    /**
     * The matrix.
     *
     * @return I64 [numClasses, numClasses]: at [i, j] samples of class i that were taken for class j
     * @throws IllegalStateException if there was no sample
     */
    @Override
    public Tensor compute() {
        requireSamples();
        return Tensor.of(counts).view(numClasses, numClasses);
    }

    /** Refuses: the figure is a matrix. */
    @Override
    public double value() {
        throw new IllegalArgumentException(op + ": the figure is a matrix: see compute()");
    }

    void requireSamples() {
        if (samples == 0) {
            throw new IllegalStateException(op + ": no sample was given yet");
        }
    }

    int numClasses() {
        return numClasses;
    }

    /** Samples of a class that were recognised. */
    long hits(int of) {
        return counts[of * numClasses + of];
    }

    /** Samples of a class. */
    long targets(int of) {
        long sum = 0;
        for (int j = 0; j < numClasses; j++) {
            sum += counts[of * numClasses + j];
        }
        return sum;
    }

    /** Samples that were taken for a class. */
    long predictions(int of) {
        long sum = 0;
        for (int i = 0; i < numClasses; i++) {
            sum += counts[i * numClasses + of];
        }
        return sum;
    }

    @Override
    public void reset() {
        Arrays.fill(counts, 0);
        samples = 0;
    }
}
