package dev.gatun.nn.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.autograd.Tensor;
import dev.gatun.nn.data.transforms.Compose;
import dev.gatun.nn.data.transforms.Lambda;
import dev.gatun.nn.data.transforms.Normalize;
import dev.gatun.nn.data.transforms.ToTensor;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Shape;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads small files of the real format. */
class MnistTest {
    private static final int N = 3000; // more than one chunk of reading
    private static final int PIXELS = 28 * 28;
    private static final String IMAGES = "t10k-images-idx3-ubyte";
    private static final String LABELS = "t10k-labels-idx1-ubyte";

    @TempDir
    Path folder;

    private byte[] pixels = new byte[0];
    private byte[] labels = new byte[0];

    @BeforeEach
    void drawDigits() {
        pixels = new byte[N * PIXELS];
        new Random(1).nextBytes(pixels);
        labels = new byte[N];
        for (int i = 0; i < N; i++) {
            labels[i] = (byte) (i % 10);
        }
    }

    private static byte[] idx(int magic, byte[] body, int... sizes) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeInt(magic);
            for (int size : sizes) {
                out.writeInt(size);
            }
            out.write(body);
        }
        return bytes.toByteArray();
    }

    private byte[] imageFile() throws IOException {
        return idx(0x803, pixels, N, 28, 28);
    }

    private byte[] labelFile() throws IOException {
        return idx(0x801, labels, N);
    }

    private static byte[] gzip(byte[] plain) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(bytes)) {
            out.write(plain);
        }
        return bytes.toByteArray();
    }

    private void write(String name, byte[] bytes) throws IOException {
        Files.write(folder.resolve(name), bytes);
    }

    private void assertRead(Path from) throws IOException {
        TensorDataset digits = Mnist.test(from);
        assertEquals(N, digits.size());
        assertEquals(Shape.of(N, 1, 28, 28), digits.data().shape());
        float[] expected = new float[PIXELS];
        for (int i : new int[] {0, 1, 1336, 1337, 1338, N - 1}) {
            for (int p = 0; p < PIXELS; p++) {
                expected[p] = (pixels[i * PIXELS + p] & 0xff) / 255f;
            }
            assertArrayEquals(expected, digits.get(i).data().toFloatArray());
            assertEquals(i % 10, digits.get(i).target().itemLong());
        }
    }

    @Test
    void test_gzipped_isScaled() throws IOException {
        write(IMAGES + ".gz", gzip(imageFile()));
        write(LABELS + ".gz", gzip(labelFile()));
        assertRead(folder);
        assertFalse(Mnist.isIn(folder));
    }

    @Test
    void test_withTransforms_givesThemTheImagesAsTheyAre() throws IOException {
        write(IMAGES, imageFile());
        write(LABELS, labelFile());
        Dataset raw = Mnist.test(folder, new Lambda(x -> x));
        assertEquals(DType.U8, raw.get(2).data().dtype());
        assertArrayEquals(
                Arrays.copyOfRange(pixels, 2 * PIXELS, 3 * PIXELS),
                raw.get(2).data().toByteArray());
        Dataset digits = Mnist.test(folder, new Compose(new ToTensor(), new Normalize(0.5, 0.5)));
        assertEquals(N, digits.size());
        Tensor image = digits.get(7).data();
        assertEquals(Shape.of(1, 28, 28), image.shape());
        assertEquals(((pixels[7 * PIXELS + 3] & 0xff) / 255f - 0.5f) / 0.5f, image.toFloatArray()[3]);
        assertEquals(7, digits.get(7).target().itemLong());
        var e = assertThrows(FileNotFoundException.class, () -> Mnist.train(folder, new ToTensor()));
        assertTrue(e.getMessage().startsWith("train-images-idx3-ubyte.gz: not in "), e.getMessage());
    }

    @Test
    void test_plainInTheRootsFolder_isFound() throws IOException {
        Files.createDirectory(folder.resolve("mnist"));
        write("mnist/" + IMAGES, imageFile());
        write("mnist/" + LABELS, labelFile());
        assertRead(folder);
        assertRead(folder.resolve("mnist"));
    }

    @Test
    void train_missing_saysWhatWasLookedFor() {
        var e = assertThrows(FileNotFoundException.class, () -> Mnist.train(folder));
        assertEquals(
                "train-images-idx3-ubyte.gz: not in " + folder
                        + ", nor in its folder mnist, packed or not; get it from https://ossci-datasets.s3.amazonaws.com/mnist/"
                        + "train-images-idx3-ubyte.gz",
                e.getMessage());
    }

    /** The one line for a pair of files, without the path at its end. */
    private String refusal(byte[] imageBytes, byte[] labelBytes) throws IOException {
        write(IMAGES, imageBytes);
        write(LABELS, labelBytes);
        String line = assertThrows(IOException.class, () -> Mnist.test(folder)).getMessage();
        assertTrue(line.contains(folder.toString()) && line.lines().count() == 1, line);
        return line.replace(": " + folder.resolve(IMAGES), "").replace(": " + folder.resolve(LABELS), "");
    }

    @Test
    void read_plainTruncated_saysBothSizes() throws IOException {
        assertEquals(
                "idx: wrong file size: expected 2352016 bytes for [3000, 28, 28], found 2352000",
                refusal(Arrays.copyOf(imageFile(), N * PIXELS), labelFile()));
        assertEquals(
                "idx: wrong file size: expected 3008 bytes for [3000], found 3009",
                refusal(imageFile(), Arrays.copyOf(labelFile(), N + 9)));
        assertEquals("idx: truncated in its header", refusal(new byte[] {0, 0, 8}, labelFile()));
        assertEquals("idx: truncated in its header", refusal(new byte[0], labelFile()));
    }

    @Test
    void read_gzipTruncated_saysSo() throws IOException {
        byte[] packed = gzip(imageFile());
        String line = refusal(Arrays.copyOf(packed, packed.length / 2), labelFile());
        assertTrue(line.startsWith("idx: truncated: expected 2352000 bytes for [3000, 28, 28], found at least "), line);
        assertEquals("idx: truncated in its header", refusal(Arrays.copyOf(packed, 5), labelFile()));
        line = refusal(Arrays.copyOf(packed, packed.length - 3), labelFile());
        assertTrue(line.startsWith("idx: truncated: expected 2352000 bytes"), line);
    }

    @Test
    void read_gzipWithAFlippedBit_isNoticed() throws IOException {
        byte[] packed = gzip(labelFile());
        packed[packed.length - 6] ^= 1; // in the sum at the end
        String line = refusal(imageFile(), packed);
        assertTrue(line.startsWith("idx: corrupt gzip data: "), line);
    }

    @Test
    void read_gzipLengthDiffers_saysSo() throws IOException {
        String line = refusal(gzip(Arrays.copyOf(imageFile(), N * PIXELS)), labelFile());
        assertEquals("idx: truncated: expected 2352000 bytes for [3000, 28, 28], found 2351984", line);
        line = refusal(gzip(Arrays.copyOf(imageFile(), N * PIXELS + 17)), labelFile());
        assertEquals("idx: longer than its header says: expected 2352000 bytes for [3000, 28, 28]", line);
    }

    @Test
    void read_hostileHeader_allocatesNothing() throws IOException {
        byte[] huge = idx(0x803, new byte[100], Integer.MAX_VALUE, 28, 28);
        assertEquals(
                "idx: wrong file size: expected 1683627179264 bytes for [2147483647, 28, 28], found 116",
                refusal(huge, labelFile()));
        assertTrue(refusal(gzip(huge), labelFile()).startsWith("idx: the header asks for more than the file can hold"));
        assertEquals(
                "idx: impossible sizes in the header: [-1, 0, 0]",
                refusal(idx(0x803, new byte[100], -1, 28, 28), labelFile()));
        int most = Integer.MAX_VALUE;
        String line = refusal(gzip(idx(0x803, new byte[100], most, most, most)), labelFile());
        assertTrue(line.startsWith("idx: impossible sizes in the header"), line);
    }

    @Test
    void read_otherContents_saysExpectedAndFound() throws IOException {
        assertEquals("idx: wrong magic number: expected 00000803, found 00000801", refusal(labelFile(), labelFile()));
        assertEquals(
                "idx: images of another size: expected 28 x 28, found 14 x 56",
                refusal(idx(0x803, pixels, N, 14, 56), labelFile()));
        labels[17] = 10;
        assertEquals("idx: label 17 is not a digit: expected 0..9, found 10", refusal(imageFile(), labelFile()));
        labels[17] = 1;
        String line = refusal(idx(0x803, Arrays.copyOf(pixels, PIXELS), 1, 28, 28), labelFile());
        assertTrue(line.startsWith("mnist: counts differ: 1 images in "), line);
    }

    @Test
    void read_labelsOfAHugeCount_areRefusedBeforeTheyAreRead() throws IOException {
        // As long as a packed file of so many would have to be.
        byte[] labelled = gzip(idx(0x801, Arrays.copyOf(pixels, 500_000), 400_000_000));
        String line = refusal(imageFile(), labelled);
        assertTrue(line.startsWith("mnist: counts differ: 3000 images in "), line);
    }
}
