package dev.gatun.runtime.cpu;

import dev.gatun.bindings.kernels.Gatun;
import dev.gatun.runtime.Device;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files as pages of the process. */
public final class FilePages {
    private FilePages() {}

    /**
     * The contents of a file: read when first touched, copied where written, given back once the segment is unreachable.
     *
     * @param file that is not empty
     * @return its contents
     * @throws IOException if it cannot be mapped; one line that names it
     */
    @SuppressWarnings("restricted") // as long as the leaf says
    public static MemorySegment map(Path file) throws IOException {
        Device.cpu(); // loads the library
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(ValueLayout.JAVA_LONG);
            MemorySegment address = arena.allocate(ValueLayout.ADDRESS);
            int status = Gatun.gt_file_map(arena.allocateFrom(file.toString()), bytes, address);
            if (status != Gatun.GT_OK()) {
                throw new IOException("map: " + problem(status, file) + ": " + file);
            }
            long size = bytes.get(ValueLayout.JAVA_LONG, 0);
            return address.get(ValueLayout.ADDRESS, 0)
                    .reinterpret(size, Arena.ofAuto(), pages -> Gatun.gt_pages_unmap(pages, size));
        }
    }

    private static String problem(int status, Path file) throws IOException {
        if (status == Gatun.GT_OUT_OF_MEMORY()) {
            return "no room for its pages";
        }
        if (!Files.exists(file)) {
            return "no such file";
        }
        if (!Files.isRegularFile(file)) {
            return "not a regular file";
        }
        return Files.size(file) == 0 ? "an empty file" : "it cannot be read";
    }
}
