package dev.gatun.testing.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** NVIDIA's own compiler takes every kernel, for the oldest card that it knows: the emulator's accepts more. */
class CudaPtxTest {
    private static final Ahead<String, Tools.Outcome> OUTCOMES = new Ahead<>();

    @TempDir
    private static Path folder = Path.of("");

    @BeforeAll
    static void begin() throws IOException {
        Tools.assumeNvcc();
        // Ten times faster, where nvcc knows it; what the code is like does not matter here.
        boolean isQuick = Tools.run(List.of("nvcc", "--help")).output().contains("--Ofast-compile");
        List<String> options = isQuick ? List.of("--Ofast-compile=max") : List.of();
        sources().forEach(source -> OUTCOMES.begin(source, () -> compile(source, options)));
    }

    @AfterAll
    static void stop() {
        OUTCOMES.close();
    }

    static List<String> sources() throws IOException {
        try (Stream<Path> files = Files.list(Tools.kernels())) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".cu"))
                    .sorted()
                    .toList();
        }
    }

    private static Tools.Outcome compile(String source, List<String> options) {
        List<String> command =
                new ArrayList<>(List.of("nvcc", "-ptx", "-std=c++17", "-arch=compute_75", "--fmad=false"));
        command.addAll(options);
        command.addAll(List.of("-o", folder.resolve(source + ".ptx").toString()));
        command.add(Tools.kernels().resolve(source).toString());
        return Tools.run(command);
    }

    @ParameterizedTest
    @MethodSource("sources")
    void source_compiledToPtx_hasNoErrors(String source) throws Exception {
        Tools.Outcome outcome = OUTCOMES.get(source);
        assertEquals(0, outcome.code(), outcome.output());
    }
}
