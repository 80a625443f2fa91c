package dev.gatun.testing.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The compilers that CUDA's tests call, and what build.sh makes: the emulator, the checks of kernels. */
final class Tools {
    /** What {@code timeout} ends with. */
    private static final int OVERTIME = 124;

    private Tools() {}

    /** The folder of the kernels' sources. */
    static Path kernels() {
        return Path.of("..", "native", "cuda").toAbsolutePath().normalize();
    }

    private static Path build() {
        return Path.of("src", "test", "cuda", "build.sh").toAbsolutePath();
    }

    /** Where the emulator and what is compiled for it lie, between runs too. */
    static Path folder() {
        return Path.of("target", "cuda").toAbsolutePath();
    }

    /** How a program ended. */
    record Outcome(int code, String output) {}

    /** Runs a program to its end. */
    static Outcome run(List<String> command) {
        return run(command, 10);
    }

    /** Runs a program, so many minutes at most. */
    static Outcome run(List<String> command, long minutes) {
        try {
            Path log = Files.createTempFile("gatun", ".log");
            try {
                Process process = new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
                if (!process.waitFor(minutes, TimeUnit.MINUTES)) {
                    process.destroyForcibly().waitFor();
                    return new Outcome(OVERTIME, "still running after " + minutes + " minutes: " + command);
                }
                return new Outcome(process.exitValue(), Files.readString(log));
            } finally {
                Files.delete(log);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** The command that runs a class of these tests in a process of its own, with more classes before theirs. */
    static List<String> java(Path classes, List<String> options, Class<?> program, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED"));
        command.addAll(options);
        String library = System.getProperty("gatun.library");
        if (library != null) {
            command.add("-Dgatun.library=" + library);
        }
        command.addAll(List.of("-cp", classes + ":" + System.getProperty("java.class.path"), program.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    private static boolean has(String program) {
        return run(List.of("sh", "-c", "command -v " + program)).code() == 0;
    }

    /** Skips the test where there is no compiler for the emulator, or no machine that it runs on. */
    static void assumeEmulator() {
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "the CUDA emulator runs on x86-64 only");
        assumeTrue(has("g++"), "g++ is missing, which compiles kernels for the CUDA emulator");
    }

    /** Skips the test where there is no nvcc. */
    static void assumeNvcc() {
        assumeTrue(has("nvcc"), "nvcc is missing, which compiles kernels for cards; the CUDA toolkit has it");
    }

    /** Runs a job of build.sh. */
    static void build(String job, String... arguments) {
        List<String> command = new ArrayList<>(List.of(build().toString(), job, folder().toString()));
        command.addAll(List.of(arguments));
        Outcome outcome = run(command);
        assertEquals(0, outcome.code(), outcome.output());
    }

    /** The program that checks kernels, made anew where its sources changed. */
    static Path check() {
        build("emulator");
        build("check");
        return folder().resolve("check");
    }

    /** The options that compile some rows of a family alone. */
    static List<String> rows(String rows) {
        List<String> options = new ArrayList<>(List.of("-DGT_ROWS"));
        for (String row : rows.split(" ", -1)) {
            options.add("-DGT_ROW_" + row + "=,");
        }
        return options;
    }
}
