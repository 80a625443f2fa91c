package dev.gatun.bench.peers;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.Dropout;
import ai.djl.nn.pooling.Pool;
import ai.djl.nn.recurrent.LSTM;
import ai.djl.training.initializer.UniformInitializer;
import dev.gatun.bench.compare.Work;

/** The networks of {@code bench/compare} in DJL, initialised as PyTorch does: uniform within 1 / sqrt(inputs). */
final class DjlNetworks {
    private DjlNetworks() {}

    static SequentialBlock of(Work.Network network, int... layers) {
        SequentialBlock block = new SequentialBlock();
        switch (network) {
            case LENET -> {
                block.add(conv(1, 6)).add(Activation::relu).add(pool());
                block.add(conv(6, 16)).add(Activation::relu).add(pool());
                block.add(Blocks.batchFlattenBlock());
                block.add(linear(16 * 6 * 6, 120)).add(Activation::relu);
                block.add(linear(120, 84)).add(Activation::relu).add(linear(84, 10));
            }
            case CNN -> {
                block.add(conv(1, 32)).add(Activation::relu);
                block.add(conv(32, 64)).add(Activation::relu).add(pool());
                block.add(Blocks.batchFlattenBlock());
                block.add(linear(64 * 12 * 12, 128)).add(Activation::relu).add(linear(128, 10));
            }
            case LSTM -> {
                LSTM lstm = LSTM.builder()
                        .setStateSize(128)
                        .setNumLayers(1)
                        .optBatchFirst(true)
                        .build();
                block.add(uniform(lstm, 128));
                block.add(output -> new NDList(output.singletonOrThrow().get(":, -1")));
                block.add(linear(128, 10));
            }
            default -> addLinear(block, network, layers);
        }
        return block;
    }

    private static void addLinear(SequentialBlock block, Work.Network network, int... sizes) {
        for (int layer = 0; layer + 1 < sizes.length; layer++) {
            block.add(linear(sizes[layer], sizes[layer + 1]));
            if (layer + 2 == sizes.length) {
                return;
            }
            switch (network) {
                case BN -> block.add(BatchNorm.builder().build()).add(Activation::relu);
                case DROPOUT ->
                    block.add(Activation::relu)
                            .add(Dropout.builder().optRate(0.3f).build());
                case LEAKY -> block.add(Activation.leakyReluBlock(0.1f));
                default -> block.add(Activation::relu);
            }
        }
    }

    private static Linear linear(int in, int out) {
        return uniform(Linear.builder().setUnits(out).build(), in);
    }

    private static Conv2d conv(int in, int out) {
        Conv2d conv =
                Conv2d.builder().setKernelShape(new Shape(3, 3)).setFilters(out).build();
        return uniform(conv, in * 9);
    }

    private static Block pool() {
        return Pool.maxPool2dBlock(new Shape(2, 2), new Shape(2, 2));
    }

    private static <B extends AbstractBlock> B uniform(B block, int inputs) {
        UniformInitializer initializer = new UniformInitializer((float) (1 / Math.sqrt(inputs)));
        block.setInitializer(initializer, Parameter.Type.WEIGHT);
        block.setInitializer(initializer, Parameter.Type.BIAS);
        return block;
    }
}
