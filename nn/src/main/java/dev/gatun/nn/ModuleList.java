package dev.gatun.nn;

import java.util.Iterator;
import java.util.List;

/**
 * Modules in a list, named by their place; {@code torch.nn.ModuleList}. It has no forward of its own: a model goes through
 * it as it likes.
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
        int size = size();
        if (index < -size || index >= size) {
            throw new IndexOutOfBoundsException("get: index " + index + " is outside " + -size + ".." + (size - 1));
        }
        Module found = namedChildren().get(Integer.toString(index < 0 ? index + size : index));
        if (found == null) {
            throw new IllegalStateException("get: no module " + index);
        }
        return found;
    }

    /** The modules in order. */
    @Override
    public Iterator<Module> iterator() {
        return namedChildren().values().iterator();
    }
}
