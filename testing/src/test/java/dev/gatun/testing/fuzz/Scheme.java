package dev.gatun.testing.fuzz;

import java.util.Arrays;

/** How the shapes of a call's tensors belong together; which of them an operation takes is found out by trying. */
enum Scheme {
    /** All have one shape. */
    EQUAL,
    /** They broadcast to the first. */
    BROADCAST,
    /** They broadcast, none is the result's. */
    MUTUAL,
    /** The sizes differ in the dimension drawn. */
    JOINED,
    /** The second has the first's rank, and sizes that are no larger. */
    INSIDE,
    /** The second is a vector, along the dimension drawn; the third has the first's sizes elsewhere. */
    ROWS,
    /** Factors of a product of matrices, behind the addend where there are three. */
    MATRICES,
    /** The same in batches. */
    BATCHES,
    /** A matrix, and batches of factors. */
    ADDED_BATCHES,
    /** Features, a weight of [out, in] and a bias. */
    LINEAR,
    /** Square matrices. */
    SQUARE,
    /** A square matrix and what it is solved for. */
    SYSTEM,
    /** Vectors. */
    VECTORS,
    /** A matrix and vectors of its sizes. */
    MATRIX_AND_VECTORS,
    /** Images, windows for each pair of channels, a number for each channel. */
    IMAGES,
    /** Images, and numbers for each channel. */
    CHANNELS,
    /** Logits, a class for each row, a weight for each class. */
    CLASSES,
    /** The rest have the last dimensions of the first. */
    TRAILING,
    /** A matrix, and single elements. */
    NUMBERS,
    /** Any shapes. */
    LOOSE;

    /**
     * The shape of a tensor.
     *
     * @param which from 0
     * @param count how many tensors the call has
     * @param sizes of the call: at least five, none above 5 but for the first two
     * @param dim the dimension drawn
     */
    long[] shape(Chance chance, int which, int count, long[] sizes, int dim) {
        long m = letter(sizes, 0);
        long n = letter(sizes, 1);
        long k = letter(sizes, 2);
        return switch (this) {
            case EQUAL -> sizes.clone();
            case BROADCAST -> which == 0 ? sizes.clone() : narrowed(chance, sizes);
            case MUTUAL -> narrowed(chance, sizes);
            case JOINED -> changed(sizes, dim, chance.size());
            case INSIDE -> which == 0 ? sizes.clone() : inside(chance, sizes, dim, m);
            case ROWS -> rows(which, sizes, dim, k);
            case MATRICES -> matrix(which, count, m, k, n);
            case BATCHES -> prefixed(matrix(which, count, m, k, n), letter(sizes, 3));
            case ADDED_BATCHES ->
                which == 0 ? new long[] {m, n} : prefixed(matrix(which, count, m, k, n), letter(sizes, 3));
            case LINEAR ->
                switch (which) {
                    case 0 -> chance.oneIn(2) ? new long[] {m, k} : new long[] {m, n, k};
                    case 1 -> new long[] {n, k};
                    default -> new long[] {n};
                };
            case SQUARE -> prefixed(new long[] {m, m}, chance.oneIn(2) ? letter(sizes, 3) : -1);
            case SYSTEM -> prefixed(which == 0 ? new long[] {m, m} : new long[] {m, k}, sizes.length > 3 ? 2 : -1);
            case VECTORS -> new long[] {which == 0 || chance.oneIn(2) ? m : n};
            case MATRIX_AND_VECTORS -> vectors(which, count, m, n);
            case IMAGES -> image(which, sizes);
            case CHANNELS -> which == 0 ? image(0, sizes) : new long[] {image(0, sizes)[1]};
            case CLASSES ->
                switch (which) {
                    case 0 -> sizes.length > 3 ? new long[] {m, n, k} : new long[] {m, n};
                    case 1 -> sizes.length > 3 ? new long[] {m, k} : new long[] {m};
                    default -> new long[] {n};
                };
            case TRAILING ->
                which == 0 ? sizes.clone() : Arrays.copyOfRange(sizes, Math.min(sizes.length, dim), sizes.length);
            case NUMBERS -> which == 0 ? sizes.clone() : new long[0];
            case LOOSE -> loose(chance);
        };
    }

    /** Any shape of rank up to 5, rarely up to 8. */
    static long[] loose(Chance chance) {
        int draw = chance.below(100);
        int rank = draw < 10 ? 0 : draw < 34 ? 1 : draw < 64 ? 2 : draw < 84 ? 3 : draw < 93 ? 4 : draw < 98 ? 5 : 8;
        long[] sizes = new long[rank];
        Arrays.setAll(sizes, i -> rank > 3 ? Math.min(chance.size(), 3) : chance.size());
        return sizes;
    }

    private static long letter(long[] sizes, int which) {
        return which < sizes.length ? Math.min(5, sizes[which]) : 1 + which;
    }

    private static long[] narrowed(Chance chance, long[] sizes) {
        long[] own = Arrays.copyOfRange(sizes, sizes.length == 0 ? 0 : chance.below(sizes.length), sizes.length);
        for (int i = 0; i < own.length; i++) {
            own[i] = chance.oneIn(3) ? 1 : own[i];
        }
        return own;
    }

    private static long[] changed(long[] sizes, int dim, long size) {
        long[] own = sizes.clone();
        if (dim < own.length) {
            own[dim] = size;
        }
        return own;
    }

    private static long[] inside(Chance chance, long[] sizes, int dim, long along) {
        long[] own = changed(sizes, dim, along); // all that follow the first have one shape
        if (chance.oneIn(4) && own.length > 0) {
            int at = chance.below(own.length);
            own[at] = at == dim ? own[at] : chance.between(0, own[at]);
        }
        return own;
    }

    private static long[] rows(int which, long[] sizes, int dim, long count) {
        return which == 0 ? sizes.clone() : which == 1 ? new long[] {count} : changed(sizes, dim, count);
    }

    private static long[] matrix(int which, int count, long m, long k, long n) {
        if (count == 3) {
            return which == 0 ? new long[] {m, n} : which == 1 ? new long[] {m, k} : new long[] {k, n};
        }
        return which % 2 == 0 ? new long[] {m, k} : new long[] {k, m};
    }

    private static long[] vectors(int which, int count, long m, long n) {
        if (count == 3) {
            return which == 0 ? new long[] {m} : which == 1 ? new long[] {m, n} : new long[] {n};
        }
        return which == 0 ? new long[] {m, n} : new long[] {n};
    }

    private static long[] prefixed(long[] matrix, long batch) {
        return batch < 0 ? matrix : new long[] {batch, matrix[0], matrix[1]};
    }

    /** [2, channels, 5, ...] with as many spatial dimensions as the call's sizes ask for, then [out, channels, 2, ...]. */
    private static long[] image(int which, long[] sizes) {
        int spatial = 1 + sizes.length % 3;
        long channels = 1 + letter(sizes, 0) % 3;
        long out = 1 + letter(sizes, 1) % 4;
        if (which == 2) {
            return new long[] {out};
        }
        long[] own = new long[2 + spatial];
        Arrays.fill(own, which == 0 ? 5 : 1 + letter(sizes, 2) % 3);
        own[0] = which == 0 ? letter(sizes, 3) : out;
        own[1] = channels;
        return own;
    }
}
