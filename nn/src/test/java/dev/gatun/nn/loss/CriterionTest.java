package dev.gatun.nn.loss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.Reduction;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.Shape;
import org.junit.jupiter.api.Test;

class CriterionTest {
    private static final Tensor LOGITS = Tensor.of(new double[][] {{1, 2, 3}, {0.5, -1, 0}, {4, 4, 4}});
    private static final Tensor TARGET = Tensor.of(2L, 0L, 1L);

    private static double naive(double[] logits, int target) {
        double sum = 0;
        for (double logit : logits) {
            sum += Math.exp(logit);
        }
        return Math.log(sum) - logits[target];
    }

    private static final double[] ROWS = {
        naive(new double[] {1, 2, 3}, 2), naive(new double[] {0.5, -1, 0}, 0), naive(new double[] {4, 4, 4}, 1)
    };

    @Test
    void crossEntropy_eachReduction_matchesNaive() {
        double sum = ROWS[0] + ROWS[1] + ROWS[2];
        assertArrayEquals(
                ROWS,
                new CrossEntropyLoss(Reduction.NONE).forward(LOGITS, TARGET).toDoubleArray(),
                1e-12);
        assertEquals(
                sum, new CrossEntropyLoss(Reduction.SUM).forward(LOGITS, TARGET).item(), 1e-12);
        assertEquals(sum / 3, new CrossEntropyLoss().forward(LOGITS, TARGET).item(), 1e-12);
    }

    @Test
    void crossEntropy_ignoredRows_doNotCount() {
        assertEquals(
                (ROWS[0] + ROWS[1]) / 2,
                new CrossEntropyLoss().forward(LOGITS, Tensor.of(2L, 0L, -100L)).item(),
                1e-12);
        assertEquals(
                (ROWS[0] + ROWS[2]) / 2,
                new CrossEntropyLoss(Reduction.MEAN, 0).forward(LOGITS, TARGET).item(),
                1e-12);
    }

    @Test
    void nll_ofLogSoftmax_isCrossEntropy() {
        assertEquals(
                new CrossEntropyLoss().forward(LOGITS, TARGET).item(),
                new NLLLoss().forward(LOGITS.logSoftmax(1), TARGET).item(),
                1e-12);
    }

    @Test
    void crossEntropy_oneRow_takesAScalarTarget() {
        assertEquals(
                ROWS[1],
                new CrossEntropyLoss()
                        .forward(LOGITS.select(0, 1), TARGET.select(0, 1))
                        .item(),
                1e-12);
    }

    @Test
    void crossEntropy_classesInTheMiddle_matchesRows() {
        // [1, classes, 3]: the rows of LOGITS stand behind one another.
        Tensor image = LOGITS.t().unsqueeze(0).contiguous().requiresGrad_(true);
        Tensor target = TARGET.unsqueeze(0);
        try (var scope = Scope.open()) {
            Tensor loss = new CrossEntropyLoss(Reduction.NONE).forward(image, target);
            assertEquals(Shape.of(1, 3), loss.shape());
            assertArrayEquals(ROWS, loss.toDoubleArray(), 1e-12);
            new CrossEntropyLoss().forward(image, target).backward();
        }
        double[] gradient = image.grad().toDoubleArray();
        double[] softmax = LOGITS.softmax(1).toDoubleArray();
        assertEquals((softmax[2] - 1) / 3, gradient[6], 1e-12); // row 0, class 2
        assertEquals(softmax[4] / 3, gradient[4], 1e-12); // row 1, class 1
        image.zeroGrad();
    }

    @Test
    void crossEntropy_shapesDiffer_saysBoth() {
        var e = assertThrows(
                IllegalArgumentException.class,
                () -> new CrossEntropyLoss().forward(Tensor.zeros(2, 3, 4), Tensor.of(new long[][] {{0}, {1}})));
        assertEquals(
                "crossEntropy: target does not have the input's shape without its classes: f32[2, 3, 4],"
                        + " i64[2, 1]",
                e.getMessage());
        assertThrows(IllegalArgumentException.class, () -> new NLLLoss().forward(LOGITS, Tensor.of(1L, 2L)));
        assertThrows(IllegalArgumentException.class, () -> new NLLLoss().forward(LOGITS, Tensor.of(1f, 2f, 0f)));
    }

    @Test
    void mse_eachReduction_matchesNaive() {
        Tensor x = Tensor.of(1d, 2d, 4d);
        Tensor y = Tensor.of(0d, 4d, 1d);
        assertEquals(14, new MSELoss(Reduction.SUM).forward(x, y).item());
        assertEquals(14.0 / 3, new MSELoss().forward(x, y).item(), 1e-15);
        assertArrayEquals(
                new double[] {1, 4, 9},
                new MSELoss(Reduction.NONE).forward(x, y).toDoubleArray());
    }
}
