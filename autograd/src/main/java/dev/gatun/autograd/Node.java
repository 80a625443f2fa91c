package dev.gatun.autograd;

import dev.gatun.runtime.memory.Context;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A recorded operation: its inputs with a gradient rule each, and what the rules need of the forward. Counted by the live
 * tensors that it made and by the nodes that consume them; at zero it gives back what it saved. The counterpart is
 * {@code torch.autograd.graph.Node}.
 *
 * {@snippet :
 * Tensor y = Tensor.of(2f).requiresGrad_().exp().sum();
 * Node node = y.gradFn().orElseThrow();
 * System.out.println(node.name()); // SumBackward0
 * System.out.println(node.nextFunctions().getFirst().orElseThrow().node().name()); // ExpBackward0
 * }
 */
public class Node {
    private static final VarHandle COUNT;
    private static final VarHandle INPUTS;
    private static final Input[] NO_INPUTS = {};

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            COUNT = lookup.findVarHandle(Node.class, "count", int.class);
            INPUTS = lookup.findVarHandle(Node.class, "inputs", Input[].class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final String name;
    private final long sequence;
    private final int outputs;
    private final @Nullable Saved saved;

    // Not volatile, nor the count: a barrier for each node recorded is what the walk back would pay for nothing.
    private Input[] inputs;

    private boolean released;
    private @Nullable List<OutputHook> hooks;

    private int count; // through COUNT wherever another thread may change it too

    /** A hook on one output. */
    private record OutputHook(int output, UnaryOperator<Tensor> function) {}

    /**
     * A node with a count for each of its outputs, which the tensors made take over.
     *
     * @param name PyTorch's, such as {@code AddmmBackward0}; a fused operation names its chain, outermost first,
     *     with {@code '>'} between
     */
    Node(String name, int outputs, @Nullable Saved saved, Input... inputs) {
        this.name = name;
        this.outputs = outputs;
        this.saved = saved;
        this.inputs = inputs;
        this.count = outputs;
        long newest = 0;
        for (Input input : inputs) {
            Node source = input.node();
            if (source != null) {
                source.retain();
                newest = Math.max(newest, source.sequence);
            }
        }
        this.sequence = inputs.length == 0 ? 0 : Context.current().nextSequence(newest);
    }

    /** PyTorch's name: {@code AddmmBackward0}, {@code AccumulateGrad}. */
    public final String name() {
        int cut = name.indexOf('>');
        return cut < 0 ? name : name.substring(0, cut);
    }

    /**
     * The nodes that this one hands gradients to, one for each input of its operation; empty where an input needs
     * none. An edge also says which output of that node the input was.
     */
    public List<Optional<Edge>> nextFunctions() {
        int cut = name.indexOf('>');
        if (cut >= 0) {
            return List.of(Optional.of(new Edge(new Inner(name.substring(cut + 1), this), 0)));
        }
        return edges();
    }

    private List<Optional<Edge>> edges() {
        List<Optional<Edge>> next = new ArrayList<>();
        for (Input input : inputs) {
            Node source = input.node();
            next.add(source == null ? Optional.empty() : Optional.of(new Edge(source, input.output())));
        }
        return next;
    }

    /** A step of {@link #nextFunctions()}: a node, and which of its outputs. */
    public record Edge(Node node, int output) {}

    /** The inner part of a fused operation, to walk through only. */
    private static final class Inner extends Node {
        private final Node fused;

        Inner(String name, Node fused) {
            super(name, 1, null);
            this.fused = fused;
        }

        @Override
        public List<Optional<Edge>> nextFunctions() {
            return fused.edges();
        }
    }

    /** Larger than those of the inputs and of this thread's nodes before it; leaves have 0. */
    final long sequence() {
        return sequence;
    }

    final int outputs() {
        return outputs;
    }

    /** The inputs; none once the node was released. */
    final Input[] inputs() {
        return inputs;
    }

    /** Throws where an earlier backward gave back what the rules need. */
    final void requireAlive() {
        if (released) {
            throw new IllegalStateException("backward: " + name()
                    + " was passed before and its saved values were given back; use backward(true) the first time"
                    + " to retain the graph");
        }
    }

    final void retain() {
        COUNT.getAndAdd(this, 1);
    }

    /** Gives back one count; at the last one lets go of inputs and saved values, and of the nodes below, by a loop. */
    final void release() {
        if (!dropCount()) {
            return;
        }
        ArrayDeque<Node> unused = null; // few nodes end a chain of others
        for (Node last = this; last != null; last = unused == null ? null : unused.poll()) {
            for (Input input : last.letGo()) {
                Node source = input.node();
                if (source != null && source.dropCount()) {
                    unused = unused == null ? new ArrayDeque<>() : unused;
                    unused.add(source);
                }
            }
        }
    }

    /** Takes one count away; whether it was the last. Whoever sees a single count holds it: nobody else changes it. */
    private boolean dropCount() {
        if (count == 1) {
            count = 0;
            return true;
        }
        return (int) COUNT.getAndAdd(this, -1) == 1;
    }

    /** Gives back what backward needs, as it passes; the nodes below lose one consumer. */
    final void releaseSaved() {
        for (Input input : letGo()) {
            Node source = input.node();
            if (source != null) {
                source.release();
            }
        }
    }

    /** The inputs, for whoever comes first; nobody else gets them, so that each is released once. */
    private Input[] letGo() {
        Input[] last = (Input[]) INPUTS.getAndSet(this, NO_INPUTS);
        if (last.length > 0) {
            released = true;
            if (hooks != null) {
                dropHooks();
            }
            if (saved != null) {
                saved.release();
            }
        }
        return last;
    }

    private synchronized void dropHooks() {
        hooks = null;
    }

    synchronized Hook addHook(int output, UnaryOperator<Tensor> function) {
        if (hooks == null) {
            hooks = new ArrayList<>();
        }
        List<OutputHook> list = hooks;
        OutputHook hook = new OutputHook(output, function);
        list.add(hook);
        return () -> {
            synchronized (this) {
                list.removeIf(other -> other == hook);
            }
        };
    }

    /** Runs the hooks of the outputs that have a gradient; a hook's result replaces it. */
    void runHooks(Grads g) {
        List<OutputHook> list;
        synchronized (this) {
            if (hooks == null) {
                return;
            }
            list = List.copyOf(hooks);
        }
        for (OutputHook hook : list) {
            Tensor before = g.get(hook.output());
            if (before != null) {
                g.set(hook.output(), Hook.run(hook.function(), before));
            }
        }
    }

    @Override
    public String toString() {
        return "<" + name() + ">";
    }

    /** Whether operations on this thread record. */
    static boolean recording() {
        return Context.current().gradEnabled();
    }
}
