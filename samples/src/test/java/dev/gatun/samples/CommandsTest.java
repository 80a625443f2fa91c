package dev.gatun.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands of the pages name samples that there are and options that they take; every script has its help. */
final class CommandsTest {
    private static final Path ROOT = Path.of("..");

    private static final Pattern COMMAND = Pattern.compile("samples/run (?<line>[a-z][^`\n#&|]*)");
    private static final Pattern OPTION = Pattern.compile("--[a-z][a-z-]*");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "README.md",
                "samples/README.md",
                "CONTRIBUTING.md",
                "docs/getting-started.md",
                "docs/performance.md"
            })
    void page_everyCommand_isOneThatRuns(String page) throws IOException {
        Matcher command = COMMAND.matcher(Files.readString(ROOT.resolve(page)));
        while (command.find()) {
            String line = command.group("line").strip();
            String help = help(line.split("\\s+", 2)[0]);
            for (String option :
                    OPTION.matcher(line).results().map(match -> match.group()).toList()) {
                assertTrue(help.contains(option), () -> page + ": no such option: samples/run " + line);
            }
        }
    }

    @Test
    void samplesPage_headings_areTheSamples() throws IOException {
        String page = Files.readString(ROOT.resolve("samples/README.md"));
        for (String line : Run.of().lines().stream().skip(1).toList()) {
            String name = line.strip().split(" ", 2)[0];
            assertTrue(page.contains("\n## " + name + "\n"), () -> "samples/README.md says nothing of " + name);
        }
    }

    @Test
    void help_ofEverySample_readsWell() {
        for (String line : Run.of().lines().stream().skip(1).toList()) {
            String help = help(line.strip().split(" ", 2)[0]);
            List<String> lines = help.lines().toList();
            assertTrue(lines.getFirst().startsWith("Usage: samples/run "), help);
            assertTrue(lines.stream().allMatch(each -> each.length() <= 80 && each.equals(each.stripTrailing())), help);
        }
    }

    static List<Path> scripts() throws IOException {
        List<Path> found = new ArrayList<>();
        for (String folder : List.of("scripts", "bench", ".ci")) {
            try (Stream<Path> files = Files.list(ROOT.resolve(folder))) {
                files.filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                        .filter(file -> !file.endsWith("module-info-17")) // the build's own, for each class file
                        .sorted()
                        .forEach(found::add);
            }
        }
        return found;
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void help_ofEveryScript_saysHowItIsCalled(Path script) throws Exception {
        Process process = new ProcessBuilder(script.toString(), "--help")
                .redirectErrorStream(true)
                .start();
        String help = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), help);
        assertTrue(help.contains(ROOT.relativize(script).toString()), help);
        assertTrue(help.lines().allMatch(line -> line.length() <= 120), help);
    }

    private static String help(String sample) {
        Run run = Run.of(sample, "--help");
        run.assertSucceeds();
        return run.out();
    }
}
