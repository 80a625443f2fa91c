package dev.gatun.nn;

import dev.gatun.autograd.GradMode;
import dev.gatun.autograd.Hook;
import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Device;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.Shape;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a model consists of: its modules, the shapes that they make, parameters, multiply-adds and an estimate of memory,
 * printed as torchinfo prints it. PyTorch has none of its own.
 *
 * <p>The model runs once, in evaluation mode and without gradients; its state is as before afterwards. A module
 * shows an output if it was called as {@link Module#call} says: the library's own always, a class of one's own
 * inside a {@link Sequential} or by {@code call}.
 *
 * {@snippet :
 * // a table of layers, shapes and counts
 * System.out.println(Summary.of(model, 5, 4));
 * }
 */
public final class Summary {
    /**
     * One module.
     *
     * @param name where it is, such as {@code encoder.0}; empty for the model
     * @param type its class
     * @param depth how many modules it is inside
     * @param recursive whether it was listed before, as a part of another module
     * @param outputShape of its last call; empty where it was not called
     * @param parameters how many numbers of its own it learns, without those of modules inside it; 0 where recursive
     * @param trainable how many of these take gradients
     * @param multiplyAdds of all its calls: the parameters times how often each is used, with attention's products;
     *     without those of modules inside it
     */
    public record Layer(
            String name,
            String type,
            int depth,
            boolean recursive,
            Optional<Shape> outputShape,
            long parameters,
            long trainable,
            long multiplyAdds) {}

    /** What was seen of one module. */
    private static final class Seen {
        private final long parameters;
        private final long trainable;
        private Optional<Shape> output = Optional.empty();
        private long outputBytes;
        private long multiplyAdds;

        Seen(Module module) {
            long all = 0;
            long taking = 0;
            for (Tensor parameter : module.ownParameters().values()) {
                all += parameter.count();
                taking += parameter.requiresGrad() ? parameter.count() : 0;
            }
            parameters = all;
            trainable = taking;
        }
    }

    private record Call(Module module, Tensor input) {}

    private static final int COLUMN = 25;
    private static final double MEGA = 1e6;

    private final List<Layer> layers = new ArrayList<>();
    private final long inputBytes;
    private final long passBytes;
    private final long parameterBytes;
    private final long parameters;
    private final long trainable;
    private final long multiplyAdds;

    private Summary(Module model, Tensor input, Map<Module, Seen> seen) {
        list(model, "", 0, seen, new IdentityHashMap<>());
        long pass = 0;
        long products = 0;
        for (Seen one : seen.values()) {
            pass += one.parameters > 0 ? 2 * one.outputBytes : 0;
            products += one.multiplyAdds;
        }
        long all = 0;
        long taking = 0;
        long bytes = 0;
        for (Tensor parameter : model.parameters()) {
            all += parameter.count();
            taking += parameter.requiresGrad() ? parameter.count() : 0;
            bytes += bytes(parameter);
        }
        inputBytes = bytes(input);
        passBytes = pass;
        parameterBytes = bytes;
        parameters = all;
        trainable = taking;
        multiplyAdds = products;
    }

    /**
     * Runs a model on zeros of a shape, of the dtype and on the device of its first parameter.
     *
     * @param model to look at
     * @param shape of its input, with the batch
     * @return what it consists of
     * @throws IllegalArgumentException if the model does not take such an input; the message names the module
     */
    public static Summary of(Module model, long... shape) {
        List<Tensor> parameters = model.parameters();
        Device device =
                parameters.isEmpty() ? Device.cpu() : parameters.getFirst().device();
        DType dtype = parameters.isEmpty() ? DType.F32 : parameters.getFirst().dtype();
        Shape sizes = Shape.of(shape);
        try (var scope = Scope.open()) {
            return of(model, Tensor.zeros(device, dtype, sizes));
        }
    }

    /**
     * Runs a model on an input.
     *
     * @param model to look at
     * @param input for instance numbers of words, for a model that starts with an {@link Embedding}
     * @return what it consists of
     * @throws IllegalArgumentException if the model does not take such an input; the message names the module
     */
    public static Summary of(Module model, Tensor input) {
        IdentityHashMap<Module, Seen> seen = new IdentityHashMap<>();
        IdentityHashMap<Module, Boolean> modes = new IdentityHashMap<>();
        List<Module> modules = model.modules();
        for (Module module : modules) {
            seen.put(module, new Seen(module));
            modes.put(module, module.isTraining());
        }
        Deque<Call> open = new ArrayDeque<>();
        List<Hook> hooks = watch(modules, open, seen);
        try (var off = GradMode.noGrad();
                var scope = Scope.open()) {
            model.eval().call(input);
            return new Summary(model, input, seen);
        } catch (IllegalArgumentException | UnsupportedOperationException e) {
            throw new IllegalArgumentException("summary: " + where(model, open) + " failed: " + e.getMessage(), e);
        } finally {
            hooks.forEach(Hook::remove);
            modules.forEach(module -> module.train(Boolean.TRUE.equals(modes.get(module)))); // outer before inner
        }
    }

    /** The innermost module whose call has not ended. */
    private static String where(Module model, Deque<Call> open) {
        Call last = open.peek();
        if (last == null) {
            return model.name();
        }
        String name = "";
        for (Map.Entry<String, Module> entry : model.namedModules().entrySet()) {
            name = entry.getValue() == last.module() ? entry.getKey() : name;
        }
        return (name.isEmpty() ? "" : "'" + name + "' ") + last.module().name() + " on "
                + last.input().describe();
    }

    private static List<Hook> watch(List<Module> modules, Deque<Call> open, Map<Module, Seen> seen) {
        Thread caller = Thread.currentThread(); // others may use the model meanwhile
        List<Hook> hooks = new ArrayList<>();
        for (Module module : modules) {
            hooks.add(module.registerForwardPreHook((called, input) -> {
                if (Thread.currentThread() == caller) {
                    open.push(new Call(called, input));
                }
                return null;
            }));
            hooks.add(module.registerForwardHook((called, input, output) -> {
                Seen one = seen.get(called);
                if (one != null && Thread.currentThread() == caller) {
                    open.pop();
                    one.output = Optional.of(output.shape());
                    one.outputBytes += bytes(output);
                    one.multiplyAdds += multiplyAdds(called, one.parameters, input, output);
                }
                return null;
            }));
        }
        return hooks;
    }

    private static long bytes(Tensor x) {
        return x.count() * x.dtype().bytes();
    }

    /** How often a module multiplies and adds in one call. */
    private static long multiplyAdds(Module module, long parameters, Tensor in, Tensor out) {
        return switch (module) {
            case Embedding table -> 0;
            case Linear linear -> parameters * places(out, out.size(-1));
            case Convolution conv -> conv.multiplyAdds(in, out);
            case RNNBase rnn -> parameters * places(in, in.size(-1));
            case MultiheadAttention attention -> {
                long positions = places(in, in.size(-1));
                yield parameters * positions + 2 * positions * attention.length(in) * in.size(-1);
            }
            default -> out.rank() == 0 ? parameters : parameters * out.size(0);
        };
    }

    private static long places(Tensor x, long features) {
        return features == 0 ? 0 : x.count() / features;
    }

    private void list(Module module, String name, int depth, Map<Module, Seen> seen, Map<Module, Boolean> listed) {
        Seen one = seen.getOrDefault(module, new Seen(module));
        boolean again = listed.put(module, true) != null;
        layers.add(new Layer(
                name,
                module.name(),
                depth,
                again,
                one.output,
                again ? 0 : one.parameters,
                again ? 0 : one.trainable,
                again ? 0 : one.multiplyAdds));
        if (!again) {
            module.namedChildren()
                    .forEach((childName, child) ->
                            list(child, name.isEmpty() ? childName : name + "." + childName, depth + 1, seen, listed));
        }
    }

    /**
     * The model and all modules inside it, outer before inner.
     *
     * @return in the order of registration; a module that is used in several places is there several times
     */
    public List<Layer> layers() {
        return List.copyOf(layers);
    }

    /**
     * How many numbers the model learns, or would if none were frozen.
     *
     * @return each once
     */
    public long parameters() {
        return parameters;
    }

    /**
     * How many of the parameters take gradients.
     *
     * @return at most {@link #parameters()}
     */
    public long trainableParameters() {
        return trainable;
    }

    /**
     * How often a forward pass multiplies and adds.
     *
     * @return the sum over the modules
     */
    public long multiplyAdds() {
        return multiplyAdds;
    }

    /**
     * How large the input is.
     *
     * @return bytes
     */
    public long inputBytes() {
        return inputBytes;
    }

    /**
     * How much a training step needs for the outputs of modules with parameters, and for their gradients: torchinfo's
     * estimate.
     *
     * @return bytes
     */
    public long passBytes() {
        return passBytes;
    }

    /**
     * How large the parameters are.
     *
     * @return bytes
     */
    public long parameterBytes() {
        return parameterBytes;
    }

    /** The table, with the sums below it. */
    @Override
    public String toString() {
        List<String> names = names();
        int width = names.stream().mapToInt(String::length).max().orElse(0) + 2;
        width = Math.max(width, 30);
        String line = "=".repeat(width + 3 * COLUMN);
        StringBuilder text = new StringBuilder(line).append('\n');
        row(text, width, "Layer (type:depth-idx)", "Output Shape", "Param #", "Mult-Adds");
        text.append(line).append('\n');
        for (int i = 0; i < names.size(); i++) {
            Layer layer = layers.get(i);
            row(
                    text,
                    width,
                    names.get(i),
                    layer.outputShape().map(Shape::toString).orElse("--"),
                    learned(layer),
                    layer.multiplyAdds() == 0 ? "--" : number(layer.multiplyAdds()));
        }
        text.append(line).append('\n');
        text.append("Total params: ").append(number(parameters)).append('\n');
        text.append("Trainable params: ").append(number(trainable)).append('\n');
        text.append("Non-trainable params: ")
                .append(number(parameters - trainable))
                .append('\n');
        text.append("Total mult-adds (M): ").append(mega(multiplyAdds)).append('\n');
        text.append(line).append('\n');
        text.append("Input size (MB): ").append(mega(inputBytes)).append('\n');
        text.append("Forward/backward pass size (MB): ").append(mega(passBytes)).append('\n');
        text.append("Params size (MB): ").append(mega(parameterBytes)).append('\n');
        text.append("Estimated Total Size (MB): ")
                .append(mega(inputBytes + passBytes + parameterBytes))
                .append('\n');
        return text.append(line).toString();
    }

    /** The count of parameters, in brackets where none takes a gradient. */
    private static String learned(Layer layer) {
        if (layer.parameters() == 0) {
            return layer.recursive() ? "(recursive)" : "--";
        }
        String count = number(layer.parameters());
        return layer.trainable() == 0 ? "(" + count + ")" : count;
    }

    /** Names as a tree, with a number for each among those of its depth. */
    private List<String> names() {
        Map<Integer, Integer> counts = new HashMap<>();
        List<String> names = new ArrayList<>();
        for (Layer layer : layers) {
            int depth = layer.depth();
            int place = counts.merge(depth, 1, Integer::sum);
            String start = depth == 0 ? "" : depth == 1 ? "├─" : "│    ".repeat(depth - 1) + "└─";
            names.add(start + layer.type() + (depth == 0 ? "" : ": " + depth + "-" + place));
        }
        return names;
    }

    private static void row(StringBuilder text, int width, String name, String... cells) {
        StringBuilder row = new StringBuilder(padded(name, width));
        for (String cell : cells) {
            row.append(padded(cell, COLUMN));
        }
        text.append(row.toString().stripTrailing()).append('\n');
    }

    private static String padded(String cell, int width) {
        return cell + " ".repeat(Math.max(1, width - cell.length()));
    }

    private static String number(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    private static String mega(long value) {
        return String.format(Locale.ROOT, "%,.2f", (double) value / MEGA);
    }
}
