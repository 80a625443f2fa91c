package dev.gatun.samples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class VolumeTest {
    @Test
    void volume_realData_printsShapesAndRange(@TempDir Path folder) throws IOException {
        Run run = Run.of("volume", "--data", Run.realData(), "--out", folder.toString());
        run.assertSucceeds();
        Printed.assertBlocks(run, """
                [16, 512, 512]
                [1, 16, 512, 512]
                Hounsfield units from -1024 to 3071
                """);
        Printed.assertPictures(folder, "volume.png");
    }

    @Test
    void volume_sliceCutOff_isRefused(@TempDir Path folder) throws IOException {
        try (Stream<Path> files = Files.list(Path.of(Run.realData()).resolve("volume"))) {
            for (Path file : files.toList()) {
                Files.write(folder.resolve(file.getFileName()), Files.readAllBytes(file));
            }
        }
        Path slice = folder.resolve("000047.dcm");
        Files.write(slice, Arrays.copyOf(Files.readAllBytes(slice), 100_000));
        Printed.assertRefused(Run.of("volume", "--data", folder.toString()), slice);
        Files.delete(slice);
        Printed.assertRefused(Run.of("volume", "--data", folder.toString()), Path.of("000047.dcm"));
    }
}
