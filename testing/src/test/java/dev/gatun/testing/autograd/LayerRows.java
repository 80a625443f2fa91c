package dev.gatun.testing.autograd;

import static dev.gatun.testing.autograd.OpTable.flags;
import static dev.gatun.testing.autograd.OpTable.on;
import static dev.gatun.testing.autograd.OpTable.one;
import static dev.gatun.testing.autograd.OpTable.row;
import static dev.gatun.testing.autograd.OpTable.two;

import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.Attention;
import dev.gatun.autograd.ops.AvgPoolParams;
import dev.gatun.autograd.ops.Conv;
import dev.gatun.autograd.ops.ConvParams;
import dev.gatun.autograd.ops.Image;
import dev.gatun.autograd.ops.Interpolation;
import dev.gatun.autograd.ops.Lookup;
import dev.gatun.autograd.ops.MaxPoolParams;
import dev.gatun.autograd.ops.Normalize;
import dev.gatun.autograd.ops.Pool;
import dev.gatun.autograd.ops.Random;
import dev.gatun.runtime.Shape;
import dev.gatun.runtime.kernels.UnaryOp;
import dev.gatun.runtime.random.Generator;
import dev.gatun.testing.autograd.OpTable.Domain;
import java.util.function.UnaryOperator;

/** The rows of {@link OpTable} that layers stand on; their twins stand in fixtures/layer_ops.py. */
final class LayerRows {
    private static final Shape M = Shape.of(3, 4);
    private static final Shape V = Shape.of(4);
    private static final Shape CUBE = Shape.of(2, 3, 2);
    private static final Shape C1 = Shape.of(1);
    private static final Shape C2 = Shape.of(2);
    private static final Shape C3 = Shape.of(3);
    private static final Shape C4 = Shape.of(4);

    private LayerRows() {}

    static void add() {
        one(
                "featureDropout",
                "Random.featureDropout(Tensor, double, Generator)",
                Domain.REAL,
                x -> Random.featureDropout(x, 0.4, new Generator(3)),
                CUBE);
        flags(true, false);
        convolutions();
        pools();
        normalisations();
        images();
        attention();
        RecurrentRows.add();
    }

    private static void convolutions() {
        ConvParams usual = ConvParams.defaults();
        conv("conv1d", Conv::conv1d, usual.withStride(2).withPadding(1), Shape.of(2, 2, 5), Shape.of(3, 2, 3), C3);
        conv("conv2d", Conv::conv2d, usual, Shape.of(1, 2, 4, 3), Shape.of(2, 2, 2, 2), C2);
        conv(
                "conv2d moved",
                Conv::conv2d,
                usual.withStride(2, 1).withPadding(1, 0).withDilation(1, 2),
                Shape.of(2, 1, 5, 4),
                Shape.of(2, 1, 2, 2));
        conv("conv2d groups", Conv::conv2d, usual.withGroups(2), Shape.of(1, 4, 3, 3), Shape.of(4, 2, 2, 2), C4);
        conv("conv2d same", Conv::conv2d, usual.withSamePadding(), Shape.of(1, 1, 4, 3), Shape.of(1, 1, 2, 3), C1);
        conv("conv2d one", Conv::conv2d, usual, Shape.of(2, 3, 3), Shape.of(1, 2, 2, 2), C1);
        conv("conv3d", Conv::conv3d, usual, Shape.of(1, 1, 3, 3, 3), Shape.of(2, 1, 2, 2, 2), C2);
        conv(
                "convTranspose1d",
                Conv::convTranspose1d,
                usual.withStride(2).withPadding(1).withOutputPadding(1),
                Shape.of(1, 2, 3),
                Shape.of(2, 1, 3),
                C1);
        conv(
                "convTranspose2d",
                Conv::convTranspose2d,
                usual.withStride(2, 1),
                Shape.of(1, 2, 2, 3),
                Shape.of(2, 2, 2, 2),
                C2);
        conv(
                "convTranspose2d groups",
                Conv::convTranspose2d,
                usual.withGroups(2).withDilation(2),
                Shape.of(1, 2, 2, 2),
                Shape.of(2, 1, 2, 2));
        row(
                "conv2d relu",
                "Conv.conv2d(Tensor, Tensor, Tensor, ConvParams, UnaryOp)",
                Domain.REAL,
                in -> Conv.conv2d(in.get(0), in.get(1), in.get(2), usual.withPadding(1), UnaryOp.RELU),
                Shape.of(1, 2, 3, 3),
                Shape.of(2, 2, 3, 3),
                C2);
        conv(
                "conv2dReluMaxPool2d",
                Conv::conv2dReluMaxPool2d,
                usual.withPadding(1),
                Shape.of(1, 2, 5, 4),
                Shape.of(2, 2, 3, 3),
                C2);
    }

    /** A convolution of x, weight and, where there is one, bias. */
    private interface Convolution {
        Tensor apply(Tensor x, Tensor weight, Tensor bias, ConvParams params);
    }

    private static void conv(String name, Convolution convolution, ConvParams params, Shape... shapes) {
        row(
                name,
                "Conv." + name.split(" ", -1)[0] + "(Tensor, Tensor, Tensor, ConvParams)",
                Domain.REAL,
                in -> convolution.apply(in.get(0), in.get(1), in.size() > 2 ? in.get(2) : null, params),
                shapes);
    }

    private static void pools() {
        Shape line = Shape.of(2, 1, 5);
        Shape image = Shape.of(1, 2, 4, 5);
        Shape volume = Shape.of(1, 1, 3, 2, 4);
        MaxPoolParams max = MaxPoolParams.of(2);
        pool("maxPool1d", "MaxPoolParams", x -> Pool.maxPool1d(x, max).values(), line);
        pool("maxPool2d", "MaxPoolParams", x -> Pool.maxPool2d(x, max).values(), image);
        MaxPoolParams moved =
                MaxPoolParams.of(3, 2).withStride(2, 1).withPadding(1).withDilation(1, 2);
        pool("maxPool2d moved", "MaxPoolParams", x -> Pool.maxPool2d(x, moved).values(), image);
        MaxPoolParams ceil = MaxPoolParams.of(2).withCeilMode(true);
        pool("maxPool2d ceil", "MaxPoolParams", x -> Pool.maxPool2d(x, ceil).values(), Shape.of(2, 3, 5));
        pool("maxPool3d", "MaxPoolParams", x -> Pool.maxPool3d(x, max).values(), volume);
        AvgPoolParams mean = AvgPoolParams.of(2);
        pool("avgPool1d", "AvgPoolParams", x -> Pool.avgPool1d(x, mean), line);
        pool("avgPool2d", "AvgPoolParams", x -> Pool.avgPool2d(x, mean), image);
        AvgPoolParams padded =
                AvgPoolParams.of(3, 2).withStride(2, 1).withPadding(1).withCeilMode(true);
        pool("avgPool2d padded", "AvgPoolParams", x -> Pool.avgPool2d(x, padded), image);
        AvgPoolParams bare = padded.withCountIncludePad(false);
        pool("avgPool2d bare", "AvgPoolParams", x -> Pool.avgPool2d(x, bare), image);
        AvgPoolParams divided = padded.withDivisorOverride(5);
        pool("avgPool2d divisor", "AvgPoolParams", x -> Pool.avgPool2d(x, divided), Shape.of(2, 3, 5));
        pool("avgPool3d", "AvgPoolParams", x -> Pool.avgPool3d(x, mean), volume);
        pool("adaptiveAvgPool1d", "long[]", x -> Pool.adaptiveAvgPool1d(x, 3), line);
        pool("adaptiveAvgPool2d", "long[]", x -> Pool.adaptiveAvgPool2d(x, 3, 2), image);
        pool("adaptiveAvgPool3d", "long[]", x -> Pool.adaptiveAvgPool3d(x, 2), volume);
        pool("adaptiveMaxPool1d", "long[]", x -> Pool.adaptiveMaxPool1d(x, 3).values(), line);
        pool("adaptiveMaxPool2d", "long[]", x -> Pool.adaptiveMaxPool2d(x, 3, 2).values(), image);
        pool("adaptiveMaxPool3d", "long[]", x -> Pool.adaptiveMaxPool3d(x, 2).values(), volume);
    }

    private static void pool(String name, String parameter, UnaryOperator<Tensor> op, Shape shape) {
        String method = "Pool." + name.split(" ", -1)[0] + "(Tensor, " + parameter + ")";
        one(name, method, Domain.REAL, op, shape);
    }

    private static void normalisations() {
        batchNorm("batchNorm", true, Shape.of(4, 3), C3, C3);
        batchNorm("batchNorm images", true, Shape.of(2, 2, 2, 3), C2, C2);
        batchNorm("batchNorm plain", true, Shape.of(3, 2, 2));
        batchNorm("batchNorm eval", false, Shape.of(2, 2, 3), C2, C2);
        row(
                "layerNorm",
                "Normalize.layerNorm(Tensor, Tensor, Tensor, double, long[])",
                Domain.REAL,
                in -> Normalize.layerNorm(in.get(0), in.get(1), in.get(2), 1e-5, 3, 2),
                CUBE,
                Shape.of(3, 2),
                Shape.of(3, 2));
        two(
                "rmsNorm",
                "Normalize.rmsNorm(Tensor, Tensor, double, long[])",
                Domain.REAL,
                (x, w) -> Normalize.rmsNorm(x, w, 1e-3, 4),
                M,
                V);
        row(
                "groupNorm",
                "Normalize.groupNorm(Tensor, long, Tensor, Tensor, double)",
                Domain.REAL,
                in -> Normalize.groupNorm(in.get(0), 2, in.get(1), in.get(2), 1e-5),
                Shape.of(2, 4, 3),
                C4,
                C4);
    }

    private static void images() {
        String interpolate = "Image.interpolate(Tensor, Interpolation)";
        Shape image = Shape.of(1, 2, 2, 3);
        Interpolation nearest = Interpolation.byFactor(2, 1.5);
        Interpolation linear = Interpolation.toSize(3, 5).linear(false);
        one("interpolate nearest", interpolate, Domain.REAL, x -> Image.interpolate(x, nearest), image);
        one("interpolate linear", interpolate, Domain.REAL, x -> Image.interpolate(x, linear), image);
        one(
                "interpolate cubic",
                interpolate,
                Domain.REAL,
                x -> Image.interpolate(x, Interpolation.byFactor(1.5, 2).cubic(false)),
                image);
        one(
                "interpolate aligned",
                interpolate,
                Domain.REAL,
                x -> Image.interpolate(x, Interpolation.toSize(2).linear(true)),
                Shape.of(1, 1, 2, 3, 4));
        one(
                "pixelShuffle",
                "Image.pixelShuffle(Tensor, long)",
                Domain.REAL,
                x -> Image.pixelShuffle(x, 2),
                Shape.of(4, 2, 3));
        one(
                "pixelUnshuffle",
                "Image.pixelUnshuffle(Tensor, long)",
                Domain.REAL,
                x -> Image.pixelUnshuffle(x, 2),
                Shape.of(1, 2, 4));
    }

    private static void attention() {
        String scaled = "Attention.scaledDotProductAttention(Tensor, Tensor, Tensor, Tensor, double, boolean)";
        Shape sequence = Shape.of(2, 3, 4);
        Tensor mask = Tensor.of(new boolean[][] {{true, false, true}, {true, true, false}, {false, true, true}});
        mask.own();
        row(
                "attention",
                scaled,
                Domain.REAL,
                in -> Attention.scaledDotProductAttention(in.get(0), in.get(1), in.get(2), null, 0, false),
                sequence,
                sequence,
                Shape.of(2, 3, 2));
        row(
                "attention causal",
                scaled,
                Domain.REAL,
                in -> Attention.scaledDotProductAttention(in.get(0), in.get(1), in.get(1), null, 0, true),
                sequence,
                sequence);
        two(
                "attention masked",
                "Attention.weights(Tensor, Tensor, Tensor)",
                Domain.REAL,
                (q, k) -> Attention.weights(q, k, on(q, mask)),
                sequence,
                sequence);
        one(
                "embedding",
                "Lookup.embedding(Tensor, Tensor, long)",
                Domain.REAL,
                w -> Lookup.embedding(w, on(w, Tensor.of(new long[][] {{1, 0}, {2, 1}})), -1),
                M);
        one(
                "embedding sparse",
                "Lookup.embedding(Tensor, Tensor, long, boolean)",
                Domain.REAL,
                w -> Lookup.embedding(w, on(w, Tensor.of(new long[][] {{1, 0}, {2, 1}})), -1, true),
                M);
    }

    private static void batchNorm(String name, boolean training, Shape... shapes) {
        row(
                name,
                "Normalize.batchNorm(Tensor, Tensor, Tensor, Tensor, Tensor, boolean, double, double)",
                Domain.REAL,
                in -> {
                    Tensor x = in.get(0);
                    Tensor running = on(x, Tensor.arange(x.size(1))).to(x.dtype());
                    return Normalize.batchNorm(
                            x,
                            training ? null : running.sub(0.5),
                            training ? null : running.add(0.75),
                            in.size() > 1 ? in.get(1) : null,
                            in.size() > 1 ? in.get(2) : null,
                            training,
                            0.1,
                            1e-5);
                },
                shapes);
    }
}
