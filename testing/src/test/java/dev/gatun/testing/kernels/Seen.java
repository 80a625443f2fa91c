package dev.gatun.testing.kernels;

import java.util.Set;
import java.util.TreeSet;

/** Which kernel was tried with which operation on which family, so that a test can count. */
final class Seen {
    private final Set<String> cases = new TreeSet<>();

    /**
     * Notes one case.
     *
     * @param kernel family and method of Kernels, such as {@code Elementwise.unary}
     * @param op the operation's constant, or any text
     * @param family of the inputs, or any text
     */
    void add(String kernel, Object op, Object family) {
        cases.add(kernel + " " + op + " " + family);
    }

    boolean contains(String kernel, Object op, Object family) {
        return cases.contains(kernel + " " + op + " " + family);
    }

    /** How many cases of one method there were. */
    long count(String kernel) {
        return cases.stream().filter(text -> text.startsWith(kernel + " ")).count();
    }

    int size() {
        return cases.size();
    }
}
