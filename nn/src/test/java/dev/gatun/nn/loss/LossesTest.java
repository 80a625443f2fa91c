package dev.gatun.nn.loss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.ClassLoss;
import dev.gatun.autograd.ops.EmbeddingLoss;
import dev.gatun.autograd.ops.Loss;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Reduction;
import dev.gatun.runtime.Shape;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** That each class is its function under its options, and what it refuses. */
class LossesTest {
    private static final Tensor X = Tensor.of(new double[][] {{0.2, 0.9, 0.4}, {0.7, 0.1, 0.6}});
    private static final Tensor Y = Tensor.of(new double[][] {{0.5, 0.1, 1}, {0, 0.3, 0.8}});
    private static final Tensor Z = Tensor.of(new double[][] {{0.3, 0.2, 0.6}, {0.9, 0.4, 0.5}});
    private static final Tensor CLASSES = Tensor.of(2L, 0L);
    private static final Tensor WEIGHT = Tensor.of(0.5, 2d, 1d);
    private static final Tensor SIGNS = Tensor.of(1d, -1d);

    private static void assertSame(Tensor expected, Tensor actual) {
        assertEquals(expected.shape(), actual.shape());
        assertArrayEquals(expected.toDoubleArray(), actual.toDoubleArray());
    }

    @Test
    void elements_eachClass_isItsFunction() {
        assertSame(Loss.l1(X, Y, Reduction.MEAN), new L1Loss().forward(X, Y));
        assertSame(Loss.l1(X, Y, Reduction.NONE), new L1Loss(Reduction.NONE).forward(X, Y));
        assertSame(Loss.smoothL1(X, Y, Reduction.MEAN, 1), new SmoothL1Loss().forward(X, Y));
        assertSame(Loss.smoothL1(X, Y, Reduction.SUM, 0.3), new SmoothL1Loss(Reduction.SUM, 0.3).forward(X, Y));
        assertSame(Loss.huber(X, Y, Reduction.MEAN, 1), new HuberLoss().forward(X, Y));
        assertSame(Loss.huber(X, Y, Reduction.MEAN, 0.2), new HuberLoss(0.2).forward(X, Y));
        assertSame(Loss.bce(X, Y, null, Reduction.MEAN), new BCELoss().forward(X, Y));
        BCELoss.Options weighted = BCELoss.Options.defaults().withWeight(WEIGHT);
        assertSame(Loss.bce(X, Y, WEIGHT, Reduction.MEAN), new BCELoss(weighted).forward(X, Y));
        assertSame(
                Loss.bceWithLogits(X, Y, null, null, Reduction.SUM),
                new BCEWithLogitsLoss(Reduction.SUM).forward(X, Y));
        BCEWithLogitsLoss.Options both =
                BCEWithLogitsLoss.Options.defaults().withWeight(WEIGHT).withPosWeight(Tensor.of(3d));
        assertSame(
                Loss.bceWithLogits(X, Y, WEIGHT, Tensor.of(3d), Reduction.MEAN),
                new BCEWithLogitsLoss(both).forward(X, Y));
        assertEquals(
                Set.of("weight", "pos_weight"),
                new BCEWithLogitsLoss(both).stateDict().keySet());
    }

    @Test
    void likelihoods_eachClass_isItsFunction() {
        assertSame(Loss.klDiv(X, Y, Reduction.MEAN, false), new KLDivLoss().forward(X, Y));
        assertSame(Loss.klDiv(X, Y, Reduction.NONE, true), new KLDivLoss(Reduction.NONE, true).forward(X, Y));
        assertEquals(
                Loss.klDiv(X, Y, Reduction.SUM, false).item() / 2,
                KLDivLoss.batchMean(false).forward(X, Y).item());
        assertSame(Loss.poissonNll(X, Y, true, false, 1e-8, Reduction.MEAN), new PoissonNLLLoss().forward(X, Y));
        PoissonNLLLoss.Options plain =
                PoissonNLLLoss.Options.defaults().withLogInput(false).withFull(true);
        assertSame(Loss.poissonNll(X, Y, false, true, 1e-8, Reduction.MEAN), new PoissonNLLLoss(plain).forward(X, Y));
        assertSame(Loss.gaussianNll(X, Y, Z, false, 1e-6, Reduction.MEAN), new GaussianNLLLoss().forward(X, Y, Z));
    }

    @Test
    void classes_eachClass_isItsFunction() {
        CrossEntropyLoss.Options options =
                CrossEntropyLoss.Options.defaults().withWeight(WEIGHT).withLabelSmoothing(0.1);
        CrossEntropyLoss crossEntropy = new CrossEntropyLoss(options);
        assertSame(
                ClassLoss.crossEntropy(X, CLASSES, WEIGHT, Reduction.MEAN, -100, 0.1),
                crossEntropy.forward(X, CLASSES));
        assertSame(ClassLoss.crossEntropy(X, Y, WEIGHT, Reduction.MEAN, -100, 0.1), crossEntropy.forward(X, Y));
        assertEquals(Set.of("weight"), crossEntropy.stateDict().keySet());
        assertEquals("CrossEntropyLoss()", crossEntropy.toString());
        crossEntropy.to(DType.F32);
        assertEquals(DType.F32, crossEntropy.forward(X.to(DType.F32), CLASSES).dtype());
        NLLLoss nll = new NLLLoss(NLLLoss.Options.defaults().withWeight(WEIGHT).withIgnoreIndex(2));
        assertSame(ClassLoss.nllLoss(X, CLASSES, WEIGHT, Reduction.MEAN, 2), nll.forward(X, CLASSES));
        assertEquals(2, nll.ignoreIndex());
        assertSame(
                ClassLoss.multiMargin(X, CLASSES, 1, 1, null, Reduction.MEAN),
                new MultiMarginLoss().forward(X, CLASSES));
        MultiMarginLoss.Options squares =
                MultiMarginLoss.Options.defaults().withP(2).withMargin(0.5).withWeight(WEIGHT);
        assertSame(
                ClassLoss.multiMargin(X, CLASSES, 2, 0.5, WEIGHT, Reduction.MEAN),
                new MultiMarginLoss(squares).forward(X, CLASSES));
    }

    @Test
    void embeddings_eachClass_isItsFunction() {
        assertSame(EmbeddingLoss.marginRanking(X, Y, Z, 0, Reduction.MEAN), new MarginRankingLoss().forward(X, Y, Z));
        assertSame(EmbeddingLoss.hingeEmbedding(X, Y, 1, Reduction.MEAN), new HingeEmbeddingLoss().forward(X, Y));
        assertSame(
                EmbeddingLoss.cosineEmbedding(X, Y, SIGNS, 0.2, Reduction.NONE),
                new CosineEmbeddingLoss(Reduction.NONE, 0.2).forward(X, Y, SIGNS));
        TripletMarginLoss.Options options =
                TripletMarginLoss.Options.defaults().withMargin(2).withP(1).withSwap(true);
        assertSame(
                EmbeddingLoss.tripletMargin(X, Y, Z, 2, 1, 1e-6, true, Reduction.MEAN),
                new TripletMarginLoss(options).forward(X, Y, Z));
        assertEquals(
                Shape.of(2),
                new TripletMarginLoss(Reduction.NONE).forward(X, Y, Z).shape());
    }

    @Test
    void bce_certainAndWrong_staysFinite() {
        Tensor x = Tensor.of(0d, 1d, 0d, 1d).requiresGrad_();
        Tensor loss = new BCELoss(Reduction.NONE).forward(x, Tensor.of(1d, 0d, 0d, 1d));
        assertArrayEquals(new double[] {100, 100, 0, 0}, loss.toDoubleArray(), 1e-12);
        loss.sum().backward();
        assertArrayEquals(new double[] {-1e12, 1e12, 0, 0}, x.grad().toDoubleArray(), 1);
    }

    @Test
    void bceWithLogits_hugeLogits_staysFinite() {
        Tensor x = Tensor.of(1e4, -1e4, 1e4, -1e4).requiresGrad_();
        Tensor loss = new BCEWithLogitsLoss(Reduction.NONE).forward(x, Tensor.of(1d, 0d, 0d, 1d));
        assertArrayEquals(new double[] {0, 0, 1e4, 1e4}, loss.toDoubleArray());
        loss.sum().backward();
        assertArrayEquals(new double[] {0, 0, 1, -1}, x.grad().toDoubleArray());
    }

    @Test
    void huber_infiniteDistance_hasTheLinesSlope() {
        Tensor x = Tensor.of(Double.POSITIVE_INFINITY).requiresGrad_();
        new HuberLoss(0.5).forward(x, Tensor.of(0d)).backward();
        assertEquals(0.5, x.grad().item());
    }

    @Test
    void klDiv_zeroTarget_isZero() {
        Tensor target = Tensor.of(0d, 1d).requiresGrad_();
        Tensor loss = new KLDivLoss(Reduction.NONE).forward(Tensor.of(-1d, -2d), target);
        assertArrayEquals(new double[] {0, 2}, loss.toDoubleArray());
        loss.sum().backward();
        assertTrue(Double.isFinite(target.grad().sum().item()));
    }

    @Test
    void losses_wrongInput_sayWhat() {
        Tensor f32 = Tensor.of(1f, 2f);
        assertMessage("l1: dtypes differ: f64[2, 3], f32[2]", () -> new L1Loss().forward(X, f32));
        assertMessage("bce: shapes differ: f64[2, 3], f64[3]", () -> new BCELoss().forward(X, WEIGHT));
        assertMessage("bce: elements from 0.5 to 2.0, not 0 to 1: f64[3]", () -> new BCELoss().forward(WEIGHT, WEIGHT));
        assertMessage(
                "bceWithLogits: the weight does not broadcast to the input: f64[2, 2, 3], f64[2, 3]",
                () -> Loss.bceWithLogits(X, Y, Tensor.ones(DType.F64, 2, 2, 3), null, Reduction.MEAN));
        assertMessage(
                "crossEntropy: not a weight for each class: f64[2], f64[2, 3]",
                () -> new CrossEntropyLoss(CrossEntropyLoss.Options.defaults().withWeight(SIGNS)).forward(X, CLASSES));
        assertMessage(
                "crossEntropy: labelSmoothing is not 0..1: 1.5",
                () -> new CrossEntropyLoss(CrossEntropyLoss.Options.defaults().withLabelSmoothing(1.5)));
        assertMessage(
                "crossEntropy: probabilities have the input's shape: f64[2, 3], f64[3]",
                () -> new CrossEntropyLoss().forward(X, WEIGHT));
        assertMessage("huber: delta is out of range: 0.0", () -> new HuberLoss(0));
        assertMessage(
                "multiMargin: p is not 1 or 2: 3",
                () -> new MultiMarginLoss(MultiMarginLoss.Options.defaults().withP(3)));
        assertMessage(
                "gaussianNll: a variance is negative: f64[2, 3]", () -> new GaussianNLLLoss().forward(X, Y, Z.neg()));
        assertMessage(
                "gaussianNll: the variance does not fit the input: f64[3, 1], f64[2, 3]",
                () -> new GaussianNLLLoss().forward(X, Y, WEIGHT.unsqueeze(1)));
        assertMessage(
                "cosineEmbedding: not a target for each row: f64[2, 3], f64[3]",
                () -> new CosineEmbeddingLoss().forward(X, Y, WEIGHT));
        assertMessage(
                "nllLoss: target[1] is 3, classes are 0..2: logProb f64[2, 3]",
                () -> new MultiMarginLoss().forward(X, Tensor.of(0L, 3L)));
    }

    private static void assertMessage(String expected, org.junit.jupiter.api.function.Executable action) {
        assertEquals(
                expected, assertThrows(IllegalArgumentException.class, action).getMessage());
    }

    @Test
    void crossEntropy_everyRowIgnored_isNaNAsPyTorchs() {
        Tensor ignored = Tensor.of(-100L, -100L);
        for (CrossEntropyLoss.Options options : List.of(
                CrossEntropyLoss.Options.defaults(),
                CrossEntropyLoss.Options.defaults().withWeight(WEIGHT))) {
            assertTrue(Double.isNaN(
                    new CrossEntropyLoss(options).forward(X, ignored).item()));
        }
    }
}
