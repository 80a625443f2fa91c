package dev.gatun.samples;

import dev.gatun.autograd.GradMode;
import dev.gatun.autograd.Index;
import dev.gatun.autograd.Tensor;
import dev.gatun.io.ConfusionPlot;
import dev.gatun.io.Csv;
import dev.gatun.io.CsvTable;
import dev.gatun.nn.Dropout;
import dev.gatun.nn.Linear;
import dev.gatun.nn.Module;
import dev.gatun.nn.ReLU;
import dev.gatun.nn.Sequential;
import dev.gatun.nn.data.DataLoader;
import dev.gatun.nn.data.TensorDataset;
import dev.gatun.nn.loss.CrossEntropyLoss;
import dev.gatun.nn.metrics.ConfusionMatrix;
import dev.gatun.nn.optim.Adam;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Device;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.random.Generator;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * 4,898 white wines, eleven measurements and a taster's score each: a table becomes tensors, a threshold on one
 * measurement guesses which wines are good, and a network that sees all of them guesses better.
 */
@Command(name = "wine", description = "White wines: a table as tensors, a threshold rule, and a network that beats it.")
final class Wine implements Callable<Integer> {
    private static final int COLUMNS = 12;
    private static final int LEAST_ROWS = 500;
    private static final int SULFUR = 6;
    private static final double THRESHOLD = 141.83;
    private static final int GOOD = 6; // a wine with this score or more
    private static final int LEAST = 3; // scores go from 3
    private static final int CLASSES = 7; // to 9
    private static final int BATCH = 64;
    private static final int EPOCHS = 40;
    private static final double LR = 1e-3;

    private final Screen screen;
    private final PrintWriter out;
    private final Downloads downloads;

    @Mixin
    private final SampleOptions options = new SampleOptions();

    Wine(Screen screen, Downloads downloads) {
        this.screen = screen;
        this.out = screen.out();
        this.downloads = downloads;
    }

    @Override
    public Integer call() throws IOException {
        Device device = options.device();
        Optional<Path> folder = options.out();
        Generator.global().manualSeed(options.seed());
        try (var scope = Scope.open()) {
            CsvTable table = options.read(PublicFiles.WINE, downloads, screen, Wine::table);
            List<String> names = table.columns();
            Tensor wineq = table.data(); // [4898, 12]
            Tensor data = wineq.narrow(1, 0, COLUMNS - 1); // all columns but the last
            Tensor target = wineq.select(1, COLUMNS - 1).to(DType.I64); // the last
            represent(wineq, data, target, names);
            compare(data, target, names);
            Tensor rule = threshold(data, target);
            train(data, target, rule, device, folder);
        }
        return 0;
    }

    private static CsvTable table(Path file) throws IOException {
        CsvTable table = Csv.read(file, Csv.Options.defaults().withDelimiter(';'));
        Tensor data = table.data();
        long rows = data.size(0);
        if (data.size(1) != COLUMNS || rows < LEAST_ROWS) {
            throw new IOException(file + ": expected " + COLUMNS + " columns and " + LEAST_ROWS
                    + " wines or more, a fifth of which is held back: it has " + data.size(1) + " columns and " + rows
                    + " wines");
        }
        Tables.requireFinite(file, data);
        Tables.requireWithin(file, "quality", data.select(1, -1), LEAST, LEAST + CLASSES - 1);
        Tensor measured = data.narrow(1, 0, COLUMNS - 1);
        if (measured.amax(false, 0).eq(measured.amin(false, 0)).any().itemLong() != 0) {
            throw new IOException(file + ": expected measurements that differ: one is the same for all wines");
        }
        return table;
    }

    // ---- a table as tensors ----

    private void represent(Tensor wineq, Tensor data, Tensor target, List<String> names) {
        out.println("(" + wineq.shape() + ", " + names + ")");
        out.println("(" + wineq.shape() + ", " + wineq.dtype() + ")");
        out.println("(" + data + ", " + data.shape() + ")");
        out.println("(" + wineq.index(Index.all(), Index.at(-1)) + ", " + target.shape() + ")");
        out.println(target);

        // One column for each score: 1 in its own, 0 elsewhere.
        Tensor targetOnehot = Tensor.zeros(target.size(0), 10);
        out.println(targetOnehot.scatter_(1, target.unsqueeze(1), 1.0));
        out.println(target.unsqueeze(1));

        Tensor mean = data.mean(0);
        out.println(mean);
        Tensor var = data.var(0);
        out.println(var);
        out.println(data.sub(mean).div(var.sqrt())); // each column with mean 0 and variance 1
    }

    // ---- good and bad wines ----

    private void compare(Tensor data, Tensor target, List<String> names) {
        Tensor badIndexes = target.le(3);
        out.println("(" + badIndexes.shape() + ", " + badIndexes.dtype() + ", " + badIndexes.sum() + ")");
        Tensor bad = data.index(badIndexes);
        out.println(bad.shape());
        Tensor mid = data.index(target.gt(3).logicalAnd(target.lt(7)));
        Tensor good = data.index(target.ge(7));
        float[] badMean = bad.mean(0).toFloatArray();
        float[] midMean = mid.mean(0).toFloatArray();
        float[] goodMean = good.mean(0).toFloatArray();
        for (int i = 0; i < badMean.length; i++) {
            out.printf(
                    Locale.ROOT, "%2d %-20s %6.2f %6.2f %6.2f%n", i, names.get(i), badMean[i], midMean[i], goodMean[i]);
        }
    }

    /** Calls a wine good where it holds less sulfur dioxide than the middling ones do; BOOL [n]. */
    private Tensor threshold(Tensor data, Tensor target) {
        Tensor predicted = data.select(1, SULFUR).lt(THRESHOLD);
        out.println("(" + predicted.shape() + ", " + predicted.dtype() + ", " + predicted.sum() + ")");
        Tensor actual = target.ge(GOOD);
        out.println("(" + actual.shape() + ", " + actual.dtype() + ", " + actual.sum() + ")");
        long matches = predicted.logicalAnd(actual).sum().itemLong();
        double nPredicted = predicted.sum().item();
        double nActual = actual.sum().item();
        out.println("(" + matches + ", " + matches / nPredicted + ", " + matches / nActual + ")");
        return predicted;
    }

    // ---- a network ----

    private void train(Tensor data, Tensor target, Tensor rule, Device device, Optional<Path> folder)
            throws IOException {
        long samples = data.size(0);
        long validation = samples / 5;
        Tensor order = Tensor.randperm(samples);
        Tensor held = order.narrow(0, 0, validation);
        Tensor rest = order.narrow(0, validation, samples - validation);
        Tensor mean = data.index(rest).mean(0); // of the training wines alone: the others are not known yet
        Tensor std = data.index(rest).std(0);
        Tensor x = data.sub(mean).div(std);
        Tensor y = target.sub(LEAST); // classes 0..6

        Module model = new Sequential(
                new Linear(x.size(1), 64),
                new ReLU(),
                new Dropout(0.2),
                new Linear(64, 64),
                new ReLU(),
                new Dropout(0.2),
                new Linear(64, CLASSES));
        model.to(device);
        var loader = new DataLoader(new TensorDataset(x.index(rest), y.index(rest)), BATCH, true);
        Tensor heldX = x.index(held).to(device);
        Tensor heldY = y.index(held).to(device);
        var criterion = new CrossEntropyLoss();
        var optimizer = new Adam(model.parameters(), LR);
        var curves = new LearningCurves(out);
        int epochs = options.epochs(EPOCHS);
        for (int epoch = 1; epoch <= epochs; epoch++) {
            model.train();
            double trainLoss = 0;
            for (var batch : screen.progress("Epoch %d/%d".formatted(epoch, epochs), loader)) {
                try (var step = Scope.open()) {
                    optimizer.zeroGrad();
                    Tensor scores = model.forward(batch.data().to(device)); // [batch, 7]
                    Tensor loss = criterion.forward(scores, batch.target().to(device));
                    loss.backward();
                    optimizer.step();
                    trainLoss += loss.item() * batch.size() / rest.size(0);
                }
            }
            model.eval();
            try (var off = GradMode.noGrad();
                    var step = Scope.open()) {
                curves.add(
                        trainLoss,
                        criterion.forward(model.forward(heldX), heldY).item());
            }
        }

        try (var off = GradMode.noGrad()) {
            Tensor predicted = model.forward(heldX).argmax(1).to(Device.cpu());
            Tensor actual = y.index(held);
            Tensor actualGood = actual.ge(GOOD - LEAST);
            out.printf(Locale.ROOT, "Good or not, on %d wines that were held back:%n", validation);
            out.printf(Locale.ROOT, "  threshold rule: accuracy %.4f%n", share(rule.index(held), actualGood));
            out.printf(Locale.ROOT, "  network: accuracy %.4f%n", share(predicted.ge(GOOD - LEAST), actualGood));
            out.printf(Locale.ROOT, "  network, the very score: accuracy %.4f%n", share(predicted, actual));
            if (folder.isPresent()) {
                curves.plot("Quality of wines: learning curves", "cross entropy (nats)")
                        .save(folder.get().resolve("wine-losses.png"));
                var confusion = new ConfusionMatrix(CLASSES);
                confusion.update(predicted, actual);
                List<String> scores = IntStream.range(LEAST, LEAST + CLASSES)
                        .mapToObj(Integer::toString)
                        .toList();
                new ConfusionPlot("Quality of wines that were held back", confusion.compute(), scores)
                        .save(folder.get().resolve("wine-confusion.png"));
            }
        }
    }

    /** How many of the elements agree. */
    private static double share(Tensor a, Tensor b) {
        return a.eq(b).to(DType.F32).mean().item();
    }
}
