package dev.gatun.nn.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.autograd.Tensor;
import dev.gatun.nn.StateDict;
import dev.gatun.runtime.Scope;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
    private static final int KILLS = 100;
    private static final int AT_ONCE = 4;
    private static final int ELEMENTS = 1 << 18;

    @TempDir
    private Path folder;

    /** A program that saves one checkpoint after the other, all its elements the checkpoint's number, until it is killed. */
    static final class Saver {
        private Saver() {}

        public static void main(String[] args) throws IOException {
            Path file = Path.of(args[0]);
            for (long number = Long.parseLong(args[1]); ; number++) {
                try (var scope = Scope.open()) {
                    StateDict state = new StateDict().put("number", number).put("x", Tensor.full(number, ELEMENTS));
                    SafeTensors.save(file, state);
                    System.out.println(number);
                }
            }
        }
    }

    @Test
    void save_killedAHundredTimes_theLastGoodOneLoads() throws Exception {
        try (var pool = Executors.newFixedThreadPool(AT_ONCE)) {
            List<Future<Integer>> runs = new ArrayList<>();
            for (int i = 0; i < AT_ONCE; i++) {
                Path file = Files.createDirectory(folder.resolve(Integer.toString(i)))
                        .resolve("x.safetensors");
                Random random = new Random(i);
                runs.add(pool.submit(() -> killOften(file, random)));
            }
            int interrupted = 0;
            for (var run : runs) {
                interrupted += run.get();
            }
            // Most of the time goes into writing, so most kills meet a save in its middle.
            assertTrue(interrupted > KILLS / 10, interrupted + " of " + KILLS + " kills met a save");
        }
    }

    /** How many kills left a part behind. */
    private static int killOften(Path file, Random random) throws Exception {
        long last = 0;
        int interrupted = 0;
        for (int i = 0; i < KILLS / AT_ONCE; i++) {
            Process saver = start(file, last + 1);
            try (BufferedReader said = saver.inputReader()) {
                last = Long.parseLong(said.readLine());
                Thread.sleep(random.nextInt(20));
                saver.toHandle().destroyForcibly(); // SIGKILL; the process's own method would close what it said
                saver.waitFor();
                for (String line = said.readLine(); line != null && !line.isEmpty(); line = said.readLine()) {
                    last = Long.parseLong(line);
                }
            }
            try (var scope = Scope.open()) {
                StateDict state = SafeTensors.load(file);
                long found = state.getLong("number");
                assertTrue(found == last || found == last + 1, "loaded " + found + ", the last saved is " + last);
                assertEquals(found, (long) state.getTensor("x").min().item());
                last = found;
            }
            try (var left = Files.list(file.getParent())) {
                long files = left.count();
                assertTrue(files <= 2, files + " files");
                interrupted += files == 2 ? 1 : 0;
            }
        }
        return interrupted;
    }

    private static Process start(Path file, long number) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                "-Xmx64m",
                "-Dgatun.threads=1",
                "--enable-native-access=ALL-UNNAMED"));
        String library = System.getProperty("gatun.library");
        if (library != null) {
            command.add("-Dgatun.library=" + library);
        }
        command.addAll(List.of(
                "-cp", System.getProperty("java.class.path"), Saver.class.getName(), file.toString(), "" + number));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    @Test
    void write_leftovers_ofTheDeadAreRemoved() throws IOException {
        Path file = folder.resolve("x");
        Path ofADeadProcess = Files.createFile(folder.resolve(".x.999999999-1.part"));
        Path ofThisNumber =
                Files.createFile(folder.resolve(".x." + ProcessHandle.current().pid() + "-1.part"));
        Path ofTheLiving = Files.createFile(folder.resolve(
                ".x." + ProcessHandle.current().parent().orElseThrow().pid() + "-1.part"));
        Path ofAnother = Files.createFile(folder.resolve(".y.999999999-1.part"));
        Path ofSomebody = Files.createFile(folder.resolve(".x.note.part"));
        AtomicFile.write("test", file, channel -> {});
        assertFalse(Files.exists(ofADeadProcess));
        assertFalse(Files.exists(ofThisNumber));
        assertTrue(Files.exists(ofTheLiving));
        assertTrue(Files.exists(ofAnother));
        assertTrue(Files.exists(ofSomebody));
    }

    @Test
    void write_byManyThreadsAtOnce_leavesOneOfTheirs() throws Exception {
        Path file = folder.resolve("x.safetensors");
        try (var pool = Executors.newFixedThreadPool(8)) {
            List<Future<?>> saves = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                int number = i;
                saves.add(pool.submit(() -> {
                    try (var scope = Scope.open()) {
                        SafeTensors.save(file, java.util.Map.of("x", Tensor.full(number, 1000)));
                    }
                    return null;
                }));
            }
            for (var save : saves) {
                save.get();
            }
        }
        try (var scope = Scope.open();
                var left = Files.list(folder)) {
            Tensor x = SafeTensors.load(file).getTensor("x");
            assertEquals(x.min().item(), x.max().item());
            assertEquals(1, left.count());
        }
    }
}
