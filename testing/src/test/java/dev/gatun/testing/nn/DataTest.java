package dev.gatun.testing.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.Interpolation.Mode;
import dev.gatun.autograd.ops.PadMode;
import dev.gatun.nn.data.Dataset;
import dev.gatun.nn.data.Subset;
import dev.gatun.nn.data.TensorDataset;
import dev.gatun.nn.data.transforms.Normalize;
import dev.gatun.nn.data.transforms.Pad;
import dev.gatun.nn.data.transforms.Resize;
import dev.gatun.nn.data.transforms.Transform;
import dev.gatun.nn.metrics.Accuracy;
import dev.gatun.runtime.DType;
import dev.gatun.testing.Tolerance;
import dev.gatun.testing.fixtures.Fixtures;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Transforms of images, splits and metrics against PyTorch's functions. */
class DataTest {
    private static final Map<String, Fixtures.Row> ROWS = Fixtures.rows("data.txt");

    static List<String> starting(String with) {
        return ROWS.keySet().stream().filter(name -> name.startsWith(with)).toList();
    }

    static List<String> transforms() {
        return ROWS.keySet().stream()
                .filter(name -> !name.startsWith("accuracy") && !name.startsWith("split"))
                .toList();
    }

    static List<String> accuracies() {
        return starting("accuracy");
    }

    static List<String> splits() {
        return starting("split");
    }

    private static Transform transform(String name) {
        String[] words = name.split(" ", -1);
        return switch (words[0]) {
            case "resize" ->
                words[1].equals("bytes")
                        ? new Resize(4, 5)
                        : new Resize(
                                Long.parseLong(words[1]),
                                Long.parseLong(words[2]),
                                words[3].equals("nearest") ? Mode.NEAREST : Mode.LINEAR);
            case "pad" -> new Pad(PadMode.valueOf(words[1].toUpperCase(Locale.ROOT)), 0, 1, 2, 3, 0);
            default -> new Normalize(new double[] {0.485, 0.456}, new double[] {0.229, 0.224});
        };
    }

    @ParameterizedTest
    @MethodSource("transforms")
    void transform_inF64AndF32_isPyTorchs(String name) {
        Fixtures.Row row = ROWS.get(name);
        Tensor x = row.get("in").tensor();
        check(name, row, x);
        if (x.dtype() == DType.F64) {
            check(name, row, x.to(DType.F32));
        }
    }

    private static void check(String name, Fixtures.Row row, Tensor x) {
        Tensor y = transform(name).apply(x);
        assertEquals(row.get("out").shape(), y.shape(), name);
        assertEquals(x.dtype(), y.dtype(), name);
        double[] expected = row.get("out").doubles();
        if (x.dtype() == DType.U8) {
            assertArrayEquals(expected, y.to(DType.F64).toDoubleArray(), name);
            return;
        }
        double[] magnitudes = new double[expected.length];
        Arrays.fill(magnitudes, 4);
        Tolerance.of(x.dtype()).check(expected, y.to(DType.F64).toDoubleArray(), magnitudes, name);
    }

    @ParameterizedTest
    @MethodSource("accuracies")
    void accuracy_ofTheBestK_isPyTorchs(String name) {
        Fixtures.Row row = ROWS.get(name);
        Accuracy accuracy = new Accuracy(Integer.parseInt(name.substring("accuracy ".length())));
        Tensor scores = row.get("in").tensor();
        Tensor target = row.get("target").tensor();
        accuracy.update(scores.narrow(0, 0, 5), target.narrow(0, 0, 5));
        accuracy.update(scores.narrow(0, 5, 7), target.narrow(0, 5, 7));
        assertEquals(row.get("out").doubles()[0], accuracy.value(), 1e-15);
    }

    @ParameterizedTest
    @MethodSource("splits")
    void randomSplit_byFractions_hasPyTorchsLengths(String name) {
        Fixtures.Row row = ROWS.get(name);
        int n = Integer.parseInt(name.substring("split ".length()));
        Dataset dataset = new TensorDataset(Tensor.arange(n), Tensor.arange(n));
        List<Subset> parts = Subset.randomSplit(dataset, row.get("in").doubles());
        assertArrayEquals(
                row.get("out").longs(), parts.stream().mapToLong(Subset::size).toArray());
    }

    @Test
    void resize_ofTheShorterSide_keepsTheProportion() {
        Transform four = new Resize(4);
        assertEquals("[3, 7, 4]", four.apply(Tensor.zeros(3, 9, 5)).shape().toString());
        assertEquals("[3, 4, 7]", four.apply(Tensor.zeros(3, 5, 9)).shape().toString());
        assertEquals("[4, 4]", four.apply(Tensor.zeros(2, 2)).shape().toString());
    }
}
