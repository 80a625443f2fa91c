package dev.gatun.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;

/** Files that appear, or change, all at once. */
final class AtomicFile {
    private static final AtomicLong COUNT = new AtomicLong();

    private AtomicFile() {}

    /**
     * Writes a file beside its place and moves it there: whoever reads sees the old contents or the new, and a failure
     * leaves the old.
     *
     * @param op whose error it is
     * @param file to write
     * @param contents all of them
     * @throws IOException if it cannot be written; one line that names the file
     */
    static void write(String op, Path file, byte[] contents) throws IOException {
        Path place = file.toAbsolutePath();
        Path name = place.getFileName();
        Path folder = place.getParent();
        if (name == null || folder == null || Files.isDirectory(place)) {
            throw new IOException(op + ": cannot write: a folder, not a file: " + file);
        }
        if (!Files.isDirectory(folder)) {
            throw new IOException(op + ": cannot write: no folder for it: " + file);
        }
        // Not createTempFile, whose files nobody else may read.
        String unique = ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet();
        Path part = folder.resolve("." + name + "." + unique + ".part");
        try {
            Files.write(part, contents, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            Files.move(part, place, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new IOException(op + ": cannot write: " + reason(e) + ": " + file, e);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    /** The kind of failure, since the message of many an exception is only the path. */
    private static String reason(IOException e) {
        return e.getClass().getSimpleName().replace("Exception", "") + " " + e.getMessage();
    }
}
