package dev.gatun.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.Scope;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Compiles and runs the Java of README.md and docs/: an example that does not work is worse than none. What a block
 * prints must be what the text block right behind it says, where there is one.
 */
class DocsTest {
    private static final Pattern BLOCK =
            Pattern.compile("```java\n(?<code>.*?)```\n(?:```text\n(?<printed>.*?)```)?", Pattern.DOTALL);
    private static final Pattern IMPORT = Pattern.compile("(?m)^import .*;\n");

    private static final Set<String> EXAMPLES = examples();

    private record Block(String code, String printed) {}

    @Test
    void readme_firstBlock_printsEachEpoch(@TempDir Path folder) throws Exception {
        String printed = run("README", blocks(root().resolve("README.md")).getFirst(), folder);
        assertEquals(
                15,
                printed.lines()
                        .filter(line -> line.matches("Epoch: \\d{4} cost = \\d+\\.\\d{9}"))
                        .count(),
                printed);
    }

    static Stream<Path> pages() throws IOException {
        try (Stream<Path> files = Files.list(root().resolve("docs"))) {
            List<Path> pages = files.filter(file -> file.toString().endsWith(".md"))
                    .sorted()
                    .toList();
            return pages.stream();
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void page_everyJavaBlock_printsWhatItSays(Path page, @TempDir Path folder) throws Exception {
        String name = page.getFileName().toString().replaceAll("\\W", "_");
        List<Block> blocks = blocks(page);
        for (int i = 0; i < blocks.size(); i++) {
            Block block = blocks.get(i);
            if (EXAMPLES.contains(block.code())) {
                continue; // a whole file of examples/, which scripts/newcomer builds and runs
            }
            String printed = run(name + i, block, folder);
            if (block.printed() != null) {
                assertEquals(block.printed(), printed, () -> page + ":\n" + block.code());
            }
        }
    }

    static Stream<Runnable> mistakes() {
        return Stream.of(
                () -> {
                    Tensor lost;
                    try (var scope = Scope.open()) {
                        lost = Tensor.ones(2);
                    }
                    lost.add(1);
                },
                () -> Tensor.ones(2, 3).add(Tensor.ones(4)),
                () -> Tensor.ones(64, 784).matmul(Tensor.ones(256, 10)),
                () -> Tensor.ones(2, 3).t().view(6),
                () -> Tensor.ones(2).item(),
                () -> Tensor.ones(1).backward(),
                () -> {
                    Tensor x = Tensor.ones(1).requiresGrad_();
                    Tensor y = x.mul(x);
                    y.backward();
                    y.backward();
                },
                () -> {
                    Tensor y = Tensor.ones(2).requiresGrad_().exp();
                    y.add_(1);
                    y.sum().backward();
                },
                () -> Tensor.ones(1).requiresGrad_().add_(1),
                () -> Tensor.ones(1).requiresGrad_().grad());
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void troubleshooting_messages_areWhatTheLibrarySays(Runnable mistake) throws IOException {
        String page = Files.readString(root().resolve("docs/troubleshooting.md"));
        String said = assertThrows(RuntimeException.class, mistake::run).getMessage();
        assertTrue(page.contains("`" + said + "`"), () -> "not in docs/troubleshooting.md: " + said);
    }

    /** The texts of all files below examples/. */
    private static Set<String> examples() {
        try (Stream<Path> files = Files.walk(root().resolve("examples"))) {
            Set<String> texts = new HashSet<>();
            for (Path file : files.filter(file -> file.toString().matches(".*/src/.*\\.java|.*/pom\\.xml"))
                    .toList()) {
                texts.add(Files.readString(file));
            }
            return texts;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void gettingStarted_xmlBlock_isTheExamplesPom() throws IOException {
        String page = Files.readString(root().resolve("docs/getting-started.md"));
        String block = page.substring(page.indexOf("```xml\n") + "```xml\n".length());
        assertTrue(EXAMPLES.contains(block.substring(0, block.indexOf("```"))), "not examples/consumer/pom.xml");
    }

    private static List<Block> blocks(Path page) throws IOException {
        List<Block> found = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(Files.readString(page));
        while (matcher.find()) {
            found.add(new Block(matcher.group("code"), matcher.group("printed")));
        }
        return found;
    }

    private static String run(String name, Block block, Path folder) throws Exception {
        Path source = folder.resolve(name + ".java");
        String imports = String.join(
                "", IMPORT.matcher(block.code()).results().map(r -> r.group()).toList());
        String body = IMPORT.matcher(block.code()).replaceAll("");
        Files.writeString(source, imports + before(name) + body + "}}\n");
        compile(source, folder);
        return run(folder, name);
    }

    /** What a block stands in: imports, and the loader that it names. */
    private static String before(String name) {
        return """
            import dev.gatun.autograd.*;
            import dev.gatun.autograd.Function;
            import dev.gatun.nn.*;
            import dev.gatun.nn.Module;
            import dev.gatun.nn.data.*;
            import dev.gatun.nn.io.*;
            import dev.gatun.nn.loss.*;
            import dev.gatun.nn.optim.*;
            import dev.gatun.runtime.*;
            import dev.gatun.runtime.random.Generator;
            import java.nio.file.*;
            import java.util.*;
            public class %s {
                public static void run() throws Exception {
                    var random = new Generator(1);
                    var data = new TensorDataset(Tensor.rand(random, 40, 1, 28, 28), Tensor.randint(random, 0, 10, 40));
                    var loader = new DataLoader(data, 10, true);
            """.formatted(name);
    }

    private static void compile(Path source, Path folder) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        assertNotNull(compiler, "the tests run on a JDK");
        StringWriter messages = new StringWriter();
        try (var files = compiler.getStandardFileManager(null, null, null)) {
            var options = List.of("-d", folder.toString(), "-cp", System.getProperty("java.class.path"));
            boolean right = compiler.getTask(messages, files, null, options, null, files.getJavaFileObjects(source))
                    .call();
            assertTrue(right, () -> source.getFileName() + ":\n" + messages);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String run(Path folder, String name) throws Exception {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream before = System.out;
        try (var loader = new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
            System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
            loader.loadClass(name).getMethod("run").invoke(null);
        } catch (InvocationTargetException e) {
            throw new AssertionError(name + ": " + e.getCause(), e.getCause());
        } finally {
            System.setOut(before);
        }
        return printed.toString(StandardCharsets.UTF_8);
    }

    /** The repository: the folder above the module that the tests run in. */
    private static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (folder != null && !Files.exists(folder.resolve("README.md"))) {
            folder = folder.getParent();
        }
        assertNotNull(folder, "no README.md above the working folder");
        return folder;
    }
}
