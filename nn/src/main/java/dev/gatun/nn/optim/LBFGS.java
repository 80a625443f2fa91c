package dev.gatun.nn.optim;

import dev.gatun.autograd.GradMode;
import dev.gatun.autograd.Tensor;
import dev.gatun.nn.StateDict;
import dev.gatun.runtime.Scope;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * L-BFGS, for losses of all data at once; {@code torch.optim.LBFGS}. A step makes several iterations, each along the
 * gradient times an approximate inverse of the Hessian, which the last changes of parameters and gradients give; it
 * computes the loss again and again, so it needs a closure. All parameters are of one dtype and device, in one group.
 *
 * {@snippet :
 * var optimizer = new LBFGS(model.parameters(), 0.1);
 * Tensor loss = optimizer.step(() -> {
 *     optimizer.zeroGrad();
 *     Tensor cost = criterion.forward(model.forward(x), target);
 *     cost.backward();
 *     return cost;
 * });
 * }
 *
 * @see <a href="https://doi.org/10.1007/BF01589116">Liu, Nocedal 1989</a>
 */
public final class LBFGS extends TypedOptimizer<LBFGS.Options> {
    private static final double LEAST_CURVATURE = 1e-10;

    /**
     * What a step uses. PyTorch's names and, in {@link #defaults()}, its values.
     *
     * @param lr the length of an iteration, where a search begins; 1
     * @param maxIter iterations of a step, at most; 20
     * @param maxEval losses that a step computes, at which it ends; 25
     * @param toleranceGrad the largest element of a gradient that counts as none; 1e-7
     * @param toleranceChange the largest change that counts as none; 1e-9
     * @param historySize changes that are remembered; 100
     * @param strongWolfe whether to search along each direction for a step after which the strong Wolfe conditions hold;
     *     false
     */
    public record Options(
            double lr,
            long maxIter,
            long maxEval,
            double toleranceGrad,
            double toleranceChange,
            long historySize,
            boolean strongWolfe)
            implements GroupOptions<Options> {
        /**
         * PyTorch's defaults.
         *
         * @return the options
         */
        public static Options defaults() {
            return new Options(1, 20, 25, 1e-7, 1e-9, 100, false);
        }

        @Override
        public Options withLr(double value) {
            return new Options(value, maxIter, maxEval, toleranceGrad, toleranceChange, historySize, strongWolfe);
        }

        /**
         * These with another number of iterations, and five quarters of it as that of losses.
         *
         * @param value above 0
         * @return new options
         */
        public Options withMaxIter(long value) {
            return new Options(lr, value, value * 5 / 4, toleranceGrad, toleranceChange, historySize, strongWolfe);
        }

        /**
         * These with another number of losses.
         *
         * @param value above 0
         * @return new options
         */
        public Options withMaxEval(long value) {
            return new Options(lr, maxIter, value, toleranceGrad, toleranceChange, historySize, strongWolfe);
        }

        /**
         * These with other tolerances.
         *
         * @param grad the largest element of a gradient that counts as none
         * @param change the largest change that counts as none
         * @return new options
         */
        public Options withTolerances(double grad, double change) {
            return new Options(lr, maxIter, maxEval, grad, change, historySize, strongWolfe);
        }

        /**
         * These with another memory.
         *
         * @param value changes that are remembered, above 0
         * @return new options
         */
        public Options withHistorySize(long value) {
            return new Options(lr, maxIter, maxEval, toleranceGrad, toleranceChange, value, strongWolfe);
        }

        /**
         * These with or without a line search; {@code line_search_fn='strong_wolfe'}.
         *
         * @param value whether to search
         * @return new options
         */
        public Options withStrongWolfe(boolean value) {
            return new Options(lr, maxIter, maxEval, toleranceGrad, toleranceChange, historySize, value);
        }

        @Override
        public Map<String, Object> toMap() {
            return OptionMap.of(
                    "lr",
                    lr,
                    "max_iter",
                    maxIter,
                    "max_eval",
                    maxEval,
                    "tolerance_grad",
                    toleranceGrad,
                    "tolerance_change",
                    toleranceChange,
                    "history_size",
                    historySize,
                    "strong_wolfe",
                    strongWolfe);
        }

        @Override
        public Options withState(StateDict values) {
            return new Options(
                    values.getDouble("lr"),
                    values.getLong("max_iter"),
                    values.getLong("max_eval"),
                    values.getDouble("tolerance_grad"),
                    values.getDouble("tolerance_change"),
                    values.getLong("history_size"),
                    values.getBoolean("strong_wolfe"));
        }
    }

    /** A change of the gradient and of the parameters between two iterations, and 1 over their product. */
    private record Change(Tensor gradient, Tensor step, double scale) {
        void release() {
            gradient.release();
            step.release();
        }
    }

    private final List<Change> changes = new ArrayList<>();
    private long iterations;
    private long evaluations;
    private double t;
    private double previousLoss;
    private double diagonal = 1;
    private @Nullable Tensor direction;
    private @Nullable Tensor previousGradient;

    /**
     * With PyTorch's defaults.
     *
     * @param params floating-point leaves, each once
     * @throws IllegalArgumentException as {@link #LBFGS(Collection, Options)}
     */
    public LBFGS(Collection<Tensor> params) {
        this(params, Options.defaults());
    }

    /**
     * With PyTorch's defaults but the learning rate.
     *
     * @param params floating-point leaves, each once
     * @param lr the length of an iteration
     * @throws IllegalArgumentException as {@link #LBFGS(Collection, Options)}
     */
    public LBFGS(Collection<Tensor> params, double lr) {
        this(params, Options.defaults().withLr(lr));
    }

    /**
     * The optimizer.
     *
     * @param params floating-point leaves, each once, of one dtype and device
     * @param options of each step
     * @throws IllegalArgumentException if there is no parameter, one is no leaf, given twice or of another dtype or
     *     device, or an option is out of range
     */
    public LBFGS(Collection<Tensor> params, Options options) {
        super("lbfgs", params, options);
        Tensor like = params().getFirst();
        for (Tensor param : params()) {
            require(
                    param.dtype() == like.dtype() && param.device() == like.device(),
                    "parameters are not of one dtype and device",
                    like.describe() + ", " + param.describe());
        }
    }

    @Override
    int mostGroups() {
        return 1;
    }

    @Override
    void check(Options options) {
        requireNotNegative("lr", options.lr);
        requireNotNegative("toleranceGrad", options.toleranceGrad);
        requireNotNegative("toleranceChange", options.toleranceChange);
        require(options.maxIter > 0, "maxIter is not positive", options.maxIter);
        require(options.maxEval > 0, "maxEval is not positive", options.maxEval);
        require(options.historySize > 0, "historySize is not positive", options.historySize);
    }

    /**
     * Is refused: see {@link #step(Supplier)}.
     *
     * @throws IllegalStateException always
     */
    @Override
    public void step() {
        throw new IllegalStateException("lbfgs: computes the loss several times: use step(closure)");
    }

    /**
     * Several iterations.
     *
     * @param closure drops the gradients, computes the loss, goes back from it and returns it; gradients are recorded
     * @return the loss before them, as the closure gave it
     */
    @Override
    public Tensor step(Supplier<Tensor> closure) {
        Tensor first;
        try (var on = GradMode.setGradEnabled(true)) {
            first = closure.get();
        }
        try (var off = GradMode.noGrad();
                var temporaries = Scope.open()) {
            evaluations++;
            Tensor gradient = gradient();
            if (largest(gradient) > options().toleranceGrad) {
                iterate(closure, first.item(), gradient);
            }
        }
        return first;
    }

    private Options options() {
        return paramGroups().getFirst().options();
    }

    private void iterate(Supplier<Tensor> closure, double firstLoss, Tensor firstGradient) {
        Options o = options();
        double loss = firstLoss;
        Tensor gradient = firstGradient;
        long evaluated = 1;
        for (long i = 1; ; i++) {
            iterations++;
            Tensor d = iterations == 1 ? gradient.neg() : nextDirection(gradient);
            direction = owned(direction, d);
            previousGradient = owned(previousGradient, gradient.clone());
            previousLoss = loss;
            t = iterations == 1 ? Math.min(1, 1 / gradient.abs().sum().item()) * o.lr : o.lr;
            double slope = dot(gradient, d);
            if (slope > -o.toleranceChange) {
                return;
            }
            if (o.strongWolfe) {
                StrongWolfe.Point start = new StrongWolfe.Point(0, loss, gradient, slope);
                StrongWolfe.Found found = StrongWolfe.search(line(closure, d), start, t, largest(d), o.toleranceChange);
                loss = found.point().value();
                gradient = found.point().gradient();
                t = found.point().step();
                move(t, d);
                evaluated += found.evaluations();
                evaluations += found.evaluations();
            } else {
                move(t, d);
                if (i < o.maxIter) {
                    loss = evaluate(closure);
                    gradient = gradient();
                    evaluated++;
                    evaluations++;
                }
            }
            boolean still =
                    largest(d) * Math.abs(t) <= o.toleranceChange || Math.abs(loss - previousLoss) < o.toleranceChange;
            if (i >= o.maxIter || evaluated >= o.maxEval || largest(gradient) <= o.toleranceGrad || still) {
                return;
            }
        }
    }

    /** Remembers the last change, and applies the approximate inverse of the Hessian. */
    private Tensor nextDirection(Tensor gradient) {
        Tensor y = gradient.sub(required(previousGradient));
        Tensor s = required(direction).mul(t);
        double curvature = dot(y, s);
        if (curvature > LEAST_CURVATURE) {
            if (changes.size() >= options().historySize) {
                changes.removeFirst().release();
            }
            y.own();
            s.own();
            changes.add(new Change(y, s, 1 / curvature));
            diagonal = curvature / dot(y, y);
        }
        Tensor q = gradient.neg();
        double[] shares = new double[changes.size()];
        for (int i = changes.size() - 1; i >= 0; i--) {
            Change change = changes.get(i);
            shares[i] = dot(change.step, q) * change.scale;
            q.add_(change.gradient, -shares[i]);
        }
        q.mul_(diagonal);
        for (int i = 0; i < changes.size(); i++) {
            Change change = changes.get(i);
            q.add_(change.step, shares[i] - dot(change.gradient, q) * change.scale);
        }
        return q;
    }

    private static Tensor required(@Nullable Tensor tensor) {
        if (tensor == null) {
            throw new IllegalStateException("lbfgs: there was no iteration before");
        }
        return tensor;
    }

    /** What a field holds from now on: the new tensor, out of any scope; the old one is released. */
    private static Tensor owned(@Nullable Tensor old, Tensor fresh) {
        fresh.own();
        if (old != null) {
            old.release();
        }
        return fresh;
    }

    private StrongWolfe.Line line(Supplier<Tensor> closure, Tensor d) {
        List<Tensor> before = params().stream().map(Tensor::clone).toList();
        return step -> {
            move(step, d);
            double value = evaluate(closure);
            Tensor gradient = gradient();
            for (int i = 0; i < before.size(); i++) {
                params().get(i).copy_(before.get(i));
            }
            return new StrongWolfe.Point(step, value, gradient, dot(gradient, d));
        };
    }

    private static double evaluate(Supplier<Tensor> closure) {
        try (var on = GradMode.setGradEnabled(true);
                var temporaries = Scope.open()) {
            return closure.get().item();
        }
    }

    /** All gradients behind one another, 0 where there is none: [elements]. */
    private Tensor gradient() {
        List<Tensor> parts = new ArrayList<>();
        for (Tensor param : params()) {
            Tensor own = param.hasSparseGrad() ? param.sparseGrad().toDense() : param.gradOrNull();
            parts.add((own == null ? Tensor.zerosLike(param) : own).reshape(-1));
        }
        return Tensor.cat(parts, 0);
    }

    private void move(double step, Tensor d) {
        long at = 0;
        for (Tensor param : params()) {
            param.add_(d.narrow(0, at, param.count()).viewAs(param), step);
            at += param.count();
        }
    }

    private static double dot(Tensor x, Tensor y) {
        return x.mul(y).sum().item();
    }

    private static double largest(Tensor x) {
        return x.count() == 0 ? 0 : x.abs().max().item();
    }

    // State, all of it under the first parameter, as PyTorch has it

    @Override
    void saveState(int param, StateDict to) {
        if (param > 0 || direction == null || previousGradient == null) {
            return;
        }
        to.put("func_evals", evaluations).put("n_iter", iterations).put("t", t).put("H_diag", diagonal);
        to.put("prev_loss", previousLoss).put("d", direction.detach()).put("prev_flat_grad", previousGradient.detach());
        to.put("ro", changes.stream().mapToDouble(Change::scale).toArray());
        if (!changes.isEmpty()) {
            to.put(
                    "old_dirs",
                    Tensor.stack(changes.stream().map(Change::gradient).toList(), 0));
            to.put("old_stps", Tensor.stack(changes.stream().map(Change::step).toList(), 0));
        }
    }

    @Override
    Runnable prepareState(int param, Options options, StateDict from) {
        if (param > 0) {
            return () -> {};
        }
        if (from.isEmpty()) {
            return () -> {
                replaceChanges(new Tensor[0], new Tensor[0], new double[0]);
                iterations = 0;
                evaluations = 0;
            };
        }
        long newEvaluations = from.getLong("func_evals");
        long newIterations = from.getLong("n_iter");
        double newT = from.getDouble("t");
        double newDiagonal = from.getDouble("H_diag");
        double newLoss = from.getDouble("prev_loss");
        double[] scales = from.getDoubles("ro");
        long elements = params().stream().mapToLong(Tensor::count).sum();
        Tensor newDirection = rows(from, "d", 1, elements)[0];
        Tensor newGradient = rows(from, "prev_flat_grad", 1, elements)[0];
        Tensor[] dirs = scales.length == 0 ? new Tensor[0] : rows(from, "old_dirs", scales.length, elements);
        Tensor[] steps = scales.length == 0 ? new Tensor[0] : rows(from, "old_stps", scales.length, elements);
        return () -> {
            evaluations = newEvaluations;
            iterations = newIterations;
            t = newT;
            diagonal = newDiagonal;
            previousLoss = newLoss;
            direction = owned(direction, newDirection);
            previousGradient = owned(previousGradient, newGradient);
            replaceChanges(dirs, steps, scales);
        };
    }

    private void replaceChanges(Tensor[] dirs, Tensor[] steps, double[] scales) {
        changes.forEach(Change::release);
        changes.clear();
        for (int i = 0; i < scales.length; i++) {
            dirs[i].own();
            steps[i].own();
            changes.add(new Change(dirs[i], steps[i], scales[i]));
        }
    }

    /** Copies of a loaded tensor's rows, each [elements] of the parameters' dtype. */
    private Tensor[] rows(StateDict from, String name, long count, long elements) {
        Tensor given = from.getTensor(name);
        if (given.count() != count * elements || !given.dtype().isFloating()) {
            throw new IllegalArgumentException(
                    "state.0." + name + " is " + given.describe() + ", not " + count + " times " + elements);
        }
        Tensor like = params().getFirst();
        Tensor[] rows = new Tensor[(int) count];
        try (var off = GradMode.noGrad()) {
            Tensor all = given.detach().to(like.device(), like.dtype()).reshape(count, elements);
            java.util.Arrays.setAll(rows, i -> all.select(0, i).clone());
        }
        return rows;
    }
}
