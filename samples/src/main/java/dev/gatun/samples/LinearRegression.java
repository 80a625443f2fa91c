package dev.gatun.samples;

import dev.gatun.autograd.Tensor;
import dev.gatun.io.LinePlot;
import dev.gatun.nn.Linear;
import dev.gatun.nn.data.DataLoader;
import dev.gatun.nn.data.Dataset;
import dev.gatun.nn.data.Sample;
import dev.gatun.nn.loss.MSELoss;
import dev.gatun.nn.optim.SGD;
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
 * A data set of one's own, a loader that makes batches of it, and a line through them: three scores of five students
 * predict the fourth. SGD at 1e-5, batches of 2, 21 epochs; the cost falls from tens of thousands to a few points.
 */
@Command(name = "linear-regression", description = "A data set of one's own in batches, and a line through it.")
final class LinearRegression implements Callable<Integer> {
    private static final int EPOCHS = 21;

    private final Screen screen;

    @Mixin
    private final SampleOptions options = new SampleOptions();

    LinearRegression(Screen screen) {
        this.screen = screen;
    }

    /** A data set says how many samples it has and gives one by its index. */
    private static final class CustomDataset implements Dataset {
        private final float[][] x = {{73, 80, 75}, {93, 88, 93}, {89, 91, 90}, {96, 98, 100}, {73, 66, 70}};
        private final float[][] y = {{152}, {185}, {180}, {196}, {142}};

        @Override
        public int size() {
            return x.length;
        }

        @Override
        public Sample get(int index) {
            return new Sample(Tensor.of(x[index]), Tensor.of(y[index])); // [3], [1]
        }
    }

    @Override
    public Integer call() throws IOException {
        Device device = options.device();
        Optional<Path> out = options.out();
        Generator.global().manualSeed(options.seed());

        var loader = new DataLoader(new CustomDataset(), 2, true);
        var model = new Linear(3, 1);
        model.to(device);
        var criterion = new MSELoss();
        var optimizer = new SGD(model.parameters(), 1e-5);

        List<Double> costs = new ArrayList<>();
        int last = options.epochs(EPOCHS) - 1;
        for (int epoch = 0; epoch <= last; epoch++) {
            int index = 0;
            for (var batch : loader) {
                try (var step = Scope.open()) {
                    Tensor x = batch.data().to(device); // [2, 3], the last one [1, 3]
                    Tensor y = batch.target().to(device); // [2, 1], the last one [1, 1]

                    Tensor cost = criterion.forward(model.forward(x), y);
                    optimizer.zeroGrad();
                    cost.backward();
                    optimizer.step();

                    index++;
                    costs.add(cost.item());
                    screen.out()
                            .printf(
                                    Locale.ROOT,
                                    "Epoch %4d/%4d Batch %d/%d Cost : %.6f%n",
                                    epoch,
                                    last,
                                    index,
                                    loader.size(),
                                    costs.getLast());
                }
            }
        }
        if (out.isPresent()) {
            new LinePlot("Five students, batches of 2", "step", "cost: mean squared error (points²)")
                    .line("cost", costs)
                    .logY()
                    .save(out.get().resolve("cost.png"));
        }
        return 0;
    }
}
