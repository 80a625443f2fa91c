package dev.gatun.autograd;

import dev.gatun.runtime.DType;
import dev.gatun.runtime.Layout;
import dev.gatun.runtime.memory.Storage;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Values of the forward that a node's rules need: storages, counted, with the layout and version they had. Not handles:
 * a node that saves its own output makes no cycle, and the user may release his tensors. It serves operations, as
 * {@link Graph} does; PyTorch's counterpart is {@code ctx.save_for_backward}.
 *
 * {@snippet :
 * Tensor x = Tensor.of(3f).requiresGrad_();
 * Tensor y;
 * try (var off = GradMode.noGrad()) {
 *     y = x.square();
 * }
 * Saved saved = Saved.of(x);
 * Graph.record("SquareBackward0", y, saved, Input.of(x, g -> g.mul(saved.get(0)).mul(2)));
 * y.backward();
 * System.out.println(x.grad().item()); // 6.0
 * }
 */
public final class Saved {
    private record Value(
            Storage storage,
            Layout layout,
            DType dtype,
            int version,
            @Nullable Node source,
            int output,
            boolean own) {}

    private final @Nullable Value[] values;
    private boolean released;
    private @Nullable Node owner;

    private Saved(int count) {
        values = new Value[count];
    }

    /**
     * Saves inputs of an operation; {@code null} keeps a place empty, for a value that no wanted gradient uses.
     *
     * @param inputs to be read back by their position
     */
    public static Saved of(@Nullable Tensor... inputs) {
        Saved saved = new Saved(inputs.length);
        for (int i = 0; i < inputs.length; i++) {
            Tensor x = inputs[i];
            if (x != null) {
                Meta meta = x.synced();
                Node source = meta == null ? null : meta.source(x);
                saved.put(i, x, source, source == null ? 0 : meta.output(), false);
            }
        }
        return saved;
    }

    /** Saves the operation's own output. */
    public static Saved output(Tensor y) {
        Saved saved = new Saved(1);
        saved.put(0, y, null, 0, true);
        return saved;
    }

    /** Saves values among which the operation's own output may be. */
    static Saved mixed(Tensor y, List<Tensor> values) {
        Saved saved = of(values.stream().map(x -> x == y ? null : x).toArray(Tensor[]::new));
        for (int i = 0; i < values.size(); i++) {
            if (values.get(i) == y) {
                saved.put(i, y, null, 0, true);
            }
        }
        return saved;
    }

    /** Saves inputs, and behind them the operation's own output. */
    public static Saved withOutput(Tensor y, @Nullable Tensor... inputs) {
        @Nullable Tensor[] all = Arrays.copyOf(inputs, inputs.length + 1);
        Saved saved = of(all);
        saved.put(inputs.length, y, null, 0, true);
        return saved;
    }

    /** Saves inputs, and behind them all of the operation's own outputs. */
    public static Saved withOutputs(List<Tensor> outputs, @Nullable Tensor... inputs) {
        @Nullable Tensor[] all = Arrays.copyOf(inputs, inputs.length + outputs.size());
        Saved saved = of(all);
        for (int i = 0; i < outputs.size(); i++) {
            saved.put(inputs.length + i, outputs.get(i), null, i, true);
        }
        return saved;
    }

    private void put(int i, Tensor x, @Nullable Node source, int output, boolean own) {
        Storage storage = x.storage("save");
        values[i] = new Value(storage.retain(), x.layout(), x.dtype(), storage.version(), source, output, own);
    }

    void owner(Node node) {
        owner = node;
    }

    /**
     * A saved value as a tensor of the scope that is open; while a graph of the gradient is made, with its history.
     *
     * @param i position among what was saved
     * @throws IllegalStateException if it was changed in place since, or given back
     */
    public Tensor get(int i) {
        Value value = values[i];
        Node node = owner;
        String name = node == null ? "?" : node.name();
        if (value == null || released || !value.storage().tryRetain()) {
            throw new IllegalStateException(
                    "backward: " + name + " has given back what it saved; retain the graph to pass it again");
        }
        Tensor x = new Tensor(value.storage(), value.layout(), value.dtype());
        int version = value.storage().version();
        if (version != value.version()) {
            x.release();
            throw new IllegalStateException("backward: " + name + " saved its "
                    + (value.own() ? "output" : "input " + i)
                    + " " + x.describe() + ", which was changed in place since (version " + version + ", saved at "
                    + value.version() + ")");
        }
        if (Node.recording()) {
            Node source = value.own() ? node : value.source();
            if (source != null) {
                x.history(source, value.output());
            }
        }
        return x;
    }

    /** Gives the storages back; the node calls it once. */
    void release() {
        released = true;
        for (Value value : values) {
            if (value != null) {
                value.storage().release();
            }
        }
    }
}
