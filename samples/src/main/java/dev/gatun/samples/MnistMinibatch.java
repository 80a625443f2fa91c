package dev.gatun.samples;

import dev.gatun.autograd.GradMode;
import dev.gatun.autograd.Tensor;
import dev.gatun.io.ImageGrid;
import dev.gatun.io.LinePlot;
import dev.gatun.nn.LeakyReLU;
import dev.gatun.nn.Linear;
import dev.gatun.nn.Module;
import dev.gatun.nn.Sequential;
import dev.gatun.nn.Softmax;
import dev.gatun.nn.data.Batch;
import dev.gatun.nn.data.DataLoader;
import dev.gatun.nn.data.Sample;
import dev.gatun.nn.data.TensorDataset;
import dev.gatun.nn.data.transforms.Normalize;
import dev.gatun.nn.loss.NLLLoss;
import dev.gatun.nn.optim.Adam;
import dev.gatun.nn.optim.Optimizer;
import dev.gatun.runtime.Device;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.random.Generator;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * What mini-batches are good for: the same network learns MNIST one digit at a time and two hundred at a time, and the
 * time of an epoch tells. 784-256-10 with LeakyReLU, Adam at 1e-4; 3 epochs of 60,000 steps, then 20 epochs of 300.
 */
@Command(
        name = "mnist-minibatch",
        description = "The same digits one at a time, 3 epochs, and in batches of 200, 20 epochs.")
final class MnistMinibatch implements Callable<Integer> {
    private static final int PIXELS = 28 * 28;
    private static final int BATCH = 200;
    private static final int SINGLE_EPOCHS = 3;
    private static final int BATCH_EPOCHS = 20;

    private final Screen screen;
    private final Downloads downloads;

    @Mixin
    private final SampleOptions options = new SampleOptions();

    MnistMinibatch(Screen screen, Downloads downloads) {
        this.screen = screen;
        this.downloads = downloads;
    }

    @Override
    public Integer call() throws IOException {
        Device device = options.device();
        Optional<Path> folder = options.out();
        Generator.global().manualSeed(options.seed());
        MnistDigits digits = MnistDigits.load(options, downloads, screen);
        PrintWriter out = screen.out();

        out.println("number of training data:  " + digits.train().size());
        out.println("number of test data:  " + digits.test().size());
        describe(digits.train().get(0));

        // Pixels from 0..1 to -1..1: a network learns faster where they are about as often above 0 as below.
        TensorDataset train = standardized(digits.train());
        TensorDataset test = standardized(digits.test());
        describe(train.get(0));

        // Untrained, the network holds each of the ten digits about as probable as the others.
        Sequential mlp = perceptron(device);
        out.println(mlp.forward(train.get(0).data().to(device).view(PIXELS)));

        out.println("Training without mini-batch");
        List<Result> ones = learnOneByOne(mlp, train, test, device);

        out.println("Training with mini-batch");
        var trainLoader = new DataLoader(train, BATCH, true);
        var testLoader = new DataLoader(test, BATCH, true);
        mlp = perceptron(device);
        showShapes(mlp, trainLoader.iterator().next(), device);
        List<Result> batches = learnInBatches(mlp, trainLoader, testLoader, device);
        ImageGrid sixteen = classify(mlp, test, device);

        if (folder.isPresent()) {
            Path into = folder.get();
            Sample first = digits.train().get(0);
            new ImageGrid(Long.toString(first.target().itemLong()), first.data(), 1).save(into.resolve("digit.png"));
            sixteen.save(into.resolve("digits.png"));
            new LinePlot(
                            "One by one and in batches of " + BATCH,
                            "training time (s)",
                            "loss of 10,000 test digits, summed")
                    .line("batch 1", times(ones), losses(ones))
                    .line("batch " + BATCH, times(batches), losses(batches))
                    .save(into.resolve("test-loss.png"));
        }
        return 0;
    }

    private void describe(Sample sample) {
        PrintWriter out = screen.out();
        out.println("Image");
        out.println("=".repeat(40));
        out.println("shape of this image\t: " + sample.data().shape());
        out.println("7'th row of this image\t: " + sample.data().get(0).get(6));
        out.println("Label");
        out.println("=".repeat(40));
        out.println("shape of label:  " + sample.target().shape());
        out.println("label:  " + sample.target().itemLong());
    }

    private static TensorDataset standardized(TensorDataset digits) {
        try (var temporaries = Scope.open()) {
            return new TensorDataset(new Normalize(0.5, 0.5).apply(digits.data()), digits.target());
        }
    }

    private static Sequential perceptron(Device device) {
        var mlp = new Sequential(
                new Linear(PIXELS, 256), new LeakyReLU(0.1), new Linear(256, 10), new Softmax(-1)); // log comes later
        mlp.to(device);
        return mlp;
    }

    /** What an epoch came to: the losses of all test batches together, and how long it took. */
    private record Result(double testLoss, double seconds) {}

    private Result runEpoch(
            String task, Module model, DataLoader train, DataLoader test, Optimizer optimizer, Device device) {
        var criterion = new NLLLoss();
        long start = System.nanoTime();
        for (Batch batch : screen.progress(task, train)) {
            try (var step = Scope.open()) {
                Tensor x = batch.data().to(device).view(-1, PIXELS);
                Tensor y = batch.target().to(device);

                optimizer.zeroGrad();
                Tensor loss = criterion.forward(model.forward(x).log(), y);
                loss.backward();
                optimizer.step();
            }
        }
        double testLoss = 0;
        try (var off = GradMode.noGrad()) {
            for (Batch batch : test) {
                try (var step = Scope.open()) {
                    Tensor x = batch.data().to(device).view(-1, PIXELS);
                    Tensor y = batch.target().to(device);
                    testLoss += criterion.forward(model.forward(x).log(), y).item();
                }
            }
        }
        return new Result(testLoss, (System.nanoTime() - start) / 1e9);
    }

    private List<Result> learnOneByOne(Module mlp, TensorDataset train, TensorDataset test, Device device) {
        var optimizer = new Adam(mlp.parameters(), 1e-4);
        var trainOnes = new DataLoader(train, 1, false); // the data set itself, from the first digit to the last
        var testOnes = new DataLoader(test, 1, false);
        int epochs = Math.min(SINGLE_EPOCHS, options.epochs(SINGLE_EPOCHS));
        List<Result> results = new ArrayList<>();
        for (int epoch = 0; epoch < epochs; epoch++) {
            Result result = runEpoch("batch 1, epoch " + epoch, mlp, trainOnes, testOnes, optimizer, device);
            report(epoch, result);
            results.add(result);
        }
        return results;
    }

    private List<Result> learnInBatches(Module mlp, DataLoader train, DataLoader test, Device device) {
        var optimizer = new Adam(mlp.parameters(), 1e-4);
        int epochs = Math.min(BATCH_EPOCHS, options.epochs(BATCH_EPOCHS));
        List<Result> results = new ArrayList<>();
        for (int epoch = 0; epoch < epochs; epoch++) {
            Result result = runEpoch("batch " + BATCH + ", epoch " + epoch, mlp, train, test, optimizer, device);
            // Each loss is the mean of a batch: this many times as much compares with the one-by-one sum.
            Result scaled = new Result(result.testLoss() * BATCH, result.seconds());
            if (epoch % 5 == 1) {
                report(epoch, scaled);
            }
            results.add(scaled);
        }
        return results;
    }

    private void report(int epoch, Result result) {
        screen.out().println("epoch  " + epoch + " : ");
        screen.out().println("\ttest_loss:  " + result.testLoss());
        screen.out().println("\tresponse(s):  " + result.seconds());
    }

    private static double[] losses(List<Result> results) {
        return results.stream().mapToDouble(Result::testLoss).toArray();
    }

    /** When each epoch ended. */
    private static double[] times(List<Result> results) {
        double[] times = results.stream().mapToDouble(Result::seconds).toArray();
        Arrays.parallelPrefix(times, Double::sum);
        return times;
    }

    /** A batch goes through the network as one digit does, with one more dimension in front. */
    private void showShapes(Module mlp, Batch example, Device device) {
        PrintWriter out = screen.out();
        Tensor images = example.data().to(device); // [200, 1, 28, 28]
        Tensor predicted = mlp.forward(images.view(-1, 1, PIXELS)); // [200, 1, 10]
        out.println(images.shape());
        out.println(predicted.shape());
        out.println(predicted.get(5));
        out.println(mlp.forward(images.get(5).view(-1, PIXELS)));
    }

    private ImageGrid classify(Module mlp, TensorDataset test, Device device) {
        Batch sixteen = new DataLoader(test, 16, true).iterator().next();
        Tensor predicted = mlp.forward(sixteen.data().to(device).view(-1, PIXELS));
        Tensor best = predicted.topk(1, -1).indices(); // [16, 1]
        screen.out().println(predicted.shape());
        screen.out().println("prediction:  " + best.transpose(0, 1));
        screen.out().println("real label:  " + sixteen.target().view(1, -1));
        Tensor shown = sixteen.data().add(1).div(2); // back to 0..1
        return new ImageGrid("Sixteen test digits", shown, 4).labels(best.view(-1), sixteen.target());
    }
}
