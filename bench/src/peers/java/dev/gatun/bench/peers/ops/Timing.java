package dev.gatun.bench.peers.ops;

import ai.djl.ndarray.NDResource;
import dev.gatun.runtime.Scope;
import java.util.concurrent.locks.LockSupport;

/**
 * Seconds of a call in both libraries: the least of rounds in which they ran one after the other. Whatever else the machine
 * does only adds to a round's time.
 *
 * @param ours seconds of a call in Gatun
 * @param theirs seconds of a call of the peer
 */
record Timing(double ours, double theirs) {
    private static final int ROUNDS = 15;
    private static final int LEAST_ROUNDS = 3;
    private static final double WARMUP_SHARE = 0.25;
    /** Calls after which the JVM has compiled what there is to compile; short ones have as many, but for a longest warm-up. */
    private static final int CALLS_TO_COMPILE = 30_000;

    private static final double LONGEST_WARMUP_SHARE = 0.6;
    /** The part of a batch that runs before its clock starts, so that threads and caches are those of this library. */
    private static final double RUN_IN = 0.125;
    /** libgomp's threads spin so long, at most, after a job of the peer: they must not take a core from what comes next. */
    private static final long OTHERS_SPIN_NANOS = 20_000_000;

    /** Times an operation for about so many seconds, warm-up and both libraries together. */
    static Timing of(Op.Calls calls, double seconds) {
        Runnable ours = () -> {
            try (Scope scope = Scope.open()) {
                calls.ours().get();
            }
        };
        Runnable theirs = () -> {
            try (NDResource result = calls.theirs().get()) {
                // closed at once, as a sub-manager of one call would, without that manager's cost
            }
        };
        long start = System.nanoTime();
        long warm = start + (long) (seconds * WARMUP_SHARE * 1e9);
        long longest = start + (long) (seconds * LONGEST_WARMUP_SHARE * 1e9);
        long end = start + (long) (seconds * 1e9);
        double batch = seconds * (1 - WARMUP_SHARE) / (2 * ROUNDS);
        double oursNow;
        double theirsNow;
        int oursTimes = 1;
        int made = 0;
        int theirsTimes = 1;
        do {
            oursNow = perCall(ours, oursTimes);
            made += oursTimes;
            theirsNow = perCall(theirs, theirsTimes);
            oursTimes = times(batch, oursNow);
            theirsTimes = times(batch, theirsNow);
        } while (System.nanoTime() < warm || made < CALLS_TO_COMPILE && System.nanoTime() < longest);

        double oursLeast = Double.MAX_VALUE;
        double theirsLeast = Double.MAX_VALUE;
        for (int round = 0; round < LEAST_ROUNDS || round < ROUNDS && System.nanoTime() < end; round++) {
            LockSupport.parkNanos(OTHERS_SPIN_NANOS);
            oursLeast = Math.min(oursLeast, afterRunIn(ours, oursTimes));
            theirsLeast = Math.min(theirsLeast, afterRunIn(theirs, theirsTimes));
        }
        return new Timing(oursLeast, theirsLeast);
    }

    /** The peer's time over ours. */
    double ratio() {
        return theirs / ours;
    }

    private static int times(double batch, double perCall) {
        return (int) Math.max(1, Math.min(10_000_000, batch / perCall));
    }

    private static double afterRunIn(Runnable call, int times) {
        perCall(call, (int) (times * RUN_IN));
        return perCall(call, times);
    }

    private static double perCall(Runnable call, int times) {
        long start = System.nanoTime();
        for (int i = 0; i < times; i++) {
            call.run();
        }
        return (System.nanoTime() - start) * 1e-9 / times;
    }
}
