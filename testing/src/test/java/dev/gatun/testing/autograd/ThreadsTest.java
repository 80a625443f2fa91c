package dev.gatun.testing.autograd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.Linalg;
import dev.gatun.autograd.ops.Norm;
import dev.gatun.nn.optim.Adam;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Device;
import dev.gatun.runtime.Reduction;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.kernels.UnaryOp;
import dev.gatun.runtime.random.Generator;
import dev.gatun.testing.fixtures.Fixtures;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Several threads that train at once, and kernels that use several threads, give what one gives. */
class ThreadsTest {
    private static final int THREADS = 4;
    private static final int STEPS = 40;

    /** The parameters of a small network after some steps. */
    private static float[] trained() {
        try (Scope scope = Scope.open()) {
            Tensor w1 = Fixtures.scattered(64 * 256)
                    .to(DType.F32)
                    .view(256, 64)
                    .clone()
                    .requiresGrad_();
            Tensor b1 = Tensor.zeros(256).requiresGrad_();
            Tensor w2 = Fixtures.scattered(256 * 10)
                    .to(DType.F32)
                    .view(10, 256)
                    .clone()
                    .requiresGrad_();
            Tensor x = Tensor.randn(new Generator(5), 128, 64);
            Tensor target = Tensor.randint(new Generator(6), 0, 10, 128);
            Adam optimizer = new Adam(List.of(w1, b1, w2), 1e-2);
            for (int i = 0; i < STEPS; i++) {
                try (Scope step = Scope.open()) {
                    optimizer.zeroGrad();
                    Tensor logits = Linalg.linear(Linalg.linear(x, w1, b1, UnaryOp.RELU), w2, null);
                    Norm.crossEntropy(logits, target, Reduction.MEAN, Norm.IGNORE_INDEX)
                            .backward();
                    optimizer.step();
                }
            }
            return Tensor.of(w1.detach().sum(1).toFloatArray()).toFloatArray();
        }
    }

    @Test
    void training_onSeveralThreadsAtOnce_givesTheSameBits() throws Exception {
        float[] alone = trained();
        try (ExecutorService pool = Executors.newFixedThreadPool(THREADS)) {
            List<Callable<float[]>> tasks = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                tasks.add(ThreadsTest::trained);
            }
            for (Future<float[]> result : pool.invokeAll(tasks)) {
                assertArrayEquals(alone, result.get());
            }
        }
    }

    @Test
    void training_kernelsOnSeveralThreads_givesTheSameBits() {
        int before = Device.cpu().threads();
        try {
            Device.cpu().setThreads(1);
            float[] alone = trained();
            for (int threads = 2; threads <= THREADS; threads++) {
                Device.cpu().setThreads(threads);
                assertArrayEquals(alone, trained(), threads + " threads");
            }
        } finally {
            Device.cpu().setThreads(before);
        }
    }

    @Test
    void backward_oneLeafFromSeveralThreads_addsEverything() throws Exception {
        Tensor leaf = Tensor.of(1.0, 2.0).requiresGrad_();
        try (ExecutorService pool = Executors.newFixedThreadPool(THREADS)) {
            List<Callable<Boolean>> tasks = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                tasks.add(() -> {
                    for (int k = 0; k < STEPS; k++) {
                        try (Scope step = Scope.open()) {
                            leaf.mul(3).sum().backward();
                        }
                    }
                    return true;
                });
            }
            for (Future<Boolean> result : pool.invokeAll(tasks)) {
                result.get();
            }
        }
        double sum = 3.0 * THREADS * STEPS;
        assertArrayEquals(new double[] {sum, sum}, leaf.grad().toDoubleArray());
    }

    @Test
    void write_slicesOfOneTensorFromSeveralThreads_recordsAll() throws Exception {
        Tensor w = Tensor.ones(THREADS).requiresGrad_();
        Tensor base = Tensor.zeros(THREADS, 8); // not yet on a graph, nor viewed
        try (ExecutorService pool = Executors.newFixedThreadPool(THREADS)) {
            List<Callable<Boolean>> tasks = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                int row = i;
                tasks.add(() -> {
                    for (int k = 0; k < STEPS; k++) {
                        try (Scope step = Scope.open()) {
                            base.select(0, row).add_(w.select(0, row).mul(row + 1));
                        }
                    }
                    return true;
                });
            }
            for (Future<Boolean> result : pool.invokeAll(tasks)) {
                result.get();
            }
        }
        base.sum().backward();
        float[] expected = new float[THREADS];
        for (int i = 0; i < THREADS; i++) {
            expected[i] = 8f * STEPS * (i + 1);
            assertArrayEquals(
                    new float[] {STEPS * (i + 1f)},
                    base.select(0, i).max().detach().toFloatArray());
        }
        assertArrayEquals(expected, w.grad().toFloatArray());
    }
}
