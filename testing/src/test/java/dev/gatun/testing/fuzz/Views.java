package dev.gatun.testing.fuzz;

import dev.gatun.testing.fuzz.TensorArg.Step;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

/** Ways to come by a view of a given shape: from which base, by which steps. */
final class Views {
    private static final int MAX_RANK = 6;
    private static final int MAX_COUNT = 4000;

    private long[] base;
    private final List<Step> steps = new ArrayList<>();

    private Views(long... shape) {
        this.base = shape;
    }

    /** A way; often none, the base itself. */
    static Views of(Chance chance, long... shape) {
        Views views = new Views(shape);
        if (chance.oneIn(2)) {
            views.lift(chance);
            if (chance.oneIn(3)) {
                views.lift(chance);
            }
        }
        return views;
    }

    /** The shape of the base. */
    long[] base() {
        return base.clone();
    }

    /** From the base to the shape asked for. */
    List<Step> steps() {
        return List.copyOf(steps);
    }

    private void lift(Chance chance) {
        int rank = base.length;
        int dim = rank == 0 ? 0 : chance.below(rank);
        switch (chance.below(9)) {
            case 0, 1 -> permuted(chance);
            case 2, 3 -> sliced(chance, dim);
            case 4 -> selected(chance, chance.below(rank + 1));
            case 5 -> expanded(chance);
            case 6 -> squeezed(chance.below(rank + 1));
            case 7 -> flipped(dim);
            default -> diagonal(chance);
        }
    }

    private void to(long[] wider, Step step) {
        long count = 1;
        for (long size : wider) {
            count *= size;
        }
        if (wider.length <= MAX_RANK && count <= MAX_COUNT) {
            base = wider;
            steps.addFirst(step);
        }
    }

    private void permuted(Chance chance) {
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < base.length; i++) {
            order.add(i);
        }
        for (int i = order.size() - 1; i > 0; i--) {
            Collections.swap(order, i, chance.below(i + 1));
        }
        int[] dims = order.stream().mapToInt(i -> i).toArray();
        long[] wider = new long[base.length];
        for (int i = 0; i < dims.length; i++) {
            wider[dims[i]] = base[i];
        }
        to(
                wider,
                new Step(
                        x -> x.permute(dims),
                        ".permute(" + order.stream().map(String::valueOf).collect(Collectors.joining(", ")) + ")"));
    }

    private void sliced(Chance chance, int dim) {
        if (base.length == 0) {
            return;
        }
        long start = chance.below(3);
        long step = 1L + chance.below(3);
        long end = start + base[dim] * step - (base[dim] > 0 ? chance.below((int) step) : 0);
        long[] wider = base.clone();
        wider[dim] = end + chance.below(3);
        to(
                wider,
                new Step(
                        x -> x.slice(dim, start, end, step),
                        ".slice(" + dim + ", " + start + ", " + end + ", " + step + ")"));
    }

    private long[] widened(int dim, long size) {
        long[] wider = new long[base.length + 1];
        for (int i = 0; i < wider.length; i++) {
            wider[i] = i < dim ? base[i] : i == dim ? size : base[i - 1];
        }
        return wider;
    }

    private void selected(Chance chance, int dim) {
        long size = 1L + chance.below(3);
        long at = chance.below((int) size);
        to(widened(dim, size), new Step(x -> x.select(dim, at), ".select(" + dim + ", " + at + ")"));
    }

    private void squeezed(int dim) {
        to(widened(dim, 1), new Step(x -> x.squeeze(dim), ".squeeze(" + dim + ")"));
    }

    private void flipped(int dim) {
        if (base.length > 0) {
            to(base.clone(), new Step(x -> x.flip(dim), ".flip(" + dim + ")"));
        }
    }

    private void expanded(Chance chance) {
        int dropped = base.length == 0 ? 0 : chance.below(base.length);
        long[] wider = Arrays.copyOfRange(base, dropped, base.length);
        for (int i = 0; i < wider.length; i++) {
            wider[i] = chance.oneIn(2) ? 1 : wider[i];
        }
        long[] shape = base;
        to(
                wider,
                new Step(
                        x -> x.expand(shape),
                        ".expand("
                                + Arrays.stream(shape).mapToObj(Long::toString).collect(Collectors.joining(", "))
                                + ")"));
    }

    private void diagonal(Chance chance) {
        int last = base.length - 1;
        if (last >= 0) {
            long[] wider = Arrays.copyOf(base, base.length + 1);
            wider[last + 1] = base[last] + chance.below(3);
            to(wider, new Step(x -> x.diagonal(0, last, last + 1), ".diagonal(0, " + last + ", " + (last + 1) + ")"));
        }
    }
}
