package dev.gatun.bindings;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * The folder where libraries from jars are laid down as files, since the system's loader reads nothing else.
 *
 * <p>A set of libraries has a folder of its own, named after version and content, so that versions live side by side.
 * Each file is written beside its place and then renamed onto it: processes that start together see all of a file or
 * nothing of it, and one that has the old file mapped keeps it. The folder may be deleted at any time.
 */
final class LibraryCache {

    private static final System.Logger LOGGER = System.getLogger("dev.gatun");

    private final Path root;
    private boolean warned;

    LibraryCache(Path root) {
        this.root = root;
    }

    /** {@code gatun.cache}, else {@code $XDG_CACHE_HOME/gatun}, else {@code ~/.cache/gatun}. */
    static LibraryCache ofUser() {
        return new LibraryCache(root(
                System.getProperty("gatun.cache"), System.getenv("XDG_CACHE_HOME"), System.getProperty("user.home")));
    }

    Path root() {
        return root;
    }

    static Path root(@Nullable String property, @Nullable String xdgCacheHome, String home) {
        if (property != null) {
            return Path.of(property).toAbsolutePath();
        }
        // A relative XDG_CACHE_HOME is to be ignored: XDG base directory specification.
        if (xdgCacheHome != null && Path.of(xdgCacheHome).isAbsolute()) {
            return Path.of(xdgCacheHome, "gatun");
        }
        return Path.of(home, ".cache", "gatun");
    }

    /**
     * Lays {@code files} down in one folder, or finds them there.
     *
     * @param label the first part of the folder's name: a version
     * @return the files, in the order asked; in a temporary folder where the cache cannot be written, after one warning
     * @throws LibraryException if they can be written nowhere
     */
    Placed place(String label, List<LibraryFile> files) {
        Path folder = root.resolve("%s-%08x".formatted(label, checksum(files)));
        try {
            return new Placed(place(folder, files), false);
        } catch (IOException inCache) {
            return placeInTemporaryFolder(files, inCache);
        }
    }

    private static List<Path> place(Path folder, List<LibraryFile> files) throws IOException {
        if (!folder.isAbsolute()) {
            throw new IOException("there is no home folder"); // user.home is "?" for a user without one
        }
        List<Path> placed = new ArrayList<>();
        for (LibraryFile file : files) {
            Path target = folder.resolve(file.name());
            if (!file.isAt(target)) {
                Files.createDirectories(
                        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
                replace(target, file);
            }
            placed.add(target);
        }
        return placed;
    }

    private static void replace(Path target, LibraryFile file) throws IOException {
        Path part = Files.createTempFile(target.getParent(), file.name() + ".", ".part");
        try {
            file.writeTo(part);
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private Placed placeInTemporaryFolder(List<LibraryFile> files, IOException inCache) {
        try {
            Path folder = Files.createTempDirectory("gatun");
            try {
                var placed = new Placed(place(folder, files), true);
                warnOnce(folder, inCache);
                return placed;
            } catch (IOException e) {
                remove(folder);
                throw e;
            }
        } catch (IOException inTemporary) {
            inTemporary.addSuppressed(inCache);
            throw new LibraryException(
                    ("cannot lay down %s, neither in %s (%s) nor in a temporary folder (%s);"
                                    + " -Dgatun.cache=FOLDER names another")
                            .formatted(files.getLast().name(), root, reason(inCache), reason(inTemporary)),
                    inTemporary);
        }
    }

    private synchronized void warnOnce(Path folder, IOException inCache) {
        if (warned) {
            return;
        }
        warned = true;
        LOGGER.log(
                System.Logger.Level.WARNING,
                "gatun: cannot write to the cache folder {0} ({1}): used {2} for this run;"
                        + " -Dgatun.cache=FOLDER names another",
                root,
                reason(inCache),
                folder);
    }

    /** The exception's name says what its message, often a bare path, does not: "AccessDeniedException: /x". */
    private static String reason(IOException e) {
        return e.getClass().getSimpleName() + ": " + e.getMessage();
    }

    private static long checksum(List<LibraryFile> files) {
        var crc = new CRC32();
        for (LibraryFile file : files) {
            crc.update(ByteBuffer.allocate(2 * Long.BYTES)
                    .putLong(file.size())
                    .putLong(file.crc())
                    .flip());
        }
        return crc.getValue();
    }

    /**
     * Files ready to load; closing removes a temporary folder, once they are loaded: a library stays mapped when its
     * file is gone.
     */
    record Placed(List<Path> files, boolean isTemporary) implements AutoCloseable {

        @Override
        public void close() {
            if (isTemporary) {
                remove(files.getFirst().getParent());
            }
        }
    }

    private static void remove(Path folder) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                Files.delete(file);
            }
            Files.delete(folder);
        } catch (IOException e) {
            LOGGER.log(System.Logger.Level.DEBUG, "gatun: cannot remove " + folder, e);
        }
    }
}
