package dev.gatun.bench.compare;

import dev.gatun.autograd.GradMode;
import dev.gatun.autograd.Tensor;
import dev.gatun.nn.Module;
import dev.gatun.nn.data.Batch;
import dev.gatun.nn.data.DataLoader;
import dev.gatun.nn.data.TensorDataset;
import dev.gatun.nn.loss.CrossEntropyLoss;
import dev.gatun.nn.loss.MSELoss;
import dev.gatun.nn.loss.NLLLoss;
import dev.gatun.nn.optim.Adam;
import dev.gatun.nn.optim.Optimizer;
import dev.gatun.nn.optim.SGD;
import dev.gatun.nn.optim.Step;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Device;
import dev.gatun.runtime.Scope;
import java.io.IOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Gatun's program in {@code bench/compare}: the loop of the README over a shuffling loader; with {@code --captured true}
 * each step by {@link Step}.
 */
public final class Gatun implements Training {
    private static final long SEED = 777;
    private static final int SCORED_AT_ONCE = 960;

    private final Work work;
    private final TensorDataset samples;
    private final DataLoader loader;
    private final List<Member> members;
    private Iterator<Batch> epoch;

    /** A network with what trains it, and its step, where that is to be captured. */
    private record Member(Work.Network network, Module model, Optimizer optimizer, Optional<Step> captured) {
        private static final CrossEntropyLoss CROSS_ENTROPY = new CrossEntropyLoss();
        private static final NLLLoss NLL = new NLLLoss();
        private static final MSELoss MSE = new MSELoss();

        static Member of(Work.Network network, Work work) {
            Module model = Networks.of(network, work.layers());
            Optimizer optimizer =
                    work.adam() ? new Adam(model.parameters(), work.lr()) : new SGD(model.parameters(), work.lr());
            Member plain = new Member(network, model, optimizer, Optional.empty());
            return Boolean.parseBoolean(work.extra("captured", "false"))
                    ? new Member(network, model, optimizer, Optional.of(Step.capture(Device.cpu(), plain::step)))
                    : plain;
        }

        Tensor step(Tensor data, Tensor target) {
            optimizer.zeroGrad();
            Tensor cost = cost(model.forward(data), target);
            cost.backward();
            optimizer.step();
            return cost;
        }

        void train(Batch batch) {
            if (captured.isPresent()) {
                captured.get().run(batch.data(), batch.target());
            } else {
                step(batch.data(), batch.target());
            }
        }

        Tensor cost(Tensor output, Tensor target) {
            return switch (network) {
                case TABULAR -> MSE.forward(output, target);
                case LEAKY -> NLL.forward(output.log(), target);
                default -> CROSS_ENTROPY.forward(output, target);
            };
        }
    }

    private Gatun(Work work, TensorDataset samples) {
        this.work = work;
        this.samples = samples;
        this.loader = new DataLoader(
                samples,
                DataLoader.Options.defaults()
                        .withBatchSize(work.batch())
                        .withShuffle(true)
                        .withSeed(SEED)
                        .withDropLast(true));
        Stream<Work.Network> networks = work.network() == Work.Network.REGULARIZATION
                ? Stream.of(Work.Network.BN, Work.Network.DROPOUT, Work.Network.MLP)
                : Stream.of(work.network());
        this.members = networks.map(network -> Member.of(network, work)).toList();
        this.epoch = loader.iterator();
    }

    /** Runs one work and prints one line. */
    public static void main(String[] arguments) throws IOException {
        Work work = Work.parse(arguments);
        Samples read = Samples.of(work);
        long[] shape = Arrays.copyOf(read.shape(), read.shape().length + 1);
        System.arraycopy(read.shape(), 0, shape, 1, read.shape().length);
        shape[0] = read.count();
        Tensor target = read.values().length > 0 ? Tensor.of(read.values()).view(-1, 1) : Tensor.of(read.labels());
        TensorDataset samples = new TensorDataset(Tensor.of(read.data()).view(shape), target);
        TimedRun.print(work, () -> new Gatun(work, samples));
    }

    @Override
    public void steps(int count) {
        for (int i = 0; i < count; i++) {
            Batch batch = epoch.next();
            try (var step = Scope.open()) {
                for (Member member : members) {
                    member.train(batch);
                }
            }
            if (!epoch.hasNext()) {
                if (work.network() == Work.Network.REGULARIZATION) {
                    score();
                }
                epoch = loader.iterator();
            }
        }
    }

    /** Loss and accuracy of every network over all batches, each read back as the program of the document does. */
    private void score() {
        members.forEach(member -> member.model().eval());
        try (var off = GradMode.noGrad()) {
            for (Batch batch : loader) {
                try (var scope = Scope.open()) {
                    for (Member member : members) {
                        Tensor output = member.model().forward(batch.data());
                        member.cost(output, batch.target()).item();
                        output.argmax(1).eq(batch.target()).to(DType.F32).mean().item();
                    }
                }
            }
        }
        members.forEach(member -> member.model().train());
    }

    @Override
    public double loss(int count) {
        double sum = 0;
        members.forEach(member -> member.model().eval());
        try (var off = GradMode.noGrad()) {
            for (int start = 0; start < count; start += SCORED_AT_ONCE) {
                int size = Math.min(SCORED_AT_ONCE, count - start);
                try (var scope = Scope.open()) {
                    Tensor data = samples.data().narrow(0, start, size);
                    Tensor target = samples.target().narrow(0, start, size);
                    for (Member member : members) {
                        sum += size
                                * member.cost(member.model().forward(data), target)
                                        .item();
                    }
                }
            }
        }
        members.forEach(member -> member.model().train());
        return sum / count / members.size();
    }

    @Override
    public void close() {
        members.forEach(member -> member.captured().ifPresent(Step::close));
        loader.close();
    }
}
