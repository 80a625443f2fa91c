package dev.gatun.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** What a user downloads to train on the CPU: the libraries that the POMs name and no others, below 25 MB. */
class DependenciesTest {
    private static final long MOST_BYTES = 25_000_000;

    private static final List<String> MODULES = List.of("bindings", "runtime", "autograd", "nn");

    private static final Set<String> LIBRARIES = Set.of("openblas", "jackson-core", "jspecify");

    @Test
    void dependencies_areTheKnownOnes() throws Exception {
        Set<String> libraries = new TreeSet<>();
        for (String module : MODULES) {
            for (String artifact : dependencies(Snippets.root().resolve(module).resolve("pom.xml"))) {
                if (artifact.startsWith("gatun-")) {
                    assertTrue(MODULES.contains(artifact.substring("gatun-".length())), module + " needs " + artifact);
                } else {
                    libraries.add(artifact);
                }
            }
        }
        assertEquals(new TreeSet<>(LIBRARIES), libraries);
    }

    @Test
    void download_ofATraining_isSmall() throws IOException {
        List<Path> parts = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(java.io.File.pathSeparator, -1)) {
            Path path = Path.of(entry);
            String name = path.toString();
            if (LIBRARIES.stream().anyMatch(library -> name.contains("/" + library + "-")) || isOfModule(path)) {
                parts.add(path);
            }
        }
        String library = System.getProperty("gatun.library"); // where it does not lie in a jar
        if (library != null) {
            parts.add(Path.of(library));
        }
        long bytes = 0;
        for (Path part : parts) {
            bytes += packed(part);
        }
        assertTrue(parts.size() >= MODULES.size() + LIBRARIES.size(), parts::toString);
        assertTrue(bytes > MOST_BYTES / 2 && bytes < MOST_BYTES, bytes + " bytes: " + parts);
    }

    /** The artifacts of a POM's dependencies that a user gets, too: those of scope compile and runtime. */
    private static List<String> dependencies(Path pom) throws Exception {
        List<String> artifacts = new ArrayList<>();
        NodeList list = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(pom.toFile())
                .getElementsByTagName("dependency");
        for (int i = 0; i < list.getLength(); i++) {
            Element dependency = (Element) list.item(i);
            String artifact = text(dependency, "artifactId");
            // Test scope may stand in the parent, as it does for JUnit.
            if (!artifact.startsWith("junit") && !text(dependency, "scope").equals("test")) {
                artifacts.add(artifact);
            }
        }
        return artifacts;
    }

    private static String text(Element of, String name) {
        NodeList found = of.getElementsByTagName(name);
        return found.getLength() == 0 ? "" : found.item(0).getTextContent().strip();
    }

    /** Whether an entry of the class path is a jar, or the folder of classes, of a module that a training needs. */
    private static boolean isOfModule(Path entry) {
        return MODULES.stream()
                .anyMatch(module -> entry.getFileName().toString().startsWith("gatun-" + module)
                        || entry.endsWith(Path.of(module, "target", "classes"))
                        || entry.getFileName().toString().matches("\\w+-" + module + "-main-\\w+"));
    }

    /** The size of a jar; of other files about what they would be in one. */
    private static long packed(Path part) throws IOException {
        if (part.toString().endsWith(".jar")) {
            return Files.size(part);
        }
        Counter counter = new Counter();
        try (Stream<Path> files = Files.walk(part);
                var packing = new GZIPOutputStream(counter)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, packing);
            }
        }
        return counter.bytes;
    }

    private static final class Counter extends OutputStream {
        private long bytes;

        @Override
        public void write(int b) {
            bytes++;
        }

        @Override
        public void write(byte[] b, int from, int length) {
            bytes += length;
        }
    }
}
