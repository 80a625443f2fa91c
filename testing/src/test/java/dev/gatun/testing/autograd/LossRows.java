package dev.gatun.testing.autograd;

import static dev.gatun.testing.autograd.OpTable.flags;
import static dev.gatun.testing.autograd.OpTable.on;
import static dev.gatun.testing.autograd.OpTable.one;
import static dev.gatun.testing.autograd.OpTable.row;
import static dev.gatun.testing.autograd.OpTable.two;

import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.ClassLoss;
import dev.gatun.autograd.ops.EmbeddingLoss;
import dev.gatun.autograd.ops.Loss;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Reduction;
import dev.gatun.runtime.Shape;
import dev.gatun.testing.autograd.OpTable.Domain;
import java.util.Locale;

/** The rows of {@link OpTable} for losses; their twins stand in fixtures/training.py. */
final class LossRows {
    private static final Shape M = Shape.of(3, 4);
    private static final Shape V = Shape.of(4);
    private static final Shape CLASSES = Shape.of(4, 5);
    private static final Shape IMAGES = Shape.of(2, 3, 2, 2);

    private static final String CROSS_ENTROPY =
            "ClassLoss.crossEntropy(Tensor, Tensor, Tensor, Reduction, long, double)";
    private static final String NLL = "ClassLoss.nllLoss(Tensor, Tensor, Tensor, Reduction, long)";
    private static final String MULTI_MARGIN = "ClassLoss.multiMargin(Tensor, Tensor, int, double, Tensor, Reduction)";
    private static final String TRIPLET =
            "EmbeddingLoss.tripletMargin(Tensor, Tensor, Tensor, double, double, double, boolean, Reduction)";

    private LossRows() {}

    private static Tensor like(Tensor x, double... values) {
        return Tensor.of(values).to(x.device(), x.dtype());
    }

    /** Of targets between 0 and 1, [3, 4]. */
    private static Tensor shares(Tensor x) {
        return like(x, 0, 1, 1, 0, 1, 0, 0.5, 1, 0, 0.25, 1, 1).view(3, 4);
    }

    private static Tensor weight(Tensor x) {
        return like(x, 0.5, 2, 1, 0.25);
    }

    private static Tensor classWeight(Tensor x) {
        return like(x, 0.5, 2, 1, 0.25, 1.5);
    }

    private static Tensor classes() {
        return Tensor.of(2L, 1L, 3L, 1L);
    }

    private static Tensor imageClasses() {
        return Tensor.of(2L, 1L, 0L, 1L, 1L, 0L, 2L, 2L).view(2, 2, 2);
    }

    static void add() {
        for (Reduction reduction : Reduction.values()) {
            String end = " " + reduction.name().toLowerCase(Locale.ROOT);
            elements(end, reduction);
            likelihoods(end, reduction);
            classes(end, reduction);
            embeddings(end, reduction);
        }
        two("l1 broadcast", L1, Domain.REAL, (x, y) -> Loss.l1(x, y, Reduction.SUM), M, V);
        two("smoothL1 zero", SMOOTH, Domain.REAL, (x, y) -> Loss.smoothL1(x, y, Reduction.MEAN, 0), M, M);
        row("bce all", BCE, Domain.INSIDE, in -> Loss.bce(in.get(0), in.get(1), in.get(2), Reduction.MEAN), M, M, V);
        flags(true, false);
        two("klDivBatchMean", BATCH_MEAN, Domain.POSITIVE, (x, y) -> Loss.klDivBatchMean(x, y, false), M, M);
        two("klDivBatchMean log", BATCH_MEAN, Domain.REAL, (x, y) -> Loss.klDivBatchMean(x, y, true), M, M);
        gaussian("gaussianNll rows", true, Reduction.SUM, Shape.of(3, 1));
        gaussian("gaussianNll lacking", false, Reduction.SUM, Shape.of(3));
        single();
    }

    private static final String L1 = "Loss.l1(Tensor, Tensor, Reduction)";
    private static final String SMOOTH = "Loss.smoothL1(Tensor, Tensor, Reduction, double)";
    private static final String BCE = "Loss.bce(Tensor, Tensor, Tensor, Reduction)";
    private static final String BATCH_MEAN = "Loss.klDivBatchMean(Tensor, Tensor, boolean)";

    private static void elements(String end, Reduction reduction) {
        two("l1" + end, L1, Domain.REAL, (x, y) -> Loss.l1(x, y, reduction), M, M);
        two("smoothL1" + end, SMOOTH, Domain.REAL, (x, y) -> Loss.smoothL1(x, y, reduction, 0.7), M, M);
        two(
                "huber" + end,
                "Loss.huber(Tensor, Tensor, Reduction, double)",
                Domain.REAL,
                (x, y) -> Loss.huber(x, y, reduction, 0.8),
                M,
                M);
        one("bce" + end, BCE, Domain.INSIDE, x -> Loss.bce(x, shares(x), null, reduction), M);
        one("bce weight" + end, BCE, Domain.INSIDE, x -> Loss.bce(x, shares(x), weight(x), reduction), M);
        String logits = "Loss.bceWithLogits(Tensor, Tensor, Tensor, Tensor, Reduction)";
        one(
                "bceWithLogits" + end,
                logits,
                Domain.REAL,
                x -> Loss.bceWithLogits(x, shares(x), null, null, reduction),
                M);
        row(
                "bceWithLogits weights" + end,
                logits,
                Domain.REAL,
                in -> Loss.bceWithLogits(
                        in.get(0),
                        in.get(1),
                        weight(in.get(0)),
                        weight(in.get(0)).add(1),
                        reduction),
                M,
                M);
    }

    private static void likelihoods(String end, Reduction reduction) {
        String klDiv = "Loss.klDiv(Tensor, Tensor, Reduction, boolean)";
        two("klDiv" + end, klDiv, Domain.POSITIVE, (x, y) -> Loss.klDiv(x, y, reduction, false), M, M);
        two("klDiv log" + end, klDiv, Domain.REAL, (x, y) -> Loss.klDiv(x, y, reduction, true), M, M);
        String poisson = "Loss.poissonNll(Tensor, Tensor, boolean, boolean, double, Reduction)";
        two(
                "poissonNll log" + end,
                poisson,
                Domain.REAL,
                (x, y) -> Loss.poissonNll(x, y, true, false, 1e-8, reduction),
                M,
                M);
        one(
                "poissonNll full" + end,
                poisson,
                Domain.POSITIVE,
                x -> Loss.poissonNll(x, shares(x).mul(4), false, true, 1e-2, reduction),
                M);
        gaussian("gaussianNll" + end, false, reduction, M);
    }

    private static void gaussian(String name, boolean full, Reduction reduction, Shape variance) {
        row(
                name,
                "Loss.gaussianNll(Tensor, Tensor, Tensor, boolean, double, Reduction)",
                Domain.POSITIVE,
                in -> Loss.gaussianNll(in.get(0), in.get(1), in.get(2), full, 1e-6, reduction),
                M,
                M,
                variance);
    }

    private static void classes(String end, Reduction reduction) {
        crossEntropy("weight", end, reduction, true, -100, 0);
        crossEntropy("smooth", end, reduction, false, -100, 0.2);
        crossEntropy("all", end, reduction, true, 1, 0.3);
        crossEntropy("smooth ignore", end, reduction, false, 1, 0.1);
        one(
                "crossEntropy images" + end,
                CROSS_ENTROPY,
                Domain.REAL,
                x -> ClassLoss.crossEntropy(x, on(x, imageClasses()), null, reduction, -100, 0),
                IMAGES);
        one(
                "crossEntropy images all" + end,
                CROSS_ENTROPY,
                Domain.REAL,
                x -> ClassLoss.crossEntropy(x, on(x, imageClasses()), like(x, 0.5, 2, 1), reduction, 0, 0.1),
                IMAGES);
        two(
                "crossEntropy soft" + end,
                CROSS_ENTROPY,
                Domain.INSIDE,
                (x, p) -> ClassLoss.crossEntropy(x, p, null, reduction, -100, 0),
                CLASSES,
                CLASSES);
        two(
                "crossEntropy soft images" + end,
                CROSS_ENTROPY,
                Domain.INSIDE,
                (x, p) -> ClassLoss.crossEntropy(x, p, like(x, 0.5, 2, 1), reduction, -100, 0.2),
                IMAGES,
                IMAGES);
        one(
                "nllLoss weight" + end,
                NLL,
                Domain.REAL,
                x -> ClassLoss.nllLoss(x, on(x, classes()), classWeight(x), reduction, 3),
                CLASSES);
        one(
                "nllLoss images" + end,
                NLL,
                Domain.REAL,
                x -> ClassLoss.nllLoss(x, on(x, imageClasses()), null, reduction, -100),
                IMAGES);
        one(
                "nllLoss images weight" + end,
                NLL,
                Domain.REAL,
                x -> ClassLoss.nllLoss(x, on(x, imageClasses()), like(x, 0.5, 2, 1), reduction, 2),
                IMAGES);
        one(
                "multiMargin" + end,
                MULTI_MARGIN,
                Domain.REAL,
                x -> ClassLoss.multiMargin(x, on(x, classes()), 1, 0.8, null, reduction),
                CLASSES);
        one(
                "multiMargin square" + end,
                MULTI_MARGIN,
                Domain.REAL,
                x -> ClassLoss.multiMargin(x, on(x, classes()), 2, 1, classWeight(x), reduction),
                CLASSES);
    }

    private static void crossEntropy(
            String name, String end, Reduction reduction, boolean weighs, long ignored, double smoothing) {
        one(
                "crossEntropy " + name + end,
                CROSS_ENTROPY,
                Domain.REAL,
                x -> ClassLoss.crossEntropy(
                        x, on(x, classes()), weighs ? classWeight(x) : null, reduction, ignored, smoothing),
                CLASSES);
    }

    private static void single() {
        Shape logits = Shape.of(5);
        Tensor two = Tensor.scalar(2, DType.I64);
        one(
                "crossEntropy one all",
                CROSS_ENTROPY,
                Domain.REAL,
                x -> ClassLoss.crossEntropy(x, on(x, two), classWeight(x), Reduction.NONE, -100, 0.1),
                logits);
        two(
                "crossEntropy one soft",
                CROSS_ENTROPY,
                Domain.INSIDE,
                (x, p) -> ClassLoss.crossEntropy(x, p, null, Reduction.MEAN, -100, 0),
                logits,
                logits);
        one(
                "nllLoss one weight",
                NLL,
                Domain.REAL,
                x -> ClassLoss.nllLoss(x, on(x, two), classWeight(x), Reduction.MEAN, -100),
                logits);
        one(
                "multiMargin one",
                MULTI_MARGIN,
                Domain.REAL,
                x -> ClassLoss.multiMargin(x, on(x, two), 1, 1, null, Reduction.NONE),
                logits);
        two(
                "cosineEmbedding one",
                COSINE,
                Domain.AWAY,
                (x, y) -> EmbeddingLoss.cosineEmbedding(x, y, on(x, Tensor.scalar(1)), 0, Reduction.MEAN),
                V,
                V);
        triplet("tripletMargin swap", Reduction.NONE, 1, 3, true);
        triplet("tripletMargin cubes", Reduction.NONE, 3, 4, false);
        triplet("tripletMargin largest", Reduction.NONE, Double.POSITIVE_INFINITY, 3, true);
    }

    private static final String COSINE = "EmbeddingLoss.cosineEmbedding(Tensor, Tensor, Tensor, double, Reduction)";

    private static void embeddings(String end, Reduction reduction) {
        two(
                "marginRanking" + end,
                "EmbeddingLoss.marginRanking(Tensor, Tensor, Tensor, double, Reduction)",
                Domain.REAL,
                (x, y) -> EmbeddingLoss.marginRanking(x, y, like(x, 1, -1, -1, 1), 0.3, reduction),
                V,
                V);
        one(
                "hingeEmbedding" + end,
                "EmbeddingLoss.hingeEmbedding(Tensor, Tensor, double, Reduction)",
                Domain.AWAY,
                x -> EmbeddingLoss.hingeEmbedding(x, like(x, 1, -1, 0, -1), 0.9, reduction),
                M);
        two(
                "cosineEmbedding" + end,
                COSINE,
                Domain.AWAY,
                (x, y) -> EmbeddingLoss.cosineEmbedding(x, y, like(x, 1, -1, 1), -0.9, reduction),
                M,
                M);
        triplet("tripletMargin" + end, reduction, 2, 2, false);
    }

    private static void triplet(String name, Reduction reduction, double p, double margin, boolean swap) {
        row(
                name,
                TRIPLET,
                Domain.REAL,
                in -> EmbeddingLoss.tripletMargin(in.get(0), in.get(1), in.get(2), margin, p, 1e-6, swap, reduction),
                M,
                M,
                M);
    }
}
