package dev.gatun.bindings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResourcesTest {
    private static final String NAME = "some/folder-with-dash/lib.so";

    @TempDir
    Path folder;

    private Path jar(String name, String entry) throws IOException {
        Path jar = folder.resolve(name);
        try (var out = new JarOutputStream(Files.newOutputStream(jar))) {
            out.putNextEntry(new ZipEntry(entry));
            out.write("bytes".getBytes(StandardCharsets.UTF_8));
        }
        return jar;
    }

    @Test
    void findOnModulePath_jarsAndFolders_findsTheJarThatHoldsIt() throws IOException {
        Path other = jar("a other.jar", "else");
        Path right = jar("b+right.jar", NAME);
        Files.writeString(folder.resolve("broken.jar"), "no jar");
        for (String path : new String[] {
            other + File.pathSeparator + right,
            folder.resolve("nowhere") + File.pathSeparator + folder,
            File.pathSeparator + right,
        }) {
            var found = Resources.findOnModulePath(NAME, path);
            try (var in = found.openStream()) {
                assertEquals("bytes", new String(in.readAllBytes(), StandardCharsets.UTF_8), path);
            }
        }
    }

    @Test
    void findOnModulePath_nowhere_isNull() throws IOException {
        Path other = jar("other.jar", "else");
        assertNull(Resources.findOnModulePath(NAME, ""));
        assertNull(Resources.findOnModulePath(NAME, other.toString()));
        assertNull(
                Resources.findOnModulePath(NAME, folder.resolve("missing.jar").toString()));
    }
}
