package dev.gatun.samples;

import dev.gatun.autograd.GradMode;
import dev.gatun.autograd.Tensor;
import dev.gatun.nn.Linear;
import dev.gatun.nn.Module;
import dev.gatun.nn.Sequential;
import dev.gatun.nn.data.DataLoader;
import dev.gatun.nn.data.TensorDataset;
import dev.gatun.nn.io.SafeTensors;
import dev.gatun.nn.loss.CrossEntropyLoss;
import dev.gatun.runtime.DType;
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
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * A multi-layer perceptron on handwritten digits: 784-256-256-10 with ReLU, batches of 100, Adam at 1e-3, 15 epochs. It
 * reaches an accuracy of about 0.98 on MNIST's test digits.
 */
@Command(name = "mnist", description = "A multi-layer perceptron that reads handwritten digits; accuracy about 0.98.")
final class Mnist implements Callable<Integer> {
    static final int EPOCHS = 15;
    private static final int PIXELS = 28 * 28;
    private static final int CLASSES = 10;

    private final Screen screen;
    private final Downloads downloads;

    @Mixin
    private final SampleOptions options = new SampleOptions();

    @Mixin
    private final MnistOptions network = new MnistOptions();

    Mnist(Screen screen, Downloads downloads) {
        this.screen = screen;
        this.downloads = downloads;
    }

    @Override
    public Integer call() throws IOException {
        Device device = options.device();
        Optional<Path> out = options.out();
        Generator.global().manualSeed(options.seed());
        MnistDigits digits = MnistDigits.loadOrDraw(options, downloads, screen);

        Module model = perceptron(network.hidden(), network.activation()).to(device);
        Costs costs = train(model, digits.train(), device, screen, network, options.epochs(EPOCHS));
        test(model, digits, device);

        if (out.isPresent()) {
            costs.write(out.get());
            SafeTensors.save(out.get().resolve("mnist.safetensors"), model.stateDict());
        }
        return 0;
    }

    /** Linear layers with an activation between them. */
    static Sequential perceptron(List<Integer> hidden, ActivationName activation) {
        List<Module> layers = new ArrayList<>();
        int features = PIXELS;
        for (int size : hidden) {
            layers.add(new Linear(features, size));
            layers.add(activation.layer());
            features = size;
        }
        layers.add(new Linear(features, CLASSES));
        return new Sequential(layers.toArray(Module[]::new));
    }

    /** Trains as the options say, and writes the cost of each epoch. */
    static Costs train(
            Module model, TensorDataset digits, Device device, Screen screen, MnistOptions network, int epochs) {
        var loader = new DataLoader(digits, Math.min(network.batchSize(), digits.size()), true);
        var criterion = new CrossEntropyLoss();
        var optimizer = network.optimizer().of(model.parameters(), network.lr());
        var costs = new Costs();
        for (int epoch = 1; epoch <= epochs; epoch++) {
            double average = 0;
            for (var batch : screen.progress("Epoch %d/%d".formatted(epoch, epochs), loader)) {
                try (var step = Scope.open()) {
                    Tensor x = batch.data().view(-1, PIXELS).to(device); // [batch, 784]
                    Tensor y = batch.target().to(device); // [batch]

                    optimizer.zeroGrad();
                    Tensor cost = criterion.forward(model.forward(x), y);
                    cost.backward();
                    optimizer.step();
                    average += cost.item() / loader.size();
                }
            }
            screen.out().printf(Locale.ROOT, "Epoch: %04d cost = %.9f%n", epoch, average);
            costs.add(average);
        }
        return costs;
    }

    private void test(Module model, MnistDigits digits, Device device) {
        model.eval();
        try (var off = GradMode.noGrad();
                var scope = Scope.open()) {
            Tensor x = digits.test().data().view(-1, PIXELS).to(device); // [n, 784]
            Tensor y = digits.test().target().to(device); // [n]
            Tensor prediction = model.forward(x).argmax(1); // [n]
            double accuracy = prediction.eq(y).to(DType.F32).mean().item();
            String name = digits.areDrawn() ? "Accuracy (drawn digits)" : "Accuracy";
            screen.out().printf(Locale.ROOT, "%s: %.4f%n", name, accuracy);

            long one = Tensor.randint(0, digits.test().size(), 1).itemLong();
            screen.out().println("Label: " + y.select(0, one).itemLong());
            screen.out().println("Prediction: " + prediction.select(0, one).itemLong());
        }
    }
}
