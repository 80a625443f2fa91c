package dev.gatun.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ActivationsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Sigmoid()                      | 0.1192 0.5000 0.8808 0.1050 0.2500 0.1050",
                "Tanh()                         | -0.9640 0.0000 0.9640 0.0707 1.0000 0.0707",
                "ReLU()                         | 0.0000 0.0000 2.0000 0.0000 0.0000 1.0000",
                "LeakyReLU(negative_slope=0.01) | -0.0200 0.0000 2.0000 0.0100 0.0100 1.0000",
                "ELU(alpha=1.0)                 | -0.8647 0.0000 2.0000 0.1353 1.0000 1.0000",
                "Maxout: max(-0.5x - 1, x)      | 0.0000 0.0000 2.0000 -0.5000 1.0000 1.0000",
            })
    void activations_ofTheTutorial_haveTheirValuesAndDerivatives(String name, String values) {
        Run run = Run.of("activations");
        run.assertSucceeds();
        String line = run.lines().stream()
                .filter(l -> l.startsWith(name + " "))
                .findFirst()
                .orElseThrow();
        assertEquals(values, line.substring(name.length()).strip().replaceAll(" +", " "));
    }

    @Test
    void activations_all_areListed() {
        Run run = Run.of("activations");
        assertEquals(ActivationName.values().length + 3, run.lines().size(), run.out());
        assertTrue(run.lines().getFirst().matches(".*: at most [0-9]e-0[5-7]"), run.out());
    }

    @Test
    void activations_out_drawsThem(@TempDir Path folder) {
        Run run = Run.of("activations", "--out", folder.toString());
        run.assertSucceeds();
        assertTrue(Files.isRegularFile(folder.resolve("activations.png")));
    }
}
