package dev.gatun.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The documentation of what users see: each public type of an exported package has an example and names its counterpart,
 * in PyTorch or beside it, and every {@code {@snippet}} compiles and prints what its comments say.
 */
class JavadocTest {
    private static final Pattern EXPORTED = Pattern.compile("exports ([\\w.]+);");
    private static final Pattern TYPE = Pattern.compile(
            "(?s)/\\*\\*(?<doc>(?:(?!\\*/).)*)\\*/\\s*(?:@\\w+(?:\\([^)]*\\))?[^\n]*\\s*)*public (?:[\\w-]+ )*"
                    + "(?:class|interface|record|enum) (?<name>\\w+)");
    private static final Pattern COUNTERPART = Pattern.compile("(?i)torch|numpy|pyplot|tqdm|imageio");
    private static final Pattern PRINTED =
            Pattern.compile("System\\.out\\.print(?:ln|f)\\((?:(?!;\\s).)*;(?: // (?<line>[^\n]*))?", Pattern.DOTALL);
    private static final String OPENING = "{@snippet :\n";

    /** A public type: its package, its name, what is said of it, and the whole file. */
    record Type(String where, String name, String doc, String text) {
        @Override
        public String toString() {
            return where + "." + name;
        }
    }

    record Snippet(Type type, String name, String code) {
        @Override
        public String toString() {
            return type + " " + name;
        }
    }

    @TempDir
    static Path folder;

    @BeforeAll
    static void compile() throws IOException {
        List<Path> sources = new ArrayList<>();
        for (Snippet snippet : snippets()) {
            Path source = folder.resolve(snippet.name() + ".java");
            Files.writeString(source, program(snippet));
            sources.add(source);
        }
        Snippets.compile(sources, folder);
    }

    static Collection<Type> types() throws IOException {
        Map<String, Type> types = new LinkedHashMap<>();
        for (String module : List.of("runtime", "autograd", "nn", "io")) {
            Path sources = Snippets.root().resolve(module).resolve("src/main/java");
            Matcher exported = EXPORTED.matcher(Files.readString(sources.resolve("module-info.java")));
            while (exported.find()) {
                String where = exported.group(1);
                try (Stream<Path> files = Files.list(sources.resolve(where.replace('.', '/')))) {
                    for (Path file : files.filter(file -> file.toString().endsWith(".java"))
                            .sorted()
                            .toList()) {
                        String text = Files.readString(file);
                        String name = file.getFileName().toString().replace(".java", "");
                        Matcher type = TYPE.matcher(text);
                        if (type.find() && type.group("name").equals(name)) {
                            types.put(where + name, new Type(where, name, type.group("doc"), text));
                        }
                    }
                }
            }
        }
        return types.values();
    }

    static List<Snippet> snippets() throws IOException {
        List<Snippet> snippets = new ArrayList<>();
        for (Type type : types()) {
            int count = 0;
            for (int at = type.text().indexOf(OPENING);
                    at >= 0;
                    at = type.text().indexOf(OPENING, at + 1)) {
                String name = (type + "_" + count++).replace('.', '_');
                snippets.add(new Snippet(type, name, code(type.text(), at)));
            }
        }
        return snippets;
    }

    /** The lines of a snippet, without the stars of the comment that it stands in. */
    private static String code(String text, int opening) {
        int begin = opening + OPENING.length();
        int open = 1;
        int end = begin;
        for (; open > 0; end++) {
            char c = text.charAt(end);
            open += c == '{' ? 1 : c == '}' ? -1 : 0;
        }
        return text.substring(begin, end - 1)
                .lines()
                .map(line -> line.replaceFirst("^ *\\* ?", ""))
                .collect(Collectors.joining("\n"));
    }

    /** A class with a method {@code run} around a snippet, and with what snippets name without making it. */
    private static String program(Snippet snippet) {
        String operations = snippet.type().where().equals("dev.gatun.autograd.ops")
                ? "import dev.gatun.autograd.ops." + snippet.type().name() + ";\n"
                : "";
        String index = operations.contains(".Index;") ? "" : "import dev.gatun.autograd.Index;\n";
        String normalize = operations.contains(".Normalize;") ? "" : "import dev.gatun.nn.data.transforms.Normalize;\n";
        return Snippets.IMPORTS
                + operations
                + index
                + normalize
                + """
                import dev.gatun.autograd.ops.*;
                import dev.gatun.io.*;
                import dev.gatun.nn.data.transforms.*;
                import dev.gatun.nn.metrics.*;
                import dev.gatun.nn.optim.schedulers.*;
                import dev.gatun.nn.utils.*;
                import dev.gatun.runtime.interop.*;
                import dev.gatun.runtime.Stream;
                import java.lang.foreign.*;
                import java.nio.ByteBuffer;
                import java.util.stream.IntStream;
                public class %s {
                    static Path folder;
                    static Tensor x = Tensor.rand(10, 4);
                    static Tensor target = Tensor.zeros(DType.I64, 10);
                    static Module model = new Sequential(new Linear(4, 8), new ReLU(), new Linear(8, 3));
                    static Optimizer optimizer = new SGD(model.parameters(), 0.1);
                    static CrossEntropyLoss criterion = new CrossEntropyLoss();
                    static DataLoader loader = new DataLoader(new TensorDataset(x, target), 5, true);
                    public static void run() throws Exception {
                        folder = Files.createTempDirectory(Path.of("%s"), "of");
                %s
                    }
                }
                """.formatted(snippet.name(), folder, snippet.code());
    }

    @ParameterizedTest
    @MethodSource("types")
    void publicType_hasAnExampleAndItsCounterpart(Type type) {
        assertTrue(type.doc().contains(OPENING.strip()), () -> type + " has no example");
        assertTrue(COUNTERPART.matcher(type.doc()).find(), () -> type + " does not name PyTorch's counterpart");
    }

    @ParameterizedTest
    @MethodSource("snippets")
    void snippet_printsWhatItsCommentsSay(Snippet snippet) throws Exception {
        List<String> said = PRINTED.matcher(snippet.code())
                .results()
                .map(result -> result.group("line"))
                .toList();
        String printed = Snippets.run(folder, snippet.name());
        if (!said.contains(null)) {
            assertEquals(spaced(String.join(" ", said)), spaced(printed), snippet::code);
        }
    }

    @ParameterizedTest
    @MethodSource("types")
    void publicType_everyExample_isASnippet(Type type) {
        assertFalse(type.text().contains("<pre>{@code"), () -> type + " has an example that nothing compiles");
    }

    private static String spaced(String text) {
        return text.strip().replaceAll("\\s+", " ");
    }
}
