package dev.gatun.autograd.ops;

import dev.gatun.autograd.Autograd;
import dev.gatun.autograd.GradMode;
import dev.gatun.autograd.Grads;
import dev.gatun.autograd.Graph;
import dev.gatun.autograd.Input;
import dev.gatun.autograd.Saved;
import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.Layout;
import dev.gatun.runtime.RecurrentCell;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.Shape;
import dev.gatun.runtime.kernels.Kernels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Layers that carry a state from step to step; F32 or F64. The backend goes through all steps in one call where it can. The
 * gradient of the gradient, and a backend that cannot, go through operations on single steps. PyTorch's counterpart is
 * {@code torch._VF.lstm}, behind {@code torch.nn.LSTM}; {@code dev.gatun.nn.LSTM} is the layer.
 *
 * {@snippet :
 * var weights = new Recurrent.Weights(Tensor.rand(16, 3), Tensor.rand(16, 4), null, null);
 * var result = Recurrent.layer(RecurrentCell.LSTM, false, Tensor.rand(7, 2, 3), weights, null, null);
 * System.out.println(result.output().shape()); // [7, 2, 4]
 * }
 */
public final class Recurrent {
    // Places among the inputs, and of what the gradient uses beside them.
    private static final int X = 0;
    private static final int WEIGHT_IH = 1;
    private static final int WEIGHT_HH = 2;
    private static final int BIAS_IH = 3;
    private static final int BIAS_HH = 4;
    private static final int H0 = 5;
    private static final int C0 = 6;
    private static final int GATES = 7;
    private static final int KEPT = 8;
    private static final int OUTPUT = 9;

    private Recurrent() {}

    /**
     * The parameters of one layer in one direction, in PyTorch's order.
     *
     * @param weightIh [gates * hidden, in]
     * @param weightHh [gates * hidden, hidden], or [gates * hidden, proj] where there is a projection
     * @param biasIh [gates * hidden], or {@code null}
     * @param biasHh [gates * hidden], or {@code null}
     * @param weightHr of an LSTM, by which each state is multiplied before it goes on: [proj, hidden], or {@code null}
     */
    public record Weights(
            Tensor weightIh,
            Tensor weightHh,
            @Nullable Tensor biasIh,
            @Nullable Tensor biasHh,
            @Nullable Tensor weightHr) {
        /** Without a projection. */
        public Weights(Tensor weightIh, Tensor weightHh, @Nullable Tensor biasIh, @Nullable Tensor biasHh) {
            this(weightIh, weightHh, biasIh, biasHh, null);
        }
    }

    /**
     * What the steps give.
     *
     * @param output the states after each step, [steps, n, hidden], or [steps, n, proj]
     * @param cell of an LSTM after the last step, [n, hidden]; else {@code null}
     */
    public record Result(Tensor output, @Nullable Tensor cell) {}

    /**
     * One recurrent layer in one direction: {@code torch.lstm}, {@code gru}, {@code rnn_tanh}, {@code rnn_relu}.
     *
     * @param cell what a step computes
     * @param reverse whether to go from the last step to the first
     * @param x [steps, n, in], one step at least
     * @param weights of x's dtype
     * @param h0 the state before the first step, [n, hidden] or [n, proj], or {@code null} for zeros
     * @param c0 the cell of an LSTM before the first step, [n, hidden], or {@code null} for zeros
     * @return the states
     * @throws IllegalArgumentException if sizes, dtypes or devices do not fit
     */
    public static Result layer(
            RecurrentCell cell, boolean reverse, Tensor x, Weights weights, @Nullable Tensor h0, @Nullable Tensor c0) {
        @Nullable Tensor[] in = {x, weights.weightIh, weights.weightHh, weights.biasIh, weights.biasHh, h0, c0};
        check(cell, x, weights, in);
        if (weights.weightHr != null || x.device().kernels().recurrent() == null) {
            return composed(cell, reverse, weights.weightHr, in);
        }
        try (Scope scope = Scope.open()) {
            for (int i = 0; i < in.length; i++) {
                Tensor given = in[i];
                in[i] = given == null ? null : given.contiguous();
            }
            Result result = fused(cell, reverse, in);
            Tensor last = result.cell;
            return new Result(scope.keep(result.output), last == null ? null : scope.keep(last));
        }
    }

    private static void check(RecurrentCell cell, Tensor x, Weights weights, @Nullable Tensor... in) {
        Checks.floating("recurrent", x);
        Checks.require(x.rank() == 3 && x.size(0) > 0, "recurrent", "x is not [steps, n, in] with a step", x);
        for (Tensor given : in) {
            if (given != null) {
                Checks.sameFloating("recurrent", x, given);
            }
        }
        Tensor ih = weights.weightIh;
        Tensor hh = weights.weightHh;
        Checks.require(hh.rank() == 2 && hh.size(1) > 0, "recurrent", "weightHh is not [gates * hidden, hidden]", hh);
        long state = hh.size(1);
        Tensor hr = weights.weightHr;
        if (hr != null) {
            Checks.sameFloating("recurrent", x, hr);
            Checks.require(cell == RecurrentCell.LSTM, "recurrent", "only an LSTM has a projection, not " + cell, hr);
            Checks.require(
                    hr.rank() == 2 && hr.size(0) == state && hr.size(1) > 0,
                    "recurrent",
                    "weightHr is not [" + state + ", hidden]",
                    hr,
                    hh);
        }
        long hidden = hr == null ? state : hr.size(1);
        long rows = cell.gates() * hidden;
        Checks.require(hh.size(0) == rows, "recurrent", "weightHh is not [" + cell.gates() + " * hidden, hidden]", hh);
        Shape wanted = Shape.of(rows, x.size(2));
        Checks.require(ih.shape().equals(wanted), "recurrent", "weightIh is not " + wanted, ih, x);
        requireShape("biasIh", Shape.of(rows), weights.biasIh);
        requireShape("biasHh", Shape.of(rows), weights.biasHh);
        requireShape("h0", Shape.of(x.size(1), state), in[H0]);
        requireShape("c0", Shape.of(x.size(1), hidden), in[C0]);
        if (cell != RecurrentCell.LSTM && in[C0] != null) {
            throw new IllegalArgumentException("recurrent: only an LSTM has a cell: " + cell);
        }
    }

    private static void requireShape(String what, Shape shape, @Nullable Tensor given) {
        if (given != null) {
            Checks.require(given.shape().equals(shape), "recurrent", what + " is not " + shape, given);
        }
    }

    // ---- all steps in one call ----

    private static Kernels.Recurrent kernels(Tensor x) {
        return Objects.requireNonNull(x.device().kernels().recurrent());
    }

    private static Tensor input(int i, @Nullable Tensor... in) {
        return Objects.requireNonNull(in[i]);
    }

    private static Result fused(RecurrentCell cell, boolean reverse, @Nullable Tensor... in) {
        Tensor x = input(X, in);
        Tensor weightIh = input(WEIGHT_IH, in);
        Tensor weightHh = input(WEIGHT_HH, in);
        boolean records = Graph.records(in);
        long steps = x.size(0);
        Shape state = Shape.of(x.size(1), weightHh.size(1));
        Tensor gates = x.newEmpty(Shape.of(steps, x.size(1), weightIh.size(0)));
        Tensor y = x.newEmpty(Shape.of(steps, state.size(0), state.size(1)));
        Tensor kept = cell.keeps() ? x.newEmpty(records ? y.shape() : state) : null;
        try (GradMode off = GradMode.noGrad()) {
            boolean joined = cell != RecurrentCell.GRU; // which has a gate between the two biases
            Tensor bias = joined ? sum(in[BIAS_IH], in[BIAS_HH]) : in[BIAS_IH];
            Linalg.gemm(rows(x), weightIh.mT(), rows(gates), false, bias, null); // of all steps at once
            kernels(x)
                    .forward(
                            new Kernels.Recurrent.Walk(cell, reverse, records),
                            gates,
                            weightHh,
                            joined ? null : in[BIAS_HH],
                            in[H0],
                            in[C0],
                            y,
                            kept);
        }
        Tensor last = cell == RecurrentCell.LSTM ? kept : null;
        if (records && last != null) { // of the steps' cells, which backward needs, a copy
            last = Elementwise.clone(View.select(last, 0, reverse ? 0 : steps - 1));
        }
        if (records) {
            record(cell, reverse, y, last, gates, kept, in);
        }
        return new Result(y, last);
    }

    private static @Nullable Tensor sum(@Nullable Tensor a, @Nullable Tensor b) {
        return a == null ? b : b == null ? a : a.add(b);
    }

    /** [steps, n, k] as [steps * n, k]. */
    private static Tensor rows(Tensor x) {
        return View.view(x, x.size(0) * x.size(1), x.size(2));
    }

    private static void record(
            RecurrentCell cell,
            boolean reverse,
            Tensor y,
            @Nullable Tensor last,
            Tensor gates,
            @Nullable Tensor kept,
            @Nullable Tensor... in) {
        @Nullable Tensor[] values = Arrays.copyOf(in, OUTPUT);
        values[GATES] = gates;
        values[KEPT] = kept;
        Saved saved = Saved.withOutputs(List.of(y), values);
        boolean[] wants = new boolean[in.length];
        boolean[] there = new boolean[in.length];
        for (int i = 0; i < in.length; i++) {
            Tensor given = in[i];
            there[i] = given != null;
            wants[i] = given != null && given.requiresGrad();
        }
        Joint<Grads> joint = new Joint<>(g -> GradMode.isOn()
                ? byStep(cell, reverse, saved, there, wants, g)
                : gradients(cell, reverse, saved, there, wants, g));
        List<Input> inputs = new ArrayList<>();
        for (int i = 0; i < in.length; i++) {
            Tensor given = in[i];
            if (given != null) {
                int place = i;
                inputs.add(Input.many(given, g -> joint.take(g, place)));
            }
        }
        Tensor[] outputs = last == null ? new Tensor[] {y} : new Tensor[] {y, last};
        Graph.record("RecurrentBackward", outputs, saved, inputs.toArray(Input[]::new));
    }

    private static @Nullable Tensor[] gradients(
            RecurrentCell cell, boolean reverse, Saved saved, boolean[] there, boolean[] wants, Grads g) {
        Tensor gates = saved.get(GATES);
        Tensor y = saved.get(OUTPUT);
        Tensor weightHh = saved.get(WEIGHT_HH);
        Tensor h0 = there[H0] ? saved.get(H0) : null;
        Tensor kept = cell.keeps() ? saved.get(KEPT) : null;
        Tensor carry =
                cell.keeps() ? arriving(g, 1, Shape.of(y.size(1), y.size(2)), y).clone() : null;
        Tensor dx = gates.newEmpty();
        Tensor dg = cell == RecurrentCell.GRU ? gates.newEmpty() : dx;
        Tensor dh0 = wants[H0] ? y.newEmpty(Shape.of(y.size(1), y.size(2))) : null;
        kernels(y)
                .grad(
                        new Kernels.Recurrent.Walk(cell, reverse, true),
                        gates,
                        weightHh,
                        h0,
                        there[C0] ? saved.get(C0) : null,
                        y,
                        kept,
                        denseRows(arriving(g, 0, y.shape(), y)),
                        carry,
                        dx,
                        dg == dx ? null : dg,
                        dh0);
        Tensor x = saved.get(X);
        @Nullable Tensor[] results = new Tensor[wants.length];
        results[X] = wants[X]
                ? View.view(Linalg.mm(rows(dx), saved.get(WEIGHT_IH)), x.shape().toArray())
                : null;
        results[WEIGHT_IH] = wants[WEIGHT_IH] ? Linalg.mm(rows(dx).mT(), rows(x)) : null;
        results[WEIGHT_HH] = wants[WEIGHT_HH] ? ofHiddenWeight(reverse, dg, y, h0, weightHh.shape()) : null;
        results[BIAS_IH] = wants[BIAS_IH] ? Reduce.sum(rows(dx), false, 0) : null;
        Tensor same = dg == dx ? results[BIAS_IH] : null;
        results[BIAS_HH] = !wants[BIAS_HH] ? null : same == null ? Reduce.sum(rows(dg), false, 0) : same.clone();
        results[H0] = dh0;
        results[C0] = wants[C0] ? carry : null;
        return results;
    }

    /** What arrived at an output, or zeros. */
    private static Tensor arriving(Grads g, int output, Shape shape, Tensor like) {
        Tensor arrived = output < g.size() ? g.get(output) : null;
        return arrived == null ? like.newZeros(shape) : arrived;
    }

    /** As the kernel takes what arrives: its last dimension contiguous. */
    private static Tensor denseRows(Tensor g) {
        Layout layout = g.layout();
        boolean fits = layout.stride(2) == 1 && layout.stride(0) >= 0 && layout.stride(1) >= 0;
        return fits ? g : g.contiguous();
    }

    /** The sum over all steps of what arrived at their products, times the states before them. */
    private static Tensor ofHiddenWeight(boolean reverse, Tensor dg, Tensor y, @Nullable Tensor h0, Shape shape) {
        Tensor dweight = y.newEmpty(shape);
        long steps = y.size(0);
        Tensor before = View.narrow(y, 0, reverse ? 1 : 0, steps - 1);
        Tensor behind = View.narrow(dg, 0, reverse ? 0 : 1, steps - 1);
        Linalg.gemm(rows(behind).mT(), rows(before), dweight, false, null, null);
        if (h0 != null) {
            Tensor first = View.select(dg, 0, reverse ? steps - 1 : 0);
            Linalg.gemm(first.mT(), h0, dweight, true, null, null);
        }
        return dweight;
    }

    // ---- step by step ----

    /** The gradients by operations that record themselves, from the steps gone through once more. */
    private static @Nullable Tensor[] byStep(
            RecurrentCell cell, boolean reverse, Saved saved, boolean[] there, boolean[] wants, Grads g) {
        @Nullable Tensor[] in = new Tensor[wants.length];
        List<Tensor> wanted = new ArrayList<>();
        for (int i = 0; i < in.length; i++) {
            Tensor value = there[i] ? saved.get(i) : null;
            in[i] = value;
            if (value != null && wants[i]) { // a view ends the walk back here, whatever it was made of
                Tensor end = View.view(value, value.shape().toArray());
                in[i] = end;
                wanted.add(end);
            }
        }
        Result again = composed(cell, reverse, null, in);
        List<Tensor> outputs = new ArrayList<>();
        List<Tensor> arrived = new ArrayList<>();
        for (int i = 0; i < g.size(); i++) {
            Tensor output = i == 0 ? again.output : again.cell;
            Tensor gradient = g.get(i);
            if (output != null && gradient != null) {
                outputs.add(output);
                arrived.add(gradient);
            }
        }
        List<Optional<Tensor>> found = Autograd.gradAllowUnused(outputs, wanted, arrived, true, true);
        @Nullable Tensor[] results = new Tensor[in.length];
        for (int i = 0, next = 0; i < in.length; i++) {
            results[i] = wants[i] ? found.get(next++).orElse(null) : null;
        }
        return results;
    }

    private static Result composed(
            RecurrentCell cell, boolean reverse, @Nullable Tensor weightHr, @Nullable Tensor... in) {
        Tensor x = input(X, in);
        Tensor weightHh = input(WEIGHT_HH, in);
        Shape state = Shape.of(x.size(1), weightHh.size(0) / cell.gates());
        Tensor h0 = in[H0];
        Tensor c0 = in[C0];
        Tensor h = h0 == null ? x.newZeros(Shape.of(x.size(1), weightHh.size(1))) : h0;
        Tensor c = c0 == null && cell == RecurrentCell.LSTM ? x.newZeros(state) : c0;
        List<Tensor> inputs =
                View.unbind(Linalg.linear(x, input(WEIGHT_IH, in), in[BIAS_IH]), 0); // each [n, gates * hidden]
        Tensor[] outputs = new Tensor[inputs.size()];
        for (int t = 0; t < outputs.length; t++) {
            int at = reverse ? outputs.length - 1 - t : t;
            Tensor given = inputs.get(at);
            Tensor own = Linalg.linear(h, weightHh, in[BIAS_HH]);
            switch (cell) {
                case TANH -> h = given.add(own).tanh();
                case RELU -> h = given.add(own).relu();
                case LSTM -> {
                    Tensor sum = given.add(own);
                    Tensor fresh = gate(sum, 2, state).tanh();
                    Tensor added = gate(sum, 0, state).sigmoid().mul(fresh);
                    c = gate(sum, 1, state)
                            .sigmoid()
                            .mul(Objects.requireNonNull(c))
                            .add(added);
                    Tensor made = gate(sum, 3, state).sigmoid().mul(c.tanh());
                    h = weightHr == null ? made : Linalg.linear(made, weightHr, null);
                }
                case GRU -> {
                    Tensor reset =
                            gate(given, 0, state).add(gate(own, 0, state)).sigmoid();
                    Tensor update =
                            gate(given, 1, state).add(gate(own, 1, state)).sigmoid();
                    Tensor fresh = gate(given, 2, state)
                            .add(reset.mul(gate(own, 2, state)))
                            .tanh();
                    h = h.sub(fresh).mul(update).add(fresh);
                }
            }
            outputs[at] = h;
        }
        return new Result(Join.stack(List.of(outputs), 0), c);
    }

    /** One of the gates: its columns of [n, gates * hidden]. */
    private static Tensor gate(Tensor gates, int i, Shape state) {
        return View.narrow(gates, 1, i * state.size(1), state.size(1));
    }
}
