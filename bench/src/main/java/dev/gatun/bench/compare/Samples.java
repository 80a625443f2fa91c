package dev.gatun.bench.compare;

import java.io.IOException;
import java.util.Random;

/**
 * What a network trains on.
 *
 * @param count  of samples
 * @param shape  of one sample's data
 * @param data   of all samples, one behind the other
 * @param labels the classes; empty where numbers are fitted
 * @param values the numbers to fit; empty where there are classes
 */
public record Samples(int count, long[] shape, float[] data, long[] labels, float[] values) {
    private static final int FEATURES = 11;
    private static final int SEQUENCES = 9_600;
    private static final int STEPS = 32;
    private static final int STEP_FEATURES = 64;
    private static final int CLASSES = 10;
    private static final int SIDE = 28;
    private static final int PADDED_SIDE = 32;

    /** The samples that a network takes: the training images, or drawn ones that can be learnt. */
    public static Samples of(Work work) throws IOException {
        return switch (work.network()) {
            case TABULAR -> table();
            case LSTM -> sequences();
            case LENET -> padded(Images.read(work.data()));
            case CNN -> images(Images.read(work.data()), 1, SIDE, SIDE);
            default -> images(Images.read(work.data()), Images.PIXELS);
        };
    }

    private static Samples images(Images images, long... shape) {
        return new Samples(images.count(), shape, images.pixels(), images.labels(), new float[0]);
    }

    /** Images with a border of two blank pixels, as LeNet takes them. */
    private static Samples padded(Images images) {
        int border = (PADDED_SIDE - SIDE) / 2;
        float[] data = new float[images.count() * PADDED_SIDE * PADDED_SIDE];
        for (int row = 0; row < images.count() * SIDE; row++) {
            int at = (row / SIDE * PADDED_SIDE + row % SIDE + border) * PADDED_SIDE + border;
            System.arraycopy(images.pixels(), row * SIDE, data, at, SIDE);
        }
        long[] shape = {1, PADDED_SIDE, PADDED_SIDE};
        return new Samples(images.count(), shape, data, images.labels(), new float[0]);
    }

    /** Rows of 11 normal features and a number that depends on them, not only linearly. */
    private static Samples table() {
        Random random = new Random(1);
        float[] data = new float[Work.EPOCH_SAMPLES * FEATURES];
        float[] values = new float[Work.EPOCH_SAMPLES];
        for (int row = 0; row < values.length; row++) {
            double sum = 0;
            for (int i = 0; i < FEATURES; i++) {
                double feature = random.nextGaussian();
                data[row * FEATURES + i] = (float) feature;
                sum += feature * (i % 3 - 1) * 0.5;
            }
            values[row] = (float) (sum + Math.abs(data[row * FEATURES]) + 0.1 * random.nextGaussian());
        }
        return new Samples(values.length, new long[] {FEATURES}, data, new long[0], values);
    }

    /** Noise over time with the mean of a class. */
    private static Samples sequences() {
        Random random = new Random(1);
        float[] means = new float[CLASSES * STEP_FEATURES];
        for (int i = 0; i < means.length; i++) {
            means[i] = (float) random.nextGaussian() * 0.3f;
        }
        float[] data = new float[SEQUENCES * STEPS * STEP_FEATURES];
        long[] labels = new long[SEQUENCES];
        for (int sample = 0; sample < SEQUENCES; sample++) {
            int label = sample % CLASSES;
            labels[sample] = label;
            for (int i = 0; i < STEPS * STEP_FEATURES; i++) {
                float mean = means[label * STEP_FEATURES + i % STEP_FEATURES];
                data[sample * STEPS * STEP_FEATURES + i] = mean + (float) random.nextGaussian();
            }
        }
        return new Samples(SEQUENCES, new long[] {STEPS, STEP_FEATURES}, data, labels, new float[0]);
    }
}
