package dev.gatun.bench.compare;

import dev.gatun.autograd.Tensor;
import dev.gatun.nn.BatchNorm1d;
import dev.gatun.nn.Conv2d;
import dev.gatun.nn.Dropout;
import dev.gatun.nn.Flatten;
import dev.gatun.nn.LSTM;
import dev.gatun.nn.LeakyReLU;
import dev.gatun.nn.Linear;
import dev.gatun.nn.MaxPool2d;
import dev.gatun.nn.Module;
import dev.gatun.nn.ReLU;
import dev.gatun.nn.Sequential;
import dev.gatun.nn.Softmax;
import java.util.ArrayList;
import java.util.List;

/** The networks of {@code bench/compare} in Gatun. */
public final class Networks {
    private Networks() {}

    /** A new network; sizes of its layers where it is a perceptron. */
    public static Module of(Work.Network network, int... layers) {
        return switch (network) {
            case LENET ->
                new Sequential(
                        new Conv2d(1, 6, 3),
                        new ReLU(),
                        new MaxPool2d(2),
                        new Conv2d(6, 16, 3),
                        new ReLU(),
                        new MaxPool2d(2),
                        new Flatten(),
                        new Linear(16 * 6 * 6, 120),
                        new ReLU(),
                        new Linear(120, 84),
                        new ReLU(),
                        new Linear(84, 10));
            case CNN ->
                new Sequential(
                        new Conv2d(1, 32, 3),
                        new ReLU(),
                        new Conv2d(32, 64, 3),
                        new ReLU(),
                        new MaxPool2d(2),
                        new Flatten(),
                        new Linear(64 * 12 * 12, 128),
                        new ReLU(),
                        new Linear(128, 10));
            case LSTM -> new LastOfLstm();
            default -> linear(network, layers);
        };
    }

    private static Sequential linear(Work.Network network, int... sizes) {
        List<Module> layers = new ArrayList<>();
        for (int layer = 0; layer + 1 < sizes.length; layer++) {
            layers.add(new Linear(sizes[layer], sizes[layer + 1]));
            if (layer + 2 < sizes.length) {
                layers.addAll(between(network, sizes[layer + 1]));
            }
        }
        if (network == Work.Network.LEAKY) {
            layers.add(new Softmax(-1));
        }
        return new Sequential(layers.toArray(Module[]::new));
    }

    private static List<Module> between(Work.Network network, int features) {
        return switch (network) {
            case BN -> List.of(new BatchNorm1d(features), new ReLU());
            case DROPOUT -> List.of(new ReLU(), new Dropout(0.3));
            case LEAKY -> List.of(new LeakyReLU(0.1));
            default -> List.of(new ReLU());
        };
    }

    private static final class LastOfLstm extends Module {
        private final LSTM lstm =
                add("lstm", new LSTM(64, 128, LSTM.Options.defaults().withBatchFirst(true)));
        private final Linear linear = add("linear", new Linear(128, 10));

        @Override
        public Tensor forward(Tensor x) {
            return linear.forward(lstm.forward(x).select(1, -1));
        }
    }
}
