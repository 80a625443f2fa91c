package dev.gatun.bench;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.Scope;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What one operation costs beyond its arithmetic: {@code add} of one element, inside a scope that gives the result back,
 * without and with a gradient recorded.
 */
@State(org.openjdk.jmh.annotations.Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(value = 5, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class CallBench {
    private static final int CALLS = 100;

    private final Scope outer = Scope.open(); // the operands' own, as that of a step
    private final Tensor x = Tensor.of(1f);
    private final Tensor y = Tensor.of(2f);
    private final Tensor leaf = Tensor.of(1f).requiresGrad_();

    /** Gives the operands back. */
    @TearDown
    public void close() {
        outer.close();
    }

    /** One add, its result released by the scope of a hundred. */
    @Benchmark
    @OperationsPerInvocation(CALLS)
    public double add() {
        try (Scope scope = Scope.open()) {
            Tensor z = x;
            for (int i = 0; i < CALLS; i++) {
                z = x.add(y);
            }
            return z.size(0);
        }
    }

    /** One add with its node. */
    @Benchmark
    @OperationsPerInvocation(CALLS)
    public double addRecorded() {
        try (Scope scope = Scope.open()) {
            Tensor z = x;
            for (int i = 0; i < CALLS; i++) {
                z = leaf.add(y);
            }
            return z.size(0);
        }
    }

    /** A scope that holds nothing. */
    @Benchmark
    public int emptyScope() {
        try (Scope scope = Scope.open()) {
            return scope.count();
        }
    }
}
