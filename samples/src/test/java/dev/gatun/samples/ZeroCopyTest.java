package dev.gatun.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ZeroCopyTest {
    private static final Pattern SHARED = Pattern.compile(".* 0x[0-9a-f]+ on both sides: .*");
    private static final int LEAST = 4; // segments both ways, a pointer, DLPack

    /** In a process of its own, since Python comes into it. */
    @Test
    void zeroCopy_withWhatIsThere_sharesMemory() throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path")));
        String library = System.getProperty("gatun.library");
        if (library != null) {
            command.add("-Dgatun.library=" + library);
        }
        command.addAll(List.of(Main.class.getName(), "zero-copy", "--device", "cpu"));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), text);
        List<String> lines = text.lines().toList();
        assertTrue(lines.size() >= LEAST, text);
        for (String line : lines) {
            assertTrue(SHARED.matcher(line).matches() || line.contains(": not shown, "), text);
        }
    }
}
