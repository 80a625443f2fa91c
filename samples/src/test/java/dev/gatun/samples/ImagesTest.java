package dev.gatun.samples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ImagesTest {
    @Test
    void images_realData_printsShapesAndChannels(@TempDir Path folder) throws IOException {
        Run run = Run.of("images", "--data", Run.realData(), "--out", folder.toString());
        run.assertSucceeds();
        Printed.assertBlocks(run, """
                [720, 1280, 3]
                [3, 720, 1280]
                [3, 3, 256, 256]
                red: mean 0.5799, deviation 0.2212; normalised: mean 0.0000, deviation 1.0000
                green: mean 0.4493, deviation 0.2068; normalised: mean 0.0000, deviation 1.0000
                blue: mean 0.3554, deviation 0.1931; normalised: mean 0.0000, deviation 1.0000
                """);
        Printed.assertPictures(folder, "images-dog.png", "images-cats.png", "images-channels.png");
    }

    @Test
    void images_fileMissing_isRefused(@TempDir Path folder) throws IOException {
        copyAll(folder);
        Files.delete(folder.resolve("cat2.png"));
        Printed.assertRefused(Run.of("images", "--data", folder.toString()), Path.of("cat2.png"));
    }

    @Test
    void images_noImageAndOtherSize_areRefused(@TempDir Path folder) throws IOException {
        copyAll(folder);
        Path dog = folder.resolve("dog.jpg");
        Files.writeString(dog, "woof");
        Printed.assertRefused(Run.of("images", "--data", folder.toString()), dog);
        Files.copy(folder.resolve("cat1.png"), dog, StandardCopyOption.REPLACE_EXISTING);
        Printed.assertRefused(Run.of("images", "--data", folder.toString()), dog);
    }

    private static void copyAll(Path folder) throws IOException {
        Path from = Path.of(Run.realData()).resolve("images");
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.write(folder.resolve(file.getFileName()), Files.readAllBytes(file));
            }
        }
    }
}
