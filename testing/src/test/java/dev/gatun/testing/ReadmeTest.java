package dev.gatun.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compiles and runs the Java of README.md: an example that does not work is worse than none. */
class ReadmeTest {
    private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final Pattern IMPORT = Pattern.compile("(?m)^import .*;\n");

    @Test
    void readme_everyJavaBlock_compilesAndRuns(@TempDir Path folder) throws Exception {
        List<String> blocks = blocks(Files.readString(root().resolve("README.md")));
        assertFalse(blocks.isEmpty(), "README.md has no Java");
        for (int i = 0; i < blocks.size(); i++) {
            Path source = folder.resolve("Snippet" + i + ".java");
            String imports = String.join(
                    "",
                    IMPORT.matcher(blocks.get(i)).results().map(r -> r.group()).toList());
            String body = IMPORT.matcher(blocks.get(i)).replaceAll("");
            Files.writeString(source, imports + before(i) + body + "}}\n");
            compile(source, folder);
            String printed = run(folder, "Snippet" + i);
            if (i == 0) {
                assertEquals(
                        15,
                        printed.lines()
                                .filter(l -> l.matches("Epoch: \\d{4} cost = \\d+\\.\\d{9}"))
                                .count(),
                        printed);
            }
        }
    }

    /** What a snippet stands in: imports, and the loader that it names. */
    private static String before(int number) {
        return """
            import dev.gatun.autograd.*;
            import dev.gatun.nn.*;
            import dev.gatun.nn.data.*;
            import dev.gatun.nn.loss.*;
            import dev.gatun.nn.optim.*;
            import dev.gatun.runtime.*;
            import dev.gatun.runtime.random.Generator;
            public class Snippet%d {
                public static void run() throws Exception {
                    var random = new Generator(1);
                    var data = new TensorDataset(Tensor.rand(random, 40, 1, 28, 28), Tensor.randint(random, 0, 10, 40));
                    var loader = new DataLoader(data, 10, true);
            """.formatted(number);
    }

    private static List<String> blocks(String text) {
        List<String> found = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(text);
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
        return found;
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
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static String run(Path folder, String name) throws Exception {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream before = System.out;
        try (var loader = new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
            System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
            loader.loadClass(name).getMethod("run").invoke(null);
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
