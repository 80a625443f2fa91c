package dev.gatun.nn.optim;

import dev.gatun.autograd.Tensor;
import dev.gatun.nn.StateDict;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** An optimizer and its groups of parameters, all with one kind of options. */
abstract sealed class TypedOptimizer<O extends GroupOptions<O>> extends Optimizer permits GroupedOptimizer, LBFGS {
    private static final String INITIAL_LR = "initial_lr";

    private final List<ParamGroup<O>> groups = new ArrayList<>();
    private final List<Tensor> params = new ArrayList<>();
    private final Set<Tensor> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    private final O defaults;

    TypedOptimizer(String name, Collection<Tensor> params, O options) {
        super(name);
        this.defaults = options;
        addParamGroup(params, options);
    }

    /** Refuses options that are out of range. It is called before a subclass has its fields. */
    abstract void check(O options);

    /** How many groups there may be. */
    int mostGroups() {
        return Integer.MAX_VALUE;
    }

    /** Adds what is remembered of a parameter under PyTorch's names; nothing before its first step. */
    abstract void saveState(int param, StateDict to);

    /**
     * Checks what is remembered of a parameter, and changes nothing yet.
     *
     * @param options that it is loaded with
     * @param from empty for a parameter that has made no step
     * @return what takes it over and cannot fail
     */
    abstract Runnable prepareState(int param, O options, StateDict from);

    /**
     * Adds parameters with options of their own; {@code optimizer.add_param_group}.
     *
     * @param params floating-point leaves, each once and in no other group; those without a gradient are passed over by a
     *     step
     * @param options of each step
     * @return the group
     * @throws IllegalArgumentException if there is no parameter, one is no leaf or given twice, or an option is out of
     *     range
     */
    public final ParamGroup<O> addParamGroup(Collection<Tensor> params, O options) {
        require(groups.size() < mostGroups(), "takes one group of parameters", "another group");
        List<Tensor> given = List.copyOf(params);
        ParamGroup<O> group = new ParamGroup<>(given, options, this::check);
        require(!given.isEmpty(), "no parameters", "a group without any");
        Set<Tensor> distinct = Collections.newSetFromMap(new IdentityHashMap<>());
        for (int i = 0; i < given.size(); i++) {
            Tensor param = given.get(i);
            String which = "params[" + i + "]";
            require(
                    param.isLeaf() && param.dtype().isFloating(),
                    which + " is not a floating-point leaf",
                    param.describe());
            require(!seen.contains(param) && distinct.add(param), which + " is given twice", param.describe());
        }
        seen.addAll(given);
        given.forEach(Tensor::own);
        this.params.addAll(given);
        groups.add(group);
        return group;
    }

    /**
     * Adds parameters with the options that the optimizer was made with.
     *
     * @param params floating-point leaves, each once and in no other group
     * @return the group
     * @throws IllegalArgumentException as {@link #addParamGroup(Collection, GroupOptions)}
     */
    public final ParamGroup<O> addParamGroup(Collection<Tensor> params) {
        return addParamGroup(params, defaults);
    }

    @Override
    public final List<ParamGroup<O>> paramGroups() {
        return Collections.unmodifiableList(groups);
    }

    @Override
    public final List<Tensor> params() {
        return Collections.unmodifiableList(params);
    }

    @Override
    public final StateDict stateDict() {
        StateDict state = new StateDict();
        for (int g = 0; g < groups.size(); g++) {
            ParamGroup<O> group = groups.get(g);
            StateDict own = new StateDict();
            OptionMap.save(group.options().toMap(), own);
            group.initialLr().ifPresent(lr -> own.put(INITIAL_LR, lr));
            state.put("param_groups." + g, own.put("params", group.params().size()));
        }
        for (int i = 0; i < params.size(); i++) {
            StateDict own = new StateDict();
            saveState(i, own);
            state.put("state." + i, own);
        }
        return state;
    }

    @Override
    public final Runnable prepareLoad(StateDict state) {
        try {
            return prepare(state);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("loadStateDict: does not fit " + name() + ": " + e.getMessage(), e);
        }
    }

    private Runnable prepare(StateDict state) {
        StateDict described = state.part("param_groups");
        Map<String, StateDict> remembered = state.part("state").parts();
        List<Runnable> actions = new ArrayList<>();
        int i = 0;
        for (int g = 0; g < groups.size(); g++) {
            ParamGroup<O> group = groups.get(g);
            StateDict values = described.part(Integer.toString(g));
            O options = group.options().withState(values);
            check(options);
            int own = group.params().size();
            if (values.getLong("params") != own) {
                throw new IllegalArgumentException(own + " parameters, given " + values.getString("params"));
            }
            actions.add(() -> group.setOptions(options));
            if (values.has(INITIAL_LR)) {
                double initial = values.getDouble(INITIAL_LR);
                check(options.withLr(initial));
                actions.add(() -> group.setInitialLr(initial));
            }
            for (int end = i + own; i < end; i++) {
                StateDict mine = remembered.remove(Integer.toString(i));
                actions.add(prepareState(i, options, mine == null ? new StateDict() : mine));
            }
        }
        int given = described.parts().size();
        if (given != groups.size()) {
            throw new IllegalArgumentException(groups.size() + " groups of parameters, given " + given);
        }
        if (!remembered.isEmpty()) {
            throw new IllegalArgumentException("no parameter for state."
                    + String.join(
                            ", state.", remembered.keySet().stream().limit(10).toList()));
        }
        return () -> actions.forEach(Runnable::run);
    }
}
