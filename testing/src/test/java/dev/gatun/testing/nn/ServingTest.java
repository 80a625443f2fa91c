package dev.gatun.testing.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gatun.autograd.GradMode;
import dev.gatun.autograd.Tensor;
import dev.gatun.nn.AvgPool2d;
import dev.gatun.nn.BatchNorm2d;
import dev.gatun.nn.Conv2d;
import dev.gatun.nn.Dropout;
import dev.gatun.nn.Embedding;
import dev.gatun.nn.Flatten;
import dev.gatun.nn.GELU;
import dev.gatun.nn.LSTM;
import dev.gatun.nn.LayerNorm;
import dev.gatun.nn.Linear;
import dev.gatun.nn.MaxPool2d;
import dev.gatun.nn.Module;
import dev.gatun.nn.ReLU;
import dev.gatun.nn.Sequential;
import dev.gatun.nn.TransformerEncoderLayer;
import dev.gatun.runtime.Device;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.random.Generator;
import dev.gatun.testing.Memory;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One model, many threads, no lock: each gets the bits that it would get alone, and nothing is left behind. */
class ServingTest {
    private static final int THREADS = 24;
    private static final int REQUESTS = 40;
    private static final int INPUTS = 8;

    enum Network {
        PERCEPTRON {
            @Override
            Module make() {
                return new Sequential(
                        new Linear(784, 64),
                        new ReLU(),
                        new Dropout(0.5),
                        new Linear(64, 32),
                        new GELU(),
                        new Linear(32, 10));
            }

            @Override
            Tensor input(Generator generator) {
                return Tensor.randn(generator, 1, 784);
            }
        },
        CONVOLUTION {
            @Override
            Module make() {
                return new Sequential(
                        new Conv2d(1, 8, 3),
                        new ReLU(),
                        new MaxPool2d(2),
                        new Conv2d(8, 8, 3),
                        new BatchNorm2d(8),
                        new AvgPool2d(2),
                        new Flatten(),
                        new Linear(200, 10));
            }

            @Override
            Tensor input(Generator generator) {
                return Tensor.randn(generator, 2, 1, 28, 28);
            }
        },
        RECURRENT {
            @Override
            Module make() {
                return new Sequential(new Embedding(20, 16), new LSTM(16, 12), new LayerNorm(12), new Linear(12, 3));
            }

            @Override
            Tensor input(Generator generator) {
                return Tensor.randint(generator, 0, 20, 7, 2);
            }
        },
        TRANSFORMER {
            @Override
            Module make() {
                return new TransformerEncoderLayer(16, 4);
            }

            @Override
            Tensor input(Generator generator) {
                return Tensor.randn(generator, 5, 2, 16);
            }
        };

        abstract Module make();

        abstract Tensor input(Generator generator);
    }

    private static float[] answer(Module model, Tensor x) {
        try (var off = GradMode.noGrad();
                var request = Scope.open()) {
            return model.forward(x).toFloatArray();
        }
    }

    @ParameterizedTest
    @EnumSource
    void forward_byManyThreads_givesEachTheSameBits(Network network) throws Exception {
        Module model = network.make().eval();
        Tensor[] inputs = new Tensor[INPUTS];
        float[][] expected = new float[INPUTS][];
        for (int i = 0; i < INPUTS; i++) {
            inputs[i] = network.input(new Generator(i));
            expected[i] = answer(model, inputs[i]);
        }
        Memory.settle();
        long used = Device.cpu().memory().used();
        try {
            serve(Executors.newFixedThreadPool(THREADS), model, inputs, expected);
            serve(Executors.newVirtualThreadPerTaskExecutor(), model, inputs, expected);
            Memory.settle();
            assertEquals(used, Device.cpu().memory().used());
        } finally {
            Arrays.stream(inputs).forEach(Tensor::release);
            Reference.reachabilityFence(model);
        }
    }

    private static void serve(ExecutorService pool, Module model, Tensor[] inputs, float[][] expected)
            throws Exception {
        Callable<Void> client = () -> {
            for (int i = 0; i < REQUESTS; i++) {
                assertArrayEquals(expected[i % INPUTS], answer(model, inputs[i % INPUTS]));
            }
            return null;
        };
        try (pool) {
            List<Future<Void>> clients = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                clients.add(pool.submit(client));
            }
            for (Future<Void> each : clients) {
                each.get();
            }
        }
    }
}
