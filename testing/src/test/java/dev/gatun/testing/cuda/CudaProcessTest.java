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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
        List<String> command =
                Tools.java(folder, List.of("-Dgatun.cuda.path=" + folder), Report.class, folder.toString());
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
        assertTrue(lines.get(3).startsWith("cuBLAS   13.0.2, " + folder), text);
        assertTrue(lines.get(4).startsWith("cuBLASLt 13.0.2, " + folder), text);
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
        assertEquals("9.5.0, " + folder.resolve("libcudnn.so.9"), after("cuDNN    ", lines));
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

    /** Those before it fit the driver. */
    @ParameterizedTest
    @CsvSource({"NVRTC, 1", "cuBLAS, 2", "cuBLASLt, 3"})
    void process_libraryThatIsTooNew_isNamed(String name, int place) throws IOException {
        for (int i = 1; i < place; i++) {
            Files.copy(CudaStubs.FOLDER.resolve(NEEDED[i]), folder.resolve(older(NEEDED[i])));
        }
        List<String> lines = report(Map.of("GATUN_STUB_VERSION", "12080"), NEEDED);
        assertEquals(
                "cuda: no " + name + ": looked for " + older(NEEDED[place])
                        + " on the loader path, in CUDA toolkits and Python's nvidia folders (there are none) and below"
                        + " GATUN_CUDA_PATH (" + folder + "); " + folder.resolve(NEEDED[place])
                        + " is too new for the driver's CUDA 12.8",
                after("alone, ", lines));
    }

    private static String older(String soname) {
        return soname.replace(".13", ".12");
    }

    /** What needs cuDNN says so when it is called; all else works. */
    @Test
    void process_withoutCudnn_saysSoAtAConvolution() throws IOException {
        String line = after("convolution ", report(Map.of(), NEEDED));
        assertTrue(line.startsWith("cuda: no cuDNN: looked for libcudnn.so.9 on the loader path"), line);
    }
}
