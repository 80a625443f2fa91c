package dev.gatun.bench.peers.ops;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDResource;
import dev.gatun.autograd.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** The operations of the table, in its order. */
final class Catalog {
    private final List<Op> ops = new ArrayList<>();

    /** All of them. */
    static List<Op> all() {
        Catalog catalog = new Catalog();
        ElementOps.addTo(catalog);
        ReduceOps.addTo(catalog);
        OrderOps.addTo(catalog);
        IndexOps.addTo(catalog);
        ShapeOps.addTo(catalog);
        LinalgOps.addTo(catalog);
        RandomOps.addTo(catalog);
        return List.copyOf(catalog.ops);
    }

    /** One operand. */
    void add(
            String name,
            Function<Inputs, Both> operand,
            UnaryOperator<Tensor> ours,
            Function<NDArray, ? extends NDResource> theirs) {
        any(name, true, in -> {
            Both x = operand.apply(in);
            return new Op.Calls(() -> ours.apply(x.ours()), () -> theirs.apply(x.theirs()));
        });
    }

    /** Two operands. */
    void add(
            String name,
            Function<Inputs, Both> first,
            Function<Inputs, Both> second,
            BinaryOperator<Tensor> ours,
            BiFunction<NDArray, NDArray, ? extends NDResource> theirs) {
        any(name, true, in -> {
            Both x = first.apply(in);
            Both y = second.apply(in);
            return new Op.Calls(() -> ours.apply(x.ours(), y.ours()), () -> theirs.apply(x.theirs(), y.theirs()));
        });
    }

    /** Any operands. */
    void any(String name, boolean compared, Function<Inputs, Op.Calls> on) {
        ops.add(new Op(name, Op.How.METHOD, compared, on));
    }

    /** One operand, x, and the peer's line. */
    void script(String name, Function<Inputs, Both> operand, UnaryOperator<Tensor> ours, String line) {
        scripted(name, in -> {
            Both x = operand.apply(in);
            Script script = new Script(in.manager(), "x", line);
            return new Op.Calls(() -> ours.apply(x.ours()), () -> script.call(x.theirs()));
        });
    }

    /** Two operands, x and y, and the peer's line. */
    void script(
            String name,
            Function<Inputs, Both> first,
            Function<Inputs, Both> second,
            BinaryOperator<Tensor> ours,
            String line) {
        scripted(name, in -> {
            Both x = first.apply(in);
            Both y = second.apply(in);
            Script script = new Script(in.manager(), "x,y", line);
            return new Op.Calls(() -> ours.apply(x.ours(), y.ours()), () -> script.call(x.theirs(), y.theirs()));
        });
    }

    /** Any operands of a script. */
    void scripted(String name, Function<Inputs, Op.Calls> on) {
        ops.add(new Op(name, Op.How.SCRIPT, true, on));
    }
}
