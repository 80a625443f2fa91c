package dev.gatun.bench.compare;

import dev.gatun.autograd.GradMode;
import dev.gatun.autograd.Tensor;
import dev.gatun.nn.Linear;
import dev.gatun.nn.Module;
import dev.gatun.nn.ReLU;
import dev.gatun.nn.Sequential;
import dev.gatun.nn.data.Batch;
import dev.gatun.nn.data.DataLoader;
import dev.gatun.nn.data.TensorDataset;
import dev.gatun.nn.loss.CrossEntropyLoss;
import dev.gatun.nn.optim.Adam;
import dev.gatun.nn.optim.Optimizer;
import dev.gatun.nn.optim.SGD;
import dev.gatun.runtime.Scope;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Gatun's program in {@code bench/compare}: the loop of the README over a shuffling loader. */
public final class Gatun implements Training {
    private static final long SEED = 777;

    private final TensorDataset images;
    private final DataLoader loader;
    private final Sequential model;
    private final Optimizer optimizer;
    private final CrossEntropyLoss criterion = new CrossEntropyLoss();
    private Iterator<Batch> epoch;

    private Gatun(Work work, TensorDataset images) {
        this.images = images;
        this.loader = new DataLoader(
                images,
                DataLoader.Options.defaults()
                        .withBatchSize(work.batch())
                        .withShuffle(true)
                        .withSeed(SEED)
                        .withDropLast(true));
        this.model = network(work.layers());
        this.optimizer = work.adam() ? new Adam(model.parameters(), work.lr()) : new SGD(model.parameters(), work.lr());
        this.epoch = loader.iterator();
    }

    /** Runs one work and prints one line. */
    public static void main(String[] arguments) throws IOException {
        Work work = Work.parse(arguments);
        Images read = Images.read(work.data());
        TensorDataset images =
                new TensorDataset(Tensor.of(read.pixels()).view(-1, Images.PIXELS), Tensor.of(read.labels()));
        TimedRun.print(work, () -> new Gatun(work, images));
    }

    private static Sequential network(int[] sizes) {
        List<Module> layers = new ArrayList<>();
        for (int layer = 0; layer + 1 < sizes.length; layer++) {
            if (layer > 0) {
                layers.add(new ReLU());
            }
            layers.add(new Linear(sizes[layer], sizes[layer + 1]));
        }
        return new Sequential(layers.toArray(Module[]::new));
    }

    @Override
    public void steps(int count) {
        for (int i = 0; i < count; i++) {
            if (!epoch.hasNext()) {
                epoch = loader.iterator();
            }
            Batch batch = epoch.next();
            try (var step = Scope.open()) {
                optimizer.zeroGrad();
                Tensor cost = criterion.forward(model.forward(batch.data()), batch.target());
                cost.backward();
                optimizer.step();
            }
        }
    }

    @Override
    public double loss(int count) {
        try (var scope = Scope.open();
                var off = GradMode.noGrad()) {
            Tensor data = images.data().narrow(0, 0, count);
            return criterion
                    .forward(model.forward(data), images.target().narrow(0, 0, count))
                    .item();
        }
    }

    @Override
    public void close() {
        loader.close();
    }
}
