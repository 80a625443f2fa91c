package dev.gatun.testing.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gatun.autograd.GradMode;
import dev.gatun.autograd.Tensor;
import dev.gatun.nn.BatchNorm2d;
import dev.gatun.nn.Conv2d;
import dev.gatun.nn.Flatten;
import dev.gatun.nn.Linear;
import dev.gatun.nn.ReLU;
import dev.gatun.nn.Sequential;
import dev.gatun.nn.StateDict;
import dev.gatun.nn.io.Npy;
import dev.gatun.nn.io.SafeTensors;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Scope;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that PyTorch and NumPy made, and, where Python has both, files that they read: testing/fixtures/make_checkpoints.py. */
class CheckpointFixtureTest {
    private static final Path SCRIPT = Path.of("fixtures", "make_checkpoints.py");
    private static final Map<String, String> METADATA = Map.of("format", "pt", "text", "a \"quoted\" line\nand é");

    @TempDir
    private Path folder;

    private Scope scope;

    @BeforeEach
    void open() {
        scope = Scope.open();
    }

    @AfterEach
    void close() {
        scope.close();
    }

    private Path resource(String name) throws IOException {
        Path file = folder.resolve(name);
        try (InputStream in = getClass().getResourceAsStream("/fixtures/" + name)) {
            Files.copy(Objects.requireNonNull(in, name), file);
        }
        return file;
    }

    /** Runs the script, with the first Python that has what it needs. */
    private static void python(String... arguments) throws IOException, InterruptedException {
        String python = null;
        for (String candidate : List.of("/usr/bin/python3", "python3")) {
            python = python == null
                            && run(candidate, "-c", "import numpy, torch").isEmpty()
                    ? candidate
                    : python;
        }
        assumeTrue(python != null && Files.exists(SCRIPT), "no python3 with numpy and torch");
        List<String> command = new ArrayList<>(List.of(python, SCRIPT.toString()));
        command.addAll(List.of(arguments));
        assertEquals("", run(command.toArray(String[]::new)));
    }

    /** What a program that fails says; nothing where it ends well. */
    private static String run(String... command) throws IOException, InterruptedException {
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            return e.toString();
        }
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        return process.exitValue() == 0 ? "" : "code " + process.exitValue() + ": " + said;
    }

    private static Tensor counted(DType dtype, long... sizes) {
        int count = (int) Arrays.stream(sizes).reduce(1, (a, b) -> a * b);
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            int value = i * 5 % 17;
            values[i] = switch (dtype) {
                case BOOL -> i % 3 == 0 ? 1 : 0;
                case U8 -> value;
                case I32, I64 -> value - 8;
                default -> (value - 8) / 4.0;
            };
        }
        return Tensor.of(values).to(dtype).view(sizes);
    }

    private static Map<String, Tensor> tensors() {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (DType dtype : DType.values()) {
            tensors.put(dtype.toString(), counted(dtype, 2, 3));
        }
        tensors.put("a.scalar", Tensor.scalar(2.5));
        tensors.put("é 名", counted(DType.I32, 3));
        tensors.put("special", Tensor.of(Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, -0f));
        tensors.put("empty", Tensor.empty(2, 0, 3));
        return tensors;
    }

    private static void assertHoldsAll(StateDict found) {
        Map<String, Tensor> expected = tensors();
        assertEquals(expected.keySet(), found.tensors().keySet());
        expected.forEach((name, x) -> {
            assertEquals(x.describe(), found.getTensor(name).describe(), name);
            assertArrayEquals(x.toDoubleArray(), found.getTensor(name).toDoubleArray(), name);
        });
        assertEquals(METADATA, found.values());
    }

    @Test
    void safetensors_ofAnIndependentWriter_areTheSame() throws IOException {
        Path file = resource("dtypes.safetensors");
        assertHoldsAll(SafeTensors.load(file));
        assertHoldsAll(SafeTensors.map(file));
    }

    @Test
    void safetensors_bothWaysWithPython_areTheSame() throws IOException, InterruptedException {
        Path made = folder.resolve("made.safetensors");
        python("make", "safetensors", made.toString());
        assertHoldsAll(SafeTensors.load(made));
        StateDict state = new StateDict();
        tensors().forEach(state::put);
        METADATA.forEach(state::put);
        Path saved = folder.resolve("saved.safetensors");
        SafeTensors.save(saved, state);
        python("check", "safetensors", saved.toString());
    }

    private static Sequential network() {
        return new Sequential(new Conv2d(1, 4, 3), new BatchNorm2d(4), new ReLU(), new Flatten(), new Linear(64, 10));
    }

    @Test
    void model_ofPyTorch_computesTheSame() throws IOException {
        StateDict found = SafeTensors.load(resource("model.safetensors"));
        Sequential model = network();
        model.loadStateDict(found.part("model").tensors());
        assertEquals(3, found.getTensor("model.1.num_batches_tracked").itemLong());
        assertComputes(model, found);
        Sequential mapped = network();
        mapped.assignStateDict(SafeTensors.map(folder.resolve("model.safetensors"))
                .part("model")
                .tensors());
        assertComputes(mapped, found);
    }

    private static void assertComputes(Sequential model, StateDict found) {
        model.eval();
        try (var off = GradMode.noGrad()) {
            double[] y = model.forward(found.getTensor("x")).toDoubleArray();
            assertArrayEquals(found.getTensor("y").toDoubleArray(), y, 1e-5);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"npz", "npz_compressed"})
    void npz_bothWaysWithPython_areTheSame(String kind) throws IOException, InterruptedException {
        Path made = folder.resolve("made.npz");
        python("make", kind, made.toString());
        Map<String, Tensor> arrays = Npy.loadz(made);
        assertHoldsArrays(arrays);
        Path saved = folder.resolve("saved.npz");
        if (kind.equals("npz")) {
            Npy.savez(saved, arrays);
        } else {
            Npy.savezCompressed(saved, arrays);
        }
        python("check", kind, saved.toString());
        assertHoldsArrays(Npy.loadz(saved));
    }

    @Test
    void npz_ofNumPy_isTheSame() throws IOException {
        assertHoldsArrays(Npy.loadz(resource("arrays.npz")));
    }

    @Test
    void npy_ofNumPy_isTheSame() throws IOException {
        Map<String, Tensor> arrays = new LinkedHashMap<>();
        try (ZipFile zip = new ZipFile(resource("arrays.npz").toFile())) {
            for (var entry : zip.stream().toList()) {
                Path file = folder.resolve(entry.getName());
                Files.copy(zip.getInputStream(entry), file);
                String name = entry.getName().replace(".npy", "");
                arrays.put(name, Npy.load(file));
                Npy.save(file, arrays.get(name));
                assertArrayEquals(
                        arrays.get(name).toDoubleArray(), Npy.load(file).toDoubleArray());
                assertArrayEquals(arrays.get(name).strides(), Npy.load(file).strides());
            }
        }
        assertHoldsArrays(arrays);
    }

    private static void assertHoldsArrays(Map<String, Tensor> found) {
        assertEquals(37, found.size());
        found.forEach((name, x) -> {
            DType dtype = switch (name.substring(0, 2)) {
                case "f2" -> DType.F16;
                case "f4" -> DType.F32;
                case "f8" -> DType.F64;
                case "i1", "i2", "i4", "u2" -> DType.I32;
                case "i8", "u4" -> DType.I64;
                case "u1" -> DType.U8;
                case "b1" -> DType.BOOL;
                default -> null;
            };
            if (dtype != null) {
                assertEquals(dtype + "[2, 3, 4]", x.describe(), name);
                double[] expected = counted(name.startsWith("u") ? DType.U8 : dtype, 2, 3, 4)
                        .toDoubleArray();
                assertArrayEquals(expected, x.toDoubleArray(), name);
                assertEquals(!name.contains("fortran"), x.isContiguous(), name);
            }
        });
        assertEquals("f32[]", found.get("scalar").describe());
        assertEquals(2.5, found.get("scalar").item());
        assertArrayEquals(new long[] {0, 1, 2}, found.get("vector").toLongArray());
        assertEquals("f32[2, 0, 3]", found.get("empty").describe());
        assertArrayEquals(new long[] {0, (1L << 32) - 1}, found.get("limits").toLongArray());
        assertFalse(found.containsKey("limits.npy"));
    }
}
