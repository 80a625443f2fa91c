package dev.gatun.bench.peers;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.initializer.UniformInitializer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import dev.gatun.bench.compare.Training;
import dev.gatun.bench.compare.Work;

/** The network in DJL: its blocks, its trainer, its optimizers; nothing read back and nothing logged in a step. */
final class DjlTraining implements Training {
    private final DjlBatches batches;
    private final Model model;
    private final Trainer trainer;
    private final NDManager manager;
    private final Loss loss;

    DjlTraining(Work work, DjlBatches batches) {
        this.batches = batches;
        this.model = Model.newInstance("mlp", "PyTorch");
        model.setBlock(network(work.layers()));
        this.loss = Loss.softmaxCrossEntropyLoss();
        DefaultTrainingConfig config =
                new DefaultTrainingConfig(loss).optOptimizer(optimizer(work)).optDevices(new Device[] {Device.cpu()});
        this.trainer = model.newTrainer(config);
        trainer.initialize(new Shape(work.batch(), work.layers()[0]));
        this.manager = trainer.getManager();
    }

    /** Linear layers with ReLU between them, initialised as PyTorch does: uniform within 1 / sqrt(in). */
    private static SequentialBlock network(int[] sizes) {
        SequentialBlock network = new SequentialBlock();
        for (int layer = 0; layer + 1 < sizes.length; layer++) {
            Linear linear = Linear.builder().setUnits(sizes[layer + 1]).build();
            UniformInitializer initializer = new UniformInitializer((float) (1 / Math.sqrt(sizes[layer])));
            linear.setInitializer(initializer, Parameter.Type.WEIGHT);
            linear.setInitializer(initializer, Parameter.Type.BIAS);
            network.add(linear);
            if (layer + 2 < sizes.length) {
                network.add(Activation::relu);
            }
        }
        return network;
    }

    private static Optimizer optimizer(Work work) {
        Tracker lr = Tracker.fixed(work.lr());
        return work.adam()
                ? Optimizer.adam().optLearningRateTracker(lr).build()
                : Optimizer.sgd().setLearningRateTracker(lr).build();
    }

    @Override
    public void steps(int count) {
        for (int i = 0; i < count; i++) {
            try (NDManager step = manager.newSubManager()) {
                DjlBatches.Batch batch = batches.next(step);
                try (GradientCollector collector = trainer.newGradientCollector()) {
                    NDList output = trainer.forward(new NDList(batch.data()));
                    NDArray cost = loss.evaluate(new NDList(batch.target()), output);
                    collector.backward(cost);
                }
                trainer.step();
            }
        }
    }

    @Override
    public double loss(int images) {
        try (NDManager scope = manager.newSubManager()) {
            DjlBatches.Batch batch = batches.first(scope, images);
            NDList output = trainer.evaluate(new NDList(batch.data()));
            NDArray cost = loss.evaluate(new NDList(batch.target()), output);
            return cost.getFloat();
        }
    }

    @Override
    public void close() {
        trainer.close();
        model.close();
    }
}
