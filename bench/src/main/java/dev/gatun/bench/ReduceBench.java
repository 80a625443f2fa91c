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

/** Sums over all elements, rows and columns, and softmax over rows. */
@State(org.openjdk.jmh.annotations.Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class ReduceBench {
    /** Rows. */
    @Param({"100", "4096"})
    public int rows;

    /** Columns. */
    @Param({"10", "256", "1024"})
    public int columns;

    private Tensor x = Tensor.empty(0);

    /** Makes the operand. */
    @Setup
    public void make() {
        x = Tensor.rand(rows, columns);
    }

    /** All elements. */
    @Benchmark
    public double sum() {
        try (Scope scope = Scope.open()) {
            return x.sum().item();
        }
    }

    /** Over the contiguous dimension. */
    @Benchmark
    public long sumRows() {
        try (Scope scope = Scope.open()) {
            return x.sum(1).count();
        }
    }

    /** Over the strided dimension, as the gradient of a bias. */
    @Benchmark
    public long sumColumns() {
        try (Scope scope = Scope.open()) {
            return x.sum(0).count();
        }
    }

    /** Softmax of each row. */
    @Benchmark
    public long softmax() {
        try (Scope scope = Scope.open()) {
            return x.softmax(1).count();
        }
    }
}
