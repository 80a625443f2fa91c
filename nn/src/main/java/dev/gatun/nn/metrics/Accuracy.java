package dev.gatun.nn.metrics;

import dev.gatun.autograd.GradMode;
import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.Scope;

/**
 * The share of samples whose class is the predicted one, or among the k that score highest. The counterpart is {@code
 * torchmetrics.Accuracy}, with its {@code top_k}; PyTorch itself has no metrics.
 *
 * {@snippet :
 * var metric = new Accuracy();
 * metric.update(Tensor.of(0L, 1L, 1L), Tensor.of(0L, 1L, 0L)); // predicted, right
 * System.out.printf("%.4f%n", metric.value()); // 0.6667
 * }
 */
public final class Accuracy extends Share {
    private final int topK;

    /** The share of samples whose class is the predicted one. */
    public Accuracy() {
        this(1);
    }

    /**
     * The share of samples whose class is among the k that score highest.
     *
     * @param topK k, at least 1
     * @throws IllegalArgumentException if it is below 1
     */
    public Accuracy(int topK) {
        super("accuracy");
        if (topK < 1) {
            throw new IllegalArgumentException("accuracy: topK is below 1: " + topK);
        }
        this.topK = topK;
    }

    /**
     * Adds a batch.
     *
     * @param predictions scores [n, classes, *]; or, for k = 1, classes [n, *] as whole numbers, or probabilities of
     *     class 1 of two [n, *], F32 or F64
     * @param target classes [n, *], whole numbers of any dtype
     * @throws IllegalArgumentException if shapes do not fit, a target is out of range, or there are fewer classes than k
     */
    @Override
    public void update(Tensor predictions, Tensor target) {
        if (topK > 1) {
            add(hits(predictions, target), target.count());
            return;
        }
        Classes classes = Classes.of(op(), predictions, target, 0);
        long hits = 0;
        for (int i = 0; i < classes.target().length; i++) {
            hits += classes.predicted()[i] == classes.target()[i] ? 1 : 0;
        }
        add((double) hits, classes.target().length);
    }

    private double hits(Tensor predictions, Tensor target) {
        if (!Classes.isScored(op(), predictions, target) || predictions.size(1) < topK) {
            throw new IllegalArgumentException(
                    "accuracy: takes scores of at least " + topK + " classes: " + predictions.describe());
        }
        try (var off = GradMode.noGrad();
                var temporaries = Scope.open()) {
            long[] right = Classes.checked(op(), "target", target, predictions.size(1), predictions);
            if (right.length == 0) {
                return 0;
            }
            Tensor best = predictions.topk(topK, 1).indices(); // [n, k, *]
            return best.eq(Tensor.of(right)
                            .to(best.device())
                            .view(target.shape().toArray())
                            .unsqueeze(1))
                    .sum()
                    .item();
        }
    }
}
