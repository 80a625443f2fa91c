package dev.gatun.autograd;

import dev.gatun.runtime.DType;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.random.Generator;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Gradients against differences; {@code torch.autograd.gradcheck}. Inputs are F64: differences of F32 are noise.
 *
 * {@snippet :
 * Tensor x = Tensor.of(0.5, -1.5).requiresGrad_();
 * GradCheck.gradcheck(in -> in.get(0).sigmoid().square(), List.of(x)); // throws where they differ
 * }
 */
public final class GradCheck {
    private static final double STEP = 1e-6;
    private static final double ABSOLUTE = 1e-5;
    private static final double RELATIVE = 1e-3;

    private GradCheck() {}

    /**
     * Checks the gradient of a function with respect to each input element by element, against central differences.
     * Beyond the numbers: a second backward gives the same bits, a gradient of zero gives zero, and dtypes match.
     *
     * @param function of the inputs; its result has one floating tensor
     * @param inputs F64; those that require grad are checked
     * @throws AssertionError that names the input, its element and both values
     */
    public static void gradcheck(Function<List<Tensor>, Tensor> function, List<Tensor> inputs) {
        for (Tensor input : inputs) {
            if (input.requiresGrad() && input.dtype() != DType.F64) {
                throw new IllegalArgumentException("gradcheck: takes f64: " + input.describe());
            }
        }
        try (Scope scope = Scope.open()) {
            Tensor y = function.apply(inputs);
            Tensor direction = randomLike(y);
            List<Optional<Tensor>> analytic =
                    Autograd.gradAllowUnused(List.of(y), wanted(inputs), List.of(direction), true, false);
            checkRepeat(y, inputs, direction, analytic);
            checkZero(y, inputs);
            int place = 0;
            for (int i = 0; i < inputs.size(); i++) {
                if (inputs.get(i).requiresGrad()) {
                    compare(function, inputs, i, direction, analytic.get(place++));
                }
            }
        }
    }

    /**
     * Checks the gradient of the gradient in the same way.
     *
     * @param function of the inputs
     * @param inputs F64; those that require grad are checked
     * @throws AssertionError that names the input, its element and both values
     */
    public static void gradgradcheck(Function<List<Tensor>, Tensor> function, List<Tensor> inputs) {
        try (Scope scope = Scope.open()) {
            Tensor y = function.apply(inputs);
            Tensor arriving = randomLike(y).requiresGrad_();
            List<Tensor> all = new ArrayList<>(inputs);
            all.add(arriving);
            Generator directions = new Generator(7);
            gradcheck(
                    values -> {
                        directions.manualSeed(7);
                        List<Tensor> own = values.subList(0, inputs.size());
                        Tensor value = function.apply(own);
                        List<Optional<Tensor>> first = Autograd.gradAllowUnused(
                                List.of(value), wanted(own), List.of(values.get(inputs.size())), true, true);
                        // One number: every gradient weighed by random weights, so that none hides behind another.
                        Tensor sum = Tensor.scalar(0, DType.F64).to(value.device());
                        for (Optional<Tensor> gradient : first) {
                            if (gradient.isPresent()) {
                                Tensor weights =
                                        gradient.get().detach().newEmpty().normal_(0, 1, directions);
                                sum = sum.add(gradient.get().mul(weights).sum());
                            }
                        }
                        return sum;
                    },
                    all);
        }
    }

    private static List<Tensor> wanted(List<Tensor> inputs) {
        return inputs.stream().filter(Tensor::requiresGrad).toList();
    }

    private static Tensor randomLike(Tensor y) {
        return y.detach().newEmpty().normal_(0, 1, new Generator(1));
    }

    private static void checkRepeat(Tensor y, List<Tensor> inputs, Tensor direction, List<Optional<Tensor>> analytic) {
        List<Optional<Tensor>> again =
                Autograd.gradAllowUnused(List.of(y), wanted(inputs), List.of(direction), true, false);
        for (int i = 0; i < analytic.size(); i++) {
            if (analytic.get(i).isPresent()) {
                double[] one = analytic.get(i).get().toDoubleArray();
                double[] two = again.get(i).orElseThrow().toDoubleArray();
                if (!java.util.Arrays.equals(one, two)) {
                    throw new AssertionError("gradcheck: a second backward gave other bits for input " + i);
                }
                requireSame(inputs, i, analytic.get(i).get());
            }
        }
    }

    private static void requireSame(List<Tensor> inputs, int place, Tensor gradient) {
        Tensor input = wanted(inputs).get(place);
        if (gradient.dtype() != input.dtype() || !gradient.shape().equals(input.shape())) {
            throw new AssertionError(
                    "gradcheck: input " + place + " is " + input.describe() + ", its gradient " + gradient.describe());
        }
    }

    private static void checkZero(Tensor y, List<Tensor> inputs) {
        List<Optional<Tensor>> none =
                Autograd.gradAllowUnused(List.of(y), wanted(inputs), List.of(Tensor.zerosLike(y)), true, false);
        for (Optional<Tensor> gradient : none) {
            if (gradient.isPresent()) {
                for (double value : gradient.get().toDoubleArray()) {
                    if (value != 0) {
                        throw new AssertionError("gradcheck: a gradient of zero gave " + value);
                    }
                }
            }
        }
    }

    private static void compare(
            Function<List<Tensor>, Tensor> function,
            List<Tensor> inputs,
            int i,
            Tensor direction,
            Optional<Tensor> analytic) {
        double[] expected = numeric(function, inputs, i, direction);
        double[] found = analytic.map(Tensor::toDoubleArray).orElseGet(() -> new double[expected.length]);
        for (int k = 0; k < expected.length; k++) {
            double tolerance = ABSOLUTE + RELATIVE * Math.abs(expected[k]);
            if (!(Math.abs(found[k] - expected[k]) <= tolerance)) {
                throw new AssertionError(
                        "gradcheck: input " + i + " " + inputs.get(i).describe() + " at element " + k
                                + ": backward gave " + found[k] + ", differences " + expected[k]);
            }
        }
    }

    private static double[] numeric(
            Function<List<Tensor>, Tensor> function, List<Tensor> inputs, int i, Tensor direction) {
        Tensor x = inputs.get(i);
        double[] at = x.toDoubleArray();
        double[] slopes = new double[at.length];
        for (int k = 0; k < at.length; k++) {
            double up = shifted(function, inputs, i, at, k, STEP, direction);
            double down = shifted(function, inputs, i, at, k, -STEP, direction);
            slopes[k] = (up - down) / (2 * STEP);
        }
        return slopes;
    }

    private static double shifted(
            Function<List<Tensor>, Tensor> function,
            List<Tensor> inputs,
            int i,
            double[] at,
            int element,
            double by,
            Tensor direction) {
        try (Scope scope = Scope.open()) {
            double[] moved = at.clone();
            moved[element] += by;
            List<Tensor> values = new ArrayList<>(inputs);
            // A gradient inside the function still needs its inputs to require grad.
            values.set(
                    i,
                    Tensor.of(moved)
                            .view(inputs.get(i).shape().toArray())
                            .detach()
                            .requiresGrad_());
            return function.apply(values).detach().mul(direction).sum().item();
        }
    }
}
