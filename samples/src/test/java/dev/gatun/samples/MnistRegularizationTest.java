package dev.gatun.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MnistRegularizationTest {
    private static final Pattern LINE = Pattern.compile("\\[Epoch (\\d+)-(TRAIN|VALID)\\]"
            + " Batchnorm Loss\\(Acc\\): bn_loss:\\d\\.\\d{5}\\(bn_acc:(\\d\\.\\d\\d)\\)"
            + " vs Dropout Loss\\(Acc\\): do_loss:\\d\\.\\d{5}\\(do_acc:(\\d\\.\\d\\d)\\)"
            + " vs Simple NN Loss\\(Acc\\): nn_loss:\\d\\.\\d{5}\\(nn_acc:(\\d\\.\\d\\d)\\)");

    private static Matcher line(Run run, int index) {
        Matcher line = LINE.matcher(run.lines().get(index));
        assertTrue(line.matches(), run.out());
        return line;
    }

    @Test
    void mnistRegularization_realData_batchNormIsFirstAndDropoutLast() {
        Run run = Run.of("mnist-regularization", "--data", Run.realData(), "--epochs", "1");
        run.assertSucceeds();
        assertEquals(4, run.lines().size(), run.out());
        assertEquals("TRAIN", line(run, 0).group(2));
        Matcher valid = line(run, 1);
        double batchNorm = Double.parseDouble(valid.group(3));
        double dropout = Double.parseDouble(valid.group(4));
        double plain = Double.parseDouble(valid.group(5));
        assertTrue(batchNorm >= 0.93 && plain >= 0.9 && dropout < plain && dropout < batchNorm, run.out());
        assertEquals("", run.lines().get(2));
        assertEquals("Learning finished", run.lines().get(3));
    }

    @Test
    void mnistRegularization_tinyFiles_printsTwoLinesForEachEpoch(@TempDir Path data) throws IOException {
        TinyMnist.write(data);
        Path out = data.resolve("out");
        Run run = Run.of("mnist-regularization", "--data", data.toString(), "--out", out.toString());
        run.assertSucceeds();
        try (Stream<Path> pictures = Files.list(out)) {
            assertEquals(
                    4, pictures.filter(file -> file.toString().endsWith(".png")).count());
        }
        assertEquals(31, run.lines().size(), run.out());
        for (int epoch = 1; epoch <= 10; epoch++) {
            assertEquals(Integer.toString(epoch), line(run, 3 * epoch - 3).group(1));
            assertEquals("VALID", line(run, 3 * epoch - 2).group(2));
        }
    }
}
