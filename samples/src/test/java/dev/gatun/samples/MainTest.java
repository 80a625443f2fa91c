package dev.gatun.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MainTest {
    private static final List<String> SAMPLES = List.of(
            "linear-regression",
            "activations",
            "optimizers",
            "mnist",
            "mnist-minibatch",
            "mnist-regularization",
            "lenet",
            "thermometer",
            "bikes",
            "wine",
            "text",
            "images",
            "volume",
            "serve",
            "devices",
            "zero-copy");

    private static final String COMMON = "data device epochs help out seed threads";

    private static String options(String names) {
        return Stream.of(names.split(" ")).sorted().map("--"::concat).collect(Collectors.joining(", "));
    }

    @Test
    void main_noArguments_listsTheSamples() {
        Run run = Run.of();
        run.assertSucceeds();
        assertEquals(
                SAMPLES,
                run.lines().stream()
                        .skip(1)
                        .map(line -> line.strip().split(" ", -1)[0])
                        .toList());
        assertTrue(run.lines().stream().allMatch(line -> line.length() <= 120), run.out());
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "mnist --help", "mnist -h", "serve --help"})
    void main_help_endsWell(String line) {
        Run run = Run.of(line.split(" "));
        run.assertSucceeds();
        assertEquals("", run.err());
    }

    @Test
    void main_unknownSample_listsTheSamples() {
        Run.of("minst").assertRefuses("samples/run: unknown sample 'minst'; samples: " + String.join(", ", SAMPLES));
    }

    @Test
    void main_unknownOption_listsTheOptions() {
        Run.of("--bogus").assertRefuses("samples/run: unknown option '--bogus'; options: --help");
        String wanted = options(COMMON + " activation batch-size hidden lr optimizer");
        Run.of("mnist", "--epoch", "3").assertRefuses("mnist: unknown option '--epoch'; options: " + wanted);
        Run.of("mnist", "again").assertRefuses("mnist: unexpected argument 'again'; options: " + wanted);
    }

    @Test
    void main_optionOfAnotherSample_listsTheOptions() {
        Run.of("lenet", "--lr", "1").assertRefuses("lenet: unknown option '--lr'; options: " + options(COMMON));
    }

    @Test
    void main_everySample_takesTheCommonOptions() {
        for (String sample : SAMPLES) {
            Run.of(sample, "--epochs", "0").assertRefuses(sample + ": --epochs: must be at least 1: 0");
            Run run = Run.of(sample, "--help");
            run.assertSucceeds();
            for (String option : COMMON.split(" ", -1)) {
                assertTrue(run.out().contains("--" + option), run.out());
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--epochs 0         | --epochs: must be at least 1: 0",
                "--epochs -1        | --epochs: must be at least 1: -1",
                "--epochs many      | --epochs: must be a whole number up to 2147483647: many",
                "--epochs           | Missing required parameter for option '--epochs' (N)",
                "--batch-size 0     | --batch-size: must be at least 1: 0",
                "--batch-size 1e9   | --batch-size: must be a whole number up to 2147483647: 1e9",
                "--lr 0             | --lr: must be a positive number: 0.0",
                "--lr -1            | --lr: must be a positive number: -1.0",
                "--lr NaN           | --lr: must be a positive number: NaN",
                "--lr small         | --lr: must be a number: small",
                "--optimizer newton | --optimizer: must be one of sgd, adadelta, adagrad, adam, adamw, sparseadam, adamax, asgd,"
                        + " lbfgs, rmsprop, rprop, nadam, radam: newton",
                "--activation step  | --activation: must be one of relu, sigmoid, tanh, leakyrelu, elu, prelu, relu6, selu, celu,"
                        + " gelu, silu, mish, softplus, softsign, logsigmoid, hardtanh, hardsigmoid, hardswish,"
                        + " tanhshrink, softshrink, hardshrink: step",
                "--hidden 256,      | --hidden: must be sizes of at least 1, as in 256,256: 256,",
                "--hidden 0         | --hidden: must be sizes of at least 1, as in 256,256: 0",
                "--hidden 2147483647,2147483647 | --hidden: more than 500 million weights: 2147483647,2147483647",
                "--seed one         | --seed: must be a whole number: one",
                "--device tpu       | --device: must be one of auto, cpu, cuda: tpu",
                "--threads 0        | --threads: must be at least 1: 0",
                "--data no/such     | --data: no such folder: no/such",
            })
    void main_badValue_saysWhatWasWanted(String line, String message) {
        Run.of(("mnist " + line).split(" ")).assertRefuses("mnist: " + message);
    }

    @Test
    void main_manyThreads_areRefusedByTheLibrary() {
        Run run = Run.of("mnist", "--threads", "1000000");
        assertEquals(2, run.code());
        assertEquals(1, run.err().lines().count(), run.err());
        assertTrue(run.err().startsWith("mnist: threads: "), run.err());
    }

    @Test
    void main_noSuchDevice_isRefused() {
        Run run = Run.of("mnist", "--device", "cuda");
        assertEquals(2, run.code());
        assertEquals(1, run.err().lines().count(), run.err());
        assertTrue(run.err().startsWith("mnist: --device cuda: no "), run.err());
    }

    @Test
    void main_debug_printsTheTrace(@TempDir Path empty) {
        String before = System.getProperty("gatun.debug");
        System.setProperty("gatun.debug", "");
        try {
            Run run = Run.of("mnist", "--data", empty.toString());
            assertEquals(2, run.code());
            assertTrue(run.err().contains("\tat dev.gatun."), run.err());
        } finally {
            if (before == null) {
                System.clearProperty("gatun.debug");
            } else {
                System.setProperty("gatun.debug", before);
            }
        }
    }
}
