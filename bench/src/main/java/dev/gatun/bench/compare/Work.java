package dev.gatun.bench.compare;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * One training to time, as {@code bench/compare} passes it to every program.
 *
 * @param data      folder with the uncompressed IDX files of the training set
 * @param layers    sizes from the input to the classes, such as 784, 256, 10; ReLU between them
 * @param batch     images per step
 * @param adam      Adam if true, plain SGD otherwise
 * @param lr        learning rate
 * @param steps     steps that are timed
 * @param extras    all options by name, without their dashes, for what only one program knows
 */
public record Work(Path data, int[] layers, int batch, boolean adam, float lr, int steps, Map<String, String> extras) {

    /** Images of one epoch, to which the time of the steps is scaled. */
    public static final int EPOCH_IMAGES = 60_000;

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
                Arrays.stream(required(options, "layers").split(","))
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

    /** The number of classes, the last of {@link #layers}. */
    public int classes() {
        return layers[layers.length - 1];
    }

    /** A program's own option, or {@code otherwise}. */
    public String extra(String name, String otherwise) {
        return extras.getOrDefault(name, otherwise);
    }
}
