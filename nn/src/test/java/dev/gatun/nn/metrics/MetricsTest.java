package dev.gatun.nn.metrics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.Shape;
import dev.gatun.runtime.random.Generator;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MetricsTest {
    private static final double CLOSE = 1e-12;

    private static void assertMessage(String expected, Executable action) {
        assertEquals(
                expected, assertThrows(IllegalArgumentException.class, action).getMessage());
    }

    static List<Supplier<Metric>> all() {
        return List.of(
                Accuracy::new,
                () -> new Accuracy(2),
                () -> new ConfusionMatrix(4),
                () -> new Precision(4),
                () -> new Recall(4, Average.NONE),
                () -> new F1Score(4, Average.WEIGHTED),
                () -> new F1Score(4, Average.MICRO));
    }

    @ParameterizedTest
    @MethodSource("all")
    void batches_oneOrMany_giveTheSame(Supplier<Metric> maker) {
        Tensor scores = Tensor.randn(new Generator(2), 50, 4);
        Tensor target = Tensor.randint(new Generator(3), 0, 4, 50);
        Metric whole = maker.get();
        whole.update(scores, target);
        Metric parts = maker.get();
        parts.update(scores.narrow(0, 5, 45), target.narrow(0, 5, 45));
        parts.reset();
        try (var scope = Scope.open()) {
            for (int from = 0; from < 50; from += 12) {
                long count = Math.min(12, 50 - from);
                parts.update(scores.narrow(0, from, count), target.narrow(0, from, count));
            }
        }
        parts.update(Tensor.zeros(0, 4), Tensor.zeros(DType.I64, 0));
        assertArrayEquals(
                whole.compute().to(DType.F64).toDoubleArray(),
                parts.compute().to(DType.F64).toDoubleArray());
    }

    @ParameterizedTest
    @MethodSource("all")
    void compute_withoutASample_saysSo(Supplier<Metric> maker) {
        Metric metric = maker.get();
        var e = assertThrows(IllegalStateException.class, metric::compute);
        assertEquals(true, e.getMessage().endsWith(": no sample was given yet"), e.getMessage());
        metric.update(Tensor.zeros(0, 4), Tensor.zeros(DType.I64, 0));
        assertThrows(IllegalStateException.class, metric::compute);
    }

    @ParameterizedTest
    @MethodSource("all")
    void update_labelOutOfRange_namesItAndAddsNothing(Supplier<Metric> maker) {
        Metric metric = maker.get();
        Tensor scores = Tensor.zeros(3, 4);
        String line = assertThrows(IllegalArgumentException.class, () -> metric.update(scores, Tensor.of(0L, 1, 4)))
                .getMessage();
        assertEquals("target[2] is 4, classes are 0..3: predictions f32[3, 4]", line.substring(line.indexOf(' ') + 1));
        line = assertThrows(IllegalArgumentException.class, () -> metric.update(scores, Tensor.of(0L, -1, 3)))
                .getMessage();
        assertEquals("target[1] is -1, classes are 0..3: predictions f32[3, 4]", line.substring(line.indexOf(' ') + 1));
        line = assertThrows(IllegalArgumentException.class, () -> metric.update(scores, Tensor.of(0f, 1, 2.5f)))
                .getMessage();
        assertEquals(
                "target[2] is 2.5, classes are 0..3: predictions f32[3, 4]", line.substring(line.indexOf(' ') + 1));
        assertThrows(IllegalArgumentException.class, () -> metric.update(scores, Tensor.of(0L, 1)));
        assertThrows(IllegalArgumentException.class, () -> metric.update(Tensor.zeros(3), Tensor.of(0L, 1)));
        assertThrows(IllegalStateException.class, metric::compute);
    }

    @Test
    void accuracy_scoresClassesAndProbabilities_areRead() {
        Accuracy accuracy = new Accuracy();
        accuracy.update(Tensor.of(new float[][] {{1, 2}, {3, 0}, {0, 1}}), Tensor.of(1L, 0, 0));
        assertEquals(2.0 / 3, accuracy.value(), CLOSE);
        accuracy.update(Tensor.of(7L, 2), Tensor.of(7L, 3));
        assertEquals(3.0 / 5, accuracy.value(), CLOSE);
        accuracy.update(Tensor.of(0.9f, 0.5f, 0.1f), Tensor.of(1f, 0f, 1f));
        assertEquals(5.0 / 8, accuracy.value(), CLOSE);
        assertEquals(5.0 / 8, accuracy.compute().item(), CLOSE);
        accuracy.reset();
        // One class for each pixel: [n, classes, pixels].
        accuracy.update(Tensor.of(new float[][][] {{{1, 0}, {0, 1}}}), Tensor.of(new long[][] {{0, 0}}));
        assertEquals(0.5, accuracy.value(), CLOSE);
        assertMessage(
                "accuracy: target[0] is 2, classes are 0..1: predictions f32[1]",
                () -> accuracy.update(Tensor.of(0.5f), Tensor.of(2L)));
        assertMessage("accuracy: topK is below 1: 0", () -> new Accuracy(0));
        assertMessage(
                "accuracy: takes scores of at least 3 classes: f32[1, 2]",
                () -> new Accuracy(3).update(Tensor.zeros(1, 2), Tensor.of(0L)));
        assertMessage(
                "accuracy: takes scores [n, classes, *] or predictions of the target's shape: predictions f32[4, 1],"
                        + " target i64[4, 2]",
                () -> accuracy.update(Tensor.zeros(4, 1), Tensor.zeros(DType.I64, 4, 2)));
    }

    @Test
    void accuracy_logitsWithGraph_keepNothing() {
        Tensor scores = Tensor.zeros(2, 3).requiresGrad_(true).mul(2);
        Accuracy accuracy = new Accuracy();
        try (var scope = Scope.open()) {
            accuracy.update(scores, Tensor.of(0L, 1));
            assertEquals(1, scope.count()); // the targets of this line
        }
        assertEquals(0.5, accuracy.value(), CLOSE);
    }

    @Test
    void confusionMatrix_rows_areTrueClasses() {
        ConfusionMatrix matrix = new ConfusionMatrix(3);
        matrix.update(Tensor.of(0L, 2, 1, 1, 0), Tensor.of(0L, 1, 1, 1, 2));
        Tensor counts = matrix.compute();
        assertEquals(Shape.of(3, 3), counts.shape());
        assertArrayEquals(new long[] {1, 0, 0, 0, 2, 1, 1, 0, 0}, counts.toLongArray());
        assertMessage("confusionMatrix: the figure is a matrix: see compute()", matrix::value);
        assertMessage(
                "confusionMatrix: predictions[0] is 3, classes are 0..2: predictions i64[1]",
                () -> matrix.update(Tensor.of(3L), Tensor.of(0L)));
        assertMessage(
                "confusionMatrix: scores are not of 3 classes: f32[1, 4]",
                () -> matrix.update(Tensor.zeros(1, 4), Tensor.of(0L)));
        assertMessage("confusionMatrix: numClasses is outside 1..32768: 0", () -> new ConfusionMatrix(0));
    }

    /** Class 0: 2 of 3 found, 2 of 3 right; 1: 1 of 2, 1 of 1; 2: 0 of 1, 0 of 2; 3 appears nowhere. */
    private static void give(Metric metric) {
        metric.update(Tensor.of(0L, 0, 2, 1, 2, 0), Tensor.of(0L, 0, 0, 1, 1, 2));
    }

    private static double value(Metric metric) {
        give(metric);
        return metric.value();
    }

    @Test
    void classScores_averages_areThoseOfTheDefinitions() {
        double[] precision = {2.0 / 3, 1, 0};
        double[] recall = {2.0 / 3, 1.0 / 2, 0};
        double[] f1 = {2.0 / 3, 2.0 / 3, 0};
        assertEquals((precision[0] + precision[1]) / 3, value(new Precision(4)), CLOSE);
        assertEquals((recall[0] + recall[1]) / 3, value(new Recall(4)), CLOSE);
        assertEquals((f1[0] + f1[1]) / 3, value(new F1Score(4)), CLOSE);
        assertEquals((3 * precision[0] + 2 * precision[1]) / 6, value(new Precision(4, Average.WEIGHTED)), CLOSE);
        assertEquals((3 * recall[0] + 2 * recall[1]) / 6, value(new Recall(4, Average.WEIGHTED)), CLOSE);
        assertEquals((3 * f1[0] + 2 * f1[1]) / 6, value(new F1Score(4, Average.WEIGHTED)), CLOSE);
        for (Metric micro :
                List.of(new Precision(4, Average.MICRO), new Recall(4, Average.MICRO), new F1Score(4, Average.MICRO))) {
            assertEquals(0.5, value(micro), CLOSE);
        }
        F1Score each = new F1Score(4, Average.NONE);
        give(each);
        assertArrayEquals(new double[] {f1[0], f1[1], 0, 0}, each.compute().toDoubleArray(), CLOSE);
        assertMessage("f1Score: there is one figure for each class: see compute()", each::value);
    }

    @Test
    void differences_batches_giveTheMeans() {
        List<Metric> metrics = List.of(new MeanAbsoluteError(), new MeanSquaredError(), new RootMeanSquaredError());
        double[] expected = {2, 5.5, Math.sqrt(5.5)};
        for (int i = 0; i < expected.length; i++) {
            Metric metric = metrics.get(i);
            metric.update(Tensor.of(1f, 2), Tensor.of(2f, 4));
            metric.update(Tensor.of(5f, 6), Tensor.of(1.0, 5));
            assertEquals(expected[i], metric.value(), CLOSE);
            metric.reset();
            assertThrows(IllegalStateException.class, metric::value);
        }
        assertMessage(
                "meanSquaredError: shapes differ: predictions f32[4, 1], target f32[4]",
                () -> new MeanSquaredError().update(Tensor.zeros(4, 1), Tensor.zeros(4)));
    }

    @Test
    void r2Score_batches_giveTheDefinition() {
        Tensor target = Tensor.randn(new Generator(5), 40).add(1000).to(DType.F64);
        Tensor predictions =
                target.add(Tensor.randn(new Generator(6), 40).mul(0.3).to(DType.F64));
        double errors = predictions.sub(target).square().sum().item();
        double spread = target.sub(target.mean()).square().sum().item();
        R2Score r2 = new R2Score();
        for (int from = 0; from < 40; from += 7) {
            long count = Math.min(7, 40 - from);
            r2.update(predictions.narrow(0, from, count), target.narrow(0, from, count));
        }
        assertEquals(1 - errors / spread, r2.value(), 1e-9);
        r2.reset();
        r2.update(Tensor.of(new double[][] {{1, 5}, {2, 5}, {3, 5}}), Tensor.of(new double[][] {{1, 5}, {2, 5}, {3, 5}
        }));
        assertEquals(1, r2.value());
        r2.update(Tensor.of(new double[][] {{4, 6}}), Tensor.of(new double[][] {{4, 5}}));
        assertEquals(0.5, r2.value());
    }

    @Test
    void r2Score_badInput_isRefused() {
        R2Score r2 = new R2Score();
        assertMessage(
                "r2Score: shapes differ: predictions f32[3], target f32[2]",
                () -> r2.update(Tensor.zeros(3), Tensor.zeros(2)));
        assertMessage(
                "r2Score: takes [n] or [n, outputs]: f32[]",
                () -> r2.update(Tensor.scalar(0).to(DType.F32), Tensor.scalar(0).to(DType.F32)));
        r2.update(Tensor.zeros(1, 2), Tensor.zeros(1, 2));
        assertMessage(
                "r2Score: there were 2 outputs before: f32[1]", () -> r2.update(Tensor.zeros(1), Tensor.zeros(1)));
        var e = assertThrows(IllegalStateException.class, r2::value);
        assertEquals("r2Score: takes two samples at least: 1", e.getMessage());
    }
}
