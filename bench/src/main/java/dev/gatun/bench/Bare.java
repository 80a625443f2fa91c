package dev.gatun.bench;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.Scope;
import java.util.Locale;
import java.util.function.Supplier;

/** Gatun's program in {@code bench/bare}: the addition and the product that {@code floor bare} does in C. */
public final class Bare {
    private static final long ADD_COUNT = 4L << 20;
    private static final long SIDE = 1024;
    private static final double WARMUP_SECONDS = 1;
    private static final int REPEATS = 101;

    private Bare() {}

    /** Prints {@code add_s=… gemm_s=…}: the least of each in seconds. */
    public static void main(String[] arguments) {
        Tensor a = Tensor.rand(SIDE, SIDE);
        Tensor b = Tensor.rand(SIDE, SIDE);
        double gemm = least(() -> a.mm(b));
        Tensor x = Tensor.rand(ADD_COUNT);
        Tensor y = Tensor.rand(ADD_COUNT);
        double add = least(() -> x.add(y));
        System.out.printf(Locale.ROOT, "add_s=%.7f gemm_s=%.7f%n", add, gemm);
    }

    /** Warms up, then times the work; the scope gives the result's memory back, so the next one lies in it again. */
    private static double least(Supplier<Tensor> work) {
        double warm = 0;
        while (warm < WARMUP_SECONDS) {
            warm += seconds(work);
        }
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i < REPEATS; i++) {
            least = Math.min(least, seconds(work));
        }
        return least;
    }

    private static double seconds(Supplier<Tensor> work) {
        long start = System.nanoTime();
        try (Scope scope = Scope.open()) {
            var _ = work.get();
        }
        return (System.nanoTime() - start) * 1e-9;
    }
}
