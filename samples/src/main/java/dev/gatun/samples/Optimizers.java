package dev.gatun.samples;

import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.Lookup;
import dev.gatun.io.Figure;
import dev.gatun.io.LinePlot;
import dev.gatun.nn.optim.Optimizer;
import dev.gatun.nn.optim.SGD;
import dev.gatun.runtime.Device;
import dev.gatun.runtime.Scope;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * How optimizers find a minimum: gradient descent on x^4 from 2.0, number by number, then the path of each optimizer
 * down a long valley, which is twenty times as steep across as along.
 */
@Command(name = "optimizers", description = "Gradient descent from 2.0, and every optimizer's path down a valley.")
final class Optimizers implements Callable<Integer> {
    private static final int DESCENT_STEPS = 9;
    private static final int STEPS = 30;
    private static final int COLUMNS = 3;
    private static final float[] START = {-7, 2};

    private final Screen screen;

    @Mixin
    private final SampleOptions options = new SampleOptions();

    Optimizers(Screen screen) {
        this.screen = screen;
    }

    /** Where an optimizer was: after each step one point more than before. */
    private record Descent(String name, double[] x, double[] y) {
        int last() {
            return x.length - 1;
        }
    }

    @Override
    public Integer call() throws IOException {
        Device device = options.device();
        Optional<Path> out = options.out();

        List<Double> x = gradientDescent(device);
        screen.out().println("Gradient descent on x^4, learning rate 0.01");
        for (int i = 0; i < x.size(); i++) {
            screen.out().printf(Locale.ROOT, "x_%d = %.4f%n", i, x.get(i));
        }

        List<Descent> descents = new ArrayList<>();
        screen.out().printf("%d steps on x^2/20 + y^2 from (-7, 2)%n", STEPS);
        for (OptimizerName name : OptimizerName.values()) {
            double lr = rate(name);
            Descent descent = descend(name, lr, device);
            descents.add(descent);
            double atX = descent.x()[descent.last()];
            double atY = descent.y()[descent.last()];
            screen.out()
                    .printf(
                            Locale.ROOT,
                            "%-10s lr %-5s x %8.4f y %8.4f f %.6f%n",
                            name,
                            lr,
                            atX,
                            atY,
                            atX * atX / 20 + atY * atY);
        }
        if (out.isPresent()) {
            drawDescent(x).save(out.get().resolve("gradient-descent.png"));
            int rows = (descents.size() + COLUMNS - 1) / COLUMNS;
            drawPaths(descents).save(out.get().resolve("optimizers.png"), 1600, 60 + 380 * rows);
        }
        return 0;
    }

    /** x = x - lr * f'(x), which is what SGD does. */
    private static List<Double> gradientDescent(Device device) {
        Tensor x = Tensor.scalar(2.0).to(device).requiresGrad_();
        var optimizer = new SGD(List.of(x), 0.01);
        List<Double> path = new ArrayList<>(List.of(x.item()));
        for (int i = 0; i < DESCENT_STEPS; i++) {
            try (var step = Scope.open()) {
                optimizer.zeroGrad();
                x.pow(4).backward();
                optimizer.step();
                path.add(x.item());
            }
        }
        return path;
    }

    private static Descent descend(OptimizerName name, double lr, Device device) {
        Tensor at = Tensor.of(START).view(1, 2).to(device).requiresGrad_(); // a table of one row
        Tensor steepness = Tensor.of(1 / 20f, 1f).to(device);
        Optimizer optimizer = name.of(List.of(at), lr);
        double[] x = new double[STEPS + 1];
        double[] y = new double[STEPS + 1];
        x[0] = START[0];
        y[0] = START[1];
        for (int i = 1; i <= STEPS; i++) {
            try (var step = Scope.open()) {
                optimizer.step(
                        () -> { // LBFGS looks at the surface several times in a step
                            optimizer.zeroGrad();
                            boolean sparse = name == OptimizerName.SPARSEADAM;
                            Tensor point = Lookup.embedding(at, Tensor.of(0L).to(device), -1, sparse);
                            Tensor f = point.square().mul(steepness).sum();
                            f.backward();
                            return f;
                        });
                x[i] = at.get(0).get(0).item();
                y[i] = at.get(0).get(1).item();
            }
        }
        return new Descent(name.toString(), x, y);
    }

    /** A learning rate with which each shows on this surface what it is like; the defaults are for deep networks. */
    private static double rate(OptimizerName name) {
        return switch (name) {
            case SGD, ASGD -> 0.95;
            case ADAGRAD -> 1.5;
            case ADADELTA -> 100; // it finds its step by itself, and begins with very small ones
            case LBFGS, RADAM -> 1;
            default -> 0.3;
        };
    }

    private static LinePlot drawDescent(List<Double> path) {
        double[] x = path.stream().mapToDouble(Double::doubleValue).toArray();
        double[] all = Tensor.linspace(-2, 2, 201).toDoubleArray();
        UnaryOperator<double[]> f =
                at -> Arrays.stream(at).map(v -> v * v * v * v).toArray();
        return new LinePlot("Gradient descent from 2.0, learning rate 0.01", "x", "f(x)")
                .line("f(x) = x⁴", all, f.apply(all))
                .line("x₀, x₁, x₂, ...", x, f.apply(x));
    }

    private static Figure drawPaths(List<Descent> descents) {
        Figure figure = new Figure(STEPS + " steps on f(x, y) = x²/20 + y² from (-7, 2)", COLUMNS);
        for (Descent descent : descents) {
            figure.add(
                    levels(new LinePlot(descent.name(), "x", "y").xRange(-8, 8).yRange(-3, 3))
                            .line("path", descent.x(), descent.y()));
        }
        return figure;
    }

    /** Ellipses where f is 0.25, 1 and 3, one curve with gaps. */
    private static LinePlot levels(LinePlot plot) {
        double[] values = {0.25, 1, 3};
        int points = 100;
        double[] x = new double[values.length * (points + 2)];
        double[] y = new double[x.length];
        int i = 0;
        for (double value : values) {
            for (int k = 0; k <= points; k++, i++) {
                double angle = 2 * Math.PI * k / points;
                x[i] = Math.sqrt(20 * value) * Math.cos(angle);
                y[i] = Math.sqrt(value) * Math.sin(angle);
            }
            x[i] = Double.NaN; // a gap
            y[i++] = Double.NaN;
        }
        return plot.line("f = 0.25, 1, 3", x, y);
    }
}
