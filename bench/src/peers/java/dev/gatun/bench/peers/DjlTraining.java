package dev.gatun.bench.peers;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import dev.gatun.bench.compare.Training;
import dev.gatun.bench.compare.Work;
import java.util.List;
import java.util.stream.Stream;

/** The networks in DJL: its blocks, its trainer, its optimizers; nothing read back and nothing logged in a step. */
final class DjlTraining implements Training {
    private static final int SCORED_AT_ONCE = 960;

    private final Work work;
    private final DjlBatches batches;
    private final List<Member> members;
    private final NDManager manager;
    private int step;

    /** A network with what trains it. */
    private record Member(Model model, Trainer trainer, Loss loss) {
        static Member of(Work.Network network, Work work, Shape batch) {
            Model model = Model.newInstance(network.name(), "PyTorch");
            model.setBlock(DjlNetworks.of(network, work.layers()));
            Loss loss = network == Work.Network.TABULAR ? Loss.l2Loss() : Loss.softmaxCrossEntropyLoss();
            DefaultTrainingConfig config = new DefaultTrainingConfig(loss)
                    .optOptimizer(optimizer(work))
                    .optDevices(new Device[] {Device.cpu()});
            Trainer trainer = model.newTrainer(config);
            trainer.initialize(batch);
            return new Member(model, trainer, loss);
        }

        private static Optimizer optimizer(Work work) {
            Tracker lr = Tracker.fixed(work.lr());
            return work.adam()
                    ? Optimizer.adam().optLearningRateTracker(lr).build()
                    : Optimizer.sgd().setLearningRateTracker(lr).build();
        }
    }

    DjlTraining(Work work, DjlBatches batches) {
        this.work = work;
        this.batches = batches;
        Stream<Work.Network> networks = work.network() == Work.Network.REGULARIZATION
                ? Stream.of(Work.Network.BN, Work.Network.DROPOUT, Work.Network.MLP)
                : Stream.of(work.network());
        this.members = networks.map(network -> Member.of(network, work, batches.shape()))
                .toList();
        this.manager = members.getFirst().trainer().getManager();
    }

    @Override
    public void steps(int count) {
        for (int i = 0; i < count; i++) {
            try (NDManager scope = manager.newSubManager()) {
                DjlBatches.Batch batch = batches.next(scope);
                for (Member member : members) {
                    try (GradientCollector collector = member.trainer().newGradientCollector()) {
                        NDList output = member.trainer().forward(new NDList(batch.data()));
                        NDArray cost = member.loss().evaluate(new NDList(batch.target()), output);
                        collector.backward(cost);
                    }
                    member.trainer().step();
                }
            }
            step++;
            if (work.network() == Work.Network.REGULARIZATION && step % batches.perEpoch() == 0) {
                score();
            }
        }
    }

    /** Loss and accuracy of every network over all batches, each read back as the program of the document does. */
    private void score() {
        for (int i = 0; i < batches.perEpoch(); i++) {
            try (NDManager scope = manager.newSubManager()) {
                DjlBatches.Batch batch = batches.next(scope);
                for (Member member : members) {
                    NDList output = member.trainer().evaluate(new NDList(batch.data()));
                    member.loss().evaluate(new NDList(batch.target()), output).getFloat();
                    NDArray correct = output.singletonOrThrow().argMax(1).eq(batch.target());
                    correct.toType(DataType.FLOAT32, false).mean().getFloat();
                }
            }
        }
    }

    @Override
    public double loss(int count) {
        double sum = 0;
        for (int start = 0; start < count; start += SCORED_AT_ONCE) {
            int size = Math.min(SCORED_AT_ONCE, count - start);
            try (NDManager scope = manager.newSubManager()) {
                DjlBatches.Batch batch = batches.part(scope, start, size);
                for (Member member : members) {
                    NDList output = member.trainer().evaluate(new NDList(batch.data()));
                    sum += size
                            * member.loss()
                                    .evaluate(new NDList(batch.target()), output)
                                    .getFloat();
                }
            }
        }
        return sum / count / members.size();
    }

    @Override
    public void close() {
        for (Member member : members) {
            member.trainer().close();
            member.model().close();
        }
    }
}
