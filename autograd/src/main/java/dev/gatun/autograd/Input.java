package dev.gatun.autograd;

import dev.gatun.runtime.DType;
import dev.gatun.runtime.Shape;
import org.jspecify.annotations.Nullable;

/**
 * One input of a recorded operation: where its gradient goes, and the rule that makes it. It serves operations, as
 * {@link Graph} does; PyTorch's counterpart is {@code torch.autograd.graph.Node.next_functions}.
 *
 * {@snippet :
 * Tensor x = Tensor.of(1f).requiresGrad_();
 * Input input = Input.of(x, g -> g.mul(2)); // the gradient arrives as twice the output's
 * }
 */
public final class Input {
    private final @Nullable Node node;
    private final int output;
    private final Shape shape;
    private final DType dtype;
    private final Vjp vjp;

    Input(@Nullable Node node, int output, Shape shape, DType dtype, Vjp vjp) {
        this.node = node;
        this.output = output;
        this.shape = shape;
        this.dtype = dtype;
        this.vjp = vjp;
    }

    /**
     * An input of a node with one output.
     *
     * @param x the tensor as it is now; later changes in place do not move the edge
     * @param rule the gradient of x from that of the output; asked only if x requires grad
     * @return the input
     */
    public static Input of(Tensor x, Vjp.Single rule) {
        return many(x, Vjp.of(rule));
    }

    /** An input of a node with several outputs. */
    public static Input many(Tensor x, Vjp rule) {
        Meta meta = x.synced();
        Node source = meta == null ? null : meta.source(x);
        return new Input(source, source == null ? 0 : meta.output(), x.shape(), x.dtype(), rule);
    }

    /** The same edge with another rule. */
    Input with(Vjp rule) {
        return new Input(node, output, shape, dtype, rule);
    }

    @Nullable
    Node node() {
        return node;
    }

    int output() {
        return output;
    }

    Shape shape() {
        return shape;
    }

    DType dtype() {
        return dtype;
    }

    Vjp vjp() {
        return vjp;
    }
}
