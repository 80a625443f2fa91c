package dev.gatun.runtime.cuda;

import dev.gatun.bindings.Libraries;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds CUDA's libraries by soname: below the folders of {@code GATUN_CUDA_PATH} (or the property {@code
 * gatun.cuda.path}), on the loader path, in CUDA toolkits, and in the folders where Python packages keep them.
 */
public final class CudaSearch {
    private static final int DEPTH = 6;

    /** What the system's loader takes for a soname, if anything. */
    @FunctionalInterface
    public interface LoaderPath {
        Optional<Path> find(String soname, String symbol);
    }

    private final Map<String, String> environment;
    private final @Nullable String chosen;
    private final Path root;
    private final LoaderPath loader;

    /**
     * A search.
     *
     * @param environment variables
     * @param chosen folders to look below first, separated as paths are; {@code null} where none were named
     * @param root of the file system
     * @param loader the system's loader
     */
    public CudaSearch(Map<String, String> environment, @Nullable String chosen, Path root, LoaderPath loader) {
        this.environment = environment;
        this.chosen = chosen == null || chosen.isBlank() ? null : chosen;
        this.root = root;
        this.loader = loader;
    }

    /** The search of this process. */
    public static CudaSearch ofProcess() {
        Map<String, String> environment = System.getenv();
        String property = System.getProperty("gatun.cuda.path");
        String chosen = property == null ? environment.get("GATUN_CUDA_PATH") : property;
        return new CudaSearch(environment, chosen, Path.of("/"), Libraries::onLoaderPath);
    }

    /**
     * The file of a library: the first soname that is anywhere wins over later ones.
     *
     * @param library what is looked for
     * @return the file, or nothing
     */
    public Optional<Path> find(CudaLibrary library) {
        List<Path> folders = library.isDriver() ? List.of() : folders();
        for (String soname : library.sonames()) {
            Optional<Path> found = below(soname);
            if (found.isEmpty()) {
                found = loader.find(soname, library.symbol());
            }
            if (found.isEmpty()) {
                found = folders.stream()
                        .map(folder -> folder.resolve(soname))
                        .filter(Files::isRegularFile)
                        .findFirst();
            }
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    /** Where {@link #find} looks for a library, in words that end a sentence. */
    public String places(CudaLibrary library) {
        StringBuilder text = new StringBuilder("looked for ")
                .append(String.join(", ", library.sonames()))
                .append(" on the loader path");
        if (!library.isDriver()) {
            List<Path> folders = folders();
            text.append(
                    folders.isEmpty() ? ", in CUDA toolkits and Python's nvidia folders (there are none)" : ", in ");
            text.append(String.join(", ", folders.stream().map(Path::toString).toList()));
        }
        return text.append(" and below GATUN_CUDA_PATH (")
                .append(chosen == null ? "unset" : chosen)
                .append(')')
                .toString();
    }

    private Optional<Path> below(String soname) {
        if (chosen == null) {
            return Optional.empty();
        }
        for (String folder : chosen.split(":", -1)) {
            Path top = Path.of(folder);
            Optional<Path> found = folder.isBlank() || !Files.isDirectory(top) ? Optional.empty() : below(top, soname);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private static Optional<Path> below(Path top, String soname) {
        try (Stream<Path> files = Files.walk(top, DEPTH)) {
            return files.filter(file -> file.endsWith(soname) && Files.isRegularFile(file))
                    .min(Comparator.comparingInt(Path::getNameCount).thenComparing(Comparator.naturalOrder()));
        } catch (IOException | UncheckedIOException e) {
            return Optional.empty(); // what may not be read holds nothing for us
        }
    }

    /** The folders of toolkits and Python packages that there are. */
    private List<Path> folders() {
        Set<Path> folders = new LinkedHashSet<>();
        for (Path toolkit : toolkits()) {
            for (String libraries : List.of("lib64", "lib", "targets/x86_64-linux/lib", "targets/sbsa-linux/lib")) {
                addFolder(folders, toolkit.resolve(libraries));
            }
        }
        for (Path prefix : pythons()) {
            for (Path python : children(prefix.resolve("lib"), "python3*")) {
                for (String packages : List.of("site-packages", "dist-packages")) {
                    for (Path each : children(python.resolve(packages).resolve("nvidia"), "*")) {
                        addFolder(folders, each.resolve("lib"));
                    }
                }
            }
        }
        return List.copyOf(folders);
    }

    /** A folder by its real path, so that two names of one are looked into once. */
    private static void addFolder(Set<Path> folders, Path folder) {
        if (Files.isDirectory(folder)) {
            try {
                folders.add(folder.toRealPath());
            } catch (IOException e) {
                folders.add(folder);
            }
        }
    }

    private List<Path> toolkits() {
        List<Path> toolkits = new ArrayList<>();
        for (String variable : List.of("CUDA_PATH", "CUDA_HOME")) {
            variable(variable).ifPresent(toolkits::add);
        }
        toolkits.add(root.resolve("usr/local/cuda"));
        toolkits.addAll(children(root.resolve("usr/local"), "cuda-*"));
        toolkits.add(root.resolve("opt/cuda"));
        return toolkits;
    }

    /** Where pythons are installed: what the environment names, who is on the path, and the system's. */
    private List<Path> pythons() {
        List<Path> prefixes = new ArrayList<>();
        for (String variable : List.of("VIRTUAL_ENV", "CONDA_PREFIX")) {
            variable(variable).ifPresent(prefixes::add);
        }
        for (String folder : environment.getOrDefault("PATH", "").split(":", -1)) {
            Path prefix = Path.of(folder).getParent();
            if (folder.startsWith("/") && prefix != null && Files.isExecutable(Path.of(folder, "python3"))) {
                prefixes.add(prefix);
            }
        }
        variable("HOME").map(home -> home.resolve(".local")).ifPresent(prefixes::add);
        prefixes.add(root.resolve("usr/local"));
        prefixes.add(root.resolve("usr"));
        return prefixes;
    }

    private Optional<Path> variable(String name) {
        String value = environment.get(name);
        return value == null || value.isBlank() ? Optional.empty() : Optional.of(Path.of(value));
    }

    /** The entries of a folder that match, the last by name first: newer versions before older ones. */
    private static List<Path> children(Path folder, String glob) {
        List<Path> found = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, glob)) {
                entries.forEach(found::add);
            } catch (IOException e) {
                found.clear(); // it may not be read
            }
        }
        found.sort(Comparator.reverseOrder());
        return found;
    }
}
