package dev.gatun.runtime.memory;

/** Something counted by its users; a {@link Handle} carries one beside its storage. */
public interface Counted {
    /** Gives back one use. At the last one, what it holds is given back; never by recursion. */
    void release();
}
