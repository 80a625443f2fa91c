package dev.gatun.runtime.cuda;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Compiled kernels on disk, one file for each key. A file begins with the digest of the rest, so that one that was cut
 * off or damaged is made anew instead of being given to the driver. It is written beside its place and renamed onto it:
 * processes that start together each see all of a file or nothing.
 */
public final class CubinCache {
    private static final System.Logger LOG = System.getLogger("dev.gatun");
    private static final int DIGEST_BYTES = 32;

    private final Path folder;

    public CubinCache(Path folder) {
        this.folder = folder;
    }

    /**
     * What was compiled before, or is compiled now.
     *
     * @param source of the kernels
     * @param options of the compiler, the source's and the architecture among them
     * @param compiler its version
     * @param compile makes it where it is not there
     * @return what the driver loads
     */
    public byte[] get(CudaSource source, List<String> options, String compiler, Supplier<byte[]> compile) {
        Path file = folder.resolve(source.name() + "-" + key(source, options, compiler));
        byte[] kept = read(file);
        if (kept != null) {
            return kept;
        }
        byte[] made = compile.get();
        try {
            write(file, made);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "gatun: compiled kernels are not kept: " + file, e);
        }
        return made;
    }

    private static String key(CudaSource source, List<String> options, String compiler) {
        MessageDigest digest = sha256();
        add(digest, compiler);
        options.forEach(option -> add(digest, option));
        add(digest, source.text());
        return HexFormat.of().formatHex(digest.digest(), 0, DIGEST_BYTES / 2);
    }

    /** With the length first, so that no two lists of texts look alike. */
    private static void add(MessageDigest digest, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update((bytes.length + ":").getBytes(StandardCharsets.UTF_8));
        digest.update(bytes);
    }

    private static byte @Nullable [] read(Path file) {
        try {
            byte[] bytes = Files.readAllBytes(file);
            if (bytes.length > DIGEST_BYTES) {
                byte[] image = Arrays.copyOfRange(bytes, DIGEST_BYTES, bytes.length);
                if (Arrays.equals(sha256().digest(image), 0, DIGEST_BYTES, bytes, 0, DIGEST_BYTES)) {
                    return image;
                }
            }
        } catch (IOException e) {
            return null; // not there, or not for us: it is made anew
        }
        return null;
    }

    private void write(Path file, byte[] image) throws IOException {
        Files.createDirectories(
                folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path part = Files.createTempFile(folder, file.getFileName() + ".", ".part");
        try {
            byte[] digest = sha256().digest(image);
            byte[] bytes = Arrays.copyOf(digest, DIGEST_BYTES + image.length);
            System.arraycopy(image, 0, bytes, DIGEST_BYTES, image.length);
            Files.write(part, bytes);
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }
}
