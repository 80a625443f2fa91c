package dev.gatun.nn.io;

import dev.gatun.autograd.GradMode;
import dev.gatun.autograd.Tensor;
import dev.gatun.nn.StateDict;
import dev.gatun.runtime.Device;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.interop.Segments;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Tensors by name in a safetensors file, the format in which models are exchanged: {@code safetensors.torch.save_file}
 * and {@code load_file} in Python write and read the same.
 *
 * <p>A file is not trusted: whatever it holds, reading it ends in tensors or in one line, and takes no more memory
 * than the file is long.
 *
 * {@snippet :
 * Path file = folder.resolve("model.safetensors");
 * SafeTensors.save(file, model.stateDict());
 * model.loadStateDict(SafeTensors.load(file).tensors());
 * System.out.println(SafeTensors.load(file).tensors().keySet()); // [0.weight, 0.bias, 2.weight, 2.bias]
 * }
 *
 * @see <a href="https://github.com/huggingface/safetensors#format">the format</a>
 */
public final class SafeTensors {
    private static final String OP = "safetensors";

    private SafeTensors() {}

    /**
     * Saves tensors, as {@link #save(Path, StateDict)}.
     *
     * @param file to write
     * @param tensors by name, of any dtype and layout
     * @throws IOException if it cannot be written; what stood there stays
     * @throws IllegalArgumentException if a name cannot be saved
     */
    public static void save(Path file, Map<String, Tensor> tensors) throws IOException {
        StateDict state = new StateDict();
        tensors.forEach(state::put);
        save(file, state);
    }

    /**
     * Saves a state: its tensors row-major, and its values as the file's metadata. The file appears, or changes, all at
     * once: it is written beside its place, synced and renamed, so a crash leaves the old one.
     *
     * @param file to write
     * @param state to save; a tensor under two names is saved twice
     * @throws IOException if it cannot be written; what stood there stays
     * @throws IllegalArgumentException if a name cannot be saved
     */
    public static void save(Path file, StateDict state) throws IOException {
        if (state.has(Header.METADATA)) {
            throw new IllegalArgumentException(OP + ": the format keeps this name for itself: " + Header.METADATA);
        }
        // Largest elements first: each tensor then starts at a multiple of its element's size.
        List<Map.Entry<String, Tensor>> placed = new ArrayList<>(state.tensors().entrySet());
        placed.sort(Comparator.comparingInt(named -> -named.getValue().dtype().bytes()));
        Map<String, Header.Entry> entries = new HashMap<>();
        long end = 0;
        for (var named : placed) {
            Tensor tensor = named.getValue();
            long begin = end;
            end += Bytes.of(tensor);
            entries.put(named.getKey(), new Header.Entry(named.getKey(), tensor.dtype(), tensor.shape(), begin, end));
        }
        List<Header.Entry> ordered =
                state.tensors().keySet().stream().map(entries::get).toList();
        byte[] header = encoded(new Header(ordered, state.values(), 0));
        AtomicFile.write(OP, file, channel -> {
            ByteBuffer first = ByteBuffer.wrap(header);
            while (first.hasRemaining()) {
                channel.write(first);
            }
            for (var named : placed) {
                try (var off = GradMode.noGrad();
                        var copy = Scope.open()) {
                    Bytes.write(OP, named.getValue().contiguous(), channel);
                }
            }
        });
    }

    private static byte[] encoded(Header header) {
        try {
            return header.encoded();
        } catch (IOException e) { // of what is written to memory: the names
            throw new IllegalArgumentException(OP + ": names that cannot be saved: " + e.getMessage(), e);
        }
    }

    /**
     * Loads all tensors of a file into memory of their own.
     *
     * @param file to read
     * @return the tensors, in the header's order and the scope that is open, and the metadata
     * @throws IOException if it cannot be read or is not such a file, or has a dtype that Gatun lacks; one line that
     *     names it
     */
    public static StateDict load(Path file) throws IOException {
        try (FileChannel channel = open(file);
                var scope = Scope.open()) {
            Header header = Header.read(channel);
            Map<String, Tensor> tensors = new HashMap<>();
            for (Header.Entry entry : header.entries()) {
                Tensor tensor = Tensor.empty(Device.cpu(), entry.dtype(), entry.shape());
                channel.position(header.dataStart() + entry.begin());
                Bytes.read(OP, channel, tensor);
                tensors.put(entry.name(), checked(entry, tensor));
            }
            tensors.values().forEach(scope::keep);
            return state(header, tensors);
        } catch (Header.Malformed | EOFException e) {
            throw explained(file, e);
        }
    }

    /**
     * The tensors of a file where they lie, without a copy: the file is mapped, pages are read when they are first
     * touched, and other processes that map the same file share them. The tensors may be written as any others; what is
     * written stays in this process, and the file never changes. They keep the file mapped as long as they are used.
     *
     * <p>While it is mapped the file may be replaced, as {@link #save} does, or deleted; it must not be shortened in
     * place, see {@link Segments#map}. A tensor whose elements do not lie at multiples of their size, which the format
     * allows and {@link #save} avoids, is copied.
     *
     * @param file to map
     * @return as {@link #load}
     * @throws IOException as {@link #load}
     */
    public static StateDict map(Path file) throws IOException {
        try (FileChannel channel = open(file);
                var scope = Scope.open()) {
            Header header = Header.read(channel);
            MemorySegment bytes = Segments.map(file);
            Map<String, Tensor> tensors = new HashMap<>();
            for (Header.Entry entry : header.entries()) {
                long begin = header.dataStart() + entry.begin();
                long length = entry.end() - entry.begin();
                if (begin + length > bytes.byteSize()) {
                    throw new Header.Malformed("it became shorter while it was read");
                }
                tensors.put(entry.name(), checked(entry, mapped(entry, bytes.asSlice(begin, length))));
            }
            tensors.values().forEach(scope::keep);
            return state(header, tensors);
        } catch (Header.Malformed | EOFException e) {
            throw explained(file, e);
        }
    }

    private static Tensor mapped(Header.Entry entry, MemorySegment bytes) {
        if (bytes.address() % entry.dtype().bytes() == 0) {
            NdArray array = Segments.wrap(bytes, entry.dtype(), entry.shape().toArray());
            return Tensor.wrap(array);
        }
        Tensor copy = Tensor.empty(Device.cpu(), entry.dtype(), entry.shape());
        Segments.segment(copy).copyFrom(bytes);
        return copy;
    }

    private static Tensor checked(Header.Entry entry, Tensor tensor) throws IOException {
        String problem = Bytes.problem(OP, tensor);
        if (!problem.isEmpty()) {
            throw new Header.Malformed(entry + ": " + problem);
        }
        return tensor;
    }

    private static StateDict state(Header header, Map<String, Tensor> tensors) throws IOException {
        StateDict state = new StateDict();
        try {
            header.entries().forEach(entry -> state.put(entry.name(), tensors.get(entry.name())));
            header.metadata().forEach(state::put);
        } catch (IllegalArgumentException e) {
            throw new Header.Malformed("a tensor and a text of the metadata have one name: " + e.getMessage());
        }
        return state;
    }

    private static FileChannel open(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            String problem = Files.exists(file) ? "not a regular file" : "no such file";
            throw new IOException(OP + ": " + problem + ": " + file);
        }
        return FileChannel.open(file, StandardOpenOption.READ);
    }

    private static IOException explained(Path file, IOException e) {
        String problem = e instanceof EOFException ? "it became shorter while it was read" : e.getMessage();
        return new IOException(OP + ": " + problem + ": " + file, e);
    }
}
