package dev.gatun.bindings;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Looks at a library before the system's loader does, which maps a truncated one and dies of a bus error, and before the
 * virtual machine prints a warning of its own about a file that is no library. Field offsets: elf.h, {@code Elf64_Ehdr}.
 */
final class ElfFile {

    private static final int HEADER_BYTES = 64;
    private static final int MAGIC = 0x7f << 24 | 'E' << 16 | 'L' << 8 | 'F';
    private static final int E_SHOFF = 40; // where the table of sections starts
    private static final int E_SHENTSIZE = 58;
    private static final int E_SHNUM = 60;

    private ElfFile() {}

    /**
     * Checks that {@code file} is ELF and reaches to the end of its table of sections, which linkers write last.
     *
     * @throws LibraryException if it does not, or cannot be read
     */
    static void requireWhole(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            ByteBuffer header = ByteBuffer.wrap(in.readNBytes(HEADER_BYTES));
            if (header.limit() < HEADER_BYTES || header.getInt(0) != MAGIC) {
                throw new LibraryException("cannot load %s: it is no ELF library".formatted(file));
            }
            header.order(ByteOrder.LITTLE_ENDIAN);
            long sections = (long) header.getChar(E_SHENTSIZE) * header.getChar(E_SHNUM);
            long end = header.getLong(E_SHOFF) + sections;
            long size = Files.size(file);
            if (size < end) {
                throw new LibraryException("cannot load %s: it is cut off: %d bytes of %d".formatted(file, size, end));
            }
        } catch (IOException e) {
            throw new LibraryException("cannot read %s: %s".formatted(file, e), e);
        }
    }
}
