package dev.gatun.io;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;

/** Files that the project does not contain. */
final class RealData {
    private RealData() {}

    /** A file or folder below {@code GATUN_DATA}; without it the test is skipped. */
    static Path path(String name) {
        String folder = System.getenv("GATUN_DATA");
        assumeTrue(folder != null, "needs " + name + ": set GATUN_DATA");
        return Path.of(folder).resolve(name);
    }
}
