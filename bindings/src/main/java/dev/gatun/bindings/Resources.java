package dev.gatun.bindings;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds what lies in the jars that the program was started with. */
final class Resources {

    private static final System.Logger LOGGER = System.getLogger("dev.gatun");

    private Resources() {}

    /**
     * A resource on the class path, or in a jar of the module path. There no class loader sees it, since nothing requires
     * a jar that holds libraries alone, and a jar that is a module hides what it holds.
     *
     * @param name from the root, without a leading slash
     */
    static @Nullable URL find(String name) {
        ClassLoader own = Resources.class.getClassLoader();
        URL found = own == null ? null : own.getResource(name);
        if (found == null) {
            // The system's loader sees the class path even where we sit in a layer of modules.
            found = ClassLoader.getSystemResource(name);
        }
        return found == null ? findOnModulePath(name, System.getProperty("jdk.module.path", "")) : found;
    }

    /** As {@link #find}, in the jars of {@code path} and of the folders that it names. */
    static @Nullable URL findOnModulePath(String name, String path) {
        for (String element : path.split(File.pathSeparator, -1)) {
            for (Path jar : jars(element)) {
                try (JarFile file = new JarFile(jar.toFile())) {
                    if (file.getEntry(name) != null) {
                        return URI.create("jar:" + jar.toUri() + "!/" + name).toURL();
                    }
                } catch (MalformedURLException e) {
                    throw new UncheckedIOException(e);
                } catch (IOException e) {
                    LOGGER.log(System.Logger.Level.DEBUG, "gatun: cannot look into {0}: {1}", jar, e);
                }
            }
        }
        return null;
    }

    private static List<Path> jars(String element) {
        Path path = Path.of(element);
        if (element.isEmpty() || !Files.isDirectory(path)) {
            return element.endsWith(".jar") ? List.of(path) : List.of();
        }
        try (Stream<Path> files = Files.list(path)) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }
}
