package dev.gatun.nn.data;

/**
 * One epoch, cut into batches.
 *
 * @param order indexes of samples
 * @param batchSize of all batches but, perhaps, the last
 * @param batches how many
 */
record Plan(long[] order, int batchSize, int batches) {
    /** Where a batch starts in the order. */
    int from(int batch) {
        return batch * batchSize;
    }

    /** How many samples a batch has. */
    int count(int batch) {
        return Math.min(batchSize, order.length - from(batch));
    }
}
