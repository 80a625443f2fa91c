package dev.gatun.bindings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.bindings.kernels.Gatun;
import dev.gatun.bindings.openblas.OpenBlas;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LibrariesTest {

    private static final String GRANTED = "--enable-native-access=ALL-UNNAMED";

    @TempDir
    Path scratch;

    @Test
    void loadBlas_twice_loadsBothLibrariesOnce() {
        Libraries.loadBlas();
        String loaded = Libraries.describe();
        Libraries.loadKernels();
        Libraries.loadBlas();
        assertEquals(loaded, Libraries.describe());
        assertTrue(loaded.matches("libgatun: .*libgatun\\.so \\(\\w+\\)\\ROpenBLAS: .*libopenblas.* \\(.+\\)"), loaded);
        assertEquals(1, OpenBlas.openblas_get_num_threads());
        assertTrue(Gatun.gt_threads_count() >= 1);
    }

    @Test
    void open_textFile_saysWhichFileAndWhy() throws IOException {
        Path file = Files.writeString(scratch.resolve("libbroken.so"), "no library, whatever its name says");
        var e = assertThrows(LibraryException.class, () -> Libraries.open(file));
        assertEquals("gatun: cannot load " + file + ": it is no ELF library", e.getMessage());
    }

    @Test
    void open_missingFile_saysWhichFile() {
        Path file = scratch.resolve("libmissing.so");
        var e = assertThrows(LibraryException.class, () -> Libraries.open(file));
        assertEquals("gatun: cannot read " + file + ": java.nio.file.NoSuchFileException: " + file, e.getMessage());
    }

    @Test
    void open_truncatedLibrary_saysWhichFileAndWhy() throws IOException {
        String resource = Platform.current().own() + "/libgatun.so";
        byte[] whole;
        try (InputStream in = Libraries.class.getResourceAsStream(resource)) {
            whole = in.readAllBytes();
        }
        Path file = Files.write(scratch.resolve("libcut.so"), Arrays.copyOf(whole, 4096));
        var e = assertThrows(LibraryException.class, () -> Libraries.open(file));
        assertEquals(
                "gatun: cannot load %s: it is cut off: 4096 bytes of %d".formatted(file, whole.length), e.getMessage());
    }

    @Test
    void platform_unsupported_saysWhatIsSupported() {
        var mac = assertThrows(LibraryException.class, () -> Platform.of("Mac OS X", "aarch64"));
        assertEquals(
                "gatun: no native library for Mac OS X aarch64: Linux x86-64 and aarch64 are supported",
                mac.getMessage());
        assertThrows(LibraryException.class, () -> Platform.of("Linux", "riscv64"));
    }

    @Test
    void platform_supported_namesFolders() {
        assertEquals(new Platform("linux-x86_64", "linux-x86_64"), Platform.of("Linux", "amd64"));
        assertEquals(new Platform("linux-aarch64", "linux-arm64"), Platform.of("Linux", "aarch64"));
    }

    @Test
    void loadOnce_failure_isRememberedAndRepeated() {
        var runs = new AtomicInteger();
        var load = new LoadOnce(() -> {
            runs.incrementAndGet();
            throw new LibraryException("no libx.so: looked nowhere");
        });
        assertEquals("not loaded", load.describe());
        for (int i = 0; i < 2; i++) {
            var e = assertThrows(LibraryException.class, load::run);
            assertEquals("gatun: no libx.so: looked nowhere", e.getMessage());
        }
        assertEquals(1, runs.get());
        assertEquals("gatun: no libx.so: looked nowhere", load.describe());
    }

    @Test
    void loadKernels_libraryPropertyNamesNoFile_saysSoTwice() throws IOException {
        Path missing = scratch.resolve("nowhere.so");
        assertEquals(
                twice("gatun: gatun.library names no file: " + missing), load(GRANTED, "-Dgatun.library=" + missing));
    }

    @Test
    void loadBlas_unknownSoname_saysSoTwice() throws IOException {
        assertEquals(
                twice("gatun: cannot load libnoblas.so.9: the system's loader does not find it"),
                load(GRANTED, "-Dgatun.openblas=libnoblas.so.9"));
    }

    @Test
    void loadKernels_nativeAccessDenied_namesTheFlag() throws IOException {
        // Granting it to another module denies it to ours, on Java 22 and 23 too; later ones ask for the second flag.
        List<String> flags = new ArrayList<>(List.of("--enable-native-access=java.logging"));
        if (Runtime.version().feature() >= 24) {
            flags.add("--illegal-native-access=deny");
        }
        assertEquals(
                twice("gatun: native access is denied: start java with --enable-native-access=ALL-UNNAMED"),
                load(flags.toArray(String[]::new)));
    }

    private static List<String> twice(String message) {
        return List.of(message, message);
    }

    /** What a fresh JVM with {@code flags} says when it loads all, and loads again. */
    private List<String> load(String... flags) throws IOException {
        List<String> all = new ArrayList<>(List.of(flags));
        all.add("-Dgatun.cache=" + scratch.resolve("cache"));
        return Jvm.lines(Jvm.start(all, LoadTwice.class));
    }
}
