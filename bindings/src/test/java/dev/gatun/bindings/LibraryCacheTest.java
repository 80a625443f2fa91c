package dev.gatun.bindings;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LibraryCacheTest {

    private static final int BYTES = 300_000;

    @TempDir
    Path scratch;

    private Path root;
    private byte[] content;
    private URL resource;

    @BeforeEach
    void makeLibrary() throws IOException {
        root = scratch.resolve("cache");
        content = new byte[BYTES];
        new Random(1).nextBytes(content);
        resource = Files.write(scratch.resolve("libany.so"), content).toUri().toURL();
    }

    @Test
    void place_emptyCache_laysDownWholeFile() throws IOException {
        Path placed = place(resource);
        assertTrue(placed.startsWith(root), placed.toString());
        assertTrue(placed.getParent().getFileName().toString().startsWith("1.0-"), placed.toString());
        assertArrayEquals(content, Files.readAllBytes(placed));
        assertEquals(List.of(placed), filesUnder(root));
    }

    @Test
    void place_secondTime_leavesFileAlone() throws IOException {
        Object first = Files.getAttribute(place(resource), "unix:ino");
        assertEquals(first, Files.getAttribute(place(resource), "unix:ino"));
    }

    @Test
    void place_truncatedFile_isReplaced() throws IOException {
        Path placed = place(resource);
        Files.write(placed, new byte[10]);
        assertArrayEquals(content, Files.readAllBytes(place(resource)));
    }

    @Test
    void place_changedFileOfSameSize_isReplaced() throws IOException {
        Path placed = place(resource);
        byte[] changed = content.clone();
        changed[BYTES / 2] ^= 1;
        Files.write(placed, changed);
        assertArrayEquals(content, Files.readAllBytes(place(resource)));
    }

    @Test
    void place_otherContent_takesOtherFolder() throws IOException {
        Path first = place(resource);
        Files.write(scratch.resolve("libany.so"), new byte[] {1, 2, 3});
        Path second = place(resource);
        assertNotEquals(first.getParent(), second.getParent());
        assertArrayEquals(content, Files.readAllBytes(first));
    }

    @Test
    void place_resourceInJar_isReadThroughItsDirectory() throws IOException {
        Path jar = scratch.resolve("any.jar");
        try (var out = new JarOutputStream(Files.newOutputStream(jar))) {
            out.putNextEntry(new JarEntry("lib/libany.so"));
            out.write(content);
        }
        URL inJar = URI.create("jar:" + jar.toUri() + "!/lib/libany.so").toURL();
        assertEquals(LibraryFile.of(resource).crc(), LibraryFile.of(inJar).crc());
        assertArrayEquals(content, Files.readAllBytes(place(inJar)));
    }

    @Test
    void place_severalFiles_shareOneFolder() throws IOException {
        URL other = Files.write(scratch.resolve("libother.so"), new byte[] {7})
                .toUri()
                .toURL();
        try (var placed =
                new LibraryCache(root).place("1.0", List.of(LibraryFile.of(other), LibraryFile.of(resource)))) {
            assertEquals(
                    List.of("libother.so", "libany.so"),
                    placed.files().stream()
                            .map(file -> file.getFileName().toString())
                            .toList());
            assertEquals(
                    1, placed.files().stream().map(Path::getParent).distinct().count());
        }
    }

    @Test
    void place_unwritableCache_usesTemporaryFolderAndRemovesIt() throws IOException {
        Files.writeString(root, "a file where the folder should be"); // holds for root too, unlike permissions
        Path file;
        try (var placed = new LibraryCache(root).place("1.0", List.of(LibraryFile.of(resource)))) {
            assertTrue(placed.isTemporary());
            file = placed.files().getFirst();
            assertArrayEquals(content, Files.readAllBytes(file));
        }
        assertFalse(Files.exists(file.getParent()));
    }

    @Test
    void place_readOnlyCacheWithTheFile_usesTheFile() throws IOException {
        Path placed = place(resource);
        assertTrue(placed.getParent().toFile().setWritable(false));
        try {
            assertEquals(placed, place(resource));
        } finally {
            assertTrue(placed.getParent().toFile().setWritable(true));
        }
    }

    @Test
    void place_resourceShrinksMeanwhile_saysSo() throws IOException {
        LibraryFile file = LibraryFile.of(resource);
        Files.write(scratch.resolve("libany.so"), new byte[10]);
        var e = assertThrows(LibraryException.class, () -> new LibraryCache(root).place("1.0", List.of(file)));
        assertTrue(e.getMessage().contains("changed while it was read: 10 bytes of " + BYTES), e.getMessage());
        assertEquals(List.of(), filesUnder(root));
    }

    @Test
    void place_twoProcessesAtOnce_bothGetWholeFile() throws IOException {
        List<Process> processes = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            processes.add(Jvm.start(List.of(), PlaceInCache.class, root.toString(), resource.toString()));
        }
        for (Process process : processes) {
            process.getOutputStream().close(); // the starting gun
        }
        List<String> answers = new ArrayList<>();
        for (Process process : processes) {
            answers.addAll(Jvm.lines(process));
        }
        Path placed = place(resource);
        assertEquals(List.of("whole " + placed, "whole " + placed), answers);
        assertEquals(List.of(placed), filesUnder(root));
    }

    @Test
    void root_propertyThenXdgThenHome() {
        assertEquals(Path.of("/x"), LibraryCache.root("/x", "/y", "/home/ada"));
        assertEquals(Path.of("/y/gatun"), LibraryCache.root(null, "/y", "/home/ada"));
        assertEquals(Path.of("/home/ada/.cache/gatun"), LibraryCache.root(null, null, "/home/ada"));
        assertEquals(Path.of("/home/ada/.cache/gatun"), LibraryCache.root(null, "relative", "/home/ada"));
    }

    private Path place(URL from) throws IOException {
        try (var placed = new LibraryCache(root).place("1.0", List.of(LibraryFile.of(from)))) {
            assertFalse(placed.isTemporary());
            return placed.files().getFirst();
        }
    }

    private static List<Path> filesUnder(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).toList();
        }
    }
}
