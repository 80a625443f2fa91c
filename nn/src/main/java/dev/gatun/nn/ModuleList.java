package dev.gatun.nn;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * Modules in a list, named by their place; {@code torch.nn.ModuleList}. It has no forward of its own: a model goes through
 * it as it likes.
 *
 * {@snippet :
 * var layers = new ModuleList(new Linear(4, 8), new Linear(8, 2));
 * Tensor y = x;
 * for (Module layer : layers) {
 *     y = layer.forward(y).relu();
 * }
 * System.out.println(y.shape()); // [10, 2]
 * }
 */
public final class ModuleList extends Module implements Iterable<Module> {
    /**
     * A list.
     *
     * @param modules its first entries
     */
    public ModuleList(Module... modules) {
        for (Module module : modules) {
            append(module);
        }
    }

    /**
     * A list.
     *
     * @param modules its first entries
     */
    public ModuleList(List<? extends Module> modules) {
        modules.forEach(this::append);
    }

    /**
     * Adds a module at the end.
     *
     * @param module to add
     * @return this list
     */
    public ModuleList append(Module module) {
        add(Integer.toString(size()), module);
        return this;
    }

    /**
     * Adds modules at the end.
     *
     * @param modules to add, in their order
     * @return this list
     */
    public ModuleList extend(Iterable<? extends Module> modules) {
        modules.forEach(this::append);
        return this;
    }

    /**
     * Adds a module before another one; those behind it move up, and so do their names.
     *
     * @param index of its place, from {@code -size} to {@code size}; negative counts from the last
     * @param module to add
     * @return this list
     * @throws IndexOutOfBoundsException if there is no such place
     */
    public ModuleList insert(int index, Module module) {
        List<Module> all = new ArrayList<>(namedChildren().values());
        int size = all.size();
        all.add(index == size ? size : place("insert", index, size), module);
        number(all);
        return this;
    }

    /**
     * Puts a module in the place of another one.
     *
     * @param index from {@code -size} to {@code size - 1}; negative counts from the last
     * @param module to put there
     * @return this list
     * @throws IndexOutOfBoundsException if there is no such place
     */
    public ModuleList set(int index, Module module) {
        List<Module> all = new ArrayList<>(namedChildren().values());
        all.set(place("set", index, all.size()), module);
        number(all);
        return this;
    }

    /**
     * How many modules there are.
     *
     * @return the count
     */
    public int size() {
        return namedChildren().size();
    }

    /**
     * One of the modules.
     *
     * @param index from {@code -size} to {@code size - 1}; negative counts from the last
     * @return the module
     * @throws IndexOutOfBoundsException if there is no such module
     */
    public Module get(int index) {
        List<Module> all = List.copyOf(namedChildren().values());
        return all.get(place("get", index, all.size()));
    }

    /** A place counted from the first. */
    static int place(String op, int index, int size) {
        if (index < -size || index >= size) {
            throw new IndexOutOfBoundsException(op + ": index " + index + " is outside " + -size + ".." + (size - 1));
        }
        return index < 0 ? index + size : index;
    }

    /** The modules in order. */
    @Override
    public Iterator<Module> iterator() {
        return namedChildren().values().iterator();
    }
}
