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

/** Matrix products of training shapes: rows, columns, inner size. */
@State(org.openjdk.jmh.annotations.Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class GemmBench {
    /** m, n and k, joined by x. */
    @Param({"1x256x784", "32x256x784", "100x256x784", "256x784x100", "1024x1024x1024"})
    public String shape = "";

    private Tensor a = Tensor.empty(0);
    private Tensor b = Tensor.empty(0);

    /** Makes the operands; b lies as a layer's weight, [n, k]. */
    @Setup
    public void make() {
        String[] sizes = shape.split("x", -1);
        a = Tensor.rand(Long.parseLong(sizes[0]), Long.parseLong(sizes[2]));
        b = Tensor.rand(Long.parseLong(sizes[1]), Long.parseLong(sizes[2])).t();
    }

    /** a b. */
    @Benchmark
    public long mm() {
        try (Scope scope = Scope.open()) {
            return a.mm(b).count();
        }
    }
}
