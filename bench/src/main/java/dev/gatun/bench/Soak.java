package dev.gatun.bench;

import dev.gatun.autograd.Tensor;
import dev.gatun.nn.Linear;
import dev.gatun.nn.ReLU;
import dev.gatun.nn.Sequential;
import dev.gatun.nn.loss.CrossEntropyLoss;
import dev.gatun.nn.optim.Adam;
import dev.gatun.runtime.Device;
import dev.gatun.runtime.MemoryStats;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.random.Generator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.LongConsumer;

/**
 * The program of {@code bench/soak}: one loop over many steps, and what it holds, printed every tenth of them. Ends with
 * code 1 where that grows.
 */
public final class Soak {
    private static final long BATCH = 8;
    private static final long SEED = 777;
    private static final int MARKS = 10;
    private static final int FIRST_MARK = 2;
    private static final long SETTLE_MILLIS = 20;
    private static final double MB = 1.0 / (1 << 20);

    /** Of resident memory: what the JVM's own compilers and their allocators move by, and some more. */
    private static final long MOST_RESIDENT_GROWTH = 16L << 20;
    /** Of what is live after a collection, in the heap and in the pool: next to nothing moves there. */
    private static final long MOST_LIVE_GROWTH = 1L << 20;

    private final Sequential model = new Sequential(new Linear(784, 32), new ReLU(), new Linear(32, 10));
    private final Adam optimizer = new Adam(model.parameters(), 1e-3);
    private final CrossEntropyLoss criterion = new CrossEntropyLoss();
    private final Tensor x;
    private final Tensor target;

    private static final class ExpectedException extends RuntimeException {}

    /** Bytes at one mark, {@code heap} and {@code live} after a collection, and the pool's calls to the system. */
    private record Sample(long resident, long heap, long live, long systemAllocations) {
        static Sample take() throws IOException, InterruptedException {
            long resident = residentBytes(); // first: what follows must not make it smaller
            System.gc();
            Thread.sleep(SETTLE_MILLIS); // what is unreachable comes to the net from a thread of the JVM's own
            Tensor.of(0f).release(); // and is given back by the next allocation
            System.gc();
            Runtime heap = Runtime.getRuntime();
            MemoryStats pool = Device.cpu().memory();
            return new Sample(resident, heap.totalMemory() - heap.freeMemory(), pool.used(), pool.systemAllocations());
        }

        boolean isFlatSince(Sample other) {
            return resident - other.resident <= MOST_RESIDENT_GROWTH
                    && heap - other.heap <= MOST_LIVE_GROWTH
                    && live - other.live <= MOST_LIVE_GROWTH;
        }

        Sample since(Sample other) {
            return new Sample(
                    resident - other.resident,
                    heap - other.heap,
                    live - other.live,
                    systemAllocations - other.systemAllocations);
        }
    }

    private Soak() {
        Generator generator = new Generator(SEED);
        x = Tensor.rand(generator, BATCH, 784);
        target = Tensor.randint(generator, 0, 10, BATCH);
    }

    /** Runs the loop {@code arguments[0]} for {@code arguments[1]} steps. */
    public static void main(String[] arguments) throws Exception {
        Soak soak = new Soak();
        LongConsumer step = switch (arguments[0]) {
            case "step" -> number -> soak.scopedStep();
            case "forward" -> number -> soak.forward();
            case "throwing" -> soak::throwing;
            case "unscoped" -> number -> soak.train();
            default -> throw new IllegalArgumentException("soak: no such loop: " + arguments[0]);
        };
        System.exit(soak(arguments[0], step, Long.parseLong(arguments[1])) ? 0 : 1);
    }

    private void train() {
        optimizer.zeroGrad();
        Tensor cost = criterion.forward(model.forward(x), target);
        cost.backward();
        optimizer.step();
    }

    private void scopedStep() {
        try (Scope scope = Scope.open()) {
            train();
        }
    }

    private void forward() {
        try (Scope scope = Scope.open()) {
            criterion.forward(model.forward(x), target);
        }
    }

    private void throwing(long number) {
        try (Scope scope = Scope.open()) {
            optimizer.zeroGrad();
            Tensor logits = model.forward(x);
            Tensor cost = criterion.forward(logits, target);
            if (number % 2 == 0) {
                throw new ExpectedException();
            }
            logits.registerHook(gradient -> {
                throw new ExpectedException();
            });
            cost.backward();
            throw new IllegalStateException("soak: the hook did not throw");
        } catch (ExpectedException expected) {
            // The loop goes on, as a program that skips a bad batch does.
        }
    }

    /** Whether memory is flat from the first mark that counts to the end. */
    private static boolean soak(String name, LongConsumer step, long steps) throws IOException, InterruptedException {
        System.out.printf(
                "%-9s %9s %12s %9s %9s %18s%n",
                name, "steps", "resident MB", "heap MB", "live MB", "system allocations");
        Sample first = Sample.take();
        Sample last = first;
        long start = System.nanoTime();
        long done = 0;
        for (int mark = 1; mark <= MARKS; mark++) {
            for (long end = steps * mark / MARKS; done < end; done++) {
                step.accept(done);
            }
            last = Sample.take();
            if (mark == FIRST_MARK) {
                first = last;
            }
            print(Long.toString(done), last);
        }
        print("growth", last.since(first));
        boolean flat = last.isFlatSince(first);
        System.out.printf(
                Locale.ROOT,
                "%-9s %s after %d %% of the steps, %.1f s%n%n",
                name,
                flat ? "is flat" : "GROWS",
                100 * FIRST_MARK / MARKS,
                (System.nanoTime() - start) * 1e-9);
        return flat;
    }

    private static void print(String what, Sample sample) {
        System.out.printf(
                Locale.ROOT,
                "%-9s %9s %12.1f %9.2f %9.2f %18d%n",
                "",
                what,
                sample.resident * MB,
                sample.heap * MB,
                sample.live * MB,
                sample.systemAllocations);
    }

    private static long residentBytes() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) << 10;
            }
        }
        throw new IOException("soak: /proc/self/status has no VmRSS");
    }
}
