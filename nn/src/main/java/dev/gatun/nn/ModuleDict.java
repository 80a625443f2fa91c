package dev.gatun.nn;

import java.util.Map;
import java.util.Set;

/**
 * Modules under names, in the order in which they were put; {@code torch.nn.ModuleDict}. It has no forward of its own.
 *
 * {@snippet :
 * var heads = new ModuleDict(Map.of("digit", new Linear(8, 10))).put("parity", new Linear(8, 2));
 * System.out.println(heads.get("parity").forward(Tensor.rand(5, 8)).shape()); // [5, 2]
 * }
 */
public final class ModuleDict extends Module {
    /** An empty dictionary. */
    public ModuleDict() {}

    /**
     * A dictionary.
     *
     * @param modules by name, in the order of the map
     */
    public ModuleDict(Map<String, ? extends Module> modules) {
        modules.forEach(this::put);
    }

    /**
     * Adds a module.
     *
     * @param name without dots, and new here
     * @param module to add
     * @return this dictionary
     * @throws IllegalArgumentException if the name is empty, has a dot or is taken
     */
    public ModuleDict put(String name, Module module) {
        add(name, module);
        return this;
    }

    /**
     * One of the modules.
     *
     * @param name of it
     * @return the module
     * @throws IllegalArgumentException if there is none of that name
     */
    public Module get(String name) {
        Module found = namedChildren().get(name);
        if (found == null) {
            throw new IllegalArgumentException("get: no module '" + name + "', there are " + names());
        }
        return found;
    }

    /**
     * Takes a module away; {@code ModuleDict.pop}.
     *
     * @param name of it
     * @return the module
     * @throws IllegalArgumentException if there is none of that name
     */
    public Module remove(String name) {
        Module found = get(name);
        drop(name);
        return found;
    }

    /**
     * The names, in order.
     *
     * @return an unmodifiable view
     */
    public Set<String> names() {
        return namedChildren().keySet();
    }
}
