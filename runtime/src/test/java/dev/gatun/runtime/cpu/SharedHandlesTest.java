package dev.gatun.runtime.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.runtime.DType;
import dev.gatun.runtime.Device;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.Shape;
import dev.gatun.runtime.kernels.BinaryOp;
import dev.gatun.runtime.kernels.HostCopy;
import dev.gatun.runtime.kernels.Kernels;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.junit.jupiter.api.Test;

/**
 * Threads use and release each other's arrays: a use ends well or says that the array was released, and nothing leaks.
 */
class SharedHandlesTest {
    private static final int THREADS = 4;
    private static final int ROUNDS = 3000;
    private static final int SHELF = 16;
    private static final Shape SHAPE = Shape.of(300);

    private final Device cpu = Device.cpu();
    private final Kernels kernels = cpu.kernels();
    private final AtomicReferenceArray<NdArray> shelf = new AtomicReferenceArray<>(SHELF);

    @Test
    void use_whileOthersRelease_endsWellOrThrows() throws Exception {
        long used = cpu.memory().used();
        List<Future<Integer>> running = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            for (int t = 0; t < THREADS; t++) {
                long seed = t;
                running.add(threads.submit(() -> work(new Random(seed))));
            }
        }
        int worked = 0;
        for (Future<Integer> each : running) {
            worked += each.get();
        }
        assertTrue(worked > ROUNDS, worked + " uses went well");
        for (int i = 0; i < SHELF; i++) {
            NdArray left = shelf.get(i);
            if (left != null) {
                left.release();
            }
        }
        assertEquals(used, cpu.memory().used());
    }

    private int work(Random random) {
        int worked = 0;
        for (int round = 0; round < ROUNDS; round++) {
            try (var scope = Scope.open()) {
                NdArray own = NdArray.allocate(cpu, DType.F32, SHAPE);
                kernels.elementwise().fill(1, own);
                if (random.nextBoolean()) {
                    scope.keep(own); // else it dies with the scope, whoever holds it
                }
                NdArray other = shelf.getAndSet(random.nextInt(SHELF), own);
                if (other != null && useOrRelease(other, random)) {
                    worked++;
                }
            }
        }
        return worked;
    }

    private boolean useOrRelease(NdArray other, Random random) {
        if (random.nextBoolean()) {
            other.release();
            return false;
        }
        try {
            NdArray sum = NdArray.allocate(cpu, DType.F32, SHAPE);
            kernels.elementwise().binary(BinaryOp.ADD, other, other, sum);
            float[] values = new float[(int) SHAPE.count()];
            HostCopy.read(sum, 0, values);
            for (float value : values) {
                assertEquals(2, value);
            }
            return true;
        } catch (IllegalStateException e) {
            assertTrue(e.getMessage().contains("was released"), e.getMessage());
            return false;
        } finally {
            other.release();
        }
    }
}
