package dev.gatun.testing.fuzz;

import dev.gatun.autograd.Autograd;
import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.kernels.HostCopy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The operations that a user can call, found by reflection: an operation added tomorrow is driven tomorrow. */
final class Surface {
    private static final String OPS = "dev/gatun/autograd/ops";

    /** What works on tensors outside of the package of operations. */
    private static final List<Class<?>> OTHERS = List.of(Tensor.class, NdArray.class, Autograd.class, HostCopy.class);

    /** Not driven: what takes a function of the caller, and what changes the settings of the process. */
    private static final Set<String> LEFT_OUT = Set.of(
            "Tensor.registerHook",
            "Tensor.setPrintOptions",
            "HostCopy.withBytes",
            "Tensor.setGrad",
            "Tensor.gradOrNull");

    private Surface() {}

    /** All operations, always in one order. */
    static List<Method> methods() {
        List<Class<?>> classes = new ArrayList<>(OTHERS);
        classes.addAll(families());
        return classes.stream()
                .flatMap(type -> Stream.of(type.getDeclaredMethods()))
                .filter(Surface::isDriven)
                .sorted(Comparator.comparing(Method::toGenericString))
                .toList();
    }

    private static boolean isDriven(Method method) {
        int modifiers = method.getModifiers();
        Class<?> type = method.getDeclaringClass();
        boolean family = type.getName().startsWith(OPS.replace('/', '.'));
        return Modifier.isPublic(modifiers)
                && !method.isSynthetic()
                && (!family || Modifier.isStatic(modifiers))
                && !LEFT_OUT.contains(type.getSimpleName() + "." + method.getName())
                && !method.getName().equals("equals")
                && !method.getName().equals("hashCode");
    }

    /** The public classes of the package of operations that hold nothing but functions. */
    private static List<Class<?>> families() {
        return names().stream()
                .map(Surface::load)
                .filter(type -> Modifier.isPublic(type.getModifiers())
                        && !type.isRecord()
                        && !type.isEnum()
                        && !type.isInterface()
                        && type.getEnclosingClass() == null)
                .collect(Collectors.toList());
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(OPS.replace('/', '.') + "." + name);
        } catch (ClassNotFoundException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    private static List<String> names() {
        try {
            URI place = Tensor.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI();
            if (Files.isDirectory(Path.of(place))) {
                return names(Path.of(place).resolve(OPS));
            }
            try (FileSystem jar = FileSystems.newFileSystem(Path.of(place), Map.of())) {
                return names(jar.getPath(OPS));
            }
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".class") && !name.contains("$") && !name.startsWith("package-"))
                    .map(name -> name.replace(".class", ""))
                    .sorted()
                    .toList();
        }
    }
}
