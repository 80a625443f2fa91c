package dev.gatun.bench;

import dev.gatun.autograd.Tensor;
import dev.gatun.nn.Linear;
import dev.gatun.nn.ReLU;
import dev.gatun.nn.Sequential;
import dev.gatun.nn.loss.CrossEntropyLoss;
import dev.gatun.nn.optim.Adam;
import dev.gatun.runtime.Device;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.random.Generator;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** A whole step, forward to update, of 784-hidden-hidden-10 with Adam; the system is asked for no memory meanwhile. */
@State(org.openjdk.jmh.annotations.Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class TrainStepBench {
    /** Rows of a batch. */
    @Param({"1", "32", "100"})
    public int batch;

    /** Width of both hidden layers. */
    @Param({"32", "256"})
    public int hidden;

    private Sequential model = new Sequential();
    private Adam optimizer = new Adam(new Linear(1, 1).parameters(), 1e-3);
    private final CrossEntropyLoss criterion = new CrossEntropyLoss();
    private Tensor x = Tensor.empty(0);
    private Tensor target = Tensor.empty(0);
    private long systemAllocations;

    /** Makes model and batch, and takes one step, which takes the memory. */
    @Setup
    public void make() {
        Generator generator = new Generator(1);
        model = new Sequential(
                new Linear(784, hidden), new ReLU(), new Linear(hidden, hidden), new ReLU(), new Linear(hidden, 10));
        optimizer = new Adam(model.parameters(), 1e-3);
        x = Tensor.rand(generator, batch, 784);
        target = Tensor.randint(generator, 0, 10, batch);
        step();
        systemAllocations = Device.cpu().memory().systemAllocations();
    }

    /** One step. */
    @Benchmark
    public double step() {
        try (Scope scope = Scope.open()) {
            optimizer.zeroGrad();
            Tensor cost = criterion.forward(model.forward(x), target);
            cost.backward();
            optimizer.step();
            return cost.item();
        }
    }

    /** Says how often the system was asked for memory after the first step. */
    @TearDown
    public void report() {
        long asked = Device.cpu().memory().systemAllocations() - systemAllocations;
        System.out.println("system allocations after the first step: " + asked);
    }
}
