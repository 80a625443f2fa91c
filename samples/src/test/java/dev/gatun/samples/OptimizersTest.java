package dev.gatun.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OptimizersTest {
    private static final String START_VALUE = " f ";

    @Test
    void optimizers_gradientDescent_printsTheTutorialsNumbers() {
        Run run = Run.of("optimizers");
        run.assertSucceeds();
        List<String> numbers = List.of(
                "2.0000", "1.6800", "1.4903", "1.3579", "1.2578", "1.1782", "1.1128", "1.0576", "1.0103", "0.9691");
        for (int i = 0; i < numbers.size(); i++) {
            assertEquals("x_" + i + " = " + numbers.get(i), run.lines().get(1 + i));
        }
    }

    @Test
    void optimizers_each_descends() {
        Run run = Run.of("optimizers");
        for (OptimizerName name : OptimizerName.values()) {
            String line = run.lines().stream()
                    .filter(l -> l.startsWith(name + " "))
                    .findFirst()
                    .orElseThrow();
            double f = Double.parseDouble(line.substring(line.indexOf(START_VALUE) + START_VALUE.length()));
            assertTrue(f < 1.5, line); // from 6.45
        }
    }

    @Test
    void optimizers_out_drawsThem(@TempDir Path folder) {
        Run.of("optimizers", "--out", folder.toString()).assertSucceeds();
        assertTrue(Files.isRegularFile(folder.resolve("gradient-descent.png")));
        assertTrue(Files.isRegularFile(folder.resolve("optimizers.png")));
    }
}
