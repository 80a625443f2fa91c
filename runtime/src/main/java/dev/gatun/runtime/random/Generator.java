package dev.gatun.runtime.random;

import java.util.concurrent.ThreadLocalRandom;

/**
 * A source of random numbers: a seed and how many counters of it were used. The numbers themselves come from the
 * counter by Philox 4x32-10, so that a seed and an offset name the same numbers on every device and for any number of
 * threads. Any thread may use a generator; which thread gets which numbers is then a matter of timing. {@code
 * torch.Generator}.
 *
 * {@snippet :
 * var generator = new Generator(7);
 * Tensor a = Tensor.rand(generator, 3);
 * Tensor b = Tensor.rand(generator.manualSeed(7), 3);
 * System.out.println(a.eq(b).all()); // tensor(True)
 * Generator.global().manualSeed(7); // what is used where none is named; torch.manual_seed
 * }
 */
public final class Generator {
    /**
     * Where a generator stands.
     *
     * @param seed that it was given
     * @param offset counters used so far, unsigned
     */
    public record State(long seed, long offset) {}

    private static final Generator GLOBAL =
            new Generator(ThreadLocalRandom.current().nextLong());

    private long seed;
    private long offset;

    /**
     * A generator of its own.
     *
     * @param seed any number
     */
    public Generator(long seed) {
        this.seed = seed;
    }

    /** The generator that is used where none is given; its first seed differs from run to run. */
    public static Generator global() {
        return GLOBAL;
    }

    /**
     * Starts over from a seed; {@code torch.manual_seed} on the {@linkplain #global() global} one.
     *
     * @param newSeed any number
     * @return this
     */
    public synchronized Generator manualSeed(long newSeed) {
        seed = newSeed;
        offset = 0;
        return this;
    }

    /** The seed that the numbers come from. */
    public synchronized long seed() {
        return seed;
    }

    /**
     * Takes counters for one call.
     *
     * @param offsets how many, at least 0
     * @return the first of them
     * @throws IllegalArgumentException if {@code offsets} is negative
     */
    public synchronized long advance(long offsets) {
        if (offsets < 0) {
            throw new IllegalArgumentException("generator: offsets are negative: " + offsets);
        }
        long first = offset;
        offset += offsets;
        return first;
    }

    /** Where the generator stands, to {@linkplain #setState return to} it later. */
    public synchronized State state() {
        return new State(seed, offset);
    }

    /** Goes to where this or another generator stood. */
    public synchronized void setState(State state) {
        seed = state.seed();
        offset = state.offset();
    }
}
