package dev.gatun.nn;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.random.Generator;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What something needs to go on where it stood: tensors, and values as text, under dotted names. It is the form of a
 * safetensors file, so that a {@link dev.gatun.nn.io.Checkpoint} keeps it as it is. PyTorch's nested dictionaries, flattened: an
 * optimizer's {@code state_dict()["state"][0]["exp_avg"]} is the tensor {@code state.0.exp_avg}.
 *
 * <p>Numbers come back with the same bits. A name holds a tensor or a value, not both.
 *
 * {@snippet :
 * StateDict state = new StateDict().put("epoch", 3).put("model", new StateDict().put("weight", Tensor.ones(2)));
 * System.out.println(state.getLong("epoch") + " " + state.tensors().keySet()); // 3 [model.weight]
 * }
 */
public final class StateDict {
    private final Map<String, Tensor> tensors = new LinkedHashMap<>();
    private final Map<String, String> values = new LinkedHashMap<>();

    /** A state without names. */
    public StateDict() {}

    /**
     * Adds a tensor.
     *
     * @param name new here
     * @param tensor kept as it is, not copied
     * @return this
     * @throws IllegalArgumentException if the name is taken
     */
    public StateDict put(String name, Tensor tensor) {
        requireNew(name);
        tensors.put(name, tensor);
        return this;
    }

    /**
     * Adds a text.
     *
     * @param name new here
     * @param value any text
     * @return this
     * @throws IllegalArgumentException if the name is taken
     */
    public StateDict put(String name, String value) {
        requireNew(name);
        values.put(name, value);
        return this;
    }

    /**
     * Adds a whole number.
     *
     * @param name new here
     * @param value any number
     * @return this
     * @throws IllegalArgumentException if the name is taken
     */
    public StateDict put(String name, long value) {
        return put(name, Long.toString(value));
    }

    /**
     * Adds a number.
     *
     * @param name new here
     * @param value any number, NaN and infinity too
     * @return this
     * @throws IllegalArgumentException if the name is taken
     */
    public StateDict put(String name, double value) {
        return put(name, Double.toString(value));
    }

    /**
     * Adds a yes or no.
     *
     * @param name new here
     * @param value either
     * @return this
     * @throws IllegalArgumentException if the name is taken
     */
    public StateDict put(String name, boolean value) {
        return put(name, Boolean.toString(value));
    }

    /**
     * Adds a list of numbers.
     *
     * @param name new here
     * @param list of any length
     * @return this
     * @throws IllegalArgumentException if the name is taken
     */
    public StateDict put(String name, double[] list) {
        return put(name, Arrays.stream(list).mapToObj(Double::toString).collect(Collectors.joining(",")));
    }

    /**
     * Adds where a generator stands.
     *
     * @param name new here
     * @param state of the generator
     * @return this
     * @throws IllegalArgumentException if the name is taken
     */
    public StateDict put(String name, Generator.State state) {
        return put(name, state.seed() + "," + Long.toUnsignedString(state.offset()));
    }

    /**
     * Adds all of another state, each name behind this one and a dot.
     *
     * @param name of the part
     * @param part what it holds
     * @return this
     * @throws IllegalArgumentException if a name is taken
     */
    public StateDict put(String name, StateDict part) {
        part.tensors.forEach((inner, tensor) -> put(name + "." + inner, tensor));
        part.values.forEach((inner, value) -> put(name + "." + inner, value));
        return this;
    }

    private void requireNew(String name) {
        if (has(name)) {
            throw new IllegalArgumentException("stateDict: the name is taken: '" + name + "'");
        }
    }

    /**
     * Whether there is a tensor or value of a name.
     *
     * @param name to look for
     * @return true where there is
     */
    public boolean has(String name) {
        return tensors.containsKey(name) || values.containsKey(name);
    }

    /**
     * Whether there is no name at all.
     *
     * @return true where there is none
     */
    public boolean isEmpty() {
        return tensors.isEmpty() && values.isEmpty();
    }

    /**
     * The tensors by name.
     *
     * @return an unmodifiable view, in the order of adding
     */
    public Map<String, Tensor> tensors() {
        return Collections.unmodifiableMap(tensors);
    }

    /**
     * The values by name, as text.
     *
     * @return an unmodifiable view, in the order of adding
     */
    public Map<String, String> values() {
        return Collections.unmodifiableMap(values);
    }

    /**
     * A tensor.
     *
     * @param name that it was added under
     * @return the tensor
     * @throws IllegalArgumentException if there is none
     */
    public Tensor getTensor(String name) {
        return found(name, tensors.get(name), "tensor");
    }

    /**
     * A text.
     *
     * @param name that it was added under
     * @return the text
     * @throws IllegalArgumentException if there is none
     */
    public String getString(String name) {
        return found(name, values.get(name), "value");
    }

    /**
     * A whole number.
     *
     * @param name that it was added under
     * @return the number
     * @throws IllegalArgumentException if there is none, or the text is no such number
     */
    public long getLong(String name) {
        return parse(name, "a whole number", Long::valueOf);
    }

    /**
     * A number.
     *
     * @param name that it was added under
     * @return the number
     * @throws IllegalArgumentException if there is none, or the text is no number
     */
    public double getDouble(String name) {
        return parse(name, "a number", Double::valueOf);
    }

    /**
     * A yes or no.
     *
     * @param name that it was added under
     * @return which
     * @throws IllegalArgumentException if there is none, or the text is neither true nor false
     */
    public boolean getBoolean(String name) {
        String text = getString(name);
        if (!text.equals("true") && !text.equals("false")) {
            throw new IllegalArgumentException("stateDict: '" + name + "' is neither true nor false: " + shown(text));
        }
        return text.equals("true");
    }

    /**
     * A list of numbers.
     *
     * @param name that it was added under
     * @return the numbers, in a new array
     * @throws IllegalArgumentException if there is none, or the text is no such list
     */
    public double[] getDoubles(String name) {
        return parse(
                name,
                "a list of numbers",
                text -> text.isEmpty()
                        ? new double[0]
                        : Arrays.stream(text.split(",", -1))
                                .mapToDouble(Double::parseDouble)
                                .toArray());
    }

    /**
     * Where a generator stood.
     *
     * @param name that it was added under
     * @return seed and offset
     * @throws IllegalArgumentException if there is none, or the text is no such state
     */
    public Generator.State getGeneratorState(String name) {
        return parse(name, "a generator's state", text -> {
            int comma = text.indexOf(',');
            return new Generator.State(
                    Long.parseLong(text.substring(0, Math.max(0, comma))),
                    Long.parseUnsignedLong(text.substring(comma + 1)));
        });
    }

    private <T> T parse(String name, String what, Function<String, T> parser) {
        String text = getString(name);
        try {
            return parser.apply(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("stateDict: '" + name + "' is not " + what + ": " + shown(text), e);
        }
    }

    private static String shown(String text) {
        return text.length() <= 40 ? "'" + text + "'" : "'" + text.substring(0, 40) + "...'";
    }

    private static <T> T found(String name, @Nullable T entry, String what) {
        if (entry == null) {
            throw new IllegalArgumentException("stateDict: no " + what + " '" + name + "'");
        }
        return entry;
    }

    /**
     * What stands behind a name and a dot, without these.
     *
     * @param name of the part
     * @return a new state, empty where there is nothing
     */
    public StateDict part(String name) {
        return parts().getOrDefault(name, new StateDict());
    }

    /**
     * All parts: what stands behind each first word and its dot, without these. Names without a dot are in none.
     *
     * @return new states by first word
     */
    public Map<String, StateDict> parts() {
        Map<String, StateDict> parts = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> {
            int dot = name.indexOf('.');
            if (dot >= 0) {
                partOf(parts, name, dot).put(name.substring(dot + 1), tensor);
            }
        });
        values.forEach((name, value) -> {
            int dot = name.indexOf('.');
            if (dot >= 0) {
                partOf(parts, name, dot).put(name.substring(dot + 1), value);
            }
        });
        return parts;
    }

    private static StateDict partOf(Map<String, StateDict> parts, String name, int dot) {
        return parts.computeIfAbsent(name.substring(0, dot), first -> new StateDict());
    }

    /** The names with shapes and values. */
    @Override
    public String toString() {
        Map<String, String> shown = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> shown.put(name, tensor.describe()));
        shown.putAll(values);
        return shown.toString();
    }
}
