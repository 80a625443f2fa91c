package dev.gatun.testing.cuda;

import dev.gatun.runtime.GatunException;
import dev.gatun.runtime.cuda.CudaDevice;
import dev.gatun.runtime.cuda.Launcher;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * CUDA's libraries for tests without a card, built from {@code testing/src/test/cuda}: the driver over the emulator, NVRTC
 * that compiles for it, cuBLAS, cuBLASLt and cuDNN. With {@code -Dgatun.test.cuda=card} the tests run on the card of this
 * machine instead, and those that need the stubs are skipped.
 */
public final class CudaStubs {
    private static final Path SOURCES = Path.of("src/test/cuda").toAbsolutePath();
    private static final Path KERNELS =
            Path.of("../native/cuda").toAbsolutePath().normalize();
    static final Path FOLDER = Path.of("target/cuda-stubs").toAbsolutePath();
    private static final boolean CARD = "card".equals(System.getProperty("gatun.test.cuda"));

    static {
        if (System.getProperty("gatun.cuda.sources") == null) {
            System.setProperty("gatun.cuda.sources", SOURCES.resolve("kernels") + ":" + KERNELS);
        }
        if (CARD) {
            // The contract uses all of them, on the only device there may be.
            System.setProperty("gatun.cuda.rows", "false");
        }
    }

    private static @Nullable String missing;
    private static boolean built;
    private static boolean compiled;

    private CudaStubs() {}

    /** The first device, of the stubs or a card; skips the test, with a sentence, where there is neither. */
    public static CudaDevice device() {
        if (!CARD) {
            build();
            return CudaDevice.get(0);
        }
        try {
            return CudaDevice.get(0);
        } catch (GatunException e) {
            return Assumptions.abort("needs a card: " + e.getMessage());
        }
    }

    /**
     * A device whose sources are compiled as a whole, for who uses all of them, and on which every array is memory of its
     * own, so that the checks of the emulator see where it ends; a card's first device, which bench/gpu/gpu-check starts so
     * for the tools that watch a card. Skips the test as {@link #device} does.
     */
    public static synchronized CudaDevice checkedDevice() {
        CudaDevice first = device();
        CudaDevice checked = CARD ? first : ownMemory();
        if (!compiled) {
            compiled = true;
            compileAll(checked);
        }
        return checked;
    }

    /** The second device, started with other properties than the first. */
    private static CudaDevice ownMemory() {
        List<String> off = List.of("gatun.cuda.rows", "gatun.cuda.memory.caching");
        off.forEach(property -> System.setProperty(property, "false"));
        try {
            return CudaDevice.get(1);
        } finally {
            off.forEach(System::clearProperty);
        }
    }

    /** Compiles all sources at the same time, by asking each for a kernel that it does not have. */
    private static void compileAll(CudaDevice device) {
        try (Stream<Path> files = Files.list(KERNELS)) {
            files
                    .map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".cu"))
                    .toList()
                    .parallelStream()
                    .map(name -> new Launcher(device, name.substring(0, name.lastIndexOf('.'))))
                    .forEach(launcher -> Assertions.assertThrows(GatunException.class, () -> launcher.kernel("none")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether the tests run on a card, and not on the emulator. */
    public static boolean isCard() {
        return CARD;
    }

    /** Makes the stubs the libraries of this process; skips the test where they are not to be used or cannot be built. */
    static void require() {
        Assumptions.assumeFalse(CARD, "needs the stubs of CUDA's libraries: the tests run on a card");
        build();
    }

    private static synchronized void build() {
        if (!built) {
            System.setProperty("gatun.cuda.path", FOLDER.toString());
            missing = run(SOURCES.resolve("build.sh").toString(), "stubs", FOLDER.toString());
            built = true;
        }
        Assumptions.assumeTrue(missing == null, missing);
    }

    /** The sentence of what this machine lacks for a build; a build that goes wrong is a failure. */
    private static @Nullable String run(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() == 0) {
                return null;
            }
            if (output.startsWith("gatun: ")) {
                return output.strip();
            }
            throw new AssertionError(output);
        } catch (IOException e) {
            return String.valueOf(e.getMessage()); // no bash
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Lets a call of the driver fail once, after it went well so many times. */
    static void fail(String call, int status, long after) {
        MethodHandle function = function(
                "gatun_stub_fail",
                FunctionDescriptor.ofVoid(ValueLayout.ADDRESS, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocateFrom(call);
            function.invokeExact(name, status, after);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private static MethodHandle function(String name, FunctionDescriptor type) {
        SymbolLookup driver = SymbolLookup.libraryLookup(FOLDER.resolve("libcuda.so.1"), Arena.global());
        return Linker.nativeLinker().downcallHandle(driver.find(name).orElseThrow(), type);
    }
}
