package dev.gatun.samples;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TextTest {
    @Test
    void text_realData_printsTheDocumentsIndexesAndLearns(@TempDir Path folder) throws IOException {
        Run run = Run.of("text", "--data", Run.realData(), "--epochs", "1", "--out", folder.toString());
        run.assertSucceeds();
        Printed.assertBlocks(run, """
                '“Impossible, Mr. Bennet, impossible, when I am not acquainted with him'
                [70, 128]
                """, """
                ('“Impossible, Mr. Bennet, impossible, when I am not acquainted with him',
                ['impossible', 'mr', 'bennet', 'impossible', 'when', 'i', 'am', 'not', 'acquainted', 'with', 'him'])
                (7261, 3394)
                0 3394 impossible
                1 4305 mr
                2 813 bennet
                3 3394 impossible
                4 7078 when
                5 3315 i
                6 415 am
                7 4436 not
                8 239 acquainted
                9 7148 with
                10 3215 him
                [11, 7261]
                """);
        assertTrue(Printed.number(run, "Epoch 1, .*Validation loss (\\S+)") < 2.2, run.out());
        Printed.assertPictures(folder, "text-losses.png");
    }

    @Test
    void text_noLine200_isRefused(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("1342-0.txt");
        Files.writeString(file, "It is a truth\n");
        Printed.assertRefused(Run.of("text", "--data", folder.toString()), file);
    }

    @Test
    void text_notUtf8_isRefused(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("1342-0.txt");
        Files.write(file, new byte[] {(byte) 0xFF, (byte) 0xFE, 0, 1});
        Printed.assertRefused(Run.of("text", "--data", folder.toString()), file);
    }
}
