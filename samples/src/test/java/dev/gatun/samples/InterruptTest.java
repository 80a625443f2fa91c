package dev.gatun.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.gatun.nn.io.SafeTensors;
import dev.gatun.runtime.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Ctrl-C while a sample, a process of its own, writes its files. */
@Timeout(120)
final class InterruptTest {
    private static final int RUNS = 6;
    private static final int BY_SIGINT = 128 + 2;
    private static final long MOST_MILLIS = 250;

    @TempDir
    private Path folder;

    @Test
    void mnist_interruptedWhileItWrites_leavesWholeFilesAlone() throws Exception {
        assumeFalse(isIgnored(), "this process ignores Ctrl-C, and so do those that it starts");
        Path data = folder.resolve("data");
        TinyMnist.write(data);
        Random random = new Random(1);
        int interrupted = 0;
        for (int i = 0; i < RUNS; i++) {
            Path out = folder.resolve("out" + i);
            Process sample = start(data, out);
            while (sample.isAlive() && filesIn(out).isEmpty()) {
                Thread.sleep(2);
            }
            Thread.sleep(random.nextLong(MOST_MILLIS));
            new ProcessBuilder("kill", "-INT", Long.toString(sample.pid()))
                    .start()
                    .waitFor();
            int code = sample.waitFor();
            assertTrue(code == 0 || code == BY_SIGINT, "exit code " + code);
            interrupted += code == 0 ? 0 : 1;
            List<Path> files = filesIn(out);
            assertFalse(files.isEmpty());
            for (Path file : files) {
                assertIsWhole(file);
            }
        }
        assertTrue(interrupted > 0, "no run was still writing");
    }

    private static Process start(Path data, Path out) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Djava.awt.headless=true",
                "--enable-native-access=ALL-UNNAMED"));
        String library = System.getProperty("gatun.library");
        if (library != null) {
            command.add("-Dgatun.library=" + library);
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(List.of("mnist", "--data", data.toString(), "--out", out.toString()));
        command.addAll(List.of("--epochs", "1", "--hidden", "64"));
        return new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static List<Path> filesIn(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    private static void assertIsWhole(Path file) throws IOException {
        String name = file.getFileName().toString();
        switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "png" -> assertNotNull(ImageIO.read(file.toFile()), name);
            case "csv" -> assertEquals(2, Files.readAllLines(file).size(), name);
            case "safetensors" -> {
                try (var scope = Scope.open()) {
                    assertFalse(SafeTensors.load(file).isEmpty(), name);
                }
            }
            default -> throw new AssertionError("left behind: " + name);
        }
    }

    /** Whether SIGINT is among the signals that this process ignores. */
    private static boolean isIgnored() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .anyMatch(line -> (Long.parseUnsignedLong(
                                        line.substring("SigIgn:".length()).strip(), 16)
                                & 2)
                        != 0);
    }
}
