package dev.gatun.samples;

import dev.gatun.nn.CELU;
import dev.gatun.nn.ELU;
import dev.gatun.nn.GELU;
import dev.gatun.nn.Hardshrink;
import dev.gatun.nn.Hardsigmoid;
import dev.gatun.nn.Hardswish;
import dev.gatun.nn.Hardtanh;
import dev.gatun.nn.LeakyReLU;
import dev.gatun.nn.LogSigmoid;
import dev.gatun.nn.Mish;
import dev.gatun.nn.Module;
import dev.gatun.nn.PReLU;
import dev.gatun.nn.ReLU;
import dev.gatun.nn.ReLU6;
import dev.gatun.nn.SELU;
import dev.gatun.nn.SiLU;
import dev.gatun.nn.Sigmoid;
import dev.gatun.nn.Softplus;
import dev.gatun.nn.Softshrink;
import dev.gatun.nn.Softsign;
import dev.gatun.nn.Tanh;
import dev.gatun.nn.Tanhshrink;
import java.util.Locale;
import java.util.function.Supplier;

/** The layers that {@code --activation} takes, each with PyTorch's defaults. */
enum ActivationName {
    RELU(ReLU::new),
    SIGMOID(Sigmoid::new),
    TANH(Tanh::new),
    LEAKYRELU(LeakyReLU::new),
    ELU(ELU::new),
    PRELU(PReLU::new),
    RELU6(ReLU6::new),
    SELU(SELU::new),
    CELU(CELU::new),
    GELU(GELU::new),
    SILU(SiLU::new),
    MISH(Mish::new),
    SOFTPLUS(Softplus::new),
    SOFTSIGN(Softsign::new),
    LOGSIGMOID(LogSigmoid::new),
    HARDTANH(Hardtanh::new),
    HARDSIGMOID(Hardsigmoid::new),
    HARDSWISH(Hardswish::new),
    TANHSHRINK(Tanhshrink::new),
    SOFTSHRINK(Softshrink::new),
    HARDSHRINK(Hardshrink::new);

    @SuppressWarnings("ImmutableEnumChecker") // a constructor
    private final Supplier<Module> layer;

    ActivationName(Supplier<Module> layer) {
        this.layer = layer;
    }

    /** A new layer. */
    Module layer() {
        return layer.get();
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
