package dev.gatun.autograd;

import dev.gatun.autograd.ops.Elementwise;
import dev.gatun.autograd.ops.Reduce;
import dev.gatun.runtime.Scope;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * The walk back. Every node's uses are counted first; a node runs when its last use has delivered, newest first among the
 * ready ones, so that every run adds in the same order. No recursion, no mathematics. Leaves get their gradients at
 * the very end: an exception before leaves every {@code grad} as it was.
 */
final class Engine {
    private final boolean retainGraph;
    private final boolean createGraph;
    private final @Nullable Map<Node.Edge, Integer> wanted;
    private final @Nullable Tensor[] captured;

    private final Map<Node, int[]> uses = new HashMap<>();
    private final Map<Node, Grads> arrived = new HashMap<>();
    private final PriorityQueue<Node> ready =
            new PriorityQueue<>(Comparator.comparingLong(Node::sequence).reversed());
    private final List<Runnable> leaves = new ArrayList<>();
    private @Nullable Map<Node, Boolean> needed;

    /**
     * A walk.
     *
     * @param wanted edges whose gradients are the result, by their place; {@code null}: leaves accumulate
     */
    private Engine(boolean retainGraph, boolean createGraph, @Nullable Map<Node.Edge, Integer> wanted, int results) {
        this.retainGraph = retainGraph;
        this.createGraph = createGraph;
        this.wanted = wanted;
        this.captured = new Tensor[results];
    }

    /** Runs from the roots and adds to the leaves' gradients. */
    static void backward(List<Node.Edge> roots, List<Tensor> gradients, boolean retainGraph, boolean createGraph) {
        Engine engine = new Engine(retainGraph, createGraph, null, 0);
        try (Scope scope = Scope.open();
                GradMode mode = GradMode.setGradEnabled(createGraph)) {
            engine.run(roots, gradients);
            for (Runnable leaf : engine.leaves) {
                leaf.run();
            }
        }
    }

    /** Runs from the roots to the edges wanted and returns their gradients, in the enclosing scope; leaves are not touched. */
    static @Nullable Tensor[] grad(
            List<Node.Edge> roots,
            List<Tensor> gradients,
            Map<Node.Edge, Integer> wanted,
            int results,
            boolean retainGraph,
            boolean createGraph) {
        Engine engine = new Engine(retainGraph, createGraph, wanted, results);
        try (Scope scope = Scope.open();
                GradMode mode = GradMode.setGradEnabled(createGraph)) {
            engine.run(roots, gradients);
            for (Tensor result : engine.captured) {
                if (result != null) {
                    scope.keep(result);
                }
            }
        }
        return engine.captured;
    }

    private void run(List<Node.Edge> roots, List<Tensor> gradients) {
        countUses(roots);
        try {
            walk(roots, gradients);
        } finally {
            uses.keySet().forEach(Node::release);
        }
    }

    private void walk(List<Node.Edge> roots, List<Tensor> gradients) {
        if (wanted != null) {
            needed = reaching(wanted);
        }
        for (int i = 0; i < roots.size(); i++) {
            deliver(roots.get(i), gradients.get(i).handle());
        }
        for (Node.Edge root : roots) {
            if (uses.get(root.node())[0] == 0 && !ready.contains(root.node())) {
                ready.add(root.node());
            }
        }
        for (Node node = ready.poll(); node != null; node = ready.poll()) {
            Grads g = arrived.remove(node);
            if (g == null) {
                g = new Grads(node.outputs());
            }
            node.runHooks(g);
            capture(node, g);
            if (node instanceof AccumulateGrad leaf) {
                collect(leaf, g);
            } else {
                step(node, g);
            }
            g.release();
        }
    }

    /** Runs the rules of one node; what is not handed on dies at its end. */
    private void step(Node node, Grads g) {
        node.requireAlive();
        boolean none = g.isEmpty();
        for (Input input : node.inputs()) {
            Node source = input.node();
            if (source == null) {
                continue;
            }
            if (!none && (needed == null || needed.containsKey(source)) && !collectRows(input, source, g)) {
                Tensor gradient = gradientFor(input, g);
                if (gradient != null) {
                    deliver(new Node.Edge(source, input.output()), gradient);
                }
            }
            if (--uses.get(source)[0] == 0) {
                ready.add(source);
            }
        }
        if (!retainGraph) {
            node.releaseSaved();
        }
    }

    /** Readies rows for a leaf where a rule can give them, and nobody looks at the whole on the way. */
    private boolean collectRows(Input input, Node source, Grads g) {
        if (createGraph || wanted != null || !(source instanceof AccumulateGrad leaf)) {
            return false;
        }
        SparseGrad rows = leaf.hasHooks() ? null : input.vjp().rows(g);
        return rows != null && leaves.add(() -> leaf.accumulate(rows));
    }

    /** Runs one rule; what it made beside its result dies here. */
    private static @Nullable Tensor gradientFor(Input input, Grads g) {
        try (Scope inner = Scope.open()) {
            Tensor gradient = input.vjp().apply(g);
            if (gradient == null) {
                return null;
            }
            return inner.keep(
                    Reduce.sumTo(gradient, input.shape()).to(input.dtype()).handle());
        }
    }

    /** Adds a gradient to what arrived at an output before. */
    private void deliver(Node.Edge edge, Tensor gradient) {
        Grads g = arrived.computeIfAbsent(edge.node(), node -> new Grads(node.outputs()));
        Tensor before = g.get(edge.output());
        if (before == null) {
            g.set(edge.output(), gradient);
        } else if (!createGraph
                && before.isContiguous()
                && before.storage("backward").isUnshared()) {
            before.add_(gradient);
            gradient.release();
        } else {
            Tensor sum;
            try (Scope inner = Scope.open()) {
                sum = inner.keep(Elementwise.add(before, gradient));
            }
            g.set(edge.output(), sum);
            before.release();
            gradient.release();
        }
    }

    private void capture(Node node, Grads g) {
        if (wanted != null) {
            for (int output = 0; output < g.size(); output++) {
                Integer place = wanted.get(new Node.Edge(node, output));
                Tensor gradient = g.get(output);
                if (place != null && gradient != null) {
                    captured[place] = gradient.handle();
                }
            }
        }
    }

    /** Readies a leaf's gradient, with all that may fail, to be added when the walk is over. */
    private void collect(AccumulateGrad leaf, Grads g) {
        Tensor arrivedHere = g.get(0);
        if (arrivedHere == null || wanted != null) {
            return;
        }
        boolean ours = arrivedHere.requiresGrad()
                || arrivedHere.isContiguous() && arrivedHere.storage("backward").isUnshared();
        Tensor gradient = ours ? arrivedHere.handle() : arrivedHere.clone();
        leaves.add(() -> leaf.accumulate(gradient, createGraph));
    }

    /** Counts how often each node is used, and holds it until the walk is over: its consumers let go of it on the way. */
    private void countUses(List<Node.Edge> roots) {
        ArrayDeque<Node> pending = new ArrayDeque<>();
        for (Node.Edge root : roots) {
            if (uses.putIfAbsent(root.node(), new int[1]) == null) {
                root.node().retain();
                pending.add(root.node());
            }
        }
        for (Node node = pending.poll(); node != null; node = pending.poll()) {
            for (Input input : node.inputs()) {
                Node source = input.node();
                if (source != null) {
                    int[] count = uses.get(source);
                    if (count == null) {
                        count = new int[1];
                        uses.put(source, count);
                        source.retain();
                        pending.add(source);
                    }
                    count[0]++;
                }
            }
        }
    }

    /** The nodes from which a wanted edge can be reached; inputs are older than what uses them. */
    private Map<Node, Boolean> reaching(Map<Node.Edge, Integer> edges) {
        Map<Node, Boolean> found = new HashMap<>();
        for (Node.Edge edge : edges.keySet()) {
            found.put(edge.node(), true);
        }
        List<Node> oldestFirst = new ArrayList<>(uses.keySet());
        oldestFirst.sort(Comparator.comparingLong(Node::sequence));
        for (Node node : oldestFirst) {
            for (Input input : node.inputs()) {
                Node source = input.node();
                if (source != null && found.containsKey(source)) {
                    found.put(node, true);
                    break;
                }
            }
        }
        return found;
    }
}
