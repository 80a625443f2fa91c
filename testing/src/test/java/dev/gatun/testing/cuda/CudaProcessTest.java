package dev.gatun.testing.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a process can find out only once: drivers without cards, too old ones, and libraries that do not fit. */
class CudaProcessTest {
    private static final String[] NEEDED = {"libcuda.so.1", "libnvrtc.so.13", "libcublas.so.13", "libcublasLt.so.13"};

    @TempDir
    private Path folder = Path.of("");

    @BeforeEach
    void build() {
        CudaStubs.require();
    }

    /** The lines of {@link Report} in a process of its own, with some of the stubs alone. */
    private List<String> report(Map<String, String> environment, String... libraries) throws IOException {
        for (String library : libraries) {
            Files.copy(CudaStubs.FOLDER.resolve(library), folder.resolve(library));
        }
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-Dgatun.cuda.path=" + folder,
                "-cp",
                System.getProperty("java.class.path")));
        String library = System.getProperty("gatun.library");
        if (library != null) {
            command.add("-Dgatun.library=" + library);
        }
        command.addAll(List.of(Report.class.getName(), folder.toString()));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "GATUN_CUDA_PATH"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
    }

    private static String after(String word, List<String> lines) {
        String all = String.join("\n", lines);
        return lines.stream()
                .filter(line -> line.startsWith(word))
                .findFirst()
                .orElseThrow(() -> new AssertionError(all))
                .substring(word.length());
    }

    @Test
    void process_withACard_reportsIt() throws IOException {
        List<String> lines = report(Map.of(), NEEDED);
        String text = String.join("\n", lines);
        assertTrue(lines.get(1).startsWith("driver   13.0, " + folder), text);
        assertTrue(lines.get(2).startsWith("NVRTC    13."), text);
        assertTrue(lines.get(3).startsWith("cuBLAS   " + folder), text);
        assertTrue(lines.get(4).startsWith("cuBLASLt " + folder), text);
        assertTrue(lines.get(5).startsWith("cuDNN    no cuDNN: looked for libcudnn.so.9 on the loader path"), text);
        assertEquals("cuda:0, Emulated card, 0.5 GiB, compute capability 9.0", lines.get(6));
        assertEquals("cuda:2, Emulated card, 0.5 GiB, compute capability 9.0", lines.get(8));
        assertTrue(text.contains("\ncount 3\nbest cpu\nasked cuda:0, "), text);
    }

    @Test
    void best_withEveryLibrary_isTheCard() throws IOException {
        List<String> libraries = new ArrayList<>(List.of(NEEDED));
        libraries.add("libcudnn.so.9");
        List<String> lines = report(Map.of(), libraries.toArray(String[]::new));
        assertEquals("cuda:0", after("best ", lines));
    }

    @Test
    void process_driverWithoutCards_saysSo() throws IOException {
        List<String> lines = report(Map.of("GATUN_STUB_DEVICES", "0"), "libcuda.so.1");
        String line = "cuda: no usable card: cuInit: CUDA_ERROR_NO_DEVICE (100), said by the stub: "
                + folder.resolve("libcuda.so.1");
        assertEquals(line, after("asked ", lines));
        assertEquals(line.substring("cuda: ".length()), after("driver   ", lines));
        assertTrue(lines.contains("count 0"), String.join("\n", lines));
    }

    @Test
    void process_oldDriver_isRefused() throws IOException {
        List<String> lines = report(Map.of("GATUN_STUB_VERSION", "11080"), "libcuda.so.1");
        assertEquals(
                "cuda: the driver is too old: it has CUDA 11.8, needed is 12.0: " + folder.resolve("libcuda.so.1"),
                after("alone, ", lines));
    }

    @Test
    void process_compilerThatIsTooNew_isNamed() throws IOException {
        List<String> lines = report(Map.of("GATUN_STUB_VERSION", "12080"), NEEDED);
        String line = after("alone, ", lines);
        assertEquals(
                "cuda: no NVRTC: looked for libnvrtc.so.12 on the loader path, in CUDA toolkits and Python's nvidia folders"
                        + " (there are none) and below GATUN_CUDA_PATH (" + folder + "); "
                        + folder.resolve("libnvrtc.so.13") + " is too new for the driver's CUDA 12.8",
                line);
    }

    @Test
    void process_withoutCublas_saysWhatWasLookedFor() throws IOException {
        List<String> lines = report(Map.of(), "libcuda.so.1", "libnvrtc.so.13");
        String line = after("alone, ", lines);
        assertTrue(
                line.startsWith("cuda: no cuBLAS: looked for libcublas.so.13, libcublas.so.12 on the loader path"),
                line);
        assertTrue(lines.contains("count 3"));
    }
}
