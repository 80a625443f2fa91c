package dev.gatun.testing.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gatun.autograd.Tensor;
import dev.gatun.nn.Module;
import dev.gatun.nn.ModuleDict;
import dev.gatun.nn.ModuleList;
import dev.gatun.nn.Sequential;
import dev.gatun.nn.optim.LBFGS;
import dev.gatun.nn.optim.Optimizer;
import dev.gatun.nn.optim.schedulers.LRScheduler;
import dev.gatun.nn.optim.schedulers.ReduceLROnPlateau;
import dev.gatun.runtime.Scope;
import dev.gatun.testing.Snippets;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every public layer, optimizer and schedule has a row of PyTorch's: none can be added without one. */
class EachPartTest {
    /** Public classes of a package that can be made. */
    private static Set<String> classes(String name, Predicate<Class<?>> kind) throws IOException {
        Path folder = Snippets.root().resolve("nn/src/main/java").resolve(name.replace('.', '/'));
        Set<String> found = new TreeSet<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                String simple = file.getFileName().toString().replace(".java", "");
                if (!file.toString().endsWith(".java") || simple.equals("package-info")) {
                    continue;
                }
                Class<?> type = load(name + "." + simple);
                int flags = type.getModifiers();
                if (Modifier.isPublic(flags) && !Modifier.isAbstract(flags) && kind.test(type)) {
                    found.add(simple);
                }
            }
        }
        return found;
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(name, e);
        }
    }

    private static String name(Object part) {
        return part.getClass().getSimpleName();
    }

    @Test
    void layers_each_haveAFixture() throws IOException {
        Set<String> rows = new TreeSet<>();
        for (Class<?> container : List.of(Sequential.class, ModuleList.class, ModuleDict.class)) {
            rows.add(container.getSimpleName());
        }
        try (Scope scope = Scope.open()) {
            ModulesTest.LAYERS.values().forEach(make -> rows.add(name(make.get())));
        }
        assertEquals(classes("dev.gatun.nn", Module.class::isAssignableFrom), rows);
    }

    @Test
    void optimizers_each_haveAFixture() throws IOException {
        Set<String> rows = new TreeSet<>(Set.of(LBFGS.class.getSimpleName())); // of LbfgsTest
        try (Scope scope = Scope.open()) {
            List<Tensor> params =
                    List.of(Tensor.zeros(2).requiresGrad_(), Tensor.zeros(2).requiresGrad_());
            OptimizerTest.OPTIMIZERS.values().forEach(make -> rows.add(name(make.apply(params))));
            SparseStepsTest.OPTIMIZERS.values().forEach(make -> rows.add(name(make.apply(params))));
        }
        assertEquals(classes("dev.gatun.nn.optim", Optimizer.class::isAssignableFrom), rows);
    }

    @Test
    void schedules_each_haveAFixture() throws IOException {
        Set<String> rows = new TreeSet<>(Set.of(ReduceLROnPlateau.class.getSimpleName())); // of ScheduleTest, too
        ScheduleTest.SCHEDULES.forEach((row, make) -> rows.add(name(make.apply(ScheduleTest.optimizer(row)))));
        Predicate<Class<?>> kind = type -> LRScheduler.class.isAssignableFrom(type) || type == ReduceLROnPlateau.class;
        assertEquals(classes("dev.gatun.nn.optim.schedulers", kind), rows);
    }
}
