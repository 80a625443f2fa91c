package dev.gatun.bench.compare;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The training set: pixels [count, 784] from 0 to 1, labels [count] from 0 to 9.
 *
 * <p>Read here and not by a library, so that every program trains on the same numbers.
 */
public record Images(int count, float[] pixels, long[] labels) {
    /** Pixels of one image. */
    public static final int PIXELS = 784;

    private static final int IMAGES_HEADER = 16;
    private static final int LABELS_HEADER = 8;

    /**
     * Reads {@code train-images-idx3-ubyte} and {@code train-labels-idx1-ubyte} from a folder.
     *
     * @throws IOException if a file is missing or not as long as its header says
     */
    public static Images read(Path folder) throws IOException {
        byte[] images = Files.readAllBytes(folder.resolve("train-images-idx3-ubyte"));
        byte[] labels = Files.readAllBytes(folder.resolve("train-labels-idx1-ubyte"));
        int count = ByteBuffer.wrap(images).getInt(Integer.BYTES);
        if (images.length != IMAGES_HEADER + (long) count * PIXELS || labels.length != LABELS_HEADER + count) {
            throw new IOException("compare: images and labels do not match: " + count + " images in " + folder);
        }
        float[] pixels = new float[count * PIXELS];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (images[IMAGES_HEADER + i] & 0xff) / 255f;
        }
        long[] numbers = new long[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = labels[LABELS_HEADER + i];
        }
        return new Images(count, pixels, numbers);
    }
}
