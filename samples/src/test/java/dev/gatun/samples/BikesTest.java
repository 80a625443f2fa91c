package dev.gatun.samples;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BikesTest {
    @Test
    void bikes_realData_printsTheDocumentsDigitsAndBeatsYesterday(@TempDir Path folder) throws IOException {
        Run run = Run.of("bikes", "--data", Run.realData(), "--out", folder.toString());
        run.assertSucceeds();
        Printed.assertBlocks(run, """
                tensor([[1.0000e+00, 1.0000e+00, 1.0000e+00, ..., 3.0000e+00, 1.3000e+01,
                1.6000e+01],
                [2.0000e+00, 1.0000e+00, 1.0000e+00, ..., 8.0000e+00, 3.2000e+01,
                4.0000e+01],
                [3.0000e+00, 1.0000e+00, 1.0000e+00, ..., 5.0000e+00, 2.7000e+01,
                3.2000e+01],
                ...,
                [1.7377e+04, 3.1000e+01, 1.0000e+00, ..., 7.0000e+00, 8.3000e+01,
                9.0000e+01],
                [1.7378e+04, 3.1000e+01, 1.0000e+00, ..., 1.3000e+01, 4.8000e+01,
                6.1000e+01],
                [1.7379e+04, 3.1000e+01, 1.0000e+00, ..., 1.2000e+01, 3.7000e+01,
                4.9000e+01]])
                ([17520, 17], [17, 1])
                ([730, 24, 17], [408, 17, 1])
                ([730, 17, 24], [408, 1, 17])
                tensor([1, 1, 1, 1, 1, 2, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 3, 3, 2, 2, 2, 2])
                tensor([[0.1000, 0.0000, 0.0000, 0.0000],
                [0.1000, 0.0000, 0.0000, 0.0000],
                [0.1000, 0.0000, 0.0000, 0.0000],
                [0.1000, 0.0000, 0.0000, 0.0000],
                [0.1000, 0.0000, 0.0000, 0.0000],
                [0.0000, 0.1000, 0.0000, 0.0000],
                [0.1000, 0.0000, 0.0000, 0.0000],
                [0.1000, 0.0000, 0.0000, 0.0000],
                [0.1000, 0.0000, 0.0000, 0.0000],
                [0.1000, 0.0000, 0.0000, 0.0000],
                [0.1000, 0.0000, 0.0000, 0.0000],
                [0.1000, 0.0000, 0.0000, 0.0000],
                [0.1000, 0.0000, 0.0000, 0.0000],
                [0.0000, 0.1000, 0.0000, 0.0000],
                [0.0000, 0.1000, 0.0000, 0.0000],
                [0.0000, 0.1000, 0.0000, 0.0000],
                [0.0000, 0.1000, 0.0000, 0.0000],
                [0.0000, 0.1000, 0.0000, 0.0000],
                [0.0000, 0.0000, 0.1000, 0.0000],
                [0.0000, 0.0000, 0.1000, 0.0000],
                [0.0000, 0.1000, 0.0000, 0.0000],
                [0.0000, 0.1000, 0.0000, 0.0000],
                [0.0000, 0.1000, 0.0000, 0.0000],
                [0.0000, 0.1000, 0.0000, 0.0000]])
                tensor([[ 1.0000, 1.0000, 1.0000, 0.0000, 1.0000, 0.0000, 0.0000, 6.0000,
                0.0000, 1.0000, 0.2400, 0.2879, 0.8100, 0.0000, 3.0000, 13.0000,
                16.0000, 0.0000, 0.0000, 0.0000, 0.0000]])
                [730, 4, 24]
                [730, 21, 24]
                """);
        double yesterday = Printed.number(run, "same hour yesterday: (\\S+)");
        double network = Printed.number(run, "network: (\\S+)");
        assertTrue(network < 0.8 * yesterday, run.out());
        Printed.assertPictures(folder, "bikes-losses.png", "bikes-week.png");
    }

    @Test
    void bikes_hoursMissing_isRefused(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("hour-fixed.csv");
        Files.writeString(file, "instant,dteday\n1,2011-01-01\n");
        Run run = Run.of("bikes", "--data", folder.toString());
        Printed.assertRefused(run, file);
    }
}
