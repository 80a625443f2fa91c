package dev.gatun.testing.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gatun.runtime.GatunException;
import dev.gatun.runtime.cuda.CudaSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sources of kernels as one text, from folders or out of the jar. */
class CudaSourceTest {
    private static final String PROPERTY = "gatun.cuda.sources";

    @TempDir
    private Path folder = Path.of("");

    private @Nullable String before;

    @BeforeEach
    void remember() {
        before = System.getProperty(PROPERTY);
    }

    @AfterEach
    void restore() {
        set(before);
    }

    private static void set(@Nullable String folders) {
        if (folders == null) {
            System.clearProperty(PROPERTY);
        } else {
            System.setProperty(PROPERTY, folders);
        }
    }

    @Test
    void of_includes_standInTheirPlaceWithTheirLines() throws IOException {
        Path cuda = Files.createDirectory(folder.resolve("cuda"));
        Path common = Files.createDirectory(folder.resolve("common"));
        Files.writeString(cuda.resolve("a.cu"), "first\n  #  include \"../common/b.h\" /* why */\nlast");
        Files.writeString(common.resolve("b.h"), "inner\n#include <stddef.h>\n");
        set(folder.resolve("none") + ":" + cuda);
        CudaSource source = CudaSource.of("a", List.of("-DX"));
        assertEquals("a.cu", source.name());
        assertEquals(List.of("-DX"), source.options());
        assertEquals(
                "#line 1 \"a.cu\"\nfirst\n#line 1 \"b.h\"\ninner\n#include <stddef.h>\n\n#line 3 \"a.cu\"\nlast\n",
                source.text());
    }

    @Test
    void of_missingOrCircularIncludes_areNamed() throws IOException {
        Path cuda = Files.createDirectory(folder.resolve("cuda"));
        set(cuda.toString());
        Files.writeString(cuda.resolve("a.cu"), "#include \"gone.h\"");
        var gone = assertThrows(GatunException.class, () -> CudaSource.of("a", List.of()));
        assertEquals("cuda: no gone.h in gatun.cuda.sources: " + cuda, gone.getMessage());
        Files.writeString(cuda.resolve("b.cu"), "#include \"b.cu\"");
        var circle = assertThrows(GatunException.class, () -> CudaSource.of("b", List.of()));
        assertEquals("cuda: includes go round in a circle: b.cu", circle.getMessage());
    }

    @Test
    void of_resources_areTheTreesFiles() {
        boolean packed = CudaSource.class.getResource("sources/device.cuh") != null;
        assumeTrue(packed, "the kernels are not among the resources: the classes were not built by Maven");
        String tree = Path.of("../native/cuda").toAbsolutePath().normalize().toString();
        for (String family : List.of("elementwise", "reduce", "norm", "update", "random", "cast")) {
            set(null);
            CudaSource fromJar = CudaSource.of(family, List.of());
            set(tree);
            assertEquals(CudaSource.of(family, List.of()), fromJar);
            assertFalse(fromJar.text().contains("#include \""), family);
            assertTrue(fromJar.text().contains("GT_KERNEL"), family);
        }
        set(null);
        var e = assertThrows(GatunException.class, () -> CudaSource.of("gone", List.of()));
        assertTrue(e.getMessage().startsWith("cuda: no resource sources/gone.cu beside "), e.getMessage());
    }
}
