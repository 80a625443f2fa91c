package dev.gatun.bench;

import dev.gatun.autograd.Tensor;
import dev.gatun.nn.Linear;
import dev.gatun.nn.ReLU;
import dev.gatun.nn.Sequential;
import dev.gatun.nn.data.Batch;
import dev.gatun.nn.data.DataLoader;
import dev.gatun.nn.data.Dataset;
import dev.gatun.nn.data.TensorDataset;
import dev.gatun.nn.data.transforms.Normalize;
import dev.gatun.nn.loss.CrossEntropyLoss;
import dev.gatun.nn.optim.Adam;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.random.Generator;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;

/**
 * The program of {@code bench/loader}: trains 784-256-256-10 at batch 100 and prints which share of a step is spent
 * waiting in {@code DataLoader.next()}.
 */
public final class Loading {
    private static final int SAMPLES = 60_000;
    private static final int SIDE = 28;
    private static final int BATCH = 100;
    private static final int WARMUP_EPOCHS = 2;
    private static final long SEED = 777;

    private Loading() {}

    /**
     * Prints {@code step_s=… wait_s=… share=…} over some epochs after a warm-up: seconds of a step, waiting included, and
     * seconds of it that were waited.
     *
     * @param arguments {@code tensors} or {@code samples}, workers, epochs
     */
    public static void main(String[] arguments) {
        Generator.global().manualSeed(SEED);
        Tensor pixels = Tensor.rand(SAMPLES, 1, SIDE, SIDE);
        // The classes can be learnt: with random ones every unit dies, and products of zeros are no training.
        Tensor classes = pixels.view(SAMPLES, SIDE * SIDE).narrow(1, 0, 10).argmax(1);
        TensorDataset tensors = new TensorDataset(pixels, classes);
        Map<String, Dataset> sets =
                Map.of("tensors", tensors, "samples", tensors.withTransform(new Normalize(0.5, 0.5)));
        Dataset set = sets.get(arguments[0]);
        if (set == null) {
            throw new IllegalArgumentException("loading: neither tensors nor samples: " + arguments[0]);
        }
        DataLoader.Options options = DataLoader.Options.defaults()
                .withBatchSize(BATCH)
                .withShuffle(true)
                .withSeed(SEED)
                .withDropLast(true)
                .withWorkers(Integer.parseInt(arguments[1]));
        var model = new Sequential(
                new Linear(SIDE * SIDE, 256), new ReLU(), new Linear(256, 256), new ReLU(), new Linear(256, 10));
        var optimizer = new Adam(model.parameters(), 1e-3);
        var criterion = new CrossEntropyLoss();
        int epochs = Integer.parseInt(arguments[2]);
        long steps = 0;
        long waited = 0;
        long start = System.nanoTime();
        try (DataLoader loader = new DataLoader(set, options)) {
            for (int epoch = 0; epoch < WARMUP_EPOCHS + epochs; epoch++) {
                if (epoch == WARMUP_EPOCHS) {
                    steps = 0;
                    waited = 0;
                    start = System.nanoTime();
                }
                // The first batch of an epoch, for which nobody can have worked ahead, counts too.
                long asked = System.nanoTime();
                for (Iterator<Batch> batches = loader.iterator(); batches.hasNext(); asked = System.nanoTime()) {
                    Batch batch = batches.next();
                    waited += System.nanoTime() - asked;
                    try (var step = Scope.open()) {
                        optimizer.zeroGrad();
                        criterion
                                .forward(model.forward(batch.data().view(-1, SIDE * SIDE)), batch.target())
                                .backward();
                        optimizer.step();
                    }
                    steps++;
                }
            }
        }
        double seconds = (System.nanoTime() - start) * 1e-9;
        System.out.printf(
                Locale.ROOT,
                "step_s=%.9f wait_s=%.9f share=%.4f%n",
                seconds / steps,
                waited * 1e-9 / steps,
                waited * 1e-9 / seconds);
    }
}
