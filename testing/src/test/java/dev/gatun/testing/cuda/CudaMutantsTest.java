package dev.gatun.testing.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A test of the tests: each mistake of mutants.txt, put into the kernels, must be caught. */
@EnabledIfSystemProperty(
        named = "gatun.cuda.mutants",
        matches = "true",
        disabledReason = "it has not run to its end yet; -Dgatun.cuda.mutants=true runs it")
class CudaMutantsTest {
    /** Compiling takes nearly all of the time: every processor takes part. */
    private static final ExecutorService WORKERS =
            Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());

    private static final Map<Mutant, Future<Tools.Outcome>> OUTCOMES = new HashMap<>();

    @TempDir
    private static Path folder = Path.of("");

    private static final Path LIST = Path.of("src", "test", "cuda", "mutants.txt");

    /** A mistake: the text of a file that gives way to another, and the family whose check must notice. */
    record Mutant(String file, Checked family, String what, String from, String to) {
        @Override
        public String toString() {
            return family.family() + ": " + what;
        }
    }

    @BeforeAll
    static void build() throws IOException {
        Tools.assumeEmulator();
        Tools.check();
        for (Mutant mutant : mutants().toList()) {
            OUTCOMES.put(mutant, WORKERS.submit(() -> outcome(mutant, Files.createTempDirectory(folder, "mutant"))));
        }
    }

    @AfterAll
    static void stop() {
        WORKERS.shutdownNow();
    }

    /** Reads the list: paragraphs that begin with {@code = }, and end where the next begins. */
    static Stream<Mutant> mutants() throws IOException {
        List<Mutant> mutants = new ArrayList<>();
        for (String paragraph : Files.readString(LIST).split("\n\n= ", -1)) {
            if (paragraph.startsWith("#")) {
                continue;
            }
            int end = paragraph.indexOf('\n');
            String[] head = paragraph.substring(0, end).split(", |: ", 3);
            String[] texts = paragraph.substring(end + 1).stripTrailing().split("\n>\n", 2);
            Checked family = Checked.valueOf(head[1].toUpperCase(Locale.ROOT));
            mutants.add(new Mutant(head[0], family, head[2], texts[0], texts[1]));
        }
        return mutants.stream();
    }

    @ParameterizedTest
    @MethodSource("mutants")
    void mistake_putIntoAKernel_isCaught(Mutant mutant) throws Exception {
        Tools.Outcome outcome = Objects.requireNonNull(OUTCOMES.get(mutant)).get();
        assertEquals(1, outcome.code(), "nothing was noticed: " + outcome.output());
    }

    private static Tools.Outcome outcome(Mutant mutant, Path folder) throws IOException {
        Path cuda = copy(Tools.kernels(), folder.resolve("cuda"));
        copy(Tools.kernels().resolveSibling("common"), folder.resolve("common"));
        Path file = cuda.resolve(mutant.file);
        String text = Files.readString(file);
        int at = text.indexOf(mutant.from);
        assertFalse(at < 0, "the text is not there any more");
        assertEquals(at, text.lastIndexOf(mutant.from), "the text is there more than once");
        Files.writeString(file, text.replace(mutant.from, mutant.to));
        return mutant.family.run(cuda, folder.resolve("kernels.so"), true);
    }

    private static Path copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
        return to;
    }

    /** Mistakes of every family are among them. */
    @ParameterizedTest
    @MethodSource("families")
    void mistakes_ofEveryFamily_areSeeded(Checked family) throws IOException {
        assertFalse(mutants().noneMatch(mutant -> mutant.family == family), family + " has none");
    }

    static Stream<Checked> families() {
        return Arrays.stream(Checked.values());
    }
}
