package dev.gatun.bench;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.Scope;
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
import org.openjdk.jmh.annotations.Warmup;

/** Element operations at sizes from the first cache to memory: contiguous, transposed, broadcast. */
@State(org.openjdk.jmh.annotations.Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class ElementwiseBench {
    /** Rows and columns of the operands. */
    @Param({"32", "256", "2048"})
    public int side;

    private Tensor x = Tensor.empty(0);
    private Tensor y = Tensor.empty(0);
    private Tensor row = Tensor.empty(0);

    /** Makes the operands. */
    @Setup
    public void make() {
        x = Tensor.rand(side, side);
        y = Tensor.rand(side, side);
        row = Tensor.rand(side);
    }

    /** Two reads, one write. */
    @Benchmark
    public long add() {
        try (Scope scope = Scope.open()) {
            return x.add(y).count();
        }
    }

    /** A row added to each row. */
    @Benchmark
    public long addRow() {
        try (Scope scope = Scope.open()) {
            return x.add(row).count();
        }
    }

    /** One operand is read across its rows. */
    @Benchmark
    public long addTransposed() {
        try (Scope scope = Scope.open()) {
            return x.add(y.t()).count();
        }
    }

    /** A polynomial for each element. */
    @Benchmark
    public long exp() {
        try (Scope scope = Scope.open()) {
            return x.exp().count();
        }
    }
}
