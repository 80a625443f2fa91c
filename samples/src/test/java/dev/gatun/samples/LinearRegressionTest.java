package dev.gatun.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LinearRegressionTest {
    private static double cost(String line) {
        return Double.parseDouble(line.substring(line.lastIndexOf(' ')));
    }

    @Test
    void linearRegression_allEpochs_printsALineForEachBatch() {
        Run run = Run.of("linear-regression");
        run.assertSucceeds();
        List<String> lines = run.lines();
        assertEquals(63, lines.size(), run.out());
        for (int i = 0; i < lines.size(); i++) {
            String wanted = "Epoch %4d/  20 Batch %d/3 Cost : \\d+\\.\\d{6}".formatted(i / 3, i % 3 + 1);
            assertTrue(lines.get(i).matches(wanted), lines.get(i));
        }
        assertTrue(cost(lines.getFirst()) > 1000, run.out());
        assertTrue(lines.subList(30, 63).stream().allMatch(line -> cost(line) < 50), run.out());
    }

    @Test
    void linearRegression_out_drawsTheCost(@TempDir Path folder) {
        Run.of("linear-regression", "--out", folder.toString()).assertSucceeds();
        assertTrue(Files.isRegularFile(folder.resolve("cost.png")));
    }

    @Test
    void linearRegression_twoEpochs_endsThere() {
        Run run = Run.of("linear-regression", "--epochs", "2");
        run.assertSucceeds();
        assertTrue(run.lines().getLast().startsWith("Epoch    1/   1 Batch 3/3 Cost : "), run.out());
    }
}
