package dev.gatun.testing.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A test of the tests: each mistake of two lists, put into kernels or into what launches them, must be noticed. */
class CudaMutantsTest {
    private static final Path LISTS = Path.of("src", "test", "cuda");
    private static final Path LAUNCHES =
            Path.of("..", "runtime", "src", "main", "java", "dev", "gatun", "runtime", "cuda");
    private static final Mutant NONE = new Mutant("", "", "no mistake", "", "");
    private static final int LIMIT = 2; // minutes after which a program hangs

    private static final Ahead<Mutant, Tools.Outcome> OUTCOMES = new Ahead<>();

    @TempDir
    private static Path folder = Path.of("");

    @BeforeAll
    static void begin() throws IOException {
        Tools.assumeEmulator();
        CudaStubs.require();
        Tools.check();
        // First what leaves compiled kernels to the launches, last these.
        OUTCOMES.begin(NONE, () -> launched(folder.resolve("none"), LaunchCheck.GROUPS));
        for (Mutant mutant : kernels()) {
            OUTCOMES.begin(mutant, () -> ofKernels(mutant, Files.createTempDirectory(folder, "kernels")));
        }
        for (Mutant mutant : launches()) {
            OUTCOMES.begin(mutant, () -> ofLaunches(mutant, Files.createTempDirectory(folder, "launches")));
        }
    }

    @AfterAll
    static void stop() {
        OUTCOMES.close();
    }

    static List<Mutant> kernels() throws IOException {
        return Mutant.read(LISTS.resolve("mutants.txt"));
    }

    static List<Mutant> launches() throws IOException {
        return Mutant.read(LISTS.resolve("launch_mutants.txt"));
    }

    private static void assertNoticed(Mutant mutant) throws Exception {
        Tools.Outcome outcome = OUTCOMES.get(mutant);
        assertNotEquals(0, outcome.code(), "nothing was noticed: " + outcome.output());
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void mistake_putIntoAKernel_isNoticed(Mutant mutant) throws Exception {
        assertNoticed(mutant);
    }

    @Test
    void launches_withoutAMistake_areWell() throws Exception {
        Tools.Outcome outcome = OUTCOMES.get(NONE);
        assertEquals(0, outcome.code(), outcome.output());
    }

    @ParameterizedTest
    @MethodSource("launches")
    void mistake_putIntoALaunch_isNoticed(Mutant mutant) throws Exception {
        assertNoticed(mutant);
    }

    /** Mistakes of every family are among them. */
    @ParameterizedTest
    @EnumSource(Checked.class)
    void mistakes_ofEveryFamily_areSeeded(Checked family) throws IOException {
        assertFalse(kernels().stream().noneMatch(mutant -> family(mutant) == family), family + " has none");
    }

    private static Checked family(Mutant mutant) {
        return Checked.valueOf(mutant.group().toUpperCase(Locale.ROOT));
    }

    private static Tools.Outcome ofKernels(Mutant mutant, Path own) throws IOException {
        Path cuda = copy(Tools.kernels(), own.resolve("cuda"));
        copy(Tools.kernels().resolveSibling("common"), own.resolve("common"));
        mutant.seed(Tools.kernels().resolve(mutant.file()), cuda.resolve(mutant.file()));
        return family(mutant).run(cuda, own.resolve("kernels.so"), true);
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

    private static Tools.Outcome ofLaunches(Mutant mutant, Path own) throws IOException {
        Path source = own.resolve(mutant.file());
        mutant.seed(LAUNCHES.resolve(mutant.file()), source);
        JavaCompiler compiler = Objects.requireNonNull(ToolProvider.getSystemJavaCompiler());
        var errors = new ByteArrayOutputStream();
        String[] arguments = {
            "-nowarn",
            "-proc:none",
            "-d",
            own.toString(),
            "-cp",
            System.getProperty("java.class.path"),
            source.toString()
        };
        int code = compiler.run(null, errors, errors, arguments);
        assertEquals(0, code, errors.toString(StandardCharsets.UTF_8));
        return launched(own, mutant.group());
    }

    /** Checks groups of launches, with more classes before the library's. */
    private static Tools.Outcome launched(Path classes, String... groups) {
        List<String> options = List.of("-XX:ErrorFile=/dev/null", "-XX:-CreateCoredumpOnCrash"); // some mistakes end so
        return Tools.run(Tools.java(classes, options, LaunchCheck.class, groups), LIMIT);
    }
}
