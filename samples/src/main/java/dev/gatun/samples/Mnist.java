package dev.gatun.samples;

import dev.gatun.autograd.GradMode;
import dev.gatun.autograd.Tensor;
import dev.gatun.io.ImageGrid;
import dev.gatun.io.LinePlot;
import dev.gatun.nn.Linear;
import dev.gatun.nn.Module;
import dev.gatun.nn.Sequential;
import dev.gatun.nn.data.Batch;
import dev.gatun.nn.data.DataLoader;
import dev.gatun.nn.data.Sample;
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
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * A multi-layer perceptron on handwritten digits: 784-256-256-10 with ReLU, batches of 100, Adam at 1e-3, 15 epochs. It
 * reaches an accuracy of about 0.98 on MNIST's test digits. Options change the layers, the activation and the optimizer.
 */
@Command(name = "mnist", description = "A multi-layer perceptron that reads handwritten digits; accuracy about 0.98.")
final class Mnist implements Callable<Integer> {
    static final int EPOCHS = 15;
    static final int PIXELS = 28 * 28;
    static final int CLASSES = 10;

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

        screen.out()
                .println("Label of the first digit: "
                        + digits.train().get(0).target().itemLong());
        Module model = perceptron(network.hidden(), network.activation()).to(device);
        Costs costs = train(model, digits.train(), device, screen, network, options.epochs(EPOCHS));
        screen.out().println("Learning finished");
        test(model, digits, device);

        if (out.isPresent()) {
            costs.write(out.get());
            SafeTensors.save(out.get().resolve("mnist.safetensors"), model.stateDict());
            costs.plot().save(out.get().resolve("costs.png"));
            picture(digits.train().get(0)).save(out.get().resolve("digit.png"));
            gradients(digits.train(), device).save(out.get().resolve("gradients.png"));
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

                    Tensor cost = optimizer.step(
                            () -> { // a closure, which LBFGS calls several times in a step
                                optimizer.zeroGrad();
                                Tensor loss = criterion.forward(model.forward(x), y);
                                loss.backward();
                                return loss;
                            });
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
            String name = digits.areDrawn() ? "Accuracy (drawn digits)" : "Accuracy";
            screen.out().printf(Locale.ROOT, "%s: %.4f%n", name, accuracy(prediction, y));

            // The tutorial tests on the file's own numbers, 255 times as large as those that the network learned from.
            Tensor onBytes = model.forward(x.mul(255)).argmax(1);
            screen.out().printf(Locale.ROOT, "Accuracy on pixels 0..255 = %.4f%n", accuracy(onBytes, y));

            long one = Tensor.randint(0, digits.test().size(), 1).itemLong();
            screen.out().println("Label: " + y.select(0, one).itemLong());
            screen.out().println("Prediction: " + prediction.select(0, one).itemLong());
        }
    }

    private static double accuracy(Tensor prediction, Tensor y) {
        return prediction.eq(y).to(DType.F32).mean().item();
    }

    private static ImageGrid picture(Sample digit) {
        return new ImageGrid("Label " + digit.target().itemLong(), digit.data(), 1);
    }

    /**
     * How large gradients are in each layer of an untrained network: with sigmoid each layer passes a small part of what
     * it gets, and in a network of six hidden layers hardly anything arrives at the first.
     */
    private LinePlot gradients(TensorDataset digits, Device device) {
        var plot = new LinePlot(
                        "Gradients of an untrained network, layer by layer",
                        "layer (1 sees the pixels)",
                        "norm of the weights' gradient")
                .logY();
        Batch batch = new DataLoader(digits, Math.min(network.batchSize(), digits.size()), false)
                .iterator()
                .next();
        Tensor x = batch.data().view(-1, PIXELS).to(device);
        Tensor y = batch.target().to(device);
        for (ActivationName activation :
                EnumSet.of(ActivationName.RELU, ActivationName.SIGMOID, network.activation())) {
            Sequential model = perceptron(network.hidden(), activation);
            model.to(device);
            plot.line(activation.toString(), 1, gradientNorms(model, x, y));
        }
        return plot;
    }

    /** The norm of the weights' gradient in each linear layer, from the one that sees the pixels on. */
    static double[] gradientNorms(Sequential model, Tensor x, Tensor y) {
        try (var scope = Scope.open()) {
            model.zeroGrad();
            new CrossEntropyLoss().forward(model.forward(x), y).backward();
            return model.children().stream()
                    .filter(Linear.class::isInstance)
                    .map(layer -> layer.parameters().getFirst().grad())
                    .mapToDouble(gradient -> gradient.square().sum().sqrt().item())
                    .toArray();
        }
    }
}
