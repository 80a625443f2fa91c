package dev.gatun.nn;

import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.Join;
import dev.gatun.autograd.ops.Random;
import dev.gatun.autograd.ops.Recurrent;
import dev.gatun.runtime.RecurrentCell;
import dev.gatun.runtime.random.Generator;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the recurrent layers have: for each layer and direction a weight for the input and one for the hidden state, with a
 * bias each, all starting uniform in ±1/sqrt(hiddenSize), drawn from the global generator in the order of
 * registration. PyTorch's counterpart is {@code torch.nn.RNNBase}.
 *
 * {@snippet :
 * RNNBase layer = new GRU(3, 8, RNNBase.Options.defaults().withBidirectional(true));
 * System.out.println(layer.forward(Tensor.rand(10, 4, 3)).shape()); // [10, 4, 16]
 * }
 */
public abstract sealed class RNNBase extends Module implements Called permits RNN, LSTM, GRU {
    /**
     * PyTorch's names and, in {@link #defaults()}, its values.
     *
     * @param numLayers layers, each fed with the outputs of the one before; 1
     * @param bias whether there are biases; true
     * @param batchFirst whether inputs and outputs are [n, steps, *] instead of [steps, n, *]; false
     * @param dropout the probability of an output to be dropped between layers, in training; 0
     * @param bidirectional whether a second set of weights goes through the steps backwards; false
     * @param projSize to what size an LSTM projects each state before it goes on and out, below the hidden one, by a
     *     weight of its own; 0 for none
     */
    public record Options(
            int numLayers, boolean bias, boolean batchFirst, double dropout, boolean bidirectional, long projSize) {
        /**
         * Checks the numbers.
         *
         * @throws IllegalArgumentException if there is no layer, dropout is no probability, or projSize is negative
         */
        public Options {
            if (numLayers < 1) {
                throw new IllegalArgumentException("rnn: numLayers is below 1: " + numLayers);
            }
            if (!(dropout >= 0 && dropout <= 1)) {
                throw new IllegalArgumentException("rnn: dropout is outside 0..1: " + dropout);
            }
            if (projSize < 0) {
                throw new IllegalArgumentException("rnn: projSize is negative: " + projSize);
            }
        }

        /**
         * PyTorch's defaults.
         *
         * @return the options
         */
        public static Options defaults() {
            return new Options(1, true, false, 0, false, 0);
        }

        /**
         * These with so many layers.
         *
         * @param value at least 1
         * @return new options
         */
        public Options withNumLayers(int value) {
            return new Options(value, bias, batchFirst, dropout, bidirectional, projSize);
        }

        /**
         * These with or without biases.
         *
         * @param value whether there are
         * @return new options
         */
        public Options withBias(boolean value) {
            return new Options(numLayers, value, batchFirst, dropout, bidirectional, projSize);
        }

        /**
         * These with the batch or the steps first.
         *
         * @param value whether the batch is first
         * @return new options
         */
        public Options withBatchFirst(boolean value) {
            return new Options(numLayers, bias, value, dropout, bidirectional, projSize);
        }

        /**
         * These with another dropout.
         *
         * @param value the probability, 0 to 1
         * @return new options
         */
        public Options withDropout(double value) {
            return new Options(numLayers, bias, batchFirst, value, bidirectional, projSize);
        }

        /**
         * These with one direction or both.
         *
         * @param value whether both
         * @return new options
         */
        public Options withBidirectional(boolean value) {
            return new Options(numLayers, bias, batchFirst, dropout, value, projSize);
        }

        /**
         * These with states of an LSTM that are projected to another size.
         *
         * @param value the size, below the hidden one; 0 for none
         * @return new options
         */
        public Options withProjSize(long value) {
            return new Options(numLayers, bias, batchFirst, dropout, bidirectional, value);
        }
    }

    private final String op;
    private final long inputSize;
    private final long hiddenSize;
    private final long outputSize; // of the state that goes from step to step
    private final RecurrentCell cell;
    private final Options options;
    private final List<Weights> weights = new ArrayList<>(); // by layer and direction

    /** The parameters of one layer in one direction. */
    private record Weights(
            Parameter input,
            Parameter hidden,
            @Nullable Parameter inputBias,
            @Nullable Parameter hiddenBias,
            @Nullable Parameter projection) {
        Recurrent.Weights tensors() {
            return new Recurrent.Weights(
                    input.tensor(), hidden.tensor(), tensor(inputBias), tensor(hiddenBias), tensor(projection));
        }

        private static @Nullable Tensor tensor(@Nullable Parameter parameter) {
            return parameter == null ? null : parameter.tensor();
        }
    }

    /** A layer. */
    RNNBase(String op, long inputSize, long hiddenSize, RecurrentCell cell, Options options) {
        if (inputSize < 1 || hiddenSize < 1) {
            throw new IllegalArgumentException(
                    op + ": a size is below 1: inputSize " + inputSize + ", hiddenSize " + hiddenSize);
        }
        long projSize = options.projSize();
        if (projSize > 0 && (cell != RecurrentCell.LSTM || projSize >= hiddenSize)) {
            throw new IllegalArgumentException(op + ": projSize is for an LSTM, and below its hiddenSize: projSize "
                    + projSize + ", hiddenSize " + hiddenSize);
        }
        this.op = op;
        this.inputSize = inputSize;
        this.hiddenSize = hiddenSize;
        this.outputSize = projSize > 0 ? projSize : hiddenSize;
        this.cell = cell;
        this.options = options;
        double bound = 1 / Math.sqrt((double) hiddenSize);
        long rows = cell.gates() * hiddenSize;
        for (int layer = 0; layer < options.numLayers(); layer++) {
            long columns = layer == 0 ? inputSize : outputSize * directions();
            for (int direction = 0; direction < directions(); direction++) {
                String suffix = "_l" + layer + (direction == 0 ? "" : "_reverse");
                Parameter input = uniform("weight_ih" + suffix, bound, rows, columns);
                Parameter hidden = uniform("weight_hh" + suffix, bound, rows, outputSize);
                Parameter inputBias = options.bias() ? uniform("bias_ih" + suffix, bound, rows) : null;
                Parameter hiddenBias = options.bias() ? uniform("bias_hh" + suffix, bound, rows) : null;
                Parameter projection = projSize > 0 ? uniform("weight_hr" + suffix, bound, projSize, hiddenSize) : null;
                weights.add(new Weights(input, hidden, inputBias, hiddenBias, projection));
            }
        }
    }

    private Parameter uniform(String name, double bound, long... sizes) {
        return registerParameter(name, Init.uniform_(Tensor.empty(sizes), -bound, bound));
    }

    private int directions() {
        return options.bidirectional() ? 2 : 1;
    }

    /** How many states go from step to step, the output first. */
    private int states() {
        return cell == RecurrentCell.LSTM ? 2 : 1;
    }

    /**
     * The outputs of all steps, from a state of zeros.
     *
     * @param x [steps, n, inputSize], or [n, steps, inputSize] with the batch first, or [steps, inputSize]
     * @return the same with hiddenSize, or projSize, as its last size, twice that in both directions
     * @throws IllegalArgumentException if sizes or dtype do not fit
     */
    @Override
    public final Tensor forward(Tensor x) {
        return run(x, List.of(), false).get(0);
    }

    /**
     * Runs through all steps.
     *
     * @param x the input as the user gave it
     * @param initial the states [layers * directions, n, hiddenSize], the first with projSize, without n for one sample; none for zeros
     * @return the outputs, and each state after the last step
     */
    final List<Tensor> run(Tensor x, List<Tensor> initial) {
        return run(x, initial, true);
    }

    private List<Tensor> run(Tensor x, List<Tensor> initial, boolean wantsStates) {
        List<Tensor> results = new ArrayList<>();
        Tensor output = hooked(x, in -> {
            results.addAll(recur(in, initial, wantsStates));
            return results.getFirst();
        });
        results.set(0, output);
        return results;
    }

    private List<Tensor> recur(Tensor x, List<Tensor> initial, boolean wantsStates) {
        if (x.rank() != 2 && x.rank() != 3 || x.size(-1) != inputSize) {
            throw new IllegalArgumentException(
                    op + ": x is not [steps, n, " + inputSize + "] or [steps, " + inputSize + "]: " + x.describe());
        }
        boolean single = x.rank() == 2;
        boolean turned = options.batchFirst() && !single;
        Tensor steps = single ? x.unsqueeze(1) : turned ? x.transpose(0, 1) : x; // [steps, n, inputSize]
        if (steps.size(0) == 0) {
            throw new IllegalArgumentException(op + ": there are no steps: " + x.describe());
        }
        List<Tensor> before = new ArrayList<>();
        for (int i = 0; i < initial.size(); i++) {
            before.add(checked(initial.get(i), i == 0 ? outputSize : hiddenSize, steps, single));
        }
        List<List<Tensor>> after = new ArrayList<>(); // by state, then by layer and direction
        for (int i = 0; i < states() && wantsStates; i++) {
            after.add(new ArrayList<>());
        }
        Tensor output = steps;
        for (int layer = 0; layer < options.numLayers(); layer++) {
            output = layer(layer, output, before, after);
            if (layer + 1 < options.numLayers() && isTraining() && options.dropout() > 0) {
                output = Random.dropout(output, options.dropout(), Generator.global());
            }
        }
        List<Tensor> results = new ArrayList<>();
        results.add(single ? output.squeeze(1) : turned ? output.transpose(0, 1) : output);
        for (List<Tensor> state : after) {
            Tensor stacked = Join.stack(state, 0); // [layers * directions, n, size]
            results.add(single ? stacked.squeeze(1) : stacked);
        }
        return results;
    }

    private Tensor checked(Tensor state, long size, Tensor steps, boolean single) {
        Tensor batch = single && state.rank() == 2 ? state.unsqueeze(1) : state;
        boolean fits = batch.rank() == 3
                && batch.size(0) == (long) options.numLayers() * directions()
                && batch.size(1) == steps.size(1)
                && batch.size(2) == size;
        if (!fits) {
            throw new IllegalArgumentException(op + ": a state is not [" + options.numLayers() * directions() + ", "
                    + steps.size(1) + ", " + size + "]: " + state.describe());
        }
        return batch;
    }

    /** The outputs [steps, n, hiddenSize * directions] of one layer; adds its states to those asked for. */
    private Tensor layer(int layer, Tensor input, List<Tensor> before, List<List<Tensor>> after) {
        List<Tensor> outputs = new ArrayList<>();
        for (int direction = 0; direction < directions(); direction++) {
            int place = layer * directions() + direction;
            boolean reverse = direction == 1;
            Recurrent.Result result = Recurrent.layer(
                    cell,
                    reverse,
                    input,
                    weights.get(place).tensors(),
                    before.isEmpty() ? null : before.get(0).select(0, place),
                    before.size() < 2 ? null : before.get(1).select(0, place));
            outputs.add(result.output());
            Tensor last = result.cell();
            if (!after.isEmpty()) {
                after.get(0).add(result.output().select(0, reverse ? 0 : -1));
            }
            if (last != null && after.size() > 1) {
                after.get(1).add(last);
            }
        }
        return outputs.size() == 1 ? outputs.get(0) : Join.cat(outputs, -1); // [steps, n, 2 hiddenSize]
    }

    @Override
    protected String extraRepr() {
        return inputSize + ", " + hiddenSize
                + (options.projSize() == 0 ? "" : ", proj_size=" + options.projSize())
                + (options.numLayers() == 1 ? "" : ", num_layers=" + options.numLayers())
                + (options.bias() ? "" : ", bias=False")
                + (options.batchFirst() ? ", batch_first=True" : "")
                + (options.dropout() == 0 ? "" : ", dropout=" + Repr.of(options.dropout()))
                + (options.bidirectional() ? ", bidirectional=True" : "");
    }
}
