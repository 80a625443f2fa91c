package dev.gatun.testing.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gatun.autograd.GradCheck;
import dev.gatun.autograd.GradMode;
import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.AvgPoolParams;
import dev.gatun.autograd.ops.ConvParams;
import dev.gatun.autograd.ops.Interpolation;
import dev.gatun.autograd.ops.MaxPoolParams;
import dev.gatun.nn.AdaptiveAvgPool2d;
import dev.gatun.nn.AvgPool3d;
import dev.gatun.nn.BatchNorm;
import dev.gatun.nn.BatchNorm1d;
import dev.gatun.nn.BatchNorm2d;
import dev.gatun.nn.BatchNorm3d;
import dev.gatun.nn.Conv1d;
import dev.gatun.nn.Conv2d;
import dev.gatun.nn.Conv3d;
import dev.gatun.nn.ConvTranspose1d;
import dev.gatun.nn.ConvTranspose2d;
import dev.gatun.nn.Dropout2d;
import dev.gatun.nn.Embedding;
import dev.gatun.nn.GRU;
import dev.gatun.nn.GroupNorm;
import dev.gatun.nn.LSTM;
import dev.gatun.nn.LayerNorm;
import dev.gatun.nn.Linear;
import dev.gatun.nn.MaxPool1d;
import dev.gatun.nn.MaxPool2d;
import dev.gatun.nn.Module;
import dev.gatun.nn.ModuleDict;
import dev.gatun.nn.ModuleList;
import dev.gatun.nn.MultiheadAttention;
import dev.gatun.nn.PixelShuffle;
import dev.gatun.nn.PixelUnshuffle;
import dev.gatun.nn.RNN;
import dev.gatun.nn.RNNBase;
import dev.gatun.nn.ReLU;
import dev.gatun.nn.TransformerEncoderLayer;
import dev.gatun.nn.Upsample;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Scope;
import dev.gatun.testing.Tolerance;
import dev.gatun.testing.fixtures.Fixtures;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What layers print, compute and learn, against PyTorch's; and their gradients against differences. */
class ModulesTest {
    private static final Map<String, Fixtures.Row> ROWS = rows();
    private static final Map<String, String> TEXTS = texts();
    static final Map<String, Supplier<Module>> LAYERS = layers();

    /** Sums of some dozens of products, through several layers. */
    private static final double FACTOR = 64;

    private static Map<String, Supplier<Module>> layers() {
        Map<String, Supplier<Module>> all = new LinkedHashMap<>();
        ConvParams conv = ConvParams.defaults();
        all.put("conv1d", () -> new Conv1d(2, 3, 3, conv.withStride(2).withPadding(1)));
        all.put("conv2d", () -> new Conv2d(3, 4, new long[] {3, 2}, conv.withPadding(1, 0), false));
        all.put(
                "conv2d groups",
                () -> new Conv2d(4, 6, 3, conv.withGroups(2).withDilation(2).withSamePadding()));
        all.put("conv3d", () -> new Conv3d(2, 2, 2));
        all.put("convTranspose1d", () -> new ConvTranspose1d(3, 2, 3, conv.withStride(2)));
        all.put(
                "convTranspose2d",
                () -> new ConvTranspose2d(
                        2, 3, 3, conv.withStride(2).withPadding(1).withOutputPadding(1)));
        all.put(
                "maxPool2d",
                () -> new MaxPool2d(
                        MaxPoolParams.of(3).withStride(2).withPadding(1).withCeilMode(true)));
        all.put("avgPool3d", () -> new AvgPool3d(AvgPoolParams.of(2).withStride(1)));
        all.put("adaptiveAvgPool2d", () -> new AdaptiveAvgPool2d(3, 2));
        BatchNorm.Options norm = BatchNorm.Options.defaults();
        all.put("batchNorm1d", () -> new BatchNorm1d(3));
        all.put("batchNorm1d lines", () -> new BatchNorm1d(2, norm.withCumulativeMomentum()));
        all.put("batchNorm2d", () -> new BatchNorm2d(3, norm.withEps(1e-3).withMomentum(0.3)));
        all.put("batchNorm2d eval", () -> new BatchNorm2d(3).eval());
        all.put(
                "batchNorm3d plain",
                () -> new BatchNorm3d(2, norm.withAffine(false).withTrackRunningStats(false)));
        all.put("layerNorm", () -> new LayerNorm(6));
        all.put("layerNorm two", () -> new LayerNorm(new long[] {3, 4}, 1e-3, true));
        all.put("layerNorm plain", () -> new LayerNorm(new long[] {5}, 1e-5, false));
        all.put("groupNorm", () -> new GroupNorm(2, 4));
        all.put("groupNorm plain", () -> new GroupNorm(3, 3, 1e-5, false));
        all.put("upsample nearest", () -> new Upsample(2));
        all.put("upsample size", () -> new Upsample(Interpolation.toSize(5, 3), 2));
        all.put(
                "upsample linear",
                () -> new Upsample(Interpolation.byFactor(1.5).linear(false), 1));
        all.put(
                "upsample bilinear",
                () -> new Upsample(Interpolation.byFactor(2, 1.5).linear(false), 2));
        all.put(
                "upsample aligned",
                () -> new Upsample(Interpolation.toSize(5, 4).linear(true), 2));
        all.put("pixelShuffle", () -> new PixelShuffle(2));
        all.put("pixelUnshuffle", () -> new PixelUnshuffle(2));
        all.put("embedding", () -> new Embedding(5, 3));
        all.put("embedding padding", () -> new Embedding(5, 3, 2));
        Embedding.Options table = Embedding.Options.defaults();
        all.put("embedding norm", () -> new Embedding(5, 3, table.withMaxNorm(0.7)));
        all.put(
                "embedding norm 1",
                () -> new Embedding(
                        5, 3, table.withPaddingIdx(2).withMaxNorm(0.9).withNormType(1)));
        all.put("embedding frequency", () -> new Embedding(5, 3, table.withScaleGradByFreq(true)));
        RNNBase.Options plain = RNNBase.Options.defaults();
        all.put("rnn", () -> new RNN(3, 4));
        all.put("rnn relu", () -> new RNN(3, 4, plain.withBias(false), RNN.Nonlinearity.RELU));
        all.put("lstm", () -> new LSTM(3, 4));
        all.put(
                "lstm deep",
                () -> new LSTM(
                        3, 2, plain.withNumLayers(2).withBidirectional(true).withBatchFirst(true)));
        all.put("lstm projected", () -> new LSTM(3, 4, plain.withProjSize(2)));
        all.put(
                "lstm projected deep",
                () -> new LSTM(
                        3,
                        3,
                        plain.withNumLayers(2)
                                .withBidirectional(true)
                                .withBias(false)
                                .withProjSize(1)));
        all.put("gru", () -> new GRU(3, 4));
        all.put("gru both", () -> new GRU(2, 3, plain.withBidirectional(true)));
        MultiheadAttention.Options heads = MultiheadAttention.Options.defaults();
        all.put("attention", () -> new MultiheadAttention(6, 2));
        all.put(
                "attention first",
                () -> new MultiheadAttention(4, 4, heads.withBias(false).withBatchFirst(true)));
        all.put(
                "attention added",
                () -> new MultiheadAttention(4, 2, heads.withAddBiasKv(true).withAddZeroAttn(true)));
        TransformerEncoderLayer.Options encoder =
                TransformerEncoderLayer.Options.defaults().withDimFeedforward(5).withDropout(0);
        all.put("encoder", () -> new TransformerEncoderLayer(4, 2, encoder));
        all.put(
                "encoder first",
                () -> new TransformerEncoderLayer(
                        4, 2, encoder.withBatchFirst(true).withNormFirst(true)));
        PlainLayers.add(all);
        return all;
    }

    /** Lines behind a bar are text; the others are values. */
    private static Map<String, String> texts() {
        Map<String, String> texts = new LinkedHashMap<>();
        String name = "";
        for (String line : Fixtures.lines("layers.txt")) {
            if (line.startsWith("row ")) {
                name = line.substring("row ".length());
            } else if (line.startsWith("|")) {
                texts.merge(name, line.substring(1), (above, below) -> above + "\n" + below);
            }
        }
        return texts;
    }

    private static Map<String, Fixtures.Row> rows() {
        return Fixtures.rows(Fixtures.lines("layers.txt").stream()
                .filter(line -> !line.startsWith("|"))
                .toList());
    }

    static Set<String> names() {
        return LAYERS.keySet();
    }

    /** Layers whose input can be differentiated, in a size that differences are quick for. */
    static List<String> smooth() {
        return LAYERS.keySet().stream()
                .filter(name -> !name.startsWith("embedding"))
                .toList();
    }

    @Test
    void fixtures_andTable_nameTheSameLayers() {
        Set<String> made = ROWS.keySet().stream()
                .filter(name -> !name.startsWith("text "))
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(made, new TreeSet<>(names()));
    }

    @Test
    void toString_containersAndOptions_arePyTorchs() {
        Map<String, Module> parts = new LinkedHashMap<>();
        parts.put("a", new ModuleList(new Linear(2, 3), new ReLU()));
        parts.put("b", new ModuleList());
        assertEquals(TEXTS.get("text lists"), new ModuleDict(parts).toString());
        assertEquals(TEXTS.get("text dropout2d"), new Dropout2d(0.25).toString());
        assertEquals(TEXTS.get("text maxPool1d"), new MaxPool1d(2).toString());
        RNNBase.Options deep = new RNNBase.Options(2, false, true, 0.5, true, 0);
        assertEquals(TEXTS.get("text deep"), new LSTM(3, 4, deep).toString());
    }

    @ParameterizedTest
    @MethodSource("names")
    void layer_inF64_matchesPyTorch(String name) {
        check(name, DType.F64);
    }

    @ParameterizedTest
    @MethodSource("names")
    void layer_withHooks_computesTheSameAndRunsThemOnce(String name) {
        try (Scope scope = Scope.open()) {
            Module layer = made(name, DType.F64).eval();
            Tensor x = ROWS.get(name).get("in").tensor();
            double[] expected = layer.forward(x).toDoubleArray();
            List<String> calls = new ArrayList<>();
            layer.registerForwardPreHook((module, in) -> {
                calls.add("before");
                return null;
            });
            layer.registerForwardHook((module, in, out) -> {
                calls.add(module == layer && in == x ? "after" : "?");
                return null;
            });
            layer.registerFullBackwardHook((module, gradInput, gradOutput) -> null);
            assertArrayEquals(expected, layer.forward(x).toDoubleArray());
            assertArrayEquals(expected, layer.call(x).toDoubleArray());
            assertEquals(List.of("before", "after", "before", "after"), calls);
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void layer_inF32_matchesPyTorch(String name) {
        check(name, DType.F32);
    }

    private static void check(String name, DType dtype) {
        try (Scope scope = Scope.open()) {
            Fixtures.Row row = ROWS.get(name);
            Module layer = made(name, dtype);
            assertEquals(TEXTS.get(name), layer.toString());
            Tensor x = row.get("in").tensor();
            boolean learns = x.dtype().isFloating();
            x = learns ? x.to(dtype).requiresGrad_() : x;
            Tensor y = layer.forward(x);
            same(row.get("out"), y, dtype, name);
            y.mul(Fixtures.weights(y.shape(), 5, 13, 6).to(dtype)).sum().backward();
            if (learns) {
                same(row.get("x"), x.grad(), dtype, name + " x");
            }
            Map<String, Tensor> parameters = layer.namedParameters();
            List<String> seen = new ArrayList<>(List.of("in", "out", "x"));
            for (Map.Entry<String, Tensor> parameter : parameters.entrySet()) {
                same(row.get(parameter.getKey()), parameter.getValue().grad(), dtype, name + " " + parameter.getKey());
                seen.add(parameter.getKey());
            }
            for (Map.Entry<String, Tensor> buffer : layer.namedBuffers().entrySet()) {
                same(row.get(buffer.getKey()), buffer.getValue(), dtype, name + " " + buffer.getKey());
                seen.add(buffer.getKey());
            }
            row.lines().forEach(line -> assertEquals(true, seen.contains(line.key()), name + " " + line.key()));
        }
    }

    /** The layer with the script's parameters. */
    private static Module made(String name, DType dtype) {
        Module layer = LAYERS.get(name).get().to(dtype);
        fill(layer);
        return layer;
    }

    /** Gives a layer the script's parameters. */
    static void fill(Module layer) {
        try (GradMode off = GradMode.noGrad()) {
            int k = 0;
            for (Tensor p : layer.parameters()) {
                Tensor values =
                        Fixtures.scattered((int) p.count()).mul(1 + k / 4.0).add(k / 16.0);
                p.copy_(values.view(p.shape().toArray()));
                k++;
            }
        }
    }

    private static void same(Fixtures.Values expected, Tensor actual, DType dtype, String what) {
        assertEquals(expected.shape(), actual.shape(), what);
        double[] values = expected.doubles();
        double[] magnitudes = new double[values.length];
        Arrays.fill(
                magnitudes,
                Math.max(1, Arrays.stream(values).map(Math::abs).max().orElse(0)));
        double[] got = actual.detach().to(DType.F64).toDoubleArray();
        Tolerance.of(dtype).times(FACTOR).check(values, got, magnitudes, what);
    }

    @ParameterizedTest
    @MethodSource("smooth")
    void layer_gradients_matchDifferencesTwice(String name) {
        try (Scope scope = Scope.open()) {
            Module layer = made(name, DType.F64);
            Tensor x = ROWS.get(name).get("in").tensor();
            Tensor small = x.count() > 30 && x.rank() > 3 ? x.narrow(0, 0, 1).clone() : x;
            List<Tensor> inputs = List.of(small.detach().requiresGrad_());
            GradCheck.gradcheck(in -> layer.forward(in.get(0)), inputs);
            GradCheck.gradgradcheck(in -> layer.forward(in.get(0)), inputs);
        }
    }
}
