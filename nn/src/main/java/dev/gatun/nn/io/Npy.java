package dev.gatun.nn.io;

import dev.gatun.autograd.GradMode;
import dev.gatun.autograd.Tensor;
import dev.gatun.nn.io.Header.Malformed;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.kernels.HostCopy;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * NumPy's files: one array in an {@code .npy}, several by name in an {@code .npz}; {@code numpy.save}, {@code load},
 * {@code savez} and {@code savez_compressed}.
 *
 * <p>All versions of the format, both orders of bytes and of indexes are read. What has no dtype here is read into a
 * wider one that holds every value: int8, int16 and uint16 become I32, uint32 becomes I64. Other types, objects among
 * them, are refused. A file is not trusted: whatever it holds, reading it ends in tensors or in one line. Files are
 * written all at once, as {@link SafeTensors#save(Path, Map)} does.
 *
 * {@snippet :
 * Path file = folder.resolve("x.npy");
 * Npy.save(file, Tensor.of(1f, 2f)); // numpy.load reads it
 * System.out.println(Npy.load(file)); // tensor([1., 2.])
 * }
 */
public final class Npy {
    /** How much {@link #loadz(Path)} unpacks of a small file: 1 GiB. */
    public static final long MOST_UNPACKED_BYTES = 1L << 30;

    private static final String OP = "npy";
    private static final String SUFFIX = ".npy";
    private static final int MOST_TIMES = 100;
    private static final int DEFLATE_RATIO = 1032; // no deflated bytes unpack to more than this times their number
    private static final int BUFFER_BYTES = 1 << 16;
    private static final LocalDateTime EPOCH = LocalDateTime.of(1980, 1, 1, 0, 0); // as NumPy: same arrays, same bytes

    private Npy() {}

    /** Where the elements of one array come from, and what messages call it. */
    private record Source(ReadableByteChannel channel, long bytes) {}

    /**
     * Saves a tensor; {@code numpy.save}. A transposed one is saved in Fortran order, as NumPy does, any other in row-major
     * order.
     *
     * @param file to write
     * @param tensor of any dtype but BF16, which NumPy lacks
     * @throws IOException if it cannot be written; what stood there stays
     * @throws IllegalArgumentException if the tensor is BF16
     */
    public static void save(Path file, Tensor tensor) throws IOException {
        try (var off = GradMode.noGrad();
                var copy = Scope.open()) {
            Saved saved = Saved.of(tensor);
            AtomicFile.write(OP, file, saved::writeTo);
        }
    }

    /** An array as it is written: its header, and its elements as a contiguous tensor. */
    private record Saved(byte[] header, Tensor elements) {
        static Saved of(Tensor x) {
            Tensor turned = x.permute(reversed(x.rank()));
            boolean isFortran = !x.isContiguous() && turned.isContiguous();
            byte[] header = NpyHeader.encoded(x.dtype(), isFortran, x.shape());
            return new Saved(header, isFortran ? turned : x.contiguous());
        }

        void writeTo(WritableByteChannel to) throws IOException {
            ByteBuffer first = ByteBuffer.wrap(header);
            while (first.hasRemaining()) {
                to.write(first);
            }
            Bytes.write(OP, elements, to);
        }

        long bytes() {
            return header.length + Bytes.of(elements);
        }
    }

    private static int[] reversed(int rank) {
        return IntStream.range(0, rank).map(i -> rank - 1 - i).toArray();
    }

    /**
     * Loads a tensor; {@code numpy.load}.
     *
     * @param file with an array
     * @return a tensor in the scope that is open; of an array in Fortran order, a transposed view
     * @throws IOException if it cannot be read, is no such file, or holds what no dtype does; one line that names it
     */
    public static Tensor load(Path file) throws IOException {
        requireRegular(file);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return read(new Source(channel, channel.size()));
        } catch (Malformed e) {
            throw new IOException(OP + ": " + e.getMessage() + ": " + file, e);
        }
    }

    private static void requireRegular(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            String problem = Files.exists(file) ? "not a regular file" : "no such file";
            throw new IOException(OP + ": " + problem + ": " + file);
        }
    }

    private static Tensor read(Source source) throws IOException {
        NpyHeader header = NpyHeader.read(source.channel);
        long found = source.bytes - header.bytes();
        if (found != header.dataBytes()) {
            throw new Malformed("wrong size: " + header.element().code() + header.shape() + " has " + header.dataBytes()
                    + " bytes, found " + found);
        }
        try (var off = GradMode.noGrad();
                var scope = Scope.open()) {
            Tensor flat = Tensor.empty(header.element().dtype(), header.shape().count());
            if (header.element().isOurs()) {
                Bytes.read(OP, source.channel, flat);
            } else {
                convert(header.element(), source.channel, flat);
            }
            String problem = Bytes.problem(OP, flat);
            if (!problem.isEmpty()) {
                throw new Malformed(problem);
            }
            return scope.keep(shaped(flat, header));
        } catch (EOFException e) {
            throw new Malformed(
                    "truncated: " + header.element().code() + header.shape() + " has " + header.dataBytes() + " bytes");
        }
    }

    private static Tensor shaped(Tensor flat, NpyHeader header) {
        long[] sizes = header.shape().toArray();
        if (!header.isFortran()) {
            return flat.view(sizes);
        }
        long[] turned = IntStream.range(0, sizes.length)
                .mapToLong(i -> sizes[sizes.length - 1 - i])
                .toArray();
        return flat.view(turned).permute(reversed(sizes.length));
    }

    /** Elements of another order of bytes, or of a type that is narrower than the tensor's. */
    private static void convert(NpyHeader.Element element, ReadableByteChannel from, Tensor to) throws IOException {
        HostCopy.withBytes(OP, to, memory -> {
            ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).order(element.order());
            long count = to.count();
            long done = 0;
            while (done < count) {
                int part = (int) Math.min(BUFFER_BYTES / element.bytes(), count - done);
                buffer.clear().limit(part * element.bytes());
                Bytes.fill(buffer, from);
                Widening.convert(element, buffer.flip(), memory, done, part);
                done += part;
            }
        });
    }

    // Several arrays

    /**
     * Saves tensors by name, not compressed; {@code numpy.savez}.
     *
     * @param file to write
     * @param tensors by name, of any dtype but BF16
     * @throws IOException if it cannot be written; what stood there stays
     * @throws IllegalArgumentException if a tensor is BF16
     */
    public static void savez(Path file, Map<String, Tensor> tensors) throws IOException {
        savez(file, tensors, false);
    }

    /**
     * Saves tensors by name, compressed; {@code numpy.savez_compressed}.
     *
     * @param file to write
     * @param tensors by name, of any dtype but BF16
     * @throws IOException if it cannot be written; what stood there stays
     * @throws IllegalArgumentException if a tensor is BF16
     */
    public static void savezCompressed(Path file, Map<String, Tensor> tensors) throws IOException {
        savez(file, tensors, true);
    }

    private static void savez(Path file, Map<String, Tensor> tensors, boolean compressed) throws IOException {
        for (var named : tensors.entrySet()) {
            if (named.getValue().dtype() == DType.BF16) {
                throw new IllegalArgumentException("npy: NumPy has no bf16; to(DType.F32) keeps every value: '"
                        + named.getKey() + "' " + named.getValue().describe());
            }
        }
        AtomicFile.write(OP, file, channel -> {
            OutputStream buffered = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER_BYTES);
            ZipOutputStream zip = new ZipOutputStream(buffered);
            for (var named : tensors.entrySet()) {
                try (var off = GradMode.noGrad();
                        var copy = Scope.open()) {
                    Saved saved = Saved.of(named.getValue());
                    ZipEntry entry = new ZipEntry(named.getKey() + SUFFIX);
                    entry.setTimeLocal(EPOCH);
                    if (!compressed) {
                        describeStored(entry, saved);
                    }
                    zip.putNextEntry(entry);
                    saved.writeTo(Channels.newChannel(zip));
                    zip.closeEntry();
                }
            }
            zip.finish();
            buffered.flush();
        });
    }

    private static void describeStored(ZipEntry entry, Saved saved) throws IOException {
        CRC32 sum = new CRC32();
        saved.writeTo(new Summed(sum));
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(saved.bytes());
        entry.setCompressedSize(saved.bytes());
        entry.setCrc(sum.getValue());
    }

    /** A channel that only sums. */
    private record Summed(CRC32 sum) implements WritableByteChannel {
        @Override
        public int write(ByteBuffer bytes) {
            int count = bytes.remaining();
            sum.update(bytes);
            return count;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }

    /**
     * Loads all arrays of an {@code .npz}, as {@link #loadz(Path, long)}, that unpack to at most a hundred times the file's
     * size, or 1 GiB where that is more.
     *
     * @param file with arrays
     * @return tensors by name, in the scope that is open
     * @throws IOException if it cannot be read or holds something else; one line that names it
     */
    public static Map<String, Tensor> loadz(Path file) throws IOException {
        requireRegular(file);
        return loadz(file, Math.max(MOST_UNPACKED_BYTES, MOST_TIMES * Files.size(file)));
    }

    /**
     * Loads all arrays of an {@code .npz}.
     *
     * @param file with arrays
     * @param mostBytes that they may have together, unpacked; nothing is unpacked of a file that says it has more
     * @return tensors by name, in the scope that is open
     * @throws IOException if it cannot be read or holds something else; one line that names it
     */
    public static Map<String, Tensor> loadz(Path file, long mostBytes) throws IOException {
        requireRegular(file);
        try (ZipFile zip = new ZipFile(file.toFile());
                var scope = Scope.open()) {
            List<? extends ZipEntry> entries = zip.stream().toList();
            requireBounded(entries, mostBytes);
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            for (ZipEntry entry : entries) {
                String name = entry.getName().substring(0, entry.getName().length() - SUFFIX.length());
                if (tensors.containsKey(name)) {
                    throw new Malformed(Header.quoted(entry.getName()) + " is there twice");
                }
                tensors.put(name, readEntry(zip, entry));
            }
            tensors.values().forEach(scope::keep);
            return tensors;
        } catch (Malformed e) {
            throw new IOException(OP + ": " + e.getMessage() + ": " + file, e);
        } catch (ZipException | IllegalArgumentException e) { // the latter of names that are no text
            throw new IOException(OP + ": not a proper .npz: " + e.getMessage() + ": " + file, e);
        }
    }

    private static void requireBounded(List<? extends ZipEntry> entries, long mostBytes) throws Malformed {
        long sum = 0;
        for (ZipEntry entry : entries) {
            String name = Header.quoted(entry.getName());
            if (!entry.getName().endsWith(SUFFIX)) {
                throw new Malformed(name + " is no " + SUFFIX);
            }
            if (entry.getSize() < 0 || entry.getSize() / DEFLATE_RATIO > entry.getCompressedSize()) {
                throw new Malformed(
                        name + " cannot unpack to " + entry.getSize() + " bytes from " + entry.getCompressedSize());
            }
            sum = entry.getSize() > mostBytes - sum ? Long.MAX_VALUE : sum + entry.getSize();
            if (sum > mostBytes) {
                throw new Malformed("unpacks to more than " + mostBytes + " bytes");
            }
        }
    }

    private static Tensor readEntry(ZipFile zip, ZipEntry entry) throws IOException {
        CRC32 sum = new CRC32();
        try (var in = new CheckedInputStream(zip.getInputStream(entry), sum)) {
            Tensor tensor = read(new Source(Channels.newChannel(in), entry.getSize()));
            if (in.read() >= 0 || sum.getValue() != entry.getCrc()) {
                throw new Malformed("damaged: its sum is another");
            }
            return tensor;
        } catch (EOFException e) {
            throw new Malformed(Header.quoted(entry.getName()) + ": truncated");
        } catch (Malformed e) {
            throw new Malformed(Header.quoted(entry.getName()) + ": " + e.getMessage());
        }
    }
}
