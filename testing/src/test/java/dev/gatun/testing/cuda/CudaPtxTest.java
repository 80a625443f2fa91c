package dev.gatun.testing.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** NVIDIA's own compiler takes every kernel, for the oldest card that it knows: the emulator's accepts more. */
class CudaPtxTest {
    @BeforeAll
    static void need() {
        Tools.assumeNvcc();
    }

    static List<String> sources() throws IOException {
        try (Stream<Path> files = Files.list(Tools.kernels())) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".cu"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("sources")
    void source_compiledToPtx_hasNoErrors(String source, @TempDir Path folder) {
        Tools.Outcome outcome = Tools.run(List.of(
                "nvcc",
                "-ptx",
                "-std=c++17",
                "-arch=compute_75",
                "--fmad=false",
                "-o",
                folder.resolve("kernels.ptx").toString(),
                Tools.kernels().resolve(source).toString()));
        assertEquals(0, outcome.code(), outcome.output());
    }
}
