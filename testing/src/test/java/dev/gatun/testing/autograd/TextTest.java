package dev.gatun.testing.autograd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Scope;
import dev.gatun.testing.fixtures.Fixtures;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tensors print as PyTorch prints them. */
class TextTest {
    private static final float NAN = Float.NaN;
    private static final float INFINITY = Float.POSITIVE_INFINITY;
    private static final Map<String, String> EXPECTED = read();
    private static final Map<String, Supplier<Tensor>> TENSORS = new LinkedHashMap<>();

    private static void text(String name, Supplier<Tensor> tensor) {
        TENSORS.put(name, tensor);
    }

    private static Tensor leaf() {
        return Tensor.of(1f, 2f).requiresGrad_();
    }

    private static Tensor counting(int count, double divisor) {
        return Tensor.arange(count).to(DType.F32).div(divisor);
    }

    static {
        text("scalar", () -> Tensor.scalar(3.5));
        text("integral scalar", () -> Tensor.scalar(3));
        text("long scalar", () -> Tensor.scalar(7, DType.I64));
        text("bool scalar", () -> Tensor.scalar(1, DType.BOOL));
        text("vector", () -> Tensor.of(1f, 2.5f, -3.25f));
        text("integral", () -> Tensor.of(1f, 20f, -300f));
        text("doubles", () -> Tensor.of(1.0, 2.5));
        text("halves", () -> Tensor.of(1f, 2.5f, 0.1f).to(DType.F16));
        text("brains", () -> Tensor.of(1f, 2.5f, 0.1f).to(DType.BF16));
        text("longs", () -> Tensor.of(1L, -20L, 300L));
        text("ints", () -> Tensor.of(1, 2));
        text("bytes", () -> Tensor.of((byte) 1, (byte) 255));
        text("bools", () -> Tensor.of(new boolean[][] {{true, false}, {false, false}}));
        text("matrix", () -> counting(6, 4).view(2, 3));
        text("cube", () -> counting(8, 8).view(2, 2, 2));
        text("rank 4", () -> Tensor.arange(4).view(2, 1, 2, 1));
        text("ratio", () -> Tensor.of(0.001f, 1000.5f));
        text("large", () -> Tensor.of(1.2345679E8f, 2f));
        text("tiny", () -> Tensor.of(0.00001f, 0.5f));
        text("special", () -> Tensor.of(NAN, INFINITY, -INFINITY, 1f));
        text("special fraction", () -> Tensor.of(NAN, 1.5f, -INFINITY));
        text("nothing finite", () -> Tensor.of(NAN, INFINITY));
        text("negative zero", () -> Tensor.of(-0f, 0.25f));
        text("empty", () -> Tensor.of(new float[0]));
        text("empty matrix", () -> Tensor.zeros(2, 0));
        text("empty longs", () -> Tensor.of(new long[0]));
        text("long line", () -> counting(40, 8));
        text("long rows", () -> counting(60, 8).view(2, 30));
        text("summarised", () -> Tensor.arange(2000));
        text("summarised matrix", () -> counting(10000, 2).view(100, 100));
        text("summarised cube", () -> Tensor.arange(8000).view(20, 20, 20));
        text("thousand", () -> Tensor.arange(1000));
        text("leaf", TextTest::leaf);
        text("multiplied", () -> leaf().mul(2));
        text("matrix product", () -> leaf().view(1, 2).mm(leaf().view(2, 1)));
        text("mean", () -> leaf().mean());
        text("relu", () -> leaf().relu());
        text(
                "long with node",
                () -> Tensor.of(repeated()).requiresGrad_().div(3).exp());
        text("double with node", () -> leaf().to(DType.F64).mul(2));
        text("transposed", () -> counting(6, 4).view(2, 3).t());
        text("rounding", () -> Tensor.of(0.00005f, 0.12345f, 2.5f, 99999.99f));
        text("exponents", () -> Tensor.of(1e-10f, 1e10f, 1f));
        text("huge", () -> Tensor.of(1e38f));
    }

    private static float[] repeated() {
        float[] values = new float[24];
        for (int i = 0; i < values.length; i++) {
            values[i] = 1 + i % 2;
        }
        return values;
    }

    private static Map<String, String> read() {
        Map<String, String> texts = new LinkedHashMap<>();
        String name = "";
        for (String line : Fixtures.lines("texts.txt")) {
            if (line.startsWith("text ")) {
                name = line.substring("text ".length());
            } else {
                texts.merge(name, line.substring(1), (before, next) -> before + "\n" + next);
            }
        }
        return texts;
    }

    static Iterable<String> names() {
        return EXPECTED.keySet();
    }

    @Test
    void fixtures_andTensors_nameTheSame() {
        assertEquals(EXPECTED.keySet(), TENSORS.keySet());
    }

    @ParameterizedTest
    @MethodSource("names")
    void toString_everyKind_matchesPyTorch(String name) {
        try (Scope scope = Scope.open()) {
            assertEquals(EXPECTED.get(name), TENSORS.get(name).get().toString());
        }
    }

    @Test
    void toString_released_says() {
        Tensor x = Tensor.of(1f, 2f);
        x.release();
        assertEquals("tensor(f32[2], released)", x.toString());
    }
}
