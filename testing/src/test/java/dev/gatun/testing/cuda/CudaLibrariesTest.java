package dev.gatun.testing.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.runtime.GatunException;
import dev.gatun.runtime.cuda.CudaLibraries;
import dev.gatun.runtime.cuda.CudaLibrary;
import dev.gatun.runtime.cuda.CudaSearch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Where CUDA's libraries are looked for, in folders made for it, and what is said where there are none. */
class CudaLibrariesTest {
    private static final CudaSearch.LoaderPath NOWHERE = (soname, symbol) -> Optional.empty();

    @TempDir
    private Path given = Path.of("");

    private Path root = Path.of("");
    private final List<Path> links = new ArrayList<>(); // JUnit warns of those that it deletes

    @BeforeEach
    void resolve() throws IOException {
        root = given.toRealPath();
    }

    @AfterEach
    void unlink() throws IOException {
        for (Path link : links) {
            Files.delete(link);
        }
    }

    private Path file(String name) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.createFile(file);
    }

    private CudaSearch search(Map<String, String> environment, @Nullable String chosen) {
        return new CudaSearch(environment, chosen, root, NOWHERE);
    }

    private Optional<Path> find(CudaLibrary library) {
        return search(Map.of(), null).find(library);
    }

    @Test
    void search_toolkits_newestSonameFirst() throws IOException {
        assertEquals(Optional.empty(), find(CudaLibrary.NVRTC));
        Path old = file("usr/local/cuda-12.4/lib64/libnvrtc.so.12");
        assertEquals(Optional.of(old), find(CudaLibrary.NVRTC));
        Path newer = file("usr/local/cuda-12.6/lib64/libnvrtc.so.12");
        assertEquals(Optional.of(newer), find(CudaLibrary.NVRTC));
        Path newest = file("opt/cuda/targets/x86_64-linux/lib/libnvrtc.so.13");
        assertEquals(Optional.of(newest), find(CudaLibrary.NVRTC));
        assertEquals(Optional.of(newer), find(CudaLibrary.NVRTC.upTo(12)));
    }

    @Test
    void search_toolkitOfTheEnvironment_comesFirst() throws IOException {
        file("usr/local/cuda/lib64/libcublas.so.12");
        Path named = file("elsewhere/lib/libcublas.so.12");
        var search = search(Map.of("CUDA_HOME", root.resolve("elsewhere").toString()), null);
        assertEquals(Optional.of(named), search.find(CudaLibrary.CUBLAS));
    }

    @Test
    void search_pythonPackages_areLookedInto() throws IOException {
        Path system = file("usr/lib/python3/dist-packages/nvidia/cublas/lib/libcublas.so.12");
        assertEquals(Optional.of(system), find(CudaLibrary.CUBLAS));
        Path local = file("usr/local/lib/python3.12/site-packages/nvidia/cu13/lib/libcublas.so.13");
        assertEquals(Optional.of(local), find(CudaLibrary.CUBLAS));
        Path venv = file("venv/lib/python3.11/site-packages/nvidia/cublas/lib/libcublas.so.13");
        var inVenv = search(Map.of("VIRTUAL_ENV", root.resolve("venv").toString()), null);
        assertEquals(Optional.of(venv), inVenv.find(CudaLibrary.CUBLAS));
        Files.setPosixFilePermissions(file("venv/bin/python3"), PosixFilePermissions.fromString("rwxr-xr-x"));
        var onPath = search(Map.of("PATH", "/none:" + root.resolve("venv/bin")), null);
        assertEquals(Optional.of(venv), onPath.find(CudaLibrary.CUBLAS));
        Path home = file("home/.local/lib/python3.9/site-packages/nvidia/cuda_nvrtc/lib/libnvrtc.so.12");
        var atHome = search(Map.of("HOME", root.resolve("home").toString()), null);
        assertEquals(Optional.of(home), atHome.find(CudaLibrary.NVRTC));
    }

    @Test
    void search_chosenFolder_winsAtAnyDepth() throws IOException {
        file("usr/local/cuda/lib64/libnvrtc.so.13");
        Path deep = file("mine/a/b/libnvrtc.so.13");
        String chosen = root.resolve("none") + ":" + root.resolve("mine");
        assertEquals(Optional.of(deep), search(Map.of(), chosen).find(CudaLibrary.NVRTC));
        Path flat = file("mine/libnvrtc.so.13");
        assertEquals(Optional.of(flat), search(Map.of(), chosen).find(CudaLibrary.NVRTC));
    }

    @Test
    void search_loaderPath_comesBeforeToolkits() throws IOException {
        file("usr/local/cuda/lib64/libnvrtc.so.13");
        Path loaded = Path.of("/lib/libnvrtc.so.13");
        var search = new CudaSearch(
                Map.of(),
                null,
                root,
                (soname, symbol) -> soname.equals("libnvrtc.so.13") && symbol.equals("nvrtcVersion")
                        ? Optional.of(loaded)
                        : Optional.empty());
        assertEquals(Optional.of(loaded), search.find(CudaLibrary.NVRTC));
    }

    /** A toolkit's stand-in for linkers is no driver. */
    @Test
    void search_driver_isNotTakenFromToolkits() throws IOException {
        file("usr/local/cuda/lib64/libcuda.so.1");
        file("usr/local/cuda/lib64/stubs/libcuda.so");
        assertEquals(Optional.empty(), find(CudaLibrary.DRIVER));
        Path chosen = file("mine/libcuda.so.1");
        assertEquals(
                Optional.of(chosen),
                search(Map.of(), root.resolve("mine").toString()).find(CudaLibrary.DRIVER));
    }

    @Test
    void message_nothingThere_saysWhatWasLookedForAndWhere() throws IOException {
        var libraries = new CudaLibraries(() -> search(Map.of(), null));
        String driver = "cuda: no driver: looked for libcuda.so.1 on the loader path and below GATUN_CUDA_PATH (unset)";
        assertEquals(driver, libraries.describe(CudaLibrary.DRIVER));
        var e = assertThrows(GatunException.class, libraries::requireAll);
        assertEquals(driver, e.getMessage());
        assertEquals(
                "cuda: no NVRTC: looked for libnvrtc.so.13, libnvrtc.so.12 on the loader path, in CUDA toolkits and Python's"
                        + " nvidia folders (there are none) and below GATUN_CUDA_PATH (unset)",
                libraries.describe(CudaLibrary.NVRTC));
        Path compiler = file("usr/local/cuda/lib64/libnvrtc.so.13");
        assertEquals(compiler + ", not loaded without a driver", libraries.describe(CudaLibrary.NVRTC));
        file("usr/local/cuda/lib64/libcudart.so.12");
        file("usr/lib/python3/dist-packages/nvidia/cudnn/lib/libcudnn.so.9");
        assertEquals(
                "looked for libcublas.so.12 on the loader path, in " + root.resolve("usr/local/cuda/lib64") + ", "
                        + root.resolve("usr/lib/python3/dist-packages/nvidia/cudnn/lib")
                        + " and below GATUN_CUDA_PATH (/none)",
                search(Map.of(), "/none").places(CudaLibrary.CUBLAS.upTo(12)));
    }

    static List<CudaLibrary> all() {
        return CudaLibrary.ALL;
    }

    static List<CudaLibrary> allButTheDriver() {
        return CudaLibrary.ALL.stream().filter(library -> !library.isDriver()).toList();
    }

    /** Libraries of the folder {@code mine} alone; the driver there is the stub of this process, but for its own tests. */
    private CudaLibraries mine(CudaLibrary asked) throws IOException {
        CudaStubs.require();
        Path folder = Files.createDirectories(root.resolve("mine"));
        if (!asked.isDriver()) {
            link(folder.resolve("libcuda.so.1"), "libcuda.so.1");
        }
        return new CudaLibraries(() -> search(Map.of(), folder.toString()));
    }

    private void link(Path link, String stub) throws IOException {
        links.add(Files.createSymbolicLink(link, CudaStubs.FOLDER.resolve(stub)));
    }

    private Path newest(CudaLibrary library) {
        return root.resolve("mine").resolve(library.sonames().getFirst());
    }

    private static void assertMessage(String expected, CudaLibraries libraries, CudaLibrary library) {
        for (int i = 0; i < 2; i++) { // the same sentence on every call
            var e = assertThrows(GatunException.class, () -> libraries.load(library));
            assertEquals(expected, e.getMessage());
            assertEquals(expected, libraries.describe(library));
        }
    }

    /** An older one than those that are looked for is as good as none. */
    @ParameterizedTest
    @MethodSource("allButTheDriver")
    void message_libraryThatIsNotThere_saysWhatWasLookedFor(CudaLibrary library) throws IOException {
        CudaLibraries libraries = mine(library);
        String oldest = library.sonames().getLast();
        int dot = oldest.lastIndexOf('.') + 1;
        file("mine/" + oldest.substring(0, dot) + (Integer.parseInt(oldest.substring(dot)) - 1));
        String sentence = "cuda: no " + library.name() + ": looked for " + String.join(", ", library.sonames())
                + " on the loader path, in CUDA toolkits and Python's nvidia folders (there are none) and below"
                + " GATUN_CUDA_PATH (" + root.resolve("mine") + ")";
        assertMessage(sentence, libraries, library);
        assertEquals(
                sentence,
                assertThrows(GatunException.class, () -> libraries.find(library))
                        .getMessage());
    }

    @ParameterizedTest
    @MethodSource("all")
    void message_fileThatIsNoLibrary_isNamed(CudaLibrary library) throws IOException {
        CudaLibraries libraries = mine(library);
        Files.writeString(newest(library), "not a library");
        assertMessage("gatun: cannot load " + newest(library) + ": it is no ELF library", libraries, library);
    }

    @ParameterizedTest
    @MethodSource("all")
    void message_fileThatIsCutOff_isNamed(CudaLibrary library) throws IOException {
        CudaLibraries libraries = mine(library);
        byte[] whole = Files.readAllBytes(CudaStubs.FOLDER.resolve("libgatun-emulator.so"));
        Files.write(newest(library), Arrays.copyOf(whole, whole.length / 2));
        var e = assertThrows(GatunException.class, () -> libraries.load(library));
        String beginning =
                "gatun: cannot load " + newest(library) + ": it is cut off: " + whole.length / 2 + " bytes of ";
        assertTrue(e.getMessage().startsWith(beginning), e.getMessage());
    }

    @ParameterizedTest
    @MethodSource("all")
    void message_anotherLibraryOfThatName_isNamed(CudaLibrary library) throws IOException {
        CudaLibraries libraries = mine(library);
        link(newest(library), "libgatun-emulator.so");
        assertMessage(
                "gatun: " + newest(library) + " has no function " + library.symbol()
                        + ": it is another library, version or build",
                libraries,
                library);
    }
}
