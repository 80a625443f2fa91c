package dev.gatun.samples;

import dev.gatun.nn.data.TensorDataset;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

/** MNIST's four files with a few digits. */
final class TinyMnist {
    private static final int IMAGES = 0x0803;
    private static final int LABELS = 0x0801;
    private static final int SIDE = 28;

    private TinyMnist() {}

    /** Writes 200 digits to train on, unpacked, and 50 to test, gzipped. */
    static void write(Path folder) throws IOException {
        Files.createDirectories(folder);
        DrawnDigits pen = new DrawnDigits(1);
        TensorDataset train = pen.draw(200);
        TensorDataset test = pen.draw(50);
        Files.write(folder.resolve("train-images-idx3-ubyte"), images(train));
        Files.write(folder.resolve("train-labels-idx1-ubyte"), labels(train));
        pack(folder.resolve("t10k-images-idx3-ubyte.gz"), images(test));
        pack(folder.resolve("t10k-labels-idx1-ubyte.gz"), labels(test));
    }

    private static byte[] images(TensorDataset digits) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var file = new DataOutputStream(bytes)) {
            file.writeInt(IMAGES);
            file.writeInt(digits.size());
            file.writeInt(SIDE);
            file.writeInt(SIDE);
            for (float pixel : digits.data().toFloatArray()) {
                file.writeByte(Math.round(pixel * 255));
            }
        }
        return bytes.toByteArray();
    }

    private static byte[] labels(TensorDataset digits) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var file = new DataOutputStream(bytes)) {
            file.writeInt(LABELS);
            file.writeInt(digits.size());
            file.write(digits.target().toByteArray());
        }
        return bytes.toByteArray();
    }

    private static void pack(Path file, byte[] bytes) throws IOException {
        try (OutputStream packed = new GZIPOutputStream(Files.newOutputStream(file))) {
            packed.write(bytes);
        }
    }
}
