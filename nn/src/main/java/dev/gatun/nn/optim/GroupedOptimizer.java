package dev.gatun.nn.optim;

import dev.gatun.autograd.GradMode;
import dev.gatun.autograd.SparseGrad;
import dev.gatun.autograd.Tensor;
import dev.gatun.nn.StateDict;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Device;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.kernels.UpdateRule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An optimizer whose step is one kernel call for all parameters that are alike: of one device, one dtype and one rule
 * with its numbers. In the ordinary case these are all of a group of parameters.
 */
abstract sealed class GroupedOptimizer<O extends GroupOptions<O>> extends TypedOptimizer<O>
        permits SGD, Adam, AdamW, SparseAdam, Adamax, NAdam, RAdam, Adadelta, Adagrad, RMSprop, Rprop, ASGD {
    private static final String STEP = "step";
    private static final String NO_SPARSE = "sparse gradients; SGD, Adagrad and SparseAdam do, without weight decay";

    private final List<State> states = new ArrayList<>();

    // Kept from step to step for their lists; empty in between.
    private final List<Batch<O>> batches = new ArrayList<>();

    GroupedOptimizer(String name, Collection<Tensor> params, O options) {
        super(name, params, options);
    }

    /** A parameter and what the optimizer remembers of it, which belongs to the optimizer. */
    static final class State {
        final Tensor param;
        /** Steps that were done. */
        long steps;
        /** Whether a buffer was made for the coming step. */
        boolean fresh;
        /** What the rule changes, by {@link #names}. */
        Tensor[] buffers = {};

        String[] names = {};
        /** What the optimizer remembers beside the buffers, see {@link #numbers()}. */
        final double[] numbers;

        private State(Tensor param, double[] numbers) {
            this.param = param;
            this.numbers = numbers;
        }

        @Nullable
        Tensor buffer(String name) {
            int at = Arrays.asList(names).indexOf(name);
            return at < 0 ? null : buffers[at];
        }

        /** A loaded tensor as this state keeps it, contiguous and of the parameter's dtype, still in the open scope. */
        private Tensor copied(StateDict from, String prefix, String tensor) {
            Tensor given = from.getTensor(tensor);
            if (!given.shape().equals(param.shape()) || !given.dtype().isFloating()) {
                throw new IllegalArgumentException(
                        prefix + tensor + " is " + given.describe() + ", its parameter is " + param.describe());
            }
            try (var off = GradMode.noGrad()) {
                return param.newEmpty(param.shape()).copy_(given);
            }
        }

        private void replace(long newSteps, String[] newNames, Tensor[] loaded, double[] newNumbers) {
            for (Tensor old : buffers) {
                old.release();
            }
            for (Tensor buffer : loaded) {
                buffer.own();
            }
            steps = newSteps;
            fresh = false;
            names = newNames;
            buffers = loaded;
            System.arraycopy(newNumbers, 0, numbers, 0, numbers.length);
        }
    }

    /** What one kernel call takes: entry i of each list belongs to one parameter. */
    private static final class Batch<O extends GroupOptions<O>> {
        private Device device;
        private DType dtype;
        private UpdateRule rule;
        private final List<State> states = new ArrayList<>();
        private final List<ParamGroup<O>> groups = new ArrayList<>();
        private final List<Tensor> params = new ArrayList<>();
        private final List<Tensor> grads = new ArrayList<>();
        private final List<List<Tensor>> buffers = new ArrayList<>();
        /** Which rows of the parameter these are; {@code null} for all. */
        private final List<@Nullable Tensor> rows = new ArrayList<>();

        private Batch(Tensor like, UpdateRule rule) {
            this.device = like.device();
            this.dtype = like.dtype();
            this.rule = rule;
        }

        /** Whether a parameter belongs here; an empty batch becomes one that it belongs to. */
        private boolean takes(Tensor param, UpdateRule its) {
            if (states.isEmpty()) {
                device = param.device();
                dtype = param.dtype();
                rule = its;
            }
            return dtype == param.dtype() && device == param.device() && (rule == its || rule.equals(its));
        }

        private void add(State state, ParamGroup<O> its, Tensor gradient, @Nullable Tensor chosen) {
            states.add(state);
            groups.add(its);
            params.add(chosen == null ? state.param.contiguous() : state.param.indexSelect(0, chosen));
            grads.add(gradient.contiguous());
            rows.add(chosen);
            while (buffers.size() < state.buffers.length) {
                buffers.add(new ArrayList<>());
            }
            while (buffers.size() > state.buffers.length) {
                buffers.removeLast();
            }
            for (int k = 0; k < state.buffers.length; k++) {
                Tensor buffer = state.buffers[k];
                buffers.get(k).add(chosen == null ? buffer : buffer.indexSelect(0, chosen));
            }
        }

        /** Carries rows that were changed to where they came from. */
        private void putBack(int i, Tensor chosen) {
            State state = states.get(i);
            state.param.indexCopy_(0, chosen, params.get(i));
            for (int k = 0; k < state.buffers.length; k++) {
                state.buffers[k].indexCopy_(0, chosen, buffers.get(k).get(i));
            }
        }

        private void run() {
            device.kernels().update().step(rule, params, grads, buffers);
        }

        /** This call, to be made again with other numbers. */
        private RepeatedUpdate<O> repeated(GroupedOptimizer<O> optimizer) {
            for (int i = 0; i < states.size(); i++) {
                if (rows.get(i) != null || params.get(i) != states.get(i).param) {
                    throw new IllegalStateException("step: cannot be captured: " + optimizer.name() + " has "
                            + (rows.get(i) != null ? "sparse gradients: " : "a parameter that is not contiguous: ")
                            + states.get(i).param.describe());
                }
            }
            return new RepeatedUpdate<>(optimizer, device, states, groups, params, grads, buffers);
        }

        private void clear() {
            states.clear();
            groups.clear();
            params.clear();
            grads.clear();
            rows.clear();
            for (int k = 0; k < buffers.size(); k++) {
                buffers.get(k).clear();
            }
        }
    }

    /** PyTorch's names of what the rule changes, in its order: the same array for the same kind of options. */
    abstract String[] buffers(O options);

    /** What a new buffer holds. */
    double initial(O options, String buffer) {
        return 0;
    }

    /** The coming step of a parameter. */
    abstract UpdateRule rule(O options, State state);

    /** PyTorch's names of what is remembered beside the buffers and the count of steps. */
    String[] numbers() {
        return NONE;
    }

    static final String[] NONE = {};

    /** What a step does with a sparse gradient. */
    enum Sparse {
        /** It refuses. */
        REFUSED,
        /** It changes the rows that are there, and what is remembered of them. */
        ROWS,
        /** It takes the others for zeros. */
        ZEROS
    }

    /** What a step with these options does with a sparse gradient. */
    Sparse sparse(O options) {
        return Sparse.REFUSED;
    }

    /** Whether a step takes a gradient that is not sparse. */
    boolean takesDense() {
        return true;
    }

    /** What these are before the first step. */
    double initialNumber(O options, int number) {
        return 0;
    }

    /** Changes them after a step, of which the count is not yet raised. */
    void advance(O options, State state) {}

    /** Whether a state may lack its buffers, after steps with options that need none. */
    boolean mayLackBuffers() {
        return false;
    }

    /** The state of a parameter, which may have come with a group. */
    private State stateOf(int param) {
        while (states.size() <= param) {
            states.add(new State(params().get(states.size()), new double[numbers().length]));
        }
        return states.get(param);
    }

    /** Gives a state the buffers that the options ask for; those it has stay. */
    private void prepare(State state, O options) {
        if (state.steps == 0) {
            for (int k = 0; k < state.numbers.length; k++) {
                state.numbers[k] = initialNumber(options, k);
            }
        }
        String[] names = buffers(options);
        if (state.names == names) {
            return;
        }
        Tensor[] made = new Tensor[names.length];
        for (int k = 0; k < names.length; k++) {
            Tensor kept = state.buffer(names[k]);
            if (kept == null && Step.recorded() != null) { // each repetition would make it anew
                throw new IllegalStateException("step: " + name() + " makes " + names[k]
                        + " for a parameter in the run that is recorded; let the optimizer take a step with it before");
            }
            made[k] = kept == null ? newBuffer(state.param, initial(options, names[k])) : kept;
            state.fresh |= kept == null;
        }
        state.buffers = made;
        state.names = names;
    }

    /** Like the parameter, contiguous; no scope releases it. */
    private static Tensor newBuffer(Tensor param, double value) {
        Tensor buffer = param.newZeros(param.shape());
        if (value != 0) {
            buffer.fill_(value);
        }
        buffer.own();
        return buffer;
    }

    private Batch<O> batchFor(Tensor param, UpdateRule rule) {
        for (int i = 0; i < batches.size(); i++) {
            if (batches.get(i).takes(param, rule)) {
                return batches.get(i);
            }
        }
        Batch<O> batch = new Batch<>(param, rule);
        batches.add(batch);
        return batch;
    }

    @Override
    public final void step() {
        try (var off = GradMode.noGrad();
                var temporaries = Scope.open()) {
            int first = 0;
            for (int g = 0; g < paramGroups().size(); g++) {
                ParamGroup<O> group = paramGroups().get(g);
                collect(first, group);
                first += group.params().size();
            }
            for (int i = 0; i < batches.size(); i++) {
                Batch<O> batch = batches.get(i);
                if (!batch.states.isEmpty()) {
                    batch.run();
                    Step captured = Step.recorded();
                    if (captured != null) {
                        captured.add(batch.repeated(this));
                    }
                    finish(batch);
                }
            }
        } finally {
            for (int i = 0; i < batches.size(); i++) {
                batches.get(i).clear();
            }
        }
    }

    /** Distributes the parameters of a group over the calls. */
    private void collect(int first, ParamGroup<O> group) {
        int count = group.params().size();
        O options = group.options();
        State previous = null;
        UpdateRule rule = null;
        for (int i = first; i < first + count; i++) {
            State state = stateOf(i);
            Tensor gradient = state.param.gradOrNull();
            Tensor rows = null;
            if (gradient == null && state.param.hasSparseGrad()) {
                SparseGrad its = state.param.sparseGrad();
                Sparse how = sparse(options);
                requireTaken(how != Sparse.REFUSED, NO_SPARSE, i);
                gradient = how == Sparse.ROWS ? its.values() : its.toDense();
                rows = how == Sparse.ROWS ? its.indices() : null;
            } else if (gradient == null) {
                continue;
            } else {
                requireTaken(takesDense(), "dense gradients, Adam does", i);
            }
            prepare(state, options);
            boolean alike = previous != null
                    && previous.steps == state.steps
                    && previous.fresh == state.fresh
                    && state.numbers.length == 0;
            if (rule == null || !alike) {
                rule = rule(options, state);
            }
            previous = state;
            batchFor(state.param, rule).add(state, group, gradient, rows);
        }
    }

    private void requireTaken(boolean holds, String kind, int param) {
        if (!holds) {
            throw new IllegalArgumentException(name() + ": takes no " + kind + ": params[" + param + "] "
                    + params().get(param).describe());
        }
    }

    /** Notes the change for saved values, and carries it to a parameter that is not contiguous. */
    private void finish(Batch<O> batch) {
        for (int i = 0; i < batch.states.size(); i++) {
            State state = batch.states.get(i);
            advance(batch.groups.get(i).options(), state);
            state.steps++;
            state.fresh = false;
            Tensor rows = batch.rows.get(i);
            if (rows != null) {
                batch.putBack(i, rows);
            } else if (batch.params.get(i) == state.param) {
                state.param.storage(name()).touch();
            } else {
                state.param.copy_(batch.params.get(i));
            }
        }
    }

    // State

    @Override
    final void saveState(int param, StateDict to) {
        State state = stateOf(param);
        if (state.steps == 0) {
            return;
        }
        to.put(STEP, state.steps);
        for (int k = 0; k < state.numbers.length; k++) {
            to.put(numbers()[k], state.numbers[k]);
        }
        for (int k = 0; k < state.buffers.length; k++) {
            to.put(state.names[k], state.buffers[k].detach());
        }
    }

    @Override
    final Runnable prepareState(int param, O options, StateDict from) {
        State state = stateOf(param);
        if (from.isEmpty()) {
            return () -> state.replace(0, NONE, new Tensor[0], new double[numbers().length]);
        }
        String prefix = "state." + param + ".";
        long steps = from.getLong(STEP);
        if (steps < 1) {
            throw new IllegalArgumentException(prefix + "step is below 1: " + steps);
        }
        double[] numbers = Arrays.stream(numbers()).mapToDouble(from::getDouble).toArray();
        String[] names = buffers(options);
        if (mayLackBuffers() && Arrays.stream(names).noneMatch(from::has)) {
            names = NONE;
        }
        Tensor[] loaded = new Tensor[names.length];
        for (int k = 0; k < names.length; k++) {
            loaded[k] = state.copied(from, prefix, names[k]);
        }
        String[] found = names;
        return () -> state.replace(steps, found, loaded, numbers);
    }
}
