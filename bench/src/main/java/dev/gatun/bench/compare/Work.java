package dev.gatun.bench.compare;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * One training to time, as {@code bench/compare} passes it to every program.
 *
 * @param data      folder with the uncompressed IDX files of the training set
 * @param network   what is trained
 * @param layers    sizes from the input to the outputs, such as 784, 256, 10, of the networks made of linear layers
 * @param batch     samples per step
 * @param adam      Adam if true, plain SGD otherwise
 * @param lr        learning rate
 * @param steps     steps that are timed
 * @param extras    all options by name, without their dashes, for what only one program knows
 */
public record Work(
        Path data,
        Network network,
        int[] layers,
        int batch,
        boolean adam,
        float lr,
        int steps,
        Map<String, String> extras) {

    /** Samples of one epoch, to which the time of the steps is scaled. */
    public static final int EPOCH_SAMPLES = 60_000;

    /** The networks, each on the samples that it takes. */
    public enum Network {
        /** Linear layers with ReLU between them. */
        MLP,
        /** The same with batch normalisation before each ReLU. */
        BN,
        /** The same with dropout of 0.3 behind each ReLU. */
        DROPOUT,
        /** {@link #BN}, {@link #DROPOUT} and {@link #MLP} side by side, and all three scored after each epoch. */
        REGULARIZATION,
        /** Linear layers with leaky ReLU of 0.1 between them, softmax at the end and the loss from its logarithm. */
        LEAKY,
        /** Two convolutions of 6 and 16 channels, 3x3, each with ReLU and pooling; 576-120-84-10. */
        LENET,
        /** Two convolutions of 32 and 64 channels, 3x3, each with ReLU; pooling; 9216-128-10. */
        CNN,
        /** Linear layers with ReLU between them that fit a number: mean squared error. */
        TABULAR,
        /** An LSTM of 128 over 32 steps of 64 features; its last output to ten classes. */
        LSTM
    }

    /**
     * Reads {@code --name value} pairs.
     *
     * @throws IllegalArgumentException if a name is missing, stands without a value, or is not a number where it must be
     */
    public static Work parse(String... arguments) {
        Map<String, String> options = new HashMap<>();
        for (int i = 0; i < arguments.length; i += 2) {
            if (!arguments[i].startsWith("--") || i + 1 == arguments.length) {
                throw new IllegalArgumentException("compare: not an option with a value: " + arguments[i]);
            }
            options.put(arguments[i].substring(2), arguments[i + 1]);
        }
        return new Work(
                Path.of(required(options, "data")),
                Network.valueOf(options.getOrDefault("network", "mlp").toUpperCase(Locale.ROOT)),
                Arrays.stream(options.getOrDefault("layers", "0").split(","))
                        .mapToInt(Integer::parseInt)
                        .toArray(),
                Integer.parseInt(required(options, "batch")),
                required(options, "optimizer").equals("adam"),
                Float.parseFloat(required(options, "lr")),
                Integer.parseInt(required(options, "steps")),
                Map.copyOf(options));
    }

    private static String required(Map<String, String> options, String name) {
        String value = options.get(name);
        if (value == null) {
            throw new IllegalArgumentException("compare: --" + name + " is missing");
        }
        return value;
    }

    /** A program's own option, or {@code otherwise}. */
    public String extra(String name, String otherwise) {
        return extras.getOrDefault(name, otherwise);
    }
}
