package dev.gatun.nn.data;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.Scope;

/** Seeds from seeds. */
final class Seeds {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private Seeds() {}

    /** A seed from the global generator. */
    static long drawn() {
        try (var temporaries = Scope.open()) {
            return Tensor.randint(0, Long.MAX_VALUE, 1).itemLong();
        }
    }

    /** The seed of one of many, by the mixing function of SplitMix64 (Steele, Lea and Flood 2014). */
    static long mixed(long seed, long which) {
        long z = seed + (which + 1) * GOLDEN;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }
}
