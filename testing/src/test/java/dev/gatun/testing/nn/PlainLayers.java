package dev.gatun.testing.nn;

import dev.gatun.autograd.ops.AvgPoolParams;
import dev.gatun.autograd.ops.ConvParams;
import dev.gatun.autograd.ops.Interpolation;
import dev.gatun.autograd.ops.MaxPoolParams;
import dev.gatun.autograd.ops.PadMode;
import dev.gatun.nn.AdaptiveAvgPool1d;
import dev.gatun.nn.AdaptiveAvgPool2d;
import dev.gatun.nn.AdaptiveAvgPool3d;
import dev.gatun.nn.AdaptiveMaxPool1d;
import dev.gatun.nn.AdaptiveMaxPool2d;
import dev.gatun.nn.AdaptiveMaxPool3d;
import dev.gatun.nn.AvgPool1d;
import dev.gatun.nn.AvgPool2d;
import dev.gatun.nn.CELU;
import dev.gatun.nn.Conv1d;
import dev.gatun.nn.Conv2d;
import dev.gatun.nn.Conv3d;
import dev.gatun.nn.Dropout;
import dev.gatun.nn.Dropout2d;
import dev.gatun.nn.ELU;
import dev.gatun.nn.Flatten;
import dev.gatun.nn.GELU;
import dev.gatun.nn.GLU;
import dev.gatun.nn.Hardshrink;
import dev.gatun.nn.Hardsigmoid;
import dev.gatun.nn.Hardswish;
import dev.gatun.nn.Hardtanh;
import dev.gatun.nn.Identity;
import dev.gatun.nn.LeakyReLU;
import dev.gatun.nn.Linear;
import dev.gatun.nn.LogSigmoid;
import dev.gatun.nn.LogSoftmax;
import dev.gatun.nn.MaxPool1d;
import dev.gatun.nn.MaxPool3d;
import dev.gatun.nn.Maxout;
import dev.gatun.nn.Mish;
import dev.gatun.nn.Module;
import dev.gatun.nn.PReLU;
import dev.gatun.nn.RMSNorm;
import dev.gatun.nn.ReLU;
import dev.gatun.nn.ReLU6;
import dev.gatun.nn.SELU;
import dev.gatun.nn.SiLU;
import dev.gatun.nn.Sigmoid;
import dev.gatun.nn.Softmax;
import dev.gatun.nn.Softplus;
import dev.gatun.nn.Softshrink;
import dev.gatun.nn.Softsign;
import dev.gatun.nn.Tanh;
import dev.gatun.nn.Tanhshrink;
import dev.gatun.nn.Threshold;
import dev.gatun.nn.Upsample;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Supplier;

/** The rows of {@link ModulesTest} that show one class each; their twins stand in fixtures/layer_ops.py. */
final class PlainLayers {
    private PlainLayers() {}

    static void add(Map<String, Supplier<Module>> all) {
        padded(all);
        pools(all);
        others(all);
        activations(all);
    }

    private static void padded(Map<String, Supplier<Module>> all) {
        ConvParams conv = ConvParams.defaults();
        all.put(
                "conv1d replicate",
                () -> new Conv1d(2, 3, new long[] {3}, conv.withPadding(2), true, PadMode.REPLICATE));
        all.put(
                "conv2d circular",
                () -> new Conv2d(
                        2, 2, new long[] {3, 2}, conv.withPadding(2, 1).withStride(2), false, PadMode.CIRCULAR));
        all.put(
                "conv2d reflect",
                () -> new Conv2d(
                        2, 2, new long[] {2, 3}, conv.withSamePadding().withDilation(1, 2), true, PadMode.REFLECT));
        all.put("conv3d circular", () -> new Conv3d(1, 2, new long[] {2}, conv.withPadding(1), true, PadMode.CIRCULAR));
    }

    private static void pools(Map<String, Supplier<Module>> all) {
        all.put(
                "maxPool1d",
                () -> new MaxPool1d(MaxPoolParams.of(3).withStride(2).withDilation(2)));
        all.put("maxPool3d", () -> new MaxPool3d(MaxPoolParams.of(2, 1, 2).withCeilMode(true)));
        all.put("avgPool1d", () -> new AvgPool1d(AvgPoolParams.of(3).withPadding(1)));
        all.put(
                "avgPool2d",
                () -> new AvgPool2d(AvgPoolParams.of(3, 2)
                        .withStride(2)
                        .withPadding(1)
                        .withCeilMode(true)
                        .withCountIncludePad(false)));
        all.put("adaptiveAvgPool1d", () -> new AdaptiveAvgPool1d(3));
        all.put("adaptiveAvgPool2d kept", () -> new AdaptiveAvgPool2d(2, -1));
        all.put("adaptiveAvgPool3d", () -> new AdaptiveAvgPool3d(2, 3, 1));
        all.put("adaptiveMaxPool1d", () -> new AdaptiveMaxPool1d(3));
        all.put("adaptiveMaxPool2d", () -> new AdaptiveMaxPool2d(3));
        all.put("adaptiveMaxPool3d", () -> new AdaptiveMaxPool3d(-1, 2, 2));
    }

    private static void others(Map<String, Supplier<Module>> all) {
        all.put(
                "upsample bicubic",
                () -> new Upsample(Interpolation.byFactor(2, 1.5).cubic(false), 2));
        all.put(
                "upsample bicubic aligned",
                () -> new Upsample(Interpolation.toSize(5, 2).cubic(true), 2));
        all.put("linear", () -> new Linear(4, 3));
        all.put("linear plain", () -> new Linear(4, 2, false));
        all.put("dropout eval", () -> new Dropout(0.3).eval());
        all.put("dropout all", () -> new Dropout(1));
        all.put("dropout2d eval", () -> new Dropout2d(0.3).eval());
        all.put("flatten", () -> new Flatten(0, -2));
        all.put("identity", Identity::new);
        all.put("rmsNorm", () -> new RMSNorm(new long[] {3, 4}, OptionalDouble.of(1e-3), true));
        all.put("maxout", () -> new Maxout(4, 2, 3));
        all.put("softmax", () -> new Softmax(1));
        all.put("logSoftmax", () -> new LogSoftmax(-1));
        all.put("glu", () -> new GLU(1));
        all.put("prelu", () -> new PReLU(3, 0.25));
    }

    private static void activations(Map<String, Supplier<Module>> all) {
        all.put("celu", () -> new CELU(0.5));
        all.put("elu", () -> new ELU(1.2));
        all.put("gelu", GELU::new);
        all.put("gelu tanh", () -> new GELU(GELU.Approximate.TANH));
        all.put("hardshrink", () -> new Hardshrink(0.3));
        all.put("hardsigmoid", Hardsigmoid::new);
        all.put("hardswish", Hardswish::new);
        all.put("hardtanh", () -> new Hardtanh(-0.6, 0.8));
        all.put("leakyRelu", () -> new LeakyReLU(0.2));
        all.put("logSigmoid", LogSigmoid::new);
        all.put("mish", Mish::new);
        all.put("relu", ReLU::new);
        all.put("relu6", ReLU6::new);
        all.put("selu", SELU::new);
        all.put("sigmoid", Sigmoid::new);
        all.put("silu", SiLU::new);
        all.put("softplus", () -> new Softplus(2, 1));
        all.put("softshrink", () -> new Softshrink(0.3));
        all.put("softsign", Softsign::new);
        all.put("tanh", Tanh::new);
        all.put("tanhshrink", Tanhshrink::new);
        all.put("threshold", () -> new Threshold(0.1, -2));
    }
}
