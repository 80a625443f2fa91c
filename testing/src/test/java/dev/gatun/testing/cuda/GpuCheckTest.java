package dev.gatun.testing.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code bench/gpu/gpu-check} makes of what its programs say: these are scripts here, which say it. */
class GpuCheckTest {
    private static final String SAYS_NO_CARD = """
            case "$*" in *"Gpu report"*) echo "cpu, 2 threads"; echo "no usable card: cuda: no driver"; exit 2 ;; esac
            exit 9
            """;
    private static final String SAYS_FIGURES = """
            case "$*" in
            *"Gpu report"*) echo 'cuda:0, a "card", 1.0 GiB'; echo 'cuda:1, another' ;;
            *"Gpu measure"*) printf 'copy_gbs=100.5\\nadd_gbs=95.000\\nexp_gbs=80.000\\nmlp_eager_us=10.000\\n# lenet: none\\n' ;;
            *ConsoleLauncher*) printf '[  3 tests skipped  ]\\n[ 12 tests successful ]\\n[ 0 tests failed ]\\n' ;;
            *mnist*"--epochs 1"*) printf 'Accuracy: 0.8500\\n' ;;
            *mnist*) printf 'Accuracy: 0.9801\\nAccuracy on pixels 0..255 = 0.1000\\n' ;;
            *lenet*) printf 'Epoch: 1 loss = 0.1 accuracy = 0.9702\\nEpoch: 2 loss = 0.1 accuracy = 0.9850\\n' ;;
            *) exit 9 ;;
            esac
            """;

    @TempDir
    private Path folder = Path.of("");

    @BeforeEach
    void unpack() throws IOException {
        Files.createDirectories(folder.resolve("testing"));
        Files.createDirectories(folder.resolve("java/bin"));
        Path own = Path.of("../bench/gpu").toAbsolutePath().normalize();
        for (String name : List.of("gpu-check", "torch_figures.py")) {
            Files.copy(own.resolve(name), folder.resolve(name));
        }
        program("python3", "echo 'No module named torch' >&2; exit 1");
    }

    private void program(String name, String text) throws IOException {
        Path file = folder.resolve("java/bin").resolve(name);
        Files.writeString(file, "#!/bin/sh\n" + text);
        assertTrue(file.toFile().setExecutable(true));
    }

    private Tools.Outcome check(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                "env",
                "PATH=" + folder.resolve("java/bin") + ":/usr/bin:/bin",
                "bash",
                folder.resolve("gpu-check").toString()));
        command.addAll(List.of(arguments));
        return Tools.run(command);
    }

    private String result(String name) throws IOException {
        return Files.readString(folder.resolve("results").resolve(name));
    }

    @Test
    void check_withoutACard_saysWhatIsMissingAndWhatWasNotRun() throws IOException {
        program("java", SAYS_NO_CARD);
        Tools.Outcome outcome = check();
        assertEquals(2, outcome.code(), outcome.output());
        assertTrue(outcome.output().startsWith("cpu, 2 threads\nno usable card: cuda: no driver\n"), outcome.output());
        for (String part : List.of("tests: cuda", "mnist accuracy", "lenet accuracy", "PyTorch")) {
            assertTrue(result("table.md").contains("| " + part + " | not run: no usable card |  |\n"), part);
            assertTrue(
                    result("figures.json")
                            .contains("    \"" + part
                                    + "\": {\"gatun\": \"not run: no usable card\", \"pytorch\": null}"),
                    part);
        }
        assertTrue(
                result("figures.json").startsWith("{\n  \"device\": \"no usable card: cuda: no driver\",\n"),
                result("figures.json"));
    }

    @Test
    void check_withACard_writesFiguresAndGoals() throws IOException {
        program("java", SAYS_FIGURES);
        Tools.Outcome outcome = check("--only", "tests,samples,figures");
        assertEquals(0, outcome.code(), outcome.output());
        String seconds = "in \\d+ s";
        assertEquals("""
                cuda:0, a "card", 1.0 GiB

                | | Gatun | PyTorch |
                |---|---|---|
                | tests: cuda | 12 good, 3 skipped, 0 failed |  |
                | mnist accuracy | 0.9801 in # |  |
                | lenet accuracy | 0.9850 in # |  |
                | copy_gbs | 100.5 |  |
                | add_gbs | 95.000 |  |
                | exp_gbs | 80.000 |  |
                | mlp_eager_us | 10.000 |  |
                | compute-sanitizer | not run |  |

                | goal | at least | is | |
                |---|---|---|---|
                | perceptron's step: PyTorch's eager / Gatun's | 3 |  | not measured |
                | perceptron's step: PyTorch's eager / Gatun's graph | 6 |  | not measured |
                | perceptron's step: PyTorch's graph / Gatun's | 1 |  | not measured |
                | LeNet's step: PyTorch's eager / Gatun's graph | 3 |  | not measured |
                | add: bandwidth / a device copy's | 0.90 | 0.945 | reached |
                | exp: bandwidth / a device copy's | 0.90 | 0.796 | missed |
                | product: Gatun's rate / cuBLAS's by PyTorch | 0.98 |  | not measured |

                # lenet: none
                # no PyTorch: No module named torch
                """, result("table.md").replaceAll(seconds, "in #"));
        String json = result("figures.json").replaceAll(seconds, "in #");
        assertTrue(json.startsWith("""
                {
                  "device": "cuda:0, a \\"card\\", 1.0 GiB",
                  "figures": {
                    "tests: cuda": {"gatun": "12 good, 3 skipped, 0 failed", "pytorch": null},
                    "mnist accuracy": {"gatun": "0.9801 in #", "pytorch": null},
                """), json);
        assertTrue(json.contains("    \"copy_gbs\": {\"gatun\": 100.5, \"pytorch\": null},\n"), json);
        assertTrue(json.endsWith("""
                    "product: Gatun's rate / cuBLAS's by PyTorch": {"least": 0.98, "is": null, "verdict": "not measured"}
                  }
                }
                """), json);
    }

    @Test
    void check_ofSomePartsAndSmall_runsNoOthers() throws IOException {
        program("java", SAYS_FIGURES);
        Tools.Outcome outcome = check("--small", "--only", "samples");
        assertEquals(0, outcome.code(), outcome.output());
        assertTrue(result("table.md").contains("| mnist accuracy | 0.8500 "), result("table.md"));
        assertFalse(result("table.md").contains("lenet"), result("table.md"));
        assertTrue(result("table.md").contains("| tests: cuda | not run |"), result("table.md"));
        assertFalse(result("table.md").contains("copy_gbs"), result("table.md"));
    }

    @Test
    void check_whatFails_isNamedAndIsCode1() throws IOException {
        program("java", SAYS_FIGURES.replace("*lenet*)", "*no*)"));
        Tools.Outcome outcome = check("--only", "samples");
        assertEquals(1, outcome.code(), outcome.output());
        assertTrue(outcome.output().contains("gpu-check: failed: lenet: "), outcome.output());
        assertTrue(result("table.md").contains("| lenet accuracy | failed: "), result("table.md"));
    }

    @Test
    void check_wrongArguments_areCode2() {
        assertEquals(new Tools.Outcome(2, "gpu-check: unknown argument --x; --help lists them\n"), check("--x"));
        assertEquals(new Tools.Outcome(2, "gpu-check: --out needs a value\n"), check("--out"));
        assertEquals(
                new Tools.Outcome(2, "gpu-check: --only: not one of tests, samples, figures, sanitizer: test\n"),
                check("--only", "figures,test"));
        assertFalse(Files.exists(folder.resolve("results")));
    }
}
