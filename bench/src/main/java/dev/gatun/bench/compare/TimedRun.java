package dev.gatun.bench.compare;

import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.function.Supplier;

/** One run of a Java program of {@code bench/compare}: warm up, then time the training of a new network. */
public final class TimedRun {
    private static final int SCORED_SAMPLES = 9_600;
    private static final double LEAST_WARMUP_SECONDS = 3;
    private static final double MOST_WARMUP_SECONDS = 15;
    private static final double STEADY_WITHIN = 1.05;
    private static final double LEAST_COMPILING_SECONDS = 0.05;
    private static final int CHUNKS_PER_RUN = 10;

    private TimedRun() {}

    /**
     * Warms up on a network that is thrown away, trains another against the clock, and prints
     * {@code epoch_s=… loss_before=… loss_after=… warmup_s=…} on standard output.
     *
     * @param work  what is timed
     * @param fresh makes a new network over the same samples, each time from other random weights
     */
    public static void print(Work work, Supplier<? extends Training> fresh) {
        double warmup;
        try (Training thrownAway = fresh.get()) {
            warmup = warmUp(thrownAway, Math.max(1, work.steps() / CHUNKS_PER_RUN));
        }
        try (Training training = fresh.get()) {
            double before = training.loss(SCORED_SAMPLES);
            double seconds = seconds(training, work.steps());
            double after = training.loss(SCORED_SAMPLES);
            double epoch = seconds / work.steps() / work.batch() * Work.EPOCH_SAMPLES;
            System.out.printf(
                    Locale.ROOT,
                    "epoch_s=%.6f loss_before=%.4f loss_after=%.4f warmup_s=%.1f%n",
                    epoch,
                    before,
                    after,
                    warmup);
        }
    }

    /**
     * Runs chunks of steps, a look at the loss behind each, until three in a row take the same time within 5 %, and the JVM
     * has compiled next to nothing for a second; returns the seconds that the steps took.
     */
    private static double warmUp(Training training, int chunk) {
        double first = Double.MAX_VALUE;
        double second = Double.MAX_VALUE;
        double total = 0;
        double compiled = compileSeconds();
        double compiledAt = 0;
        while (total < MOST_WARMUP_SECONDS) {
            double third = seconds(training, chunk);
            training.loss(SCORED_SAMPLES); // code that never saw this is thrown away when it comes
            total += third;
            if (compileSeconds() - compiled > LEAST_COMPILING_SECONDS) {
                compiled = compileSeconds();
                compiledAt = total;
            }
            double least = Math.min(first, Math.min(second, third));
            double most = Math.max(first, Math.max(second, third));
            if (total >= LEAST_WARMUP_SECONDS && total - compiledAt >= 1 && most <= least * STEADY_WITHIN) {
                break;
            }
            first = second;
            second = third;
        }
        return total;
    }

    /** What the JVM's compilers took until now, all their threads together. */
    private static double compileSeconds() {
        return ManagementFactory.getCompilationMXBean().getTotalCompilationTime() * 1e-3;
    }

    private static double seconds(Training training, int steps) {
        long start = System.nanoTime();
        training.steps(steps);
        return (System.nanoTime() - start) * 1e-9;
    }
}
