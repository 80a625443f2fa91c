package dev.gatun.bindings;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/** The process that LibraryCacheTest starts twice: places a library when its input ends, and tells what it found. */
final class PlaceInCache {

    private PlaceInCache() {}

    // Arguments: the cache folder and the URL of the library.
    public static void main(String[] args) throws Exception {
        LibraryFile file = LibraryFile.of(URI.create(args[1]).toURL());
        var cache = new LibraryCache(Path.of(args[0]));
        if (System.in.read() >= 0) {
            throw new IllegalStateException("input was to be closed, not written");
        }
        try (var placed = cache.place("1.0", List.of(file))) {
            Path path = placed.files().getFirst();
            System.out.println((file.isAt(path) ? "whole " : "damaged ") + path);
        }
    }
}
