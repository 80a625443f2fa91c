package dev.gatun.nn.optim;

import dev.gatun.nn.StateDict;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Options under PyTorch's names: from a record to a map and to a state, and back. */
final class OptionMap {
    private OptionMap() {}

    /** A map in the order of its pairs. */
    static Map<String, Object> of(Object... namesAndValues) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            map.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return Collections.unmodifiableMap(map);
    }

    /** Adds all options to a state. */
    static void save(Map<String, Object> options, StateDict to) {
        options.forEach((name, value) -> {
            switch (value) {
                case Double number -> to.put(name, number);
                case Long number -> to.put(name, number);
                case Boolean flag -> to.put(name, flag);
                case List<?> pair ->
                    to.put(name, pair.stream().mapToDouble(x -> (Double) x).toArray());
                default -> to.put(name, value.toString());
            }
        });
    }

    /** A number of a pair. */
    static double part(StateDict values, String name, int at) {
        double[] pair = values.getDoubles(name);
        if (pair.length != 2) {
            throw new IllegalArgumentException(name + " are not two: " + values.getString(name));
        }
        return pair[at];
    }
}
