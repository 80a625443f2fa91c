package dev.gatun.testing;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/** Compiles and runs the Java that stands in documents. */
public final class Snippets {
    /** What an example may use without importing it, {@code java.lang.Module} being another one. */
    static final String IMPORTS = """
            import dev.gatun.autograd.*;
            import dev.gatun.autograd.Function;
            import dev.gatun.nn.*;
            import dev.gatun.nn.Module;
            import dev.gatun.nn.data.*;
            import dev.gatun.nn.io.*;
            import dev.gatun.nn.loss.*;
            import dev.gatun.nn.optim.*;
            import dev.gatun.runtime.*;
            import dev.gatun.runtime.random.Generator;
            import java.nio.file.*;
            import java.util.*;
            """;

    private Snippets() {}

    /** Compiles sources into a folder, all at once. */
    static void compile(Collection<Path> sources, Path folder) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        assertNotNull(compiler, "the tests run on a JDK");
        StringWriter messages = new StringWriter();
        try (var files = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            var options =
                    List.of("-d", folder.toString(), "-cp", System.getProperty("java.class.path"), "-Xmaxerrs", "1000");
            boolean right = compiler.getTask(
                            messages, files, null, options, null, files.getJavaFileObjectsFromPaths(sources))
                    .call();
            assertTrue(right, messages::toString);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Calls a class's static {@code run()} and gives what it printed. */
    static String run(Path folder, String name) throws Exception {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream before = System.out;
        try (var loader = new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
            System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
            loader.loadClass(name).getMethod("run").invoke(null);
        } catch (InvocationTargetException e) {
            throw new AssertionError(name + ": " + e.getCause(), e.getCause());
        } finally {
            System.setOut(before);
        }
        return printed.toString(StandardCharsets.UTF_8);
    }

    /** The repository: the folder above the module that the tests run in. */
    public static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (folder != null && !Files.exists(folder.resolve("README.md"))) {
            folder = folder.getParent();
        }
        assertNotNull(folder, "no README.md above the working folder");
        return folder;
    }
}
