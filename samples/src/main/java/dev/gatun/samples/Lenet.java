package dev.gatun.samples;

import dev.gatun.autograd.GradMode;
import dev.gatun.autograd.Node;
import dev.gatun.autograd.Tensor;
import dev.gatun.io.ImageGrid;
import dev.gatun.io.LinePlot;
import dev.gatun.nn.Conv2d;
import dev.gatun.nn.Linear;
import dev.gatun.nn.MaxPool2d;
import dev.gatun.nn.Module;
import dev.gatun.nn.data.Batch;
import dev.gatun.nn.data.DataLoader;
import dev.gatun.nn.data.TensorDataset;
import dev.gatun.nn.loss.CrossEntropyLoss;
import dev.gatun.nn.loss.MSELoss;
import dev.gatun.nn.optim.Adam;
import dev.gatun.nn.optim.SGD;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Device;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.random.Generator;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * A convolutional network from its class to its training: what it is made of, what a loss remembers of how it came
 * about, gradients, and an update by hand and by an optimizer. Then it reads MNIST, padded to 32 by 32, with an accuracy
 * of 0.985 or more after 3 epochs of Adam at 1e-3 in batches of 64.
 */
@Command(name = "lenet", description = "A convolutional network from its class to an accuracy of 0.985 on MNIST.")
final class Lenet implements Callable<Integer> {
    private static final int EPOCHS = 3;
    private static final double MEAN = 0.1307; // of MNIST's training pixels
    private static final double DEVIATION = 0.3081;
    private static final int MOST_LOOKED_AT = 2000;

    private final Screen screen;
    private final Downloads downloads;

    @Mixin
    private final SampleOptions options = new SampleOptions();

    Lenet(Screen screen, Downloads downloads) {
        this.screen = screen;
        this.downloads = downloads;
    }

    /** A network registers its layers and says what it computes of them; backward comes by itself. */
    static final class Net extends Module {
        private final Conv2d conv1 = add("conv1", new Conv2d(1, 6, 3)); // 1 input channel, 6 outputs, 3x3 kernel
        private final Conv2d conv2 = add("conv2", new Conv2d(6, 16, 3));
        private final Linear fc1 = add("fc1", new Linear(16 * 6 * 6, 120)); // 6*6 is what is left of the image
        private final Linear fc2 = add("fc2", new Linear(120, 84));
        private final Linear fc3 = add("fc3", new Linear(84, 10));
        private final MaxPool2d pool = new MaxPool2d(2); // nothing to learn, so it need not be registered

        /** Ten scores, [n, 10], of images [n, 1, 32, 32]. */
        @Override
        public Tensor forward(Tensor x) {
            Tensor y = pool.forward(conv1.forward(x).relu()); // [n, 6, 15, 15]
            y = pool.forward(conv2.forward(y).relu()); // [n, 16, 6, 6]
            y = y.view(-1, numFlatFeatures(y)); // [n, 576]
            y = fc1.forward(y).relu(); // [n, 120]
            y = fc2.forward(y).relu(); // [n, 84]
            return fc3.forward(y); // [n, 10]
        }

        /** All dimensions but that of the batch. */
        private static long numFlatFeatures(Tensor x) {
            return x.count() / x.size(0);
        }
    }

    @Override
    public Integer call() throws IOException {
        Device device = options.device();
        Optional<Path> out = options.out();
        Generator.global().manualSeed(options.seed());
        MnistDigits digits = MnistDigits.load(options, downloads, screen);
        explain(device);
        Net net = train(digits, device, out);
        if (out.isPresent()) {
            misread(net, digits.test(), device).save(out.get().resolve("misread.png"));
        }
        return 0;
    }

    /** The network on noise, step by step. */
    private void explain(Device device) {
        PrintWriter out = screen.out();
        Net net = new Net();
        net.to(device);
        out.println(net);

        List<Tensor> params = net.parameters();
        out.println(params.size());
        out.println(params.getFirst().shape()); // of conv1's weight

        Tensor input = Tensor.randn(1, 1, 32, 32).to(device);
        Tensor scores = net.forward(input);
        out.println(scores);

        net.zeroGrad();
        scores.backward(Tensor.randn(1, 10).to(device));

        Tensor target = Tensor.randn(10).to(device).view(1, -1); // a dummy, of the output's shape
        var criterion = new MSELoss();
        Tensor loss = criterion.forward(net.forward(input), target);
        out.println(loss);

        // Each operation remembers where its inputs came from.
        Node mse = loss.gradFn().orElseThrow();
        Node linear = next(mse, 0);
        out.println(mse);
        out.println(linear);
        out.println(next(linear, 0)); // its bias: a leaf, where the gradient is kept
        out.println(path(mse));

        net.parameters().forEach(parameter -> parameter.grad().zero_()); // zeroGrad() would forget them: None
        out.println("conv1.bias.grad before backward");
        printGrad(net.conv1);
        loss.backward();
        out.println("conv1.bias.grad after backward");
        printGrad(net.conv1);

        // weight = weight - learning_rate * gradient, by hand ...
        double learningRate = 0.01;
        try (var off = GradMode.noGrad()) {
            for (Tensor f : net.parameters()) {
                f.sub_(f.grad().mul(learningRate));
            }
        }
        loss = criterion.forward(net.forward(input), target);
        out.printf(Locale.ROOT, "loss after the update by hand: %.4f%n", loss.item());

        // ... and by an optimizer.
        var optimizer = new SGD(net.parameters(), learningRate);
        optimizer.zeroGrad();
        loss.backward();
        optimizer.step();
        loss = criterion.forward(net.forward(input), target);
        out.printf(Locale.ROOT, "loss after SGD's: %.4f%n", loss.item());
    }

    private void printGrad(Conv2d conv) {
        Tensor bias = conv.namedParameters().get("bias");
        screen.out().println(bias != null && bias.hasGrad() ? bias.grad() : "None");
    }

    private static Node next(Node node, int input) {
        return node.nextFunctions().get(input).orElseThrow().node();
    }

    /** The operations from a loss back to the first; parameters, which are leaves, lie beside the path. */
    private static String path(Node loss) {
        StringBuilder names = new StringBuilder(loss.name());
        Optional<Node> at = computed(loss);
        while (at.isPresent()) {
            names.append(" <- ").append(at.get().name());
            at = computed(at.get());
        }
        return names.toString();
    }

    private static Optional<Node> computed(Node node) {
        return node.nextFunctions().stream()
                .flatMap(Optional::stream)
                .map(Node.Edge::node)
                .filter(input -> !input.name().equals("AccumulateGrad"))
                .findFirst();
    }

    private Net train(MnistDigits digits, Device device, Optional<Path> out) throws IOException {
        Net net = new Net();
        net.to(device);
        var loader = new DataLoader(digits.train(), 64, true);
        var criterion = new CrossEntropyLoss();
        var optimizer = new Adam(net.parameters(), 1e-3);
        List<Double> losses = new ArrayList<>();
        int epochs = options.epochs(EPOCHS);
        for (int epoch = 1; epoch <= epochs; epoch++) {
            double average = 0;
            net.train();
            for (Batch batch : screen.progress("Epoch %d/%d".formatted(epoch, epochs), loader)) {
                try (var step = Scope.open()) {
                    Tensor x = prepared(batch.data().to(device)); // [64, 1, 32, 32]
                    Tensor y = batch.target().to(device); // [64]
                    optimizer.zeroGrad();
                    Tensor loss = criterion.forward(net.forward(x), y);
                    loss.backward();
                    optimizer.step();
                    losses.add(loss.item());
                    average += losses.getLast() / loader.size();
                }
            }
            double accuracy = accuracy(net, digits.test(), device);
            screen.out().printf(Locale.ROOT, "Epoch: %d loss = %.4f accuracy = %.4f%n", epoch, average, accuracy);
        }
        if (out.isPresent()) {
            plot(losses).save(out.get().resolve("loss.png"));
        }
        return net;
    }

    /** One point for every hundred steps, since single batches differ much. */
    private static LinePlot plot(List<Double> losses) {
        int many = Math.min(100, losses.size());
        double[] steps = new double[losses.size() / many];
        double[] means = new double[steps.length];
        for (int i = 0; i < steps.length; i++) {
            steps[i] = (i + 1) * many;
            means[i] = losses.subList(i * many, (i + 1) * many).stream()
                    .mapToDouble(Double::doubleValue)
                    .average()
                    .orElseThrow();
        }
        return new LinePlot("LeNet learns MNIST", "step (a batch of 64)", "cross entropy, mean of " + many + " steps")
                .line("training", steps, means)
                .logY();
    }

    /** Sixteen test digits, those that it takes for others first. */
    private static ImageGrid misread(Net net, TensorDataset test, Device device) {
        try (var off = GradMode.noGrad()) {
            int many = Math.min(MOST_LOOKED_AT, test.size());
            Tensor images = test.data().narrow(0, 0, many);
            Tensor labels = test.target().narrow(0, 0, many);
            Tensor prediction =
                    net.forward(prepared(images.to(device))).argmax(1).to(labels.device());
            Tensor order = prediction.ne(labels).to(DType.F32).argsort(0, true);
            Tensor shown = order.narrow(0, 0, Math.min(16, many));
            return new ImageGrid("Test digits, misread ones first", images.index(shown), 4)
                    .labels(prediction.index(shown), labels.index(shown));
        }
    }

    /** As the network takes them: 32 by 32 pixels, two black ones around, with a mean of 0 and a deviation of 1. */
    private static Tensor prepared(Tensor images) {
        return images.pad(2, 2, 2, 2).sub(MEAN).div(DEVIATION);
    }

    private static double accuracy(Net net, TensorDataset test, Device device) {
        net.eval();
        long correct = 0;
        try (var off = GradMode.noGrad()) {
            for (Batch batch : new DataLoader(test, 1000, false)) {
                try (var step = Scope.open()) {
                    Tensor prediction =
                            net.forward(prepared(batch.data().to(device))).argmax(1);
                    correct += prediction.eq(batch.target().to(device)).sum().itemLong();
                }
            }
        }
        return (double) correct / test.size();
    }
}
