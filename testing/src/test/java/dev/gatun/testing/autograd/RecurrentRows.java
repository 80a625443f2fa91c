package dev.gatun.testing.autograd;

import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.Join;
import dev.gatun.autograd.ops.Recurrent;
import dev.gatun.runtime.RecurrentCell;
import dev.gatun.runtime.Shape;
import dev.gatun.testing.autograd.OpTable.Domain;
import java.util.List;
import java.util.Objects;

/** The rows of {@link OpTable} of recurrent layers; their twins stand in fixtures/layer_ops.py. */
final class RecurrentRows {
    private static final long STEPS = 3;
    private static final long N = 2;
    private static final long IN = 2;
    private static final String LAYER = "Recurrent.layer(RecurrentCell, boolean, Tensor, Weights, Tensor, Tensor)";

    private RecurrentRows() {}

    static void add() {
        plain("rnn tanh", RecurrentCell.TANH, false, 3);
        plain("rnn relu", RecurrentCell.RELU, true, 2);
        plain("lstm plain", RecurrentCell.LSTM, true, 2);
        full("lstm", RecurrentCell.LSTM, false, 3);
        projected();
        full("gru", RecurrentCell.GRU, false, 3);
        full("gru reverse", RecurrentCell.GRU, true, 2);
    }

    /** x and weights alone. */
    private static void plain(String name, RecurrentCell cell, boolean reverse, long hidden) {
        add(
                name,
                in -> Recurrent.layer(
                        cell, reverse, in.get(0), new Recurrent.Weights(in.get(1), in.get(2), null, null), null, null),
                Shape.of(STEPS, N, IN),
                Shape.of(cell.gates() * hidden, IN),
                Shape.of(cell.gates() * hidden, hidden));
    }

    /** With biases and first states. */
    private static void full(String name, RecurrentCell cell, boolean reverse, long hidden) {
        long rows = cell.gates() * hidden;
        Shape state = Shape.of(N, hidden);
        boolean lstm = cell == RecurrentCell.LSTM;
        Shape[] shapes = {
            Shape.of(STEPS, N, IN), Shape.of(rows, IN), Shape.of(rows, hidden), Shape.of(rows), Shape.of(rows), state
        };
        Shape[] all = java.util.Arrays.copyOf(shapes, lstm ? 7 : 6);
        if (lstm) {
            all[6] = state;
        }
        add(
                name,
                in -> Recurrent.layer(
                        cell,
                        reverse,
                        in.get(0),
                        new Recurrent.Weights(in.get(1), in.get(2), in.get(3), in.get(4)),
                        in.get(5),
                        lstm ? in.get(6) : null),
                all);
    }

    /** An LSTM of three cells whose states are two numbers; the cell's mean stands behind them. */
    private static void projected() {
        OpTable.row(
                "lstm projected",
                LAYER,
                Domain.UNIT,
                in -> {
                    var weights = new Recurrent.Weights(in.get(1), in.get(2), in.get(3), in.get(4), in.get(5));
                    Recurrent.Result result =
                            Recurrent.layer(RecurrentCell.LSTM, false, in.get(0), weights, in.get(6), in.get(7));
                    Tensor cell = Objects.requireNonNull(result.cell()).mean(true, -1);
                    return Join.cat(List.of(result.output(), cell.expand(1, N, 2)), 0);
                },
                Shape.of(STEPS, N, IN),
                Shape.of(12, IN),
                Shape.of(12, 2),
                Shape.of(12),
                Shape.of(12),
                Shape.of(2, 3),
                Shape.of(N, 2),
                Shape.of(N, 3));
    }

    private interface Layer {
        Recurrent.Result apply(List<Tensor> in);
    }

    private static void add(String name, Layer layer, Shape... shapes) {
        OpTable.row(
                name,
                LAYER,
                Domain.UNIT,
                in -> {
                    Recurrent.Result result = layer.apply(in);
                    Tensor cell = result.cell();
                    return cell == null ? result.output() : Join.cat(List.of(result.output(), cell.unsqueeze(0)), 0);
                },
                shapes);
    }
}
