package dev.gatun.samples;

import dev.gatun.nn.LeakyReLU;
import dev.gatun.nn.Module;
import dev.gatun.nn.ReLU;
import dev.gatun.nn.Sigmoid;
import dev.gatun.nn.Tanh;
import java.util.Locale;

/** The layers that {@code --activation} takes. */
enum ActivationName {
    /** {@link ReLU}. */
    RELU,
    /** {@link Sigmoid}. */
    SIGMOID,
    /** {@link Tanh}. */
    TANH,
    /** {@link LeakyReLU} with slope 0.01. */
    LEAKYRELU;

    /** A new layer. */
    Module layer() {
        return switch (this) {
            case RELU -> new ReLU();
            case SIGMOID -> new Sigmoid();
            case TANH -> new Tanh();
            case LEAKYRELU -> new LeakyReLU();
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
