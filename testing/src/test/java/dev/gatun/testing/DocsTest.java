package dev.gatun.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.autograd.Tensor;
import dev.gatun.nn.BatchNorm1d;
import dev.gatun.nn.Conv2d;
import dev.gatun.nn.Embedding;
import dev.gatun.nn.Linear;
import dev.gatun.nn.Module;
import dev.gatun.nn.ModuleList;
import dev.gatun.nn.data.Batch;
import dev.gatun.nn.data.DataLoader;
import dev.gatun.nn.data.Mnist;
import dev.gatun.nn.data.TensorDataset;
import dev.gatun.nn.io.SafeTensors;
import dev.gatun.nn.loss.BCEWithLogitsLoss;
import dev.gatun.nn.loss.CrossEntropyLoss;
import dev.gatun.nn.optim.LBFGS;
import dev.gatun.nn.optim.SGD;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Scope;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
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

    private static final Pattern ROW = Pattern.compile("\\| .* \\| (?<gatun>`.*) \\|");
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    private static final String MORE_IMPORTS = """
            import dev.gatun.autograd.Index;
            import dev.gatun.autograd.ops.ConvParams;
            import dev.gatun.nn.optim.schedulers.*;
            import dev.gatun.nn.utils.ClipGrad;
            import dev.gatun.runtime.interop.Segments;
            """;

    /** What a row of a table may name. */
    private static final String VALUES = """
            Tensor x = Tensor.rand(4, 3, 4), y = Tensor.rand(4, 3, 4), a = Tensor.rand(2, 3, 4), b = Tensor.rand(2, 4, 5);
            Tensor m = Tensor.eye(3).mul(2), v = Tensor.rand(3), mask = x.gt(0.5), logits = Tensor.rand(2, 3);
            Tensor w = Tensor.rand(5, 4).requiresGrad_(), loss = w.square().sum(), labels = Tensor.of(2L, 0L);
            loss.backward(true);
            long i = 1, j = 2;
            Module model = new Sequential(new Linear(3, 2), new ReLU());
            Optimizer optimizer = new SGD(model.parameters(), 0.1);
            var data = new TensorDataset(x, y);
            var loader = new DataLoader(data, 2);
            batch = loader.iterator().next();
            Map<String, Tensor> d = model.stateDict();
            Path file = Path.of("FOLDER", "model.safetensors");
            SafeTensors.save(file, d);
            """;

    private static final Set<String> EXAMPLES = examples();

    private record Block(String code, String printed) {}

    @Test
    void readme_firstBlock_printsEachEpoch(@TempDir Path folder) throws Exception {
        String printed =
                run("README", blocks(Snippets.root().resolve("README.md")).getFirst(), folder);
        assertEquals(
                15,
                printed.lines()
                        .filter(line -> line.matches("Epoch: \\d{4} cost = \\d+\\.\\d{9}"))
                        .count(),
                printed);
    }

    static Stream<Path> pages() throws IOException {
        try (Stream<Path> files = Files.list(Snippets.root().resolve("docs"))) {
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

    static Stream<Executable> mistakes() {
        Module net = new Linear(784, 10);
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
                () -> Tensor.of(1f).matmul(Tensor.of(1.0)),
                () -> Tensor.ones(2, 3).t().view(6),
                () -> Tensor.ones(2).item(),
                () -> Tensor.of(new float[][] {{1, 2}, {3}}),
                () -> Tensor.ones(2, 3).sum(2),
                () -> Tensor.ones(3).get(3),
                () -> Tensor.of(1, 2).mean(),
                () -> Tensor.of(1, 2).sqrt_(),
                () -> Tensor.ones(2).to(DType.BF16).add(1),
                () -> Tensor.ones(1).backward(),
                () -> Tensor.ones(2).requiresGrad_().mul(2).backward(),
                () -> Tensor.of(1L, 2L).requiresGrad_(),
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
                () -> Tensor.ones(1).requiresGrad_().grad(),
                () -> net.forward(Tensor.ones(32, 28, 28)),
                () -> new Conv2d(3, 8, 3).forward(Tensor.ones(1, 1, 28, 28)),
                () -> new Conv2d(1, 8, 3).forward(Tensor.ones(28, 28)),
                () -> new BatchNorm1d(3).forward(Tensor.ones(1, 3)),
                () -> new Embedding(10, 4).forward(Tensor.of(10L)),
                () -> new Embedding(10, 4).forward(Tensor.of(1f)),
                () -> new ModuleList(new Linear(2, 2)).forward(Tensor.ones(2)),
                () -> new CrossEntropyLoss().forward(Tensor.ones(2, 3), Tensor.of(0, 2)),
                () -> new CrossEntropyLoss().forward(Tensor.ones(2, 3), Tensor.of(0L, 3L)),
                () -> new CrossEntropyLoss().forward(Tensor.ones(2, 3), Tensor.of(0L, 1L, 2L)),
                () -> new BCEWithLogitsLoss().forward(Tensor.ones(2, 1), Tensor.ones(2)),
                () -> new BCEWithLogitsLoss().forward(Tensor.ones(2), Tensor.of(0L, 1L)),
                () -> new SGD(List.of(), 0.1),
                () -> new SGD(net.parameters(), -1),
                () -> new LBFGS(net.parameters()).step(),
                () -> net.loadStateDict(Map.of("weight", Tensor.ones(10, 784))),
                () -> net.loadStateDict(Map.of("weight", Tensor.ones(2, 2), "bias", Tensor.ones(10))),
                () -> new TensorDataset(Tensor.ones(3, 2), Tensor.ones(4)),
                () -> new DataLoader(new TensorDataset(Tensor.ones(3, 2), Tensor.ones(3)), 0),
                () -> {
                    var loader = new DataLoader(new TensorDataset(Tensor.ones(4, 2), Tensor.ones(4)), 2);
                    Iterator<Batch> batches = loader.iterator();
                    Batch first = batches.next();
                    batches.next();
                    first.data().add(1);
                },
                () -> Tensor.zeros(1L << 50),
                () -> SafeTensors.load(Path.of("model.safetensors")),
                () -> Mnist.train(Path.of("data")));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void troubleshooting_messages_areWhatTheLibrarySays(Executable mistake) throws IOException {
        String page = Files.readString(Snippets.root().resolve("docs/troubleshooting.md"))
                .replaceAll("\\s+", " ");
        String said = assertThrows(Exception.class, mistake).getMessage();
        String fixed = said.replaceFirst("(get it from|asked for) .*", "$1 ..."); // what differs from day to day
        assertTrue(page.contains("`" + fixed + "`"), () -> "not in docs/troubleshooting.md: " + fixed);
    }

    /** The texts of all files below examples/. */
    private static Set<String> examples() {
        try (Stream<Path> files = Files.walk(Snippets.root().resolve("examples"))) {
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

    /** The right column of the tables: each piece of code stands for itself, among values made anew for it. */
    @Test
    void fromPytorch_everyRow_runs(@TempDir Path folder) throws Exception {
        StringBuilder pieces = new StringBuilder();
        int count = 0;
        for (String line : Files.readAllLines(Snippets.root().resolve("docs/from-pytorch.md"))) {
            Matcher row = ROW.matcher(line);
            if (!row.matches() || line.startsWith("| PyTorch")) {
                continue;
            }
            for (MatchResult code : CODE.matcher(row.group("gatun")).results().toList()) {
                String piece = code.group(1).replace("{ ... }", "{ }");
                pieces.append("static void piece")
                        .append(count++)
                        .append("() throws Exception {\n")
                        .append(VALUES.replace("FOLDER", folder.toString()));
                pieces.append(piece)
                        .append(piece.endsWith("}") && piece.contains(" (") ? "" : ";")
                        .append("}\n");
            }
        }
        StringBuilder calls = new StringBuilder();
        for (int i = 0; i < count; i++) {
            calls.append("piece").append(i).append("();\n");
        }
        Path source = folder.resolve("Rows.java");
        Files.writeString(
                source,
                Snippets.IMPORTS + MORE_IMPORTS + "public class Rows {\nstatic Batch batch;\n" + pieces
                        + "public static void run() throws Exception {\n" + calls + "}}\n");
        Snippets.compile(List.of(source), folder);
        Snippets.run(folder, "Rows");
    }

    @Test
    void gettingStarted_xmlBlock_isTheExamplesPom() throws IOException {
        String page = Files.readString(Snippets.root().resolve("docs/getting-started.md"));
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
        Snippets.compile(List.of(source), folder);
        return Snippets.run(folder, name);
    }

    /** What a block stands in: imports, and the loader that it names. */
    private static String before(String name) {
        return Snippets.IMPORTS + """
            public class %s {
                public static void run() throws Exception {
                    var random = new Generator(1);
                    var data = new TensorDataset(Tensor.rand(random, 40, 1, 28, 28), Tensor.randint(random, 0, 10, 40));
                    var loader = new DataLoader(data, 10, true);
            """.formatted(name);
    }
}
