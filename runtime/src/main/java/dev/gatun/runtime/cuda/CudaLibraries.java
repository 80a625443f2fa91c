package dev.gatun.runtime.cuda;

import dev.gatun.bindings.Libraries;
import dev.gatun.bindings.LibraryException;
import dev.gatun.bindings.cublas.Cublas;
import dev.gatun.bindings.cublaslt.CublasLt;
import dev.gatun.bindings.cuda.Cuda;
import dev.gatun.bindings.cudnn.Cudnn;
import dev.gatun.bindings.nvrtc.Nvrtc;
import dev.gatun.runtime.GatunException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * CUDA's libraries, each loaded once, when first needed. What is missing is not an error until somebody asks for a card;
 * then one sentence says what was looked for, and where.
 */
public final class CudaLibraries {
    private static final CudaLibraries PROCESS = new CudaLibraries(CudaSearch::ofProcess);

    private static final int OLDEST_DRIVER = 12_000;

    private final Supplier<CudaSearch> searches;
    private final Map<CudaLibrary, Outcome> outcomes = new HashMap<>(); // of files that were there
    private int driverVersion;

    /** How a load went: version and file, or why it failed. */
    private record Outcome(boolean isLoaded, String line) {}

    /** Libraries that a search finds; what it does not find is looked for again each time somebody asks. */
    public CudaLibraries(Supplier<CudaSearch> searches) {
        this.searches = searches;
    }

    /** Those of this process. */
    public static CudaLibraries ofProcess() {
        return PROCESS;
    }

    /**
     * Makes a library's functions callable, and the driver's before.
     *
     * @return its version and file
     * @throws GatunException with the same sentence on every call, if it is missing or does not work
     */
    public String load(CudaLibrary library) {
        Outcome outcome = outcome(library);
        if (!outcome.isLoaded()) {
            throw new GatunException(outcome.line());
        }
        return outcome.line();
    }

    /** Version and file of a library, or why there is none. */
    public String describe(CudaLibrary library) {
        if (!library.isDriver() && !outcome(CudaLibrary.DRIVER).isLoaded()) {
            Optional<Path> file = searches.get().find(library);
            return file.map(found -> found + ", not loaded without a driver")
                    .orElseGet(() -> String.valueOf(missing(library, library).getMessage()));
        }
        return outcome(library).line();
    }

    /**
     * Loads the driver and finds all else that a device needs, without loading it.
     *
     * @throws GatunException with one sentence, if something is missing
     */
    public void requireAll() {
        load(CudaLibrary.DRIVER);
        for (CudaLibrary library : CudaLibrary.NEEDED) {
            require(library);
        }
    }

    /**
     * Finds a library, without loading it.
     *
     * @throws GatunException with one sentence, if it or the driver is missing
     */
    public Path find(CudaLibrary library) {
        load(CudaLibrary.DRIVER);
        return require(library);
    }

    private synchronized Outcome outcome(CudaLibrary library) {
        Outcome known = outcomes.get(library);
        if (known != null) {
            return known;
        }
        Path file;
        try {
            if (!library.isDriver()) {
                load(CudaLibrary.DRIVER);
            }
            file = require(library);
        } catch (GatunException | LibraryException e) {
            return new Outcome(false, Objects.toString(e.getMessage()));
        }
        try {
            known = new Outcome(true, open(library, file));
        } catch (GatunException | LibraryException e) {
            known = new Outcome(false, Objects.toString(e.getMessage()));
        }
        outcomes.put(library, known);
        return known;
    }

    private String open(CudaLibrary library, Path file) {
        if (library.equals(CudaLibrary.NVRTC)) {
            loadBuiltins(file);
        }
        Libraries.load(file, library.symbol());
        return version(library, file) + ", " + file;
    }

    /** The version of a library that was loaded, as it says itself. */
    private String version(CudaLibrary library, Path file) {
        if (library.isDriver()) {
            return startDriver(file);
        }
        if (library.equals(CudaLibrary.NVRTC)) {
            return nvrtcVersion();
        }
        if (library.equals(CudaLibrary.CUBLAS)) {
            return IntStream.of(Cublas.MAJOR_VERSION(), Cublas.MINOR_VERSION(), Cublas.PATCH_LEVEL())
                    .mapToObj(CudaLibraries::cublasProperty)
                    .collect(Collectors.joining("."));
        }
        return threeParts(
                library.equals(CudaLibrary.CUBLASLT) ? CublasLt.cublasLtGetVersion() : Cudnn.cudnnGetVersion());
    }

    private static String cublasProperty(int property) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment answer = arena.allocate(ValueLayout.JAVA_INT);
            int status = Cublas.cublasGetProperty(property, answer);
            if (status != Cublas.CUBLAS_STATUS_SUCCESS()) {
                throw new GatunException("cuda: cublasGetProperty: status " + status);
            }
            return Integer.toString(answer.get(ValueLayout.JAVA_INT, 0));
        }
    }

    /** The file of a library that fits the driver. */
    private Path require(CudaLibrary library) {
        CudaLibrary fitting = library.isDriver() ? library : library.upTo(driverVersion / 1000);
        try {
            return searches.get().find(fitting).orElseThrow(() -> missing(library, fitting));
        } catch (LibraryException e) { // one of that name which is another library
            throw new GatunException("cuda: " + e.getMessage(), e);
        }
    }

    private GatunException missing(CudaLibrary library, CudaLibrary fitting) {
        CudaSearch search = searches.get();
        String line = "cuda: no " + library.name() + ": " + search.places(fitting);
        Optional<Path> tooNew = fitting.equals(library) ? Optional.empty() : search.find(library);
        return new GatunException(line
                + tooNew.map(file -> "; " + file + " is too new for the driver's CUDA " + version(driverVersion))
                        .orElse(""));
    }

    private String startDriver(Path file) {
        int status = Cuda.cuInit(0);
        if (status != Cuda.CUDA_SUCCESS()) {
            throw new GatunException("cuda: no usable card: cuInit: " + CudaStatus.text(status) + ": " + file);
        }
        int version = readInt(Cuda::cuDriverGetVersion, "cuDriverGetVersion");
        if (version < OLDEST_DRIVER) {
            throw new GatunException("cuda: the driver is too old: it has CUDA " + version(version) + ", needed is "
                    + version(OLDEST_DRIVER) + ": " + file);
        }
        if (readInt(Cuda::cuDeviceGetCount, "cuDeviceGetCount") == 0) {
            throw new GatunException("cuda: no card: the driver counts none: " + file);
        }
        driverVersion = version;
        return version(version);
    }

    private static String nvrtcVersion() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment major = arena.allocate(ValueLayout.JAVA_INT);
            MemorySegment minor = arena.allocate(ValueLayout.JAVA_INT);
            int status = Nvrtc.nvrtcVersion(major, minor);
            if (status != Nvrtc.NVRTC_SUCCESS()) {
                throw new GatunException("cuda: nvrtcVersion: status " + status);
            }
            return major.get(ValueLayout.JAVA_INT, 0) + "." + minor.get(ValueLayout.JAVA_INT, 0);
        }
    }

    /** NVRTC loads its builtins by soname, which finds them only where the loader looks, or if they are loaded. */
    private static void loadBuiltins(Path nvrtc) {
        Path folder = Objects.requireNonNull(nvrtc.toAbsolutePath().getParent());
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "libnvrtc-builtins.so.*")) {
            for (Path file : files) {
                Libraries.load(file.toRealPath());
            }
        } catch (IOException e) {
            throw new GatunException("cuda: cannot read " + folder + ": " + e, e);
        }
    }

    /** A call that stores an int. */
    @FunctionalInterface
    private interface IntQuery {
        int ask(MemorySegment answer);
    }

    private static int readInt(IntQuery query, String call) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment answer = arena.allocate(ValueLayout.JAVA_INT);
            CudaStatus.check(query.ask(answer), call);
            return answer.get(ValueLayout.JAVA_INT, 0);
        }
    }

    /** 9.5.0 for 90500. */
    private static String threeParts(long number) {
        return number / 10_000 + "." + number % 10_000 / 100 + "." + number % 100;
    }

    /** 13.0 for 13000. */
    private static String version(int number) {
        return number / 1000 + "." + number % 1000 / 10;
    }
}
