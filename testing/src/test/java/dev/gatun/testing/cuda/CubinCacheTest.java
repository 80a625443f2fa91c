package dev.gatun.testing.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gatun.runtime.cuda.CubinCache;
import dev.gatun.runtime.cuda.CudaSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compiled kernels on disk: found by all that made them, whole or not at all. */
class CubinCacheTest {
    private static final List<String> OPTIONS = List.of("--gpu-architecture=sm_90");
    private static final CudaSource SOURCE = new CudaSource("a.cu", "text", List.of());
    private static final byte[] IMAGE = new byte[100_000];

    static {
        Arrays.fill(IMAGE, (byte) 7);
    }

    @TempDir
    private Path folder = Path.of("");

    private final AtomicInteger compiled = new AtomicInteger();

    private byte[] get(CudaSource source, List<String> options, String version) {
        return new CubinCache(folder.resolve("cuda")).get(source, options, version, () -> {
            compiled.incrementAndGet();
            return IMAGE;
        });
    }

    private Path onlyFile() throws IOException {
        try (var files = Files.list(folder.resolve("cuda"))) {
            return files.reduce((a, b) -> {
                        throw new AssertionError("several files: " + a + ", " + b);
                    })
                    .orElseThrow();
        }
    }

    @Test
    void get_aSecondTime_compilesNothing() throws IOException {
        assertArrayEquals(IMAGE, get(SOURCE, OPTIONS, "13.0"));
        assertArrayEquals(IMAGE, get(SOURCE, OPTIONS, "13.0"));
        assertEquals(1, compiled.get());
        onlyFile();
    }

    @Test
    void get_anythingElse_compilesAnew() {
        get(SOURCE, OPTIONS, "13.0");
        get(new CudaSource("a.cu", "text ", List.of()), OPTIONS, "13.0");
        get(SOURCE, List.of("--gpu-architecture=sm_80"), "13.0");
        get(SOURCE, List.of("--gpu-architecture=sm_", "90"), "13.0");
        get(SOURCE, OPTIONS, "13.1");
        assertEquals(5, compiled.get());
    }

    @Test
    void get_damagedFile_isMadeAnew() throws IOException {
        get(SOURCE, OPTIONS, "13.0");
        byte[] whole = Files.readAllBytes(onlyFile());
        for (int length : new int[] {0, 31, 32, 33, whole.length - 1}) {
            Files.write(onlyFile(), Arrays.copyOf(whole, length));
            assertArrayEquals(IMAGE, get(SOURCE, OPTIONS, "13.0"));
        }
        byte[] changed = whole.clone();
        changed[whole.length / 2]++;
        Files.write(onlyFile(), changed);
        assertArrayEquals(IMAGE, get(SOURCE, OPTIONS, "13.0"));
        assertEquals(7, compiled.get());
        assertArrayEquals(whole, Files.readAllBytes(onlyFile()));
    }

    @Test
    void get_folderThatCannotBeMade_compilesEachTime() throws IOException {
        Files.writeString(folder.resolve("cuda"), "in the way");
        assertArrayEquals(IMAGE, get(SOURCE, OPTIONS, "13.0"));
        assertArrayEquals(IMAGE, get(SOURCE, OPTIONS, "13.0"));
        assertEquals(2, compiled.get());
    }

    @Test
    void get_manyAtOnce_seeWholeFiles() throws IOException, InterruptedException, ExecutionException {
        List<Future<byte[]>> all = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            for (int i = 0; i < 200; i++) {
                all.add(threads.submit(() -> get(SOURCE, OPTIONS, "13.0")));
            }
        }
        for (Future<byte[]> each : all) {
            assertArrayEquals(IMAGE, each.get());
        }
        onlyFile();
    }
}
