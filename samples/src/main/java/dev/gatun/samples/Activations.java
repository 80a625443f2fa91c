package dev.gatun.samples;

import dev.gatun.autograd.Tensor;
import dev.gatun.io.Figure;
import dev.gatun.io.LinePlot;
import dev.gatun.runtime.Device;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.random.Generator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * What stands between linear layers, and why: each activation function with its derivative, which autograd finds. Where
 * the derivative is near 0, as sigmoid's is on both sides, little of a gradient comes through.
 */
@Command(name = "activations", description = "Each activation function with its derivative by autograd.")
final class Activations implements Callable<Integer> {
    private static final double FAR = 7;
    private static final int POINTS = 561;

    private final Screen screen;

    @Mixin
    private final SampleOptions options = new SampleOptions();

    Activations(Screen screen) {
        this.screen = screen;
    }

    /** A function of each element by itself. */
    private record Function(String name, UnaryOperator<Tensor> of) {}

    /** y and dy/dx at each x. */
    private record Curve(Tensor x, Tensor y, Tensor slope) {
        static Curve of(Function function, Tensor x) {
            Tensor at = x.clone().requiresGrad_();
            Tensor y = function.of().apply(at);
            y.sum().backward(); // each x meets its own y alone, so this is dy/dx for all of them at once
            return new Curve(x, y.detach(), at.grad());
        }
    }

    @Override
    public Integer call() throws IOException {
        Device device = options.device();
        Optional<Path> out = options.out();
        showWhyNotLinear(device);

        List<Function> functions = functions();
        screen.out().printf("%-36s %8s %8s %8s %8s %8s %8s%n", "", "f(-2)", "f(0)", "f(2)", "f'(-2)", "f'(0)", "f'(2)");
        for (Function function : functions) {
            try (var temporaries = Scope.open()) {
                print(function.name(), Curve.of(function, Tensor.of(-2f, 0f, 2f).to(device)));
            }
        }
        if (out.isPresent()) {
            draw(functions, device).save(out.get().resolve("activations.png"), 1800, 1800);
        }
        return 0;
    }

    /** Two linear layers with nothing between them are one, whatever their weights. */
    private void showWhyNotLinear(Device device) {
        Generator.global().manualSeed(options.seed());
        try (var temporaries = Scope.open()) {
            Tensor x = Tensor.randn(5, 8).to(device);
            Tensor w1 = Tensor.randn(8, 9).to(device);
            Tensor w2 = Tensor.randn(9, 4).to(device);
            Tensor two = x.matmul(w1).matmul(w2);
            Tensor one = x.matmul(w1.matmul(w2)); // [8, 9] times [9, 4] is [8, 4]
            double difference = two.sub(one).abs().max().item();
            screen.out().printf(Locale.ROOT, "|x w1 w2 - x w*| with w* = w1 w2: at most %.0e%n", difference);
        }
    }

    private static List<Function> functions() {
        List<Function> functions = new ArrayList<>();
        for (ActivationName name : ActivationName.values()) {
            functions.add(new Function(name.layer().toString(), name.layer()::forward));
        }
        // Maxout takes the larger of two lines, whose slopes and offsets a network learns.
        functions.add(new Function(
                "Maxout: max(-0.5x - 1, x)", x -> x.mul(-0.5).sub(1).maximum(x)));
        return functions;
    }

    private void print(String name, Curve curve) {
        StringBuilder line = new StringBuilder("%-36s".formatted(name));
        for (Tensor values : List.of(curve.y(), curve.slope())) {
            for (float value : values.toFloatArray()) {
                line.append(String.format(Locale.ROOT, " %8.4f", value));
            }
        }
        screen.out().println(line);
    }

    private static Figure draw(List<Function> functions, Device device) {
        Figure figure = new Figure("Activation functions and their derivatives", 4);
        Tensor x = Tensor.linspace(-FAR, FAR, POINTS).to(device);
        for (Function function : functions) {
            Curve curve = Curve.of(function, x);
            figure.add(new LinePlot(function.name(), "x", "")
                    .line("f(x)", curve.x(), curve.y())
                    .line("f'(x)", curve.x(), curve.slope()));
        }
        return figure;
    }
}
