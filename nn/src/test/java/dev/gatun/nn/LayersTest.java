package dev.gatun.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.autograd.GradMode;
import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.ConvParams;
import dev.gatun.autograd.ops.Interpolation;
import dev.gatun.autograd.ops.MaxPoolParams;
import dev.gatun.autograd.ops.PadMode;
import dev.gatun.nn.loss.CrossEntropyLoss;
import dev.gatun.nn.loss.MSELoss;
import dev.gatun.nn.loss.NLLLoss;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.Shape;
import dev.gatun.runtime.random.Generator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LayersTest {
    @Test
    void toString_eachLayer_isPyTorchs() {
        assertEquals("Linear(in_features=784, out_features=256, bias=True)", new Linear(784, 256).toString());
        assertEquals("Linear(in_features=3, out_features=2, bias=False)", new Linear(3, 2, false).toString());
        assertEquals("ReLU()", new ReLU().toString());
        assertEquals("LeakyReLU(negative_slope=0.01)", new LeakyReLU().toString());
        assertEquals("LeakyReLU(negative_slope=1e-05)", new LeakyReLU(1e-5).toString());
        assertEquals("ReLU6()", new ReLU6().toString());
        assertEquals("ELU(alpha=1.0)", new ELU().toString());
        assertEquals("SELU()", new SELU().toString());
        assertEquals("CELU(alpha=0.5)", new CELU(0.5).toString());
        assertEquals("GELU(approximate='none')", new GELU().toString());
        assertEquals("GELU(approximate='tanh')", new GELU(GELU.Approximate.TANH).toString());
        assertEquals("SiLU()", new SiLU().toString());
        assertEquals("Mish()", new Mish().toString());
        assertEquals("Hardtanh(min_val=-1.0, max_val=1.0)", new Hardtanh().toString());
        assertEquals("Hardsigmoid()", new Hardsigmoid().toString());
        assertEquals("Hardswish()", new Hardswish().toString());
        assertEquals("Softsign()", new Softsign().toString());
        assertEquals("Softplus(beta=1.0, threshold=20.0)", new Softplus().toString());
        assertEquals("Tanhshrink()", new Tanhshrink().toString());
        assertEquals("Threshold(threshold=0.1, value=20.0)", new Threshold(0.1, 20).toString());
        assertEquals("PReLU(num_parameters=3)", new PReLU(3, 0.1).toString());
        assertEquals("LogSigmoid()", new LogSigmoid().toString());
        assertEquals("Hardshrink(0.5)", new Hardshrink().toString());
        assertEquals("Softshrink(0.5)", new Softshrink().toString());
        assertEquals("GLU(dim=-1)", new GLU().toString());
        assertEquals("Sigmoid()", new Sigmoid().toString());
        assertEquals("Tanh()", new Tanh().toString());
        assertEquals("Softmax(dim=1)", new Softmax(1).toString());
        assertEquals("LogSoftmax(dim=-1)", new LogSoftmax(-1).toString());
        assertEquals("Dropout(p=0.5, inplace=False)", new Dropout().toString());
        assertEquals("Flatten(start_dim=1, end_dim=-1)", new Flatten().toString());
        assertEquals("Identity()", new Identity().toString());
        assertEquals("Sequential()", new Sequential().toString());
        assertEquals("CrossEntropyLoss()", new CrossEntropyLoss().toString());
        assertEquals("MSELoss()", new MSELoss().toString());
        assertEquals("NLLLoss()", new NLLLoss().toString());
    }

    @Test
    void toString_eachImageLayer_isPyTorchs() {
        ConvParams usual = ConvParams.defaults();
        assertEquals("Conv2d(1, 6, kernel_size=(3, 3), stride=(1, 1))", new Conv2d(1, 6, 3).toString());
        assertEquals(
                "Conv2d(4, 8, kernel_size=(3, 5), stride=(2, 1), padding=(1, 1), dilation=(2, 2), groups=2, bias=False)",
                new Conv2d(
                                4,
                                8,
                                new long[] {3, 5},
                                usual.withStride(2, 1)
                                        .withPadding(1)
                                        .withDilation(2)
                                        .withGroups(2),
                                false)
                        .toString());
        assertEquals(
                "Conv1d(2, 3, kernel_size=(3,), stride=(1,), padding=same)",
                new Conv1d(2, 3, 3, usual.withSamePadding()).toString());
        assertEquals("Conv3d(1, 2, kernel_size=(3, 3, 3), stride=(1, 1, 1))", new Conv3d(1, 2, 3).toString());
        assertEquals(
                "ConvTranspose2d(2, 3, kernel_size=(3, 3), stride=(2, 2), padding=(1, 1), output_padding=(1, 1))",
                new ConvTranspose2d(2, 3, 3, usual.withStride(2).withPadding(1).withOutputPadding(1)).toString());
        assertEquals("ConvTranspose1d(2, 3, kernel_size=(4,), stride=(1,))", new ConvTranspose1d(2, 3, 4).toString());
        assertEquals(
                "MaxPool2d(kernel_size=2, stride=2, padding=0, dilation=1, ceil_mode=False)",
                new MaxPool2d(2).toString());
        assertEquals(
                "MaxPool2d(kernel_size=(3, 2), stride=(2, 1), padding=(0, 1), dilation=1, ceil_mode=True)",
                new MaxPool2d(MaxPoolParams.of(3, 2)
                                .withStride(2, 1)
                                .withPadding(0, 1)
                                .withCeilMode(true))
                        .toString());
        assertEquals(
                "MaxPool1d(kernel_size=3, stride=1, padding=0, dilation=1, ceil_mode=False)",
                new MaxPool1d(3, 1).toString());
        assertEquals("AvgPool2d(kernel_size=3, stride=2, padding=0)", new AvgPool2d(3, 2).toString());
        assertEquals("AvgPool1d(kernel_size=(3,), stride=(3,), padding=(0,))", new AvgPool1d(3).toString());
        assertEquals("AdaptiveAvgPool2d(output_size=(5, 7))", new AdaptiveAvgPool2d(5, 7).toString());
        assertEquals("AdaptiveMaxPool1d(output_size=1)", new AdaptiveMaxPool1d(1).toString());
        assertEquals(
                "BatchNorm1d(32, eps=1e-05, momentum=0.1, affine=True, track_running_stats=True)",
                new BatchNorm1d(32).toString());
        assertEquals(
                "BatchNorm2d(3, eps=0.001, momentum=None, affine=False, track_running_stats=False)",
                new BatchNorm2d(
                                3,
                                BatchNorm.Options.defaults()
                                        .withEps(1e-3)
                                        .withCumulativeMomentum()
                                        .withAffine(false)
                                        .withTrackRunningStats(false))
                        .toString());
        assertEquals("Dropout2d(p=0.5, inplace=False)", new Dropout2d().toString());
    }

    @Test
    void conv_default_startsWithinPyTorchsBound() {
        Conv2d conv = new Conv2d(16, 40, 3, ConvParams.defaults().withGroups(4));
        assertEquals(Shape.of(40, 4, 3, 3), conv.weight().shape());
        assertUniform(1 / 6.0, conv.weight());
        assertTrue(conv.bias().orElseThrow().abs().max().item() <= 1 / 6.0);
        assertEquals(
                Shape.of(4, 3, 3),
                new ConvTranspose1d(4, 6, 3, ConvParams.defaults().withGroups(2))
                        .weight()
                        .shape());
        var e = assertThrows(
                IllegalArgumentException.class,
                () -> new Conv2d(3, 4, 3, ConvParams.defaults().withGroups(2)));
        assertEquals("conv2d: groups do not divide the channels: in 3, out 4, groups 2", e.getMessage());
        e = assertThrows(IllegalArgumentException.class, () -> new Conv2d(3, 4, 0));
        assertEquals("conv2d: kernelSize is one number or 2, at least 1: [0]", e.getMessage());
    }

    @Test
    void conv_wrongInput_saysWhat() {
        Conv2d conv = new Conv2d(3, 4, 5);
        var e = assertThrows(IllegalArgumentException.class, () -> conv.forward(Tensor.zeros(2, 3, 4, 4)));
        assertEquals(
                "conv2d: the window is larger than the padded x: f32[2, 3, 4, 4], f32[4, 3, 5, 5]", e.getMessage());
        e = assertThrows(IllegalArgumentException.class, () -> conv.forward(Tensor.zeros(2, 1, 8, 8)));
        assertEquals(
                "conv2d: channels do not fit: x f32[2, 1, 8, 8], weight f32[4, 3, 5, 5], groups 1", e.getMessage());
        e = assertThrows(IllegalArgumentException.class, () -> conv.forward(Tensor.zeros(8, 8)));
        assertEquals("conv2d: x is not of rank 4 or, for one sample, 3: f32[8, 8]", e.getMessage());
        e = assertThrows(
                IllegalArgumentException.class,
                () -> new MaxPool2d(MaxPoolParams.of(2).withPadding(2)).forward(Tensor.zeros(1, 1, 4, 4)));
        assertEquals("maxPool2d: padding is more than half of the kernel: padding [2], kernelSize [2]", e.getMessage());
    }

    @Test
    void conv_paddedByItsInput_saysWhatDoesNotFit() {
        ConvParams three = ConvParams.defaults().withPadding(1, 2, 3);
        var thrown = assertThrows(
                IllegalArgumentException.class, () -> new Conv2d(1, 1, new long[] {3}, three, true, PadMode.REFLECT));
        assertEquals("conv2d: padding is one number or 2, one for each dimension: [1, 2, 3]", thrown.getMessage());
        var conv = new Conv2d(1, 1, new long[] {3}, ConvParams.defaults().withPadding(1), true, PadMode.REFLECT);
        thrown = assertThrows(IllegalArgumentException.class, () -> conv.forward(Tensor.ones(5, 5)));
        assertTrue(thrown.getMessage().endsWith(": f32[5, 5]"), thrown.getMessage());
    }

    @Test
    void upsample_toTheSameSize_isNoView() {
        Tensor x = Tensor.ones(1, 1, 2, 2);
        new Upsample(Interpolation.toSize(2).linear(false), 2).forward(x).zero_();
        assertEquals(4, x.sum().item());
    }

    @Test
    void maxPool_withIndices_givesPlaces() {
        Tensor x = Tensor.of(new float[][][][] {{{{1, 5, 2}, {3, 4, 9}, {0, 0, 0}}}});
        var maxima = new MaxPool2d(2, 1).forwardWithIndices(x);
        assertArrayEquals(new float[] {5, 9, 4, 9}, maxima.values().toFloatArray());
        assertArrayEquals(new long[] {1, 5, 4, 5}, maxima.indices().toLongArray());
        var all = new AdaptiveMaxPool2d(1).forwardWithIndices(x);
        assertArrayEquals(new long[] {5}, all.indices().toLongArray());
    }

    @Test
    void batchNorm_inTraining_movesItsStatistics() {
        BatchNorm1d layer = new BatchNorm1d(2);
        Tensor x = Tensor.of(new float[][] {{1, 10}, {3, 30}});
        assertArrayEquals(new float[] {-1, -1, 1, 1}, layer.forward(x).toFloatArray(), 1e-4f);
        assertArrayEquals(
                new float[] {0.2f, 2}, layer.runningMean().orElseThrow().toFloatArray(), 1e-6f);
        assertArrayEquals(
                new float[] {1.1f, 20.9f}, layer.runningVar().orElseThrow().toFloatArray(), 1e-5f);
        assertEquals(1, layer.stateDict().get("num_batches_tracked").itemLong());
        layer.eval();
        float[] expected = {0.8f / (float) Math.sqrt(1.1), 8 / (float) Math.sqrt(20.9)};
        assertArrayEquals(expected, layer.forward(x).select(0, 0).toFloatArray(), 1e-4f);
        assertEquals(1, layer.stateDict().get("num_batches_tracked").itemLong());
        layer.resetRunningStats();
        assertArrayEquals(new float[] {0, 0}, layer.runningMean().orElseThrow().toFloatArray());
        assertEquals(
                "[weight, bias, running_mean, running_var, num_batches_tracked]",
                layer.stateDict().keySet().toString());
    }

    @Test
    void batchNorm_cumulative_isTheMeanOfAllBatches() {
        BatchNorm1d layer = new BatchNorm1d(1, BatchNorm.Options.defaults().withCumulativeMomentum());
        layer.forward(Tensor.of(new float[][] {{1}, {3}}));
        layer.forward(Tensor.of(new float[][] {{5}, {7}}));
        assertArrayEquals(new float[] {4}, layer.runningMean().orElseThrow().toFloatArray(), 1e-6f);
    }

    @Test
    void batchNorm_wrongInput_saysWhat() {
        BatchNorm2d layer = new BatchNorm2d(3);
        var e = assertThrows(IllegalArgumentException.class, () -> layer.forward(Tensor.zeros(2, 3)));
        assertEquals("batchNorm2d: takes rank 4 with 3 channels: f32[2, 3]", e.getMessage());
        e = assertThrows(IllegalArgumentException.class, () -> new BatchNorm1d(3).forward(Tensor.zeros(1, 3)));
        assertEquals("batchNorm: training takes more than one value per channel: f32[1, 3]", e.getMessage());
    }

    @Test
    void dropout2d_inTraining_dropsWholeChannels() {
        Generator.global().manualSeed(3);
        Dropout2d dropout = new Dropout2d(0.25);
        Tensor sums = dropout.forward(Tensor.ones(50, 8, 2, 3)).sum(2, 3);
        double kept = sums.ne(0).sum().itemLong();
        assertTrue(kept > 260 && kept < 340, () -> "kept " + kept);
        assertEquals(8, sums.max().item(), 1e-5);
        dropout.eval();
        Tensor x = Tensor.ones(1, 1, 1, 1);
        assertSame(x, dropout.forward(x));
    }

    @Test
    void sequential_convAndRelu_equalTheTwoApart() {
        Conv2d conv = new Conv2d(3, 5, 3, ConvParams.defaults().withPadding(1));
        ReLU relu = new ReLU();
        Tensor x = Tensor.randn(2, 3, 7, 6).requiresGrad_(true);
        Tensor together = new Sequential(conv, relu).forward(x);
        Tensor apart = relu.forward(conv.forward(x));
        assertArrayEquals(apart.toFloatArray(), together.toFloatArray(), 1e-6f);
        together.sum().backward();
        float[] weight = conv.weight().grad().toFloatArray();
        float[] bias = conv.bias().orElseThrow().grad().toFloatArray();
        float[] input = x.grad().toFloatArray();
        conv.zeroGrad();
        x.zeroGrad();
        apart.sum().backward();
        assertArrayEquals(conv.weight().grad().toFloatArray(), weight, 1e-4f);
        assertArrayEquals(conv.bias().orElseThrow().grad().toFloatArray(), bias, 1e-4f);
        assertArrayEquals(x.grad().toFloatArray(), input, 1e-5f);
    }

    @Test
    void sequential_convReluAndPool_equalTheThreeApart() {
        Conv2d conv = new Conv2d(3, 20, 3, ConvParams.defaults().withPadding(1));
        Tensor x = Tensor.randn(5, 3, 9, 12).requiresGrad_(true);
        Tensor together = new Sequential(conv, new ReLU(), new MaxPool2d(2)).forward(x);
        Tensor apart = new MaxPool2d(2).forward(conv.forward(x).relu());
        assertEquals(Shape.of(5, 20, 4, 6), together.shape());
        assertArrayEquals(apart.toFloatArray(), together.toFloatArray(), 1e-5f);
        together.square().sum().backward();
        float[] weight = conv.weight().grad().toFloatArray();
        float[] bias = conv.bias().orElseThrow().grad().toFloatArray();
        float[] input = x.grad().toFloatArray();
        conv.zeroGrad();
        x.zeroGrad();
        apart.square().sum().backward();
        assertArrayEquals(conv.weight().grad().toFloatArray(), weight, 1e-2f);
        assertArrayEquals(conv.bias().orElseThrow().grad().toFloatArray(), bias, 1e-2f);
        assertArrayEquals(x.grad().toFloatArray(), input, 1e-4f);
        Module every = new Sequential(conv, new ReLU(), new MaxPool2d(2, 1));
        assertEquals(Shape.of(5, 20, 8, 11), every.forward(x).shape());
    }

    @Test
    void forward_activations_areTheTensorsFunctions() {
        Tensor x = Tensor.of(-4f, -1f, -0.3f, 0f, 0.4f, 1f, 3f, 25f);
        assertSameValues(x.relu6(), new ReLU6(), x);
        assertSameValues(x.elu(1), new ELU(), x);
        assertSameValues(x.selu(), new SELU(), x);
        assertSameValues(x.celu(2), new CELU(2), x);
        assertSameValues(x.gelu(), new GELU(), x);
        assertSameValues(x.geluTanh(), new GELU(GELU.Approximate.TANH), x);
        assertSameValues(x.silu(), new SiLU(), x);
        assertSameValues(x.mish(), new Mish(), x);
        assertSameValues(x.clamp(-1, 1), new Hardtanh(), x);
        assertSameValues(x.hardsigmoid(), new Hardsigmoid(), x);
        assertSameValues(x.hardswish(), new Hardswish(), x);
        assertSameValues(x.softsign(), new Softsign(), x);
        assertSameValues(x.softplus(1, 20), new Softplus(), x);
        assertSameValues(x.tanhshrink(), new Tanhshrink(), x);
        assertSameValues(x.threshold(0.5, 7), new Threshold(0.5, 7), x);
        assertSameValues(x.leakyRelu(0.25), new PReLU(), x);
        assertSameValues(x.logSigmoid(), new LogSigmoid(), x);
        assertSameValues(x.hardshrink(0.5), new Hardshrink(), x);
        assertSameValues(x.softshrink(0.5), new Softshrink(), x);
        assertSameValues(x.glu(0), new GLU(), x);
    }

    private static void assertSameValues(Tensor expected, Module layer, Tensor x) {
        assertArrayEquals(expected.toFloatArray(), layer.forward(x).toFloatArray(), layer.toString());
    }

    @Test
    void prelu_channels_eachHaveTheirFraction() {
        PReLU prelu = new PReLU(2, 0.5);
        Tensor x = Tensor.of(new float[][] {{-2, -4}, {-6, 8}});
        prelu.forward(x).sum().backward();
        assertArrayEquals(new float[] {-8, -4}, prelu.weight().grad().toFloatArray());
        assertThrows(IllegalArgumentException.class, () -> new PReLU(0, 0.5));
    }

    @ParameterizedTest
    @CsvSource({
        "0.5, 0.5",
        "1, 1.0",
        "0, 0.0",
        "-2.5, -2.5",
        "0.0001, 0.0001",
        "0.00001, 1e-05",
        "0.000000000012, 1.2e-11",
        "1234567890123456, 1234567890123456.0",
        "1e16, 1e+16",
        "1.5e300, 1.5e+300",
        "0.1, 0.1",
        "NaN, nan",
        "-Infinity, -inf"
    })
    void repr_number_isPythons(double value, String printed) {
        assertEquals(printed, Repr.of(value));
    }

    @Test
    void linear_default_startsWithinPyTorchsBound() {
        Linear linear = new Linear(16, 400);
        double bound = 1 / Math.sqrt(16);
        assertEquals(Shape.of(400, 16), linear.weight().shape());
        assertUniform(bound, linear.weight());
        assertUniform(bound, linear.bias().orElseThrow());
        assertTrue(linear.weight().requiresGrad());
        assertTrue(new Linear(2, 2, false).bias().isEmpty());
        assertThrows(IllegalArgumentException.class, () -> new Linear(-1, 2));
    }

    private static void assertUniform(double bound, Tensor values) {
        double min = values.min().item();
        double max = values.max().item();
        assertTrue(min >= -bound && min < -0.9 * bound && max <= bound && max > 0.9 * bound, min + " " + max);
    }

    @Test
    void linear_sameSeed_givesSameParameters() {
        Generator.global().manualSeed(7);
        float[] first = new Linear(5, 3).weight().toFloatArray();
        Generator.global().manualSeed(7);
        assertArrayEquals(first, new Linear(5, 3).weight().toFloatArray());
    }

    @Test
    void linear_withoutInputs_givesTheBias() {
        Linear linear = new Linear(0, 2);
        assertEquals(0, linear.bias().orElseThrow().abs().max().item());
    }

    @Test
    void dropout_inEvaluation_givesItsInput() {
        Dropout dropout = new Dropout(0.3);
        Tensor x = Tensor.ones(1000);
        double kept = dropout.forward(x).ne(0).sum().itemLong();
        assertTrue(kept > 600 && kept < 800, () -> "kept " + kept);
        dropout.eval();
        assertSame(x, dropout.forward(x));
        var e = assertThrows(IllegalArgumentException.class, () -> new Dropout(1.5));
        assertEquals("dropout: p is outside 0..1: 1.5", e.getMessage());
    }

    @Test
    void flatten_images_keepsTheFirstDimension() {
        assertEquals(
                Shape.of(2, 12), new Flatten().forward(Tensor.zeros(2, 3, 2, 2)).shape());
        assertEquals(
                Shape.of(6, 4), new Flatten(0, 1).forward(Tensor.zeros(2, 3, 4)).shape());
    }

    @Test
    void sequential_index_countsFromEitherEnd() {
        Sequential model = new Sequential(new Flatten(), new ReLU(), new Tanh());
        assertEquals(3, model.size());
        assertTrue(model.get(1) instanceof ReLU);
        assertSame(model.get(2), model.get(-1));
        assertThrows(IndexOutOfBoundsException.class, () -> model.get(3));
    }

    @Test
    void sequential_empty_isTheIdentity() {
        Tensor x = Tensor.ones(2);
        assertSame(x, new Sequential().forward(x));
    }

    @Test
    void sequential_linearAndActivation_equalTheTwoApart() {
        for (Module activation : new Module[] {new ReLU(), new Sigmoid(), new Tanh(), new LeakyReLU(0.1)}) {
            Linear linear = new Linear(5, 4);
            Tensor x = Tensor.randn(3, 5);
            Tensor together = new Sequential(linear, activation).forward(x);
            Tensor apart = activation.forward(linear.forward(x));
            assertArrayEquals(apart.toFloatArray(), together.toFloatArray(), 1e-6f);
            together.sum().backward();
            float[] gradient = linear.weight().grad().toFloatArray();
            linear.zeroGrad();
            apart.sum().backward();
            assertArrayEquals(linear.weight().grad().toFloatArray(), gradient, 1e-5f);
        }
    }

    @Test
    void sequential_betweenLayers_releasesWhatNobodyNeeds() {
        Sequential model = new Sequential(
                new Flatten(), new Sequential(new LeakyReLU(), new Tanh()), new Identity(), new Softmax(1));
        Tensor x = Tensor.randn(2, 3, 2);
        try (var off = GradMode.noGrad();
                var scope = Scope.open()) {
            Tensor y = model.forward(x);
            assertEquals(1, scope.count());
            assertEquals(2, y.sum().item(), 1e-5);
        }
        assertFalse(x.isReleased());
    }

    @Test
    void sequential_withAUsersModule_releasesNothingItMayHold() {
        class Remembers extends Module {
            Tensor seen = Tensor.zeros(1);
            Tensor made = Tensor.zeros(1);

            @Override
            public Tensor forward(Tensor x) {
                seen = x;
                made = x.mul(2);
                return made;
            }
        }
        Remembers module = new Remembers();
        new Sequential(new ReLU(), module, new Tanh()).forward(Tensor.ones(3));
        assertArrayEquals(new float[] {1, 1, 1}, module.seen.toFloatArray());
        assertArrayEquals(new float[] {2, 2, 2}, module.made.toFloatArray());
        new Sequential(new ReLU(), module, new Identity(), new Tanh()).forward(Tensor.ones(3));
        assertFalse(module.made.isReleased());
    }

    @Test
    void sequential_withGradients_survivesEarlyRelease() {
        Sequential model = new Sequential(new LeakyReLU(0.5), new Flatten(), new Tanh(), new LeakyReLU(0.5));
        Tensor x = Tensor.of(new float[][][] {{{-2, 1}}}).requiresGrad_(true);
        try (var scope = Scope.open()) {
            model.forward(x).sum().backward();
        }
        double left = 0.25 * (1 - Math.pow(Math.tanh(-1), 2));
        double right = 1 - Math.pow(Math.tanh(1), 2);
        assertArrayEquals(new double[] {left, right}, x.grad().toDoubleArray(), 1e-6);
    }
}
