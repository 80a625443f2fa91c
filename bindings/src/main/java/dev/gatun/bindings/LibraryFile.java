package dev.gatun.bindings;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;

/**
 * A library among the resources of the class path, with the size and checksum by which a copy on disk is recognised.
 *
 * <p>The checksum is CRC-32 because a jar's directory holds it: OpenBLAS (36 MiB) is recognised in 20 ms at each start,
 * where a SHA-256 of resource and copy takes more than a second. It tells truncated, damaged and foreign files; against
 * somebody who may write to the user's own cache no checksum helps.
 *
 * @param name     of the file, and the soname by which other libraries ask for it
 * @param resource where the bytes are
 * @param size     in bytes
 * @param crc      CRC-32 of the bytes
 */
record LibraryFile(String name, URL resource, long size, long crc) {

    private static final int BUFFER_BYTES = 1 << 16;

    /** The library in {@code resource}; its last path element is its name. */
    static LibraryFile of(URL resource) throws IOException {
        String path = resource.getPath();
        String name = path.substring(path.lastIndexOf('/') + 1);
        URLConnection connection = connect(resource);
        if (connection instanceof JarURLConnection inJar) {
            try (JarFile jar = inJar.getJarFile()) {
                JarEntry entry = jar.getJarEntry(inJar.getEntryName());
                return new LibraryFile(name, resource, entry.getSize(), entry.getCrc());
            }
        }
        try (var in = new CheckedInputStream(connection.getInputStream(), new CRC32())) {
            long size = copy(in, OutputStream.nullOutputStream());
            return new LibraryFile(name, resource, size, in.getChecksum().getValue());
        }
    }

    /** Whether {@code file} holds exactly these bytes; false too where it is missing or cannot be read. */
    boolean isAt(Path file) {
        try {
            if (!Files.isRegularFile(file) || Files.size(file) != size) {
                return false;
            }
            try (var in = new CheckedInputStream(Files.newInputStream(file), new CRC32())) {
                copy(in, OutputStream.nullOutputStream());
                return in.getChecksum().getValue() == crc;
            }
        } catch (IOException e) {
            return false;
        }
    }

    /** Writes the bytes to {@code file}, an existing one that nobody else uses, and waits until they are on disk. */
    void writeTo(Path file) throws IOException {
        try (var in = new CheckedInputStream(connect(resource).getInputStream(), new CRC32());
                FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            long written = copy(in, Channels.newOutputStream(channel));
            if (written != size || in.getChecksum().getValue() != crc) {
                throw new IOException(
                        "%s changed while it was read: %d bytes of %d".formatted(resource, written, size));
            }
            channel.force(true);
        }
    }

    /** Without the cache of jar connections: it would keep the jar open and answer from one that was replaced. */
    private static URLConnection connect(URL resource) throws IOException {
        URLConnection connection = resource.openConnection();
        connection.setUseCaches(false);
        return connection;
    }

    /** As {@code transferTo}, with steps large enough for the checksum's vector code. Returns the count of bytes. */
    private static long copy(InputStream in, OutputStream out) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        long total = 0;
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            out.write(buffer, 0, n);
            total += n;
        }
        return total;
    }
}
