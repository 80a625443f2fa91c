package dev.gatun.autograd;

import dev.gatun.runtime.Scope;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Gradients asked for as values; {@code torch.autograd}.
 *
 * {@snippet :
 * Tensor x = Tensor.of(3.0).requiresGrad_();
 * Tensor y = x.pow(3);
 * System.out.println(Autograd.grad(y, List.of(x)).getFirst()); // tensor([27.], dtype=torch.float64)
 * }
 */
public final class Autograd {
    private Autograd() {}

    /**
     * The gradients of one scalar with respect to some tensors; {@code torch.autograd.grad}.
     *
     * @param output of one element
     * @param inputs tensors that it depends on
     * @return a gradient for each input
     * @throws IllegalArgumentException if the output has several elements or an input was not used
     */
    public static List<Tensor> grad(Tensor output, List<Tensor> inputs) {
        return grad(List.of(output), inputs, List.of(), false, false);
    }

    /**
     * The gradients of outputs with respect to some tensors; the tensors' own {@code grad} is not touched.
     *
     * @param outputs to start from
     * @param inputs tensors that they depend on, each requiring grad
     * @param gradOutputs what arrives at each output; empty: ones, for outputs of one element
     * @param retainGraph keep what backward needs, for another pass
     * @param createGraph record the pass itself, so that the gradients can be differentiated again; retains the graph
     * @return a gradient for each input
     * @throws IllegalArgumentException if shapes do not fit, or an input was not used by any output
     */
    public static List<Tensor> grad(
            List<Tensor> outputs,
            List<Tensor> inputs,
            List<Tensor> gradOutputs,
            boolean retainGraph,
            boolean createGraph) {
        List<Tensor> result = new ArrayList<>();
        List<Optional<Tensor>> found = gradAllowUnused(outputs, inputs, gradOutputs, retainGraph, createGraph);
        for (int i = 0; i < found.size(); i++) {
            int place = i;
            result.add(found.get(i)
                    .orElseThrow(() -> new IllegalArgumentException("grad: inputs[" + place + "] "
                            + inputs.get(place).describe() + " was not used to make the outputs;"
                            + " gradAllowUnused() gives an empty result for it")));
        }
        return result;
    }

    /** As {@link #grad(List, List, List, boolean, boolean)}, with an empty result for an input that was not used. */
    public static List<Optional<Tensor>> gradAllowUnused(
            List<Tensor> outputs,
            List<Tensor> inputs,
            List<Tensor> gradOutputs,
            boolean retainGraph,
            boolean createGraph) {
        if (!gradOutputs.isEmpty() && gradOutputs.size() != outputs.size()) {
            throw new IllegalArgumentException(
                    "grad: counts differ: " + outputs.size() + " outputs, " + gradOutputs.size() + " gradOutputs");
        }
        Map<Node.Edge, Integer> wanted = new HashMap<>();
        int[] place = new int[inputs.size()];
        for (int i = 0; i < inputs.size(); i++) {
            Node.Edge edge = edge("grad", inputs.get(i));
            Integer before = wanted.putIfAbsent(edge, wanted.size());
            place[i] = before == null ? wanted.size() - 1 : before;
        }
        @Nullable Tensor[] found;
        try (Scope scope = Scope.open()) {
            List<Tensor> gradients = new ArrayList<>();
            List<Node.Edge> roots = new ArrayList<>();
            for (int i = 0; i < outputs.size(); i++) {
                Tensor given = gradOutputs.isEmpty() ? null : gradOutputs.get(i);
                roots.add(edge("grad", outputs.get(i)));
                gradients.add(initial("grad", outputs.get(i), given));
            }
            found = Engine.grad(roots, gradients, wanted, wanted.size(), retainGraph || createGraph, createGraph);
            for (Tensor gradient : found) {
                if (gradient != null) {
                    scope.keep(gradient);
                }
            }
        }
        List<Optional<Tensor>> result = new ArrayList<>();
        for (int i = 0; i < place.length; i++) {
            result.add(Optional.ofNullable(found[place[i]]));
        }
        return result;
    }

    /** The edge that a tensor's gradient arrives at. */
    static Node.Edge edge(String op, Tensor x) {
        Meta meta = x.synced();
        Node source = meta == null ? null : meta.source(x);
        if (meta == null || source == null) {
            throw new IllegalStateException(
                    op + ": " + x.describe() + " does not require grad and was not made from a tensor that does");
        }
        return new Node.Edge(source, meta.output());
    }

    /** What arrives at a root: the gradient given, checked, or one. */
    static Tensor initial(String op, Tensor x, @Nullable Tensor given) {
        if (given == null) {
            if (x.count() != 1) {
                throw new IllegalArgumentException(op + ": only a tensor of one element needs no gradient: "
                        + x.describe() + "; pass one of its shape");
            }
            return Tensor.onesLike(x);
        }
        if (!given.shape().equals(x.shape()) || given.dtype() != x.dtype() || given.device() != x.device()) {
            throw new IllegalArgumentException(
                    op + ": the gradient does not match: tensor " + x.describe() + ", gradient " + given.describe());
        }
        return given;
    }
}
