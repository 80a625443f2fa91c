package dev.gatun.nn.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublicFileTest {
    private static final URI NOWHERE = URI.create("http://localhost:1/file");
    private static final PublicFile PACKED = new PublicFile("set", "a.gz", List.of("0"), List.of(NOWHERE));
    private static final PublicFile PLAIN = new PublicFile("set", "a.csv", List.of("0"), List.of(NOWHERE));

    @TempDir
    Path data;

    private Path create(String name) throws IOException {
        Path file = data.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.createFile(file);
    }

    @Test
    void find_inTheFolderOrTheOneBelow_isFound() throws IOException {
        assertEquals(Optional.empty(), PLAIN.find(data));
        Path below = create("set/a.csv");
        assertEquals(Optional.of(below), PLAIN.find(data));
        assertEquals(Optional.of(below), PLAIN.find(data.resolve("set")));
        Path here = create("a.csv");
        assertEquals(Optional.of(here), PLAIN.find(data));
    }

    @Test
    void find_unpacked_isFoundAfterPacked() throws IOException {
        Path unpacked = create("set/a");
        assertEquals(Optional.of(unpacked), PACKED.find(data));
        Path packed = create("set/a.gz");
        assertEquals(Optional.of(packed), PACKED.find(data));
    }

    @Test
    void require_missing_saysNamesPlacesAndAddress() {
        var e = assertThrows(FileNotFoundException.class, () -> PACKED.require(data));
        assertEquals(
                "a.gz: not in " + data + ", nor in its folder set, packed or not; get it from http://localhost:1/file",
                e.getMessage());
    }

    @Test
    void download_there_asksNobody() throws IOException {
        Path here = create("set/a.csv");
        assertEquals(here, PLAIN.download(data, (bytes, total) -> {
            throw new AssertionError("nothing is transferred");
        }));
    }

    @Test
    void new_nobodyGivesIt_isRefused() {
        var e = assertThrows(IllegalArgumentException.class, () -> new PublicFile("set", "a", List.of("0"), List.of()));
        assertEquals("publicFile: no address or no sum: a", e.getMessage());
    }
}
