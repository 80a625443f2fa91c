package dev.gatun.nn.data;

import dev.gatun.autograd.GradMode;
import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Scope;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * An open file in MNIST's IDX format, plain or gzipped: a magic number, sizes, then unsigned bytes in row-major order.
 * Nothing is allocated for elements that the file cannot hold.
 */
final class Idx implements AutoCloseable {
    private static final int UNSIGNED_BYTES = 0x0800; // the magic number's third byte; its last is the rank
    private static final int BUFFER_BYTES = 1 << 16;
    private static final int CHUNK_BYTES = 1 << 20;
    private static final int LARGEST_RATIO = 1032; // no gzip file unpacks to more than this times its size
    private static final int CLASSES = 10;
    private static final double WHITE = 255;

    private final Path path;
    private final InputStream in;
    private final int[] sizes;
    private final long headerBytes;
    private final long bodyBytes;

    private Idx(Path path, InputStream in, boolean packed, int rank) throws IOException {
        this.path = path;
        this.in = in;
        this.headerBytes = 4 + 4L * rank;
        int magic = readInt();
        if (magic != (UNSIGNED_BYTES | rank)) {
            throw new IOException("idx: wrong magic number: expected " + hex(UNSIGNED_BYTES | rank) + ", found "
                    + hex(magic) + ": " + path);
        }
        this.sizes = new int[rank];
        long count = 1;
        for (int i = 0; i < rank; i++) {
            sizes[i] = readInt();
            if (sizes[i] < 0 || Math.multiplyHigh(count, sizes[i]) != 0) {
                throw new IOException("idx: impossible sizes in the header: " + Arrays.toString(sizes) + ": " + path);
            }
            count *= sizes[i];
        }
        this.bodyBytes = count;
        requireFileSize(packed);
    }

    private void requireFileSize(boolean packed) throws IOException {
        long found = Files.size(path);
        if (!packed && found != headerBytes + bodyBytes) {
            throw new IOException("idx: wrong file size: expected " + (headerBytes + bodyBytes) + " bytes for "
                    + Arrays.toString(sizes) + ", found " + found + ": " + path);
        }
        if (packed && (bodyBytes < 0 || bodyBytes / LARGEST_RATIO > found)) {
            throw new IOException("idx: the header asks for more than the file can hold: expected " + bodyBytes
                    + " bytes for " + Arrays.toString(sizes) + ", found " + found + " packed: " + path);
        }
    }

    private static String hex(int magic) {
        return HexFormat.of().toHexDigits(magic);
    }

    /**
     * Opens a file and reads its header.
     *
     * @param path of the file, gzipped or not, whatever its name
     * @param rank that it must have
     * @throws IOException if it cannot be read or is not such a file; one line that names it
     */
    private static Idx open(Path path, int rank) throws IOException {
        InputStream in = new BufferedInputStream(Files.newInputStream(path), BUFFER_BYTES);
        try {
            in.mark(2);
            boolean packed = in.read() == 0x1f && in.read() == 0x8b; // gzip's own magic number
            in.reset();
            if (packed) {
                in = new GZIPInputStream(in, BUFFER_BYTES);
            }
            return new Idx(path, in, packed, rank);
        } catch (IOException e) {
            in.close();
            throw explained(path, e);
        }
    }

    private static IOException explained(Path path, IOException e) {
        if (e instanceof EOFException) {
            return new IOException("idx: truncated in its header: " + path, e);
        }
        return e instanceof ZipException
                ? new IOException("idx: corrupt gzip data: " + e.getMessage() + ": " + path, e)
                : e;
    }

    private int readInt() throws IOException {
        byte[] bytes = in.readNBytes(4);
        if (bytes.length < 4) {
            throw new EOFException();
        }
        return (bytes[0] & 0xff) << 24 | (bytes[1] & 0xff) << 16 | (bytes[2] & 0xff) << 8 | bytes[3] & 0xff;
    }

    /** Reads into the start of an array; {@code before}: the elements that were read until now. */
    private void read(byte[] into, int count, long before) throws IOException {
        int found = 0;
        try {
            found = in.readNBytes(into, 0, count);
        } catch (EOFException e) {
            throw truncated(before, e);
        } catch (IOException e) {
            throw explained(path, e);
        }
        if (found < count) {
            throw truncated(before + found, null);
        }
    }

    private IOException truncated(long found, @Nullable EOFException cause) {
        return new IOException(
                "idx: truncated: expected " + bodyBytes + " bytes for " + Arrays.toString(sizes) + ", found "
                        + (cause == null ? "" : "at least ") + found + ": " + path,
                cause);
    }

    /** Reading on to the end makes gzip check its sum. */
    private void requireEnd() throws IOException {
        try {
            if (in.read() >= 0) {
                throw new IOException("idx: longer than its header says: expected " + bodyBytes + " bytes for "
                        + Arrays.toString(sizes) + ": " + path);
            }
        } catch (EOFException e) {
            throw truncated(bodyBytes, e);
        } catch (ZipException e) {
            throw explained(path, e);
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    /**
     * Images, scaled to 0..1.
     *
     * @param path of a file [n, height, width]
     * @param height that images must have
     * @param width that images must have
     * @return F32 [n, 1, height, width], in the scope that is open
     * @throws IOException if the file cannot be read, is corrupt or has other images; one line that names it
     */
    static Tensor images(Path path, int height, int width) throws IOException {
        return pixels(path, height, width, DType.F32).div_(WHITE).unsqueeze(1);
    }

    /**
     * Images as they are.
     *
     * @param path of a file [n, height, width]
     * @param height that images must have
     * @param width that images must have
     * @param dtype of the result
     * @return 0..255 [n, height, width], in the scope that is open
     * @throws IOException if the file cannot be read, is corrupt or has other images; one line that names it
     */
    static Tensor pixels(Path path, int height, int width, DType dtype) throws IOException {
        try (Idx idx = open(path, 3);
                var off = GradMode.noGrad();
                var scope = Scope.open()) {
            int n = idx.sizes[0];
            if (idx.sizes[1] != height || idx.sizes[2] != width) {
                throw new IOException("idx: images of another size: expected " + height + " x " + width + ", found "
                        + idx.sizes[1] + " x " + idx.sizes[2] + ": " + path);
            }
            Tensor images = Tensor.empty(dtype, n, height, width);
            int most = Math.max(1, CHUNK_BYTES / (height * width));
            byte[] bytes = new byte[Math.min(n, most) * height * width];
            for (int from = 0; from < n; from += most) {
                int count = Math.min(most, n - from);
                idx.read(bytes, count * height * width, (long) from * height * width);
                try (var chunk = Scope.open()) {
                    Tensor read = Tensor.of(bytes).narrow(0, 0, (long) count * height * width);
                    images.narrow(0, from, count).copy_(read.view(count, height, width));
                }
            }
            idx.requireEnd();
            return scope.keep(images);
        }
    }

    /**
     * How many labels a file says that it holds. Gzip packs a thousand to one, so ask before they are read.
     *
     * @param path of a file [n]
     * @throws IOException if its header cannot be read or is wrong; one line that names it
     */
    static long labelCount(Path path) throws IOException {
        try (Idx idx = open(path, 1)) {
            return idx.sizes[0];
        }
    }

    /**
     * Labels.
     *
     * @param path of a file [n]
     * @return I64 [n], in the scope that is open
     * @throws IOException if the file cannot be read, is corrupt or has a label above 9; one line that names it
     */
    static Tensor labels(Path path) throws IOException {
        try (Idx idx = open(path, 1)) {
            byte[] bytes = new byte[idx.sizes[0]];
            idx.read(bytes, bytes.length, 0);
            idx.requireEnd();
            long[] labels = new long[bytes.length];
            for (int i = 0; i < labels.length; i++) {
                labels[i] = bytes[i] & 0xff;
                if (labels[i] >= CLASSES) {
                    throw new IOException(
                            "idx: label " + i + " is not a digit: expected 0..9, found " + labels[i] + ": " + path);
                }
            }
            return Tensor.of(labels);
        }
    }
}
