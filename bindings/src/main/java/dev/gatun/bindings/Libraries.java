package dev.gatun.bindings;

import dev.gatun.bindings.kernels.Gatun;
import dev.gatun.bindings.openblas.OpenBlas;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds and loads the native libraries, each once, when first asked for; any thread may ask.
 *
 * <p>Libgatun comes out of Gatun's own jar, OpenBLAS out of the native jar of {@code org.bytedeco:openblas} or, where
 * that is not there, from the system. Libraries from jars are laid down in a cache folder. Properties:
 *
 * <ul>
 *   <li>{@code gatun.library}: a file to load instead of the libgatun in the jar
 *   <li>{@code gatun.openblas}: {@code system}, a soname or an absolute path to load instead of the OpenBLAS in the jar
 *   <li>{@code gatun.cache}: the cache folder; by default {@code $XDG_CACHE_HOME/gatun}, else {@code ~/.cache/gatun}
 * </ul>
 *
 * <p>The generated classes look their functions up when first called, and fail for good if a library is not there yet:
 * call {@link #loadKernels()} or {@link #loadBlas()} first, outside any static initialiser.
 */
@SuppressWarnings("restricted") // native access is what this module is for
public final class Libraries {

    private static final System.Logger LOGGER = System.getLogger("dev.gatun");
    private static final String OPENBLAS = "libopenblas.so.0";

    /** What it needs and its jar brings, in the order of loading; libquadmath is there for x86-64 only. */
    private static final List<String> OPENBLAS_NEEDS = List.of("libgcc_s.so.1", "libquadmath.so.0", "libgfortran.so.5");

    private static final List<String> OPENBLAS_SYMBOLS = List.of(
            "cblas_sgemm",
            "cblas_dgemm",
            "cblas_sgemv",
            "cblas_dgemv",
            "openblas_set_num_threads",
            "openblas_get_num_threads",
            "openblas_get_config",
            "openblas_get_corename",
            "openblas_get_parallel");

    private static final LibraryCache CACHE = LibraryCache.ofUser();
    private static final LoadOnce KERNELS = new LoadOnce(Libraries::openKernels);
    private static final LoadOnce BLAS = new LoadOnce(Libraries::openBlas);
    private static final LoadOnce LAPACK = new LoadOnce(Libraries::bindLapack);

    private Libraries() {}

    /**
     * Makes {@link Gatun}'s functions callable, those that need a BLAS or a LAPACK excepted. Costs nothing once loaded.
     *
     * @throws LibraryException if libgatun cannot be loaded; every later call then says the same
     */
    public static void loadKernels() {
        KERNELS.run();
    }

    /**
     * Makes all functions of {@link Gatun} but LAPACK's, and those of {@link OpenBlas} callable: loads OpenBLAS, held to
     * the calling thread, and hands its products to libgatun. Costs nothing once loaded.
     *
     * @throws LibraryException if one of the two cannot be loaded; every later call then says the same
     */
    public static void loadBlas() {
        KERNELS.run();
        BLAS.run();
    }

    /**
     * Makes {@link Gatun}'s functions that need a LAPACK callable, by the one that OpenBLAS brings. Costs nothing once
     * loaded.
     *
     * @throws LibraryException if a library cannot be loaded, or was built without LAPACK; every later call then says the
     *     same
     */
    public static void loadLapack() {
        loadBlas();
        LAPACK.run();
    }

    /** One line per library: its version and where it was loaded from, or why not. Loads nothing. */
    public static String describe() {
        return "libgatun: %s%nOpenBLAS: %s".formatted(KERNELS.describe(), BLAS.describe());
    }

    /**
     * Makes the functions of a library that is found at run time callable, as those of CUDA are: loads one file for the
     * generated classes. Loading it again costs little and does nothing.
     *
     * @param file the library
     * @throws LibraryException if it cannot be loaded; one line that names it
     */
    public static void load(Path file) {
        checkNativeAccess(Libraries.class.getModule());
        open(file.toAbsolutePath());
    }

    /**
     * Loads one file as {@link #load(Path)} does, and checks that it is what its name says.
     *
     * @param file the library
     * @param symbol that the library has
     * @throws LibraryException if it cannot be loaded, or has no such symbol; one line that names it
     */
    public static void load(Path file, String symbol) {
        load(file);
        Path whole = file.toAbsolutePath();
        if (SymbolLookup.libraryLookup(whole, Arena.global()).find(symbol).isEmpty()) {
            throw missingSymbol(whole.toString(), symbol);
        }
    }

    /**
     * The file that the system's loader takes for a soname.
     *
     * @param soname without a path
     * @param symbol that the library has
     * @return the file; nothing where the loader finds none
     * @throws LibraryException if it has no such symbol
     */
    public static Optional<Path> onLoaderPath(String soname, String symbol) {
        checkNativeAccess(Libraries.class.getModule());
        SymbolLookup library;
        try {
            library = SymbolLookup.libraryLookup(soname, Arena.global());
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        return Optional.of(Libc.fileOf(library.find(symbol).orElseThrow(() -> missingSymbol(soname, symbol))));
    }

    /** Whether a library that was loaded has a function; newer versions have more. */
    public static boolean hasFunction(String name) {
        return SymbolLookup.loaderLookup().find(name).isPresent();
    }

    /** The folder for what can be made anew: {@code gatun.cache}, by default in the user's own cache. */
    public static Path cacheFolder() {
        return CACHE.root();
    }

    private static String openKernels() {
        checkNativeAccess(Libraries.class.getModule());
        String chosen = System.getProperty("gatun.library");
        if (chosen != null) {
            Path file = Path.of(chosen).toAbsolutePath();
            if (!Files.isRegularFile(file)) {
                throw new LibraryException("gatun.library names no file: " + file);
            }
            open(file);
            return kernelsFrom(file.toString());
        }
        String platform = Platform.current().own();
        String name = "dev/gatun/bindings/%s/libgatun.so".formatted(platform);
        URL resource = Resources.find(name);
        if (resource == null) {
            throw new LibraryException(("no libgatun.so: looked for %s on the class path and the module path;"
                            + " add the %s jar of dev.gatun:gatun-bindings, or name a file with -Dgatun.library=FILE")
                    .formatted(name, platform));
        }
        return kernelsFrom(openFromCache(version(), List.of(resource)));
    }

    /** Checks that the library just loaded from {@code origin} is libgatun. */
    private static String kernelsFrom(String origin) {
        requireSymbols(origin, List.of("gt_isa", "gt_blas_bind"));
        LOGGER.log(System.Logger.Level.DEBUG, "gatun: loaded {0}", origin);
        return "%s (%s)".formatted(origin, text(Gatun.gt_isa()));
    }

    private static String openBlas() {
        String origin = openBlasLibrary();
        requireSymbols(origin, OPENBLAS_SYMBOLS);
        OpenBlas.openblas_set_num_threads(1);
        int status = Gatun.gt_blas_bind(
                OpenBlas.cblas_sgemm$address(),
                OpenBlas.cblas_dgemm$address(),
                OpenBlas.cblas_sgemv$address(),
                OpenBlas.cblas_dgemv$address());
        if (status != Gatun.GT_OK()) {
            throw new LibraryException("gt_blas_bind: status %d for %s".formatted(status, origin));
        }
        LOGGER.log(System.Logger.Level.DEBUG, "gatun: loaded {0}", origin);
        return "%s (%s, %s)"
                .formatted(
                        origin, text(OpenBlas.openblas_get_config()).strip(), text(OpenBlas.openblas_get_corename()));
    }

    private static String bindLapack() {
        String origin = BLAS.describe();
        SymbolLookup loaded = SymbolLookup.loaderLookup();
        int count = Gatun.GT_LAPACK_COUNT();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment addresses = arena.allocate(ValueLayout.ADDRESS, count);
            for (int i = 0; i < count; i++) {
                String name = text(Gatun.gt_lapack_symbol(i));
                addresses.setAtIndex(
                        ValueLayout.ADDRESS, i, loaded.find(name).orElseThrow(() -> missingSymbol(origin, name)));
            }
            int status = Gatun.gt_lapack_bind(count, addresses);
            if (status != Gatun.GT_OK()) {
                throw new LibraryException("gt_lapack_bind: status %d for %s".formatted(status, origin));
            }
        }
        return origin;
    }

    /** OpenBLAS starts its threads while it is loaded, unless told not to; what we start must not inherit the order. */
    private static String openBlasLibrary() {
        String variable = "OPENBLAS_NUM_THREADS";
        String before = System.getenv(variable);
        Libc.setenv(variable, "1");
        try {
            return findOpenBlas();
        } finally {
            Libc.setenv(variable, before);
        }
    }

    private static String findOpenBlas() {
        String chosen = System.getProperty("gatun.openblas");
        if (chosen != null) {
            return openFromSystem(chosen.equals("system") ? OPENBLAS : chosen);
        }
        String folder = "org/bytedeco/openblas/%s/".formatted(Platform.current().bytedeco());
        URL openBlas = Resources.find(folder + OPENBLAS);
        if (openBlas != null) {
            List<URL> resources = new ArrayList<>();
            for (String name : OPENBLAS_NEEDS) {
                URL needed = Resources.find(folder + name);
                if (needed != null) {
                    resources.add(needed);
                }
            }
            resources.add(openBlas);
            return openFromCache("openblas", resources);
        }
        try {
            return openFromSystem(OPENBLAS);
        } catch (LibraryException e) {
            throw new LibraryException(
                    ("no OpenBLAS: looked for %s%s on the class path and the module path, and for %2$s on the system;"
                                    + " add the %s jar of org.bytedeco:openblas, install OpenBLAS, or name it with"
                                    + " -Dgatun.openblas=FILE")
                            .formatted(folder, OPENBLAS, Platform.current().bytedeco()),
                    e);
        }
    }

    /** Loads a library by path, or by soname from where the system's loader looks; returns its path. */
    private static String openFromSystem(String name) {
        Path file = Path.of(name);
        if (!name.contains("/")) {
            // By soname only the system can find it, and only by path can it be loaded for our class loader.
            file = onLoaderPath(name, OPENBLAS_SYMBOLS.getFirst())
                    .orElseThrow(() -> new LibraryException(
                            "cannot load %s: the system's loader does not find it".formatted(name)));
        }
        open(file.toAbsolutePath());
        return file.toAbsolutePath().toString();
    }

    /** Lays the resources down and loads them in order; returns the path of the last. */
    private static String openFromCache(String label, List<URL> resources) {
        List<LibraryFile> files = new ArrayList<>();
        for (URL resource : resources) {
            try {
                files.add(LibraryFile.of(resource));
            } catch (IOException e) {
                throw new LibraryException("cannot read %s: %s".formatted(resource, e.getMessage()), e);
            }
        }
        try (var placed = CACHE.place(label, files)) {
            placed.files().forEach(Libraries::open);
            return placed.files().getLast().toString();
        }
    }

    /**
     * Loads one file for this class's loader, where the generated classes look their symbols up.
     *
     * @throws LibraryException with the system loader's reason if it is no library, or not one for this machine
     */
    static void open(Path file) {
        ElfFile.requireWhole(file);
        try {
            System.load(file.toString());
        } catch (UnsatisfiedLinkError e) {
            // The reason repeats the path, once or twice.
            String reason = String.valueOf(e.getMessage()).replace(file + ": ", "");
            String cure = reason.contains("failed to map segment")
                    ? "; programs may not run from there (noexec), -Dgatun.cache=FOLDER names another folder"
                    : "";
            throw new LibraryException("cannot load %s: %s%s".formatted(file, reason, cure), e);
        }
    }

    /** Turns a denial, which else surfaces as an error in some static initialiser, into a sentence with the cure. */
    private static void checkNativeAccess(Module module) {
        try {
            MemorySegment.NULL.reinterpret(0); // the cheapest restricted method
        } catch (IllegalCallerException e) {
            String modules = module.isNamed() ? "dev.gatun.bindings,dev.gatun.runtime" : "ALL-UNNAMED";
            throw new LibraryException("native access is denied: start java with --enable-native-access=" + modules, e);
        }
    }

    private static void requireSymbols(String origin, List<String> names) {
        SymbolLookup loaded = SymbolLookup.loaderLookup();
        for (String name : names) {
            if (loaded.find(name).isEmpty()) {
                throw missingSymbol(origin, name);
            }
        }
    }

    private static LibraryException missingSymbol(String origin, String name) {
        return new LibraryException(
                "%s has no function %s: it is another library, version or build".formatted(origin, name));
    }

    /** The C string at {@code address}; jextract's pointers reach as far as memory does. */
    private static String text(MemorySegment address) {
        return address.getString(0);
    }

    /** The module's version, on the class path the jar's, in a build tree neither. */
    private static String version() {
        var descriptor = Libraries.class.getModule().getDescriptor();
        String version = descriptor == null
                ? Libraries.class.getPackage().getImplementationVersion()
                : descriptor.rawVersion().orElse(null);
        return version == null ? "unversioned" : version;
    }
}
