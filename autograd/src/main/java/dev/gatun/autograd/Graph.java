package dev.gatun.autograd;

import dev.gatun.autograd.ops.Elementwise;
import dev.gatun.autograd.ops.View;
import dev.gatun.runtime.Layout;
import org.jspecify.annotations.Nullable;

/**
 * What operations call to record themselves: one line for a result, for a view, and for a write in place. It serves
 * the operations of {@link dev.gatun.autograd.ops}; with one of one's own {@link Function} is enough, as {@code
 * torch.autograd.Function} is in PyTorch.
 *
 * {@snippet :
 * Tensor x = Tensor.of(1f, 2f).requiresGrad_();
 * Tensor y;
 * try (var off = GradMode.noGrad()) {
 *     y = x.mul(10);
 * }
 * if (Graph.records(x)) {
 *     Graph.record("TenfoldBackward0", y, null, Input.of(x, g -> g.mul(10)));
 * }
 * y.sum().backward();
 * System.out.println(x.grad().toFloatArray()[0]); // 10.0
 * }
 */
public final class Graph {
    private Graph() {}

    /** Whether an operation on x records: this thread records, and x requires grad. */
    public static boolean records(Tensor x) {
        return x.requiresGrad() && Node.recording();
    }

    /** Whether an operation on x and y records. */
    public static boolean records(Tensor x, Tensor y) {
        return (x.requiresGrad() || y.requiresGrad()) && Node.recording();
    }

    /** Whether an operation on several tensors records; {@code null} stands for an input that was left out. */
    public static boolean records(@Nullable Tensor... inputs) {
        if (!Node.recording()) {
            return false;
        }
        for (Tensor x : inputs) {
            if (x != null && x.requiresGrad()) {
                return true;
            }
        }
        return false;
    }

    /**
     * Records an operation with one output.
     *
     * @param name PyTorch's name of the node; for a fused operation the chain, outermost first, joined by {@code '>'}
     * @param y the output, just made
     * @param saved what the rules use, or {@code null}
     * @param inputs with their rules
     * @return y
     */
    public static Tensor record(String name, Tensor y, @Nullable Saved saved, Input... inputs) {
        y.metaForWrite().madeBy(node(name, 1, saved, inputs), 0);
        return y;
    }

    /**
     * Records an operation with several outputs, of which those without a gradient (indexes) are left out.
     *
     * @param name PyTorch's name of the node
     * @param outputs just made
     * @param saved what the rules use, or {@code null}
     * @param inputs with their rules
     */
    public static void record(String name, Tensor[] outputs, @Nullable Saved saved, Input... inputs) {
        Node node = node(name, outputs.length, saved, inputs);
        for (int i = 0; i < outputs.length; i++) {
            outputs[i].metaForWrite().madeBy(node, i);
        }
    }

    private static Node node(String name, int outputs, @Nullable Saved saved, Input... inputs) {
        Node node = new Node(name, outputs, saved, inputs);
        if (saved != null) {
            saved.owner(node);
        }
        return node;
    }

    /**
     * A view of x: the same storage under another layout, with its base remembered, so that writes into one are seen
     * by the gradients of the other.
     *
     * @param name PyTorch's name of the node
     * @param x to view
     * @param layout of the view
     * @param rule the gradient of x from that of the view
     * @return the view
     */
    public static Tensor view(String name, Tensor x, Layout layout, Vjp.Single rule) {
        Tensor y = x.viewed(name, layout);
        y.viewOf(x);
        if (records(x)) {
            record(name, y, null, Input.of(x, rule));
        }
        return y;
    }

    /**
     * Refuses a write that could not be right, before anything is changed.
     *
     * @param op to name in the message
     * @param x to be written
     * @param values that are written, or used to change it
     * @return whether the write must be recorded
     * @throws IllegalArgumentException if x is an expanded view
     * @throws IllegalStateException if this thread records, and x is a leaf that requires grad, a view of one, or a view
     *     made without a record of what requires grad
     */
    public static boolean checkWrite(String op, Tensor x, @Nullable Tensor... values) {
        if (x.layout().overlapsItself()) {
            throw new IllegalArgumentException(op + ": several elements share one place, as in an expanded view: "
                    + x.describe() + " with strides " + java.util.Arrays.toString(x.strides()) + "; clone() it first");
        }
        if (!Node.recording()) {
            return false;
        }
        Meta meta = x.synced();
        Meta written = meta == null || meta.base == null ? meta : meta.base;
        if (written != null && written.isLeaf() && written.requiresGrad()) {
            throw new IllegalStateException(op + ": " + x.describe() + " is " + (written == meta ? "" : "a view of ")
                    + "a leaf that requires grad; change it inside GradMode.noGrad()");
        }
        if (written != null && written.requiresGrad() && !x.requiresGrad()) {
            throw new IllegalStateException(op + ": " + x.describe()
                    + " is a view that was made while nothing was recorded, of a tensor that requires grad; make the view"
                    + " outside GradMode.noGrad(), or change it inside");
        }
        return records(x) || records(values);
    }

    /**
     * Records a write in place that was just done: x gets a new node. Where x is a view the write is recorded on its
     * base, as PyTorch's CopySlices: the base's gradient goes on with the region replaced by the rule's.
     *
     * @param name PyTorch's name of the node
     * @param x that was written
     * @param saved what the rules use, or {@code null}
     * @param self the edge of x before the write, made by {@link Input#of} before it
     * @param values the other inputs
     */
    public static void recordWrite(String name, Tensor x, @Nullable Saved saved, Input self, Input... values) {
        Meta meta = x.metaForWrite();
        Meta base = meta.base;
        Input[] inputs = new Input[values.length + 1];
        if (base == null) {
            inputs[0] = self;
            System.arraycopy(values, 0, inputs, 1, values.length);
            meta.rewritten(() -> node(name, 1, saved, inputs));
            return;
        }
        Layout geometry = base.layout;
        Layout region = x.layout().shifted(-geometry.offset());
        Vjp rest = Vjp.of(g -> {
            Tensor whole = Elementwise.cloneAs(g, geometry);
            Tensor part = View.asStrided(whole, region);
            Tensor own = self.vjp().apply(one(View.asStrided(Elementwise.cloneAs(g, geometry), region)));
            if (own == null) {
                part.zero_();
            } else {
                part.copy_(own);
            }
            return whole;
        });
        for (int i = 0; i < values.length; i++) {
            Vjp rule = values[i].vjp();
            inputs[i + 1] = values[i].with(Vjp.of(
                    g -> rule.apply(one(View.asStrided(Elementwise.cloneAs(g, geometry), region)))));
        }
        base.rewritten(() -> {
            inputs[0] = new Input(base.node(), base.output(), base.shape, base.dtype, rest);
            return node("CopySlices", 1, saved, inputs);
        });
    }

    /**
     * The value of x before a write, as a copy that stands where x stands on the graph.
     *
     * @param x about to be written
     * @return a copy with x's history
     */
    public static Tensor original(Tensor x) {
        Tensor copy;
        try (GradMode off = GradMode.noGrad()) {
            copy = Elementwise.clone(x);
        }
        Meta meta = x.synced();
        Node source = meta == null ? null : meta.source(x);
        if (meta != null && source != null) {
            copy.history(source, meta.output());
        }
        return copy;
    }

    /**
     * Records that x was overwritten with a recorded result, of x's shape: x takes its place on the graph.
     *
     * @param x that was written
     * @param result whose history it takes
     */
    public static void replace(Tensor x, Tensor result) {
        Meta meta = x.metaForWrite();
        Tensor value = result.to(x.dtype());
        Meta made = value.synced();
        Node source = made == null ? null : made.source(value);
        if (made == null || source == null) {
            return;
        }
        if (meta.base == null) {
            meta.replacedBy(source, made.output());
        } else {
            recordWrite("CopyBackwards", x, null, Input.of(x, g -> null), Input.of(value, g -> g));
        }
    }

    /** The node of a view whose base was written since: a look at the base's storage. */
    static Node viewOfWritten(Meta base, Layout view) {
        Layout geometry = base.layout;
        Layout region = view.shifted(-geometry.offset());
        Input input = new Input(base.node(), base.output(), base.shape, base.dtype, Vjp.of(g -> {
            Tensor whole = Elementwise.cloneAs(g.newZeros(geometry.shape()), geometry);
            View.asStrided(whole, region).copy_(g);
            return whole;
        }));
        return node("AsStridedBackward0", 1, null, input);
    }

    private static Grads one(Tensor g) {
        Grads grads = new Grads(1);
        grads.set(0, g);
        return grads;
    }
}
