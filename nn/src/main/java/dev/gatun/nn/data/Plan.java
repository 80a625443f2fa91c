package dev.gatun.nn.data;

import java.util.Arrays;
import java.util.List;

/**
 * One epoch, cut into batches.
 *
 * @param order indexes of samples
 * @param bounds where each batch starts in the order, and where the last one ends
 */
record Plan(long[] order, int[] bounds) {
    /** Batches of one size, but for the last one. */
    static Plan of(long[] order, int batchSize, boolean dropLast) {
        int[] bounds = new int[count(order.length, batchSize, dropLast) + 1];
        for (int batch = 1; batch < bounds.length; batch++) {
            bounds[batch] = (int) Math.min((long) batch * batchSize, order.length);
        }
        return new Plan(order, bounds);
    }

    /** How many batches of one size there are. */
    static int count(int samples, int batchSize, boolean dropLast) {
        int full = samples / batchSize;
        return dropLast || samples % batchSize == 0 ? full : full + 1;
    }

    /** Batches as they are. */
    static Plan of(List<long[]> batches) {
        int[] bounds = new int[batches.size() + 1];
        for (int i = 0; i < batches.size(); i++) {
            bounds[i + 1] = Math.addExact(bounds[i], batches.get(i).length);
        }
        long[] order = batches.stream().flatMapToLong(Arrays::stream).toArray();
        return new Plan(order, bounds);
    }

    int batches() {
        return bounds.length - 1;
    }

    /** Where a batch starts in the order. */
    int from(int batch) {
        return bounds[batch];
    }

    /** How many samples a batch has. */
    int count(int batch) {
        return bounds[batch + 1] - bounds[batch];
    }

    /** How many samples the largest batch has. */
    int capacity() {
        int most = 0;
        for (int batch = 0; batch < batches(); batch++) {
            most = Math.max(most, count(batch));
        }
        return most;
    }
}
