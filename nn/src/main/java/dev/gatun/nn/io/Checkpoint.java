package dev.gatun.nn.io;

import dev.gatun.autograd.Tensor;
import dev.gatun.nn.Module;
import dev.gatun.nn.StateDict;
import dev.gatun.nn.Stateful;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.random.Generator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * All that a training needs to go on where it stood, in one safetensors file: with the same bits as if it had never
 * stopped. The counterpart is {@code torch.save} of a dictionary of {@code state_dict()}s.
 *
 * <p>Each part's names stand behind its own and a dot: {@code model.0.weight}, {@code optimizer.state.0.exp_avg}. For a
 * model alone, under the names that PyTorch gives it, see {@link SafeTensors}.
 *
 * {@snippet :
 * var checkpoint = new Checkpoint()
 *         .with("model", model)
 *         .with("optimizer", optimizer)
 *         .with("loader", loader)
 *         .with("generator", Generator.global());
 * Path file = folder.resolve("training.safetensors");
 * long epoch = Files.exists(file) ? checkpoint.load(file).getLong("epoch") : 0;
 * while (epoch < 3) {
 *     // one epoch of training
 *     epoch++;
 *     checkpoint.save(file, new StateDict().put("epoch", epoch));
 * }
 * System.out.println(checkpoint.load(file).getLong("epoch")); // 3
 * }
 */
public final class Checkpoint {
    /** A part that is saved and loaded. */
    private record Part(Supplier<StateDict> save, Loader load) {}

    private interface Loader {
        Runnable prepare(StateDict state);
    }

    private final Map<String, Part> parts = new LinkedHashMap<>();

    /** A checkpoint without parts. */
    public Checkpoint() {}

    /**
     * Adds a model's parameters and buffers.
     *
     * @param name without dots, and new here
     * @param model to save and load, strictly
     * @return this
     * @throws IllegalArgumentException if the name is empty, has a dot or is taken
     */
    public Checkpoint with(String name, Module model) {
        return with(name, new Part(() -> tensors(model.stateDict()), state -> model.prepareLoad(state.tensors())));
    }

    /**
     * Adds an optimizer, a scheduler, a loader.
     *
     * @param name without dots, and new here
     * @param part to save and load
     * @return this
     * @throws IllegalArgumentException if the name is empty, has a dot or is taken
     */
    public Checkpoint with(String name, Stateful part) {
        return with(name, new Part(part::stateDict, part::prepareLoad));
    }

    /**
     * Adds a generator: its seed and how many numbers it gave.
     *
     * @param name without dots, and new here
     * @param generator to save and load, {@link Generator#global()} for instance
     * @return this
     * @throws IllegalArgumentException if the name is empty, has a dot or is taken
     */
    public Checkpoint with(String name, Generator generator) {
        return with(name, new Part(() -> new StateDict().put("state", generator.state()), state -> {
            Generator.State loaded = state.getGeneratorState("state");
            return () -> generator.setState(loaded);
        }));
    }

    private Checkpoint with(String name, Part part) {
        if (name.isEmpty() || name.indexOf('.') >= 0 || parts.containsKey(name)) {
            throw new IllegalArgumentException(
                    "checkpoint: a part's name is not empty, has no dot and is new: '" + name + "'");
        }
        parts.put(name, part);
        return this;
    }

    private static StateDict tensors(Map<String, Tensor> tensors) {
        StateDict state = new StateDict();
        tensors.forEach(state::put);
        return state;
    }

    /**
     * Saves all parts. The file appears, or changes, all at once: a crash leaves the old one.
     *
     * @param file to write
     * @throws IOException if it cannot be written; what stood there stays
     */
    public void save(Path file) throws IOException {
        save(file, new StateDict());
    }

    /**
     * Saves all parts, and more: the number of the epoch, a best accuracy.
     *
     * @param file to write
     * @param more tensors and values under names of their own
     * @throws IOException if it cannot be written; what stood there stays
     * @throws IllegalArgumentException if a name is taken by a part
     */
    public void save(Path file, StateDict more) throws IOException {
        try (var views = Scope.open()) {
            StateDict all = new StateDict();
            parts.forEach((name, part) -> all.put(name, part.save.get()));
            more.tensors().forEach((name, tensor) -> all.put(requireFree(name), tensor));
            more.values().forEach((name, value) -> all.put(requireFree(name), value));
            SafeTensors.save(file, all);
        }
    }

    private String requireFree(String name) {
        if (isOfPart(name)) {
            throw new IllegalArgumentException("checkpoint: the name belongs to a part: '" + name + "'");
        }
        return name;
    }

    private boolean isOfPart(String name) {
        int dot = name.indexOf('.');
        return parts.containsKey(dot < 0 ? name : name.substring(0, dot));
    }

    /**
     * Loads all parts, or none: where one does not fit, every part stays as it was.
     *
     * @param file that {@link #save} wrote
     * @return what was saved beside the parts, in the scope that is open
     * @throws IOException if it cannot be read or is no such file; one line that names it
     * @throws IllegalArgumentException if a part does not fit; one line with the file, the part and what differs
     */
    public StateDict load(Path file) throws IOException {
        try (var scope = Scope.open()) {
            StateDict all = SafeTensors.load(file);
            Map<String, StateDict> found = all.parts();
            List<Runnable> loads = new ArrayList<>();
            parts.forEach((name, part) -> {
                try {
                    loads.add(part.load.prepare(found.getOrDefault(name, new StateDict())));
                } catch (IllegalArgumentException e) {
                    throw new IllegalArgumentException(
                            "checkpoint: part '" + name + "' of " + file + ": " + e.getMessage(), e);
                }
            });
            StateDict more = new StateDict();
            all.tensors().forEach((name, tensor) -> {
                if (!isOfPart(name)) {
                    more.put(name, scope.keep(tensor));
                }
            });
            all.values().forEach((name, value) -> {
                if (!isOfPart(name)) {
                    more.put(name, value);
                }
            });
            loads.forEach(Runnable::run);
            return more;
        }
    }
}
