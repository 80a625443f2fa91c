package dev.gatun.samples;

import dev.gatun.autograd.GradMode;
import dev.gatun.autograd.Tensor;
import dev.gatun.io.LinePlot;
import dev.gatun.nn.BatchNorm1d;
import dev.gatun.nn.Dropout;
import dev.gatun.nn.Linear;
import dev.gatun.nn.ReLU;
import dev.gatun.nn.Sequential;
import dev.gatun.nn.data.Batch;
import dev.gatun.nn.data.DataLoader;
import dev.gatun.nn.loss.CrossEntropyLoss;
import dev.gatun.nn.optim.Adam;
import dev.gatun.nn.optim.Optimizer;
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
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * Batch normalisation against dropout against neither, on MNIST: 784-32-32-10, Adam at 0.01, batches of 32, 10 epochs.
 * Batch normalisation ends first, above 0.95 on the test digits; dropout, which so small a network cannot afford, last.
 */
@Command(name = "mnist-regularization", description = "Batch normalisation against dropout against neither, 10 epochs.")
final class MnistRegularization implements Callable<Integer> {
    private static final int BATCH = 32;
    private static final int EPOCHS = 10;
    private static final int PIXELS = 28 * 28;

    private final Screen screen;
    private final Downloads downloads;

    @Mixin
    private final SampleOptions options = new SampleOptions();

    MnistRegularization(Screen screen, Downloads downloads) {
        this.screen = screen;
        this.downloads = downloads;
    }

    /** A model that takes part, and what trains it. */
    private record Entry(Sequential model, Optimizer optimizer) {
        static Entry of(Sequential model, Device device) {
            model.to(device);
            return new Entry(model, new Adam(model.parameters(), 0.01));
        }
    }

    /** Means over all batches, for each entry in their order. */
    private record Scores(double[] losses, double[] accuracies) {}

    private static final List<String> LABELS = List.of("With BN", "With Dropout", "Without BN and DO");

    @Override
    public Integer call() throws IOException {
        Device device = options.device();
        Optional<Path> out = options.out();
        Generator.global().manualSeed(options.seed());
        MnistDigits digits = MnistDigits.load(options, downloads, screen);
        var loading = DataLoader.Options.defaults().withBatchSize(BATCH).withDropLast(true);
        var train = new DataLoader(digits.train(), loading.withShuffle(true));
        var test = new DataLoader(digits.test(), loading);

        if (digits.train().size() < BATCH || digits.test().size() < BATCH) {
            throw options.badInput(
                    "expected a batch of " + BATCH + " digits at least: "
                            + digits.train().size() + " to train, "
                            + digits.test().size() + " to test",
                    null);
        }

        List<Entry> entries = entries(device);
        List<Scores> trained = new ArrayList<>();
        List<Scores> valid = new ArrayList<>();
        int epochs = options.epochs(EPOCHS);
        for (int epoch = 1; epoch <= epochs; epoch++) {
            entries.forEach(entry -> entry.model().train()); // dropout drops, batch norm looks at the batch
            learn("Epoch %d/%d".formatted(epoch, epochs), entries, train, device);

            entries.forEach(entry -> entry.model().eval()); // all features stay, batch norm uses its running statistics
            trained.add(score(entries, train, device));
            print(epoch, "TRAIN", trained.getLast());
            valid.add(score(entries, test, device));
            print(epoch, "VALID", valid.getLast());
            screen.out().println();
        }
        screen.out().println("Learning finished");
        if (out.isPresent()) {
            Path folder = out.get();
            compare("Training Loss at Epoch", "loss", trained, Scores::losses)
                    .save(folder.resolve("training-loss.png"));
            compare("Training Acc at Epoch", "accuracy", trained, Scores::accuracies)
                    .yRange(0, 1)
                    .save(folder.resolve("training-accuracy.png"));
            compare("Validation Loss at Epoch", "loss", valid, Scores::losses)
                    .save(folder.resolve("validation-loss.png"));
            compare("Validation Acc at Epoch", "accuracy", valid, Scores::accuracies)
                    .yRange(0, 1)
                    .save(folder.resolve("validation-accuracy.png"));
        }
        return 0;
    }

    private static List<Entry> entries(Device device) {
        // The first two share their linear layers, which both optimizers train: so the tutorial had it.
        var linear1 = new Linear(PIXELS, 32);
        var linear2 = new Linear(32, 32);
        var linear3 = new Linear(32, 10);
        var relu = new ReLU();
        var dropout = new Dropout(0.3);
        var bnModel = new Sequential(linear1, new BatchNorm1d(32), relu, linear2, new BatchNorm1d(32), relu, linear3);
        var doModel = new Sequential(linear1, relu, dropout, linear2, relu, dropout, linear3);
        var nnModel = new Sequential(new Linear(PIXELS, 32), relu, new Linear(32, 32), relu, new Linear(32, 10));
        return List.of(Entry.of(bnModel, device), Entry.of(doModel, device), Entry.of(nnModel, device));
    }

    private void learn(String task, List<Entry> entries, DataLoader loader, Device device) {
        var criterion = new CrossEntropyLoss();
        for (Batch batch : screen.progress(task, loader)) {
            try (var step = Scope.open()) {
                Tensor x = batch.data().view(-1, PIXELS).to(device); // [32, 784]
                Tensor y = batch.target().to(device); // [32]
                for (Entry entry : entries) {
                    entry.optimizer().zeroGrad();
                    Tensor loss = criterion.forward(entry.model().forward(x), y);
                    loss.backward();
                    entry.optimizer().step();
                }
            }
        }
    }

    private static Scores score(List<Entry> entries, DataLoader loader, Device device) {
        var criterion = new CrossEntropyLoss();
        double[] losses = new double[entries.size()];
        double[] accuracies = new double[entries.size()];
        try (var off = GradMode.noGrad()) {
            for (Batch batch : loader) {
                try (var step = Scope.open()) {
                    Tensor x = batch.data().view(-1, PIXELS).to(device);
                    Tensor y = batch.target().to(device);
                    for (int i = 0; i < losses.length; i++) {
                        Tensor prediction = entries.get(i).model().forward(x); // [32, 10]
                        Tensor correct = prediction.argmax(1).eq(y).to(DType.F32);
                        losses[i] += criterion.forward(prediction, y).item() / loader.size();
                        accuracies[i] += correct.mean().item() / loader.size();
                    }
                }
            }
        }
        return new Scores(losses, accuracies);
    }

    private static LinePlot compare(String title, String what, List<Scores> scores, Function<Scores, double[]> of) {
        var plot = new LinePlot(title, "epoch", what);
        for (int i = 0; i < LABELS.size(); i++) {
            int entry = i;
            plot.line(
                    LABELS.get(i),
                    1,
                    scores.stream().mapToDouble(s -> of.apply(s)[entry]).toArray());
        }
        return plot;
    }

    private void print(int epoch, String what, Scores scores) {
        double[] loss = scores.losses();
        double[] acc = scores.accuracies();
        screen.out()
                .printf(
                        Locale.ROOT,
                        "[Epoch %d-%s] Batchnorm Loss(Acc): bn_loss:%.5f(bn_acc:%.2f)"
                                + " vs Dropout Loss(Acc): do_loss:%.5f(do_acc:%.2f)"
                                + " vs Simple NN Loss(Acc): nn_loss:%.5f(nn_acc:%.2f)%n",
                        epoch,
                        what,
                        loss[0],
                        acc[0],
                        loss[1],
                        acc[1],
                        loss[2],
                        acc[2]);
    }
}
