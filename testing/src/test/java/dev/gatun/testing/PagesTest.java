package dev.gatun.testing;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.autograd.Tensor;
import dev.gatun.nn.Module;
import dev.gatun.nn.data.DataLoader;
import dev.gatun.nn.optim.Adam;
import dev.gatun.nn.optim.Optimizer;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The pages that a user reads: their lines are not too long, their links lead somewhere, and what they name exists. */
class PagesTest {
    private static final int LONGEST = 120;

    private static final Pattern LINK = Pattern.compile("\\[[^\\]]*\\]\\((?<target>[^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (?<title>.*)$");
    private static final Pattern SCRIPT =
            Pattern.compile("(?m)(?:^|`)(?<script>(?:samples|scripts|bench|bindings|native|\\.ci)/[\\w.-]+)(?=[\\s`])");

    static Stream<Path> pages() throws IOException {
        Path root = Snippets.root();
        try (Stream<Path> docs = Files.list(root.resolve("docs"))) {
            Stream<Path> others = Stream.of("README.md", "CONTRIBUTING.md", "SECURITY.md", "samples/README.md")
                    .map(root::resolve);
            return Stream.concat(others, docs.filter(page -> page.toString().endsWith(".md")))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void page_lines_areNotTooLong(Path page) throws IOException {
        String tooLong = Files.readString(page)
                .lines()
                .filter(line -> line.codePointCount(0, line.length()) > LONGEST)
                .collect(Collectors.joining("\n"));
        assertTrue(tooLong.isEmpty(), () -> page + ":\n" + tooLong);
    }

    @ParameterizedTest
    @MethodSource("pages")
    void page_links_leadSomewhere(Path page) throws IOException {
        for (String target : LINK.matcher(Files.readString(page))
                .results()
                .map(link -> link.group("target"))
                .filter(link -> !link.contains("://"))
                .toList()) {
            String[] parts = target.split("#", 2);
            Path file = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]);
            assertTrue(Files.exists(file), () -> page + ": no " + target);
            assertTrue(
                    parts.length == 1 || headings(file).contains(parts[1]), () -> page + ": no heading of " + target);
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void page_scripts_canBeRun(Path page) throws IOException {
        Set<String> scripts = SCRIPT.matcher(Files.readString(page))
                .results()
                .map(script -> script.group("script"))
                .collect(Collectors.toSet());
        for (String script : scripts) {
            Path file = Snippets.root().resolve(script);
            assertTrue(
                    Files.isDirectory(file) || script.endsWith(".md") || Files.isExecutable(file),
                    () -> page + ": " + script + " cannot be run");
        }
    }

    /** The addresses that a forge gives to headings. */
    private static Set<String> headings(Path page) throws IOException {
        return HEADING.matcher(Files.readString(page))
                .results()
                .map(heading -> heading.group("title")
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\w\\- ]", "")
                        .replace(' ', '-'))
                .collect(Collectors.toSet());
    }

    @ParameterizedTest
    @ValueSource(classes = {Tensor.class, Module.class, Optimizer.class, DataLoader.class})
    void apiReview_namesEveryPublicMethod(Class<?> type) throws IOException {
        String page = Files.readString(Snippets.root().resolve("docs/api-review.md"));
        Set<String> words = Pattern.compile("\\w+")
                .matcher(page)
                .results()
                .map(r -> r.group())
                .collect(Collectors.toSet());
        Set<String> missing = new TreeSet<>();
        for (Method method : methods(type)) {
            String name = method.getName();
            String pair = name.replaceFirst("_$", "");
            if (!words.contains(name) && !(words.contains(pair) && page.contains("`_?`"))) {
                missing.add(name);
            }
        }
        assertTrue(missing.isEmpty(), () -> "docs/api-review.md does not name " + missing);
    }

    private static Set<Method> methods(Class<?> type) {
        Class<?> declaring = type == Optimizer.class ? Adam.class : type;
        return Stream.concat(Stream.of(type.getDeclaredMethods()), Stream.of(declaring.getMethods()))
                .filter(method -> method.getDeclaringClass().getName().startsWith("dev.gatun."))
                .filter(method -> !method.isSynthetic())
                .filter(method ->
                        Modifier.isPublic(method.getModifiers()) || Modifier.isProtected(method.getModifiers()))
                .collect(Collectors.toSet());
    }
}
