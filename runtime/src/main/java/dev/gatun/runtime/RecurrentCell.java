package dev.gatun.runtime;

import dev.gatun.bindings.kernels.Gatun;

/**
 * What a step of a recurrent layer computes; {@code gt_recurrent_cell} in the native library has the formulas. The
 * counterparts are {@code torch.nn.RNN} with either nonlinearity, {@code torch.nn.LSTM} and {@code torch.nn.GRU}.
 *
 * {@snippet :
 * System.out.println(RecurrentCell.LSTM.gates() + " " + RecurrentCell.TANH.gates()); // 4 1
 * }
 */
public enum RecurrentCell {
    /** h = tanh(x + g). */
    TANH(Gatun.GT_RECURRENT_tanh(), 1),
    /** h = relu(x + g). */
    RELU(Gatun.GT_RECURRENT_relu(), 1),
    /** Long short-term memory; gates input, forget, new, output. */
    LSTM(Gatun.GT_RECURRENT_lstm(), 4),
    /** Gated recurrent units; gates reset, update, new. */
    GRU(Gatun.GT_RECURRENT_gru(), 3);

    private final int code;
    private final int gates;

    RecurrentCell(int code, int gates) {
        this.code = code;
        this.gates = gates;
    }

    /** The code of this cell in the native library. */
    public int code() {
        return code;
    }

    /** How many blocks of the hidden size a weight has. */
    public int gates() {
        return gates;
    }

    /** Whether the gradient needs more of a step than its output: an LSTM's cell, a GRU's share of the new gate. */
    public boolean keeps() {
        return this == LSTM || this == GRU;
    }
}
