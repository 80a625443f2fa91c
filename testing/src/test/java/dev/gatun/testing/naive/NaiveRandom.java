package dev.gatun.testing.naive;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Philox 4x32-10 after Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011, and the
 * numbers that Gatun makes of its words: one word an element, two for F64 and I64.
 */
public final class NaiveRandom {
    private static final int ROUNDS = 10;
    private static final long WORD = 0xffffffffL;

    private NaiveRandom() {}

    /** Four words, unsigned, from a counter of four words and a key of two. */
    public static long[] philox(long[] counter, long[] key) {
        long[] c = counter.clone();
        long k0 = key[0];
        long k1 = key[1];
        for (int round = 0; round < ROUNDS; round++) {
            long p0 = 0xD2511F53L * c[0];
            long p1 = 0xCD9E8D57L * c[2];
            c = new long[] {(p1 >>> 32) ^ c[1] ^ k0, p1 & WORD, (p0 >>> 32) ^ c[3] ^ k1, p0 & WORD};
            k0 = k0 + 0x9E3779B9L & WORD;
            k1 = k1 + 0xBB67AE85L & WORD;
        }
        return c;
    }

    /** Word number {@code i} of a generator, counted from the first one of block {@code offset}. */
    public static long word(long seed, long offset, long i) {
        long block = offset + i / 4;
        long[] words = philox(new long[] {block & WORD, block >>> 32, 0, 0}, new long[] {seed & WORD, seed >>> 32});
        return words[(int) (i % 4)];
    }

    private static double bits53(long seed, long offset, long i) {
        return (word(seed, offset, 2 * i) >>> 5) * 0x1p26 + (word(seed, offset, 2 * i + 1) >>> 6);
    }

    private static long bits64(long seed, long offset, long i) {
        return word(seed, offset, 2 * i) << 32 | word(seed, offset, 2 * i + 1);
    }

    /** Element {@code i} of a uniform F32 draw, to the bit. */
    public static float uniformF32(long seed, long offset, long i, float lo, float hi) {
        float unit = (word(seed, offset, i) >>> 8) * 0x1p-24f;
        return Math.min(unit * (hi - lo) + lo, Math.nextAfter(hi, lo));
    }

    /** Element {@code i} of a uniform F64 draw, to the bit. */
    public static double uniformF64(long seed, long offset, long i, double lo, double hi) {
        return Math.min(bits53(seed, offset, i) * 0x1p-53 * (hi - lo) + lo, Math.nextAfter(hi, lo));
    }

    /** Element {@code i} of a normal F32 draw, by Box and Muller in double: elements 2k and 2k + 1 share two words. */
    public static double normalF32(long seed, long offset, long i) {
        long pair = i / 2 * 2;
        double u = ((word(seed, offset, pair) >>> 8) + 1) * 0x1p-24;
        double v = (word(seed, offset, pair + 1) >>> 8) * 0x1p-24;
        return boxMuller(u, v, i % 2 == 0);
    }

    /** Element {@code i} of a normal F64 draw: elements 2k and 2k + 1 share four words. */
    public static double normalF64(long seed, long offset, long i) {
        long pair = i / 2 * 2;
        double u = (bits53(seed, offset, pair) + 1) * 0x1p-53;
        double v = bits53(seed, offset, pair + 1) * 0x1p-53;
        return boxMuller(u, v, i % 2 == 0);
    }

    /** The angle is 2 pi v, less the nearest quarter turn, which is exact. */
    private static double boxMuller(double u, double v, boolean cosine) {
        double r = Math.sqrt(-2 * Math.log(u));
        double quarter = Math.rint(4 * v);
        double angle = (4 * v - quarter) * (Math.PI / 2);
        int turns = (int) quarter - (cosine ? 0 : 1); // sin t = cos(t - a quarter)
        return r
                * switch (Math.floorMod(turns, 4)) {
                    case 0 -> Math.cos(angle);
                    case 1 -> -Math.sin(angle);
                    case 2 -> -Math.cos(angle);
                    default -> Math.sin(angle);
                };
    }

    /** Whether element {@code i}'s uniform draw, of 24 bits in any dtype, is below p. */
    public static boolean below(long seed, long offset, long i, double p) {
        return (word(seed, offset, i) >>> 8) * 0x1p-24 < p;
    }

    /** Element {@code i} of integers in lo..hi-1: the upper half of a 64-bit draw times the range. */
    public static long randint(long seed, long offset, long i, long lo, long hi) {
        return lo + Math.unsignedMultiplyHigh(bits64(seed, offset, i), hi - lo);
    }

    /** The positions in the order of their 64-bit draws. */
    public static long[] permutation(long seed, long offset, int n) {
        long[] keys = new long[n];
        Arrays.setAll(keys, i -> bits64(seed, offset, i));
        return IntStream.range(0, n)
                .boxed()
                .sorted(Comparator.comparing(i -> keys[i], Long::compareUnsigned))
                .mapToLong(i -> i)
                .toArray();
    }
}
