package dev.gatun.testing.autograd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Scope;
import dev.gatun.testing.Tolerance;
import dev.gatun.testing.fixtures.Fixtures;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Special values, result dtypes and the bits of small sums against PyTorch's. */
class ValueTest {
    private static final Map<String, Fixtures.Row> VALUES = Fixtures.rows("values.txt");

    private static final Map<String, UnaryOperator<Tensor>> UNARY = Map.ofEntries(
            Map.entry("neg", Tensor::neg),
            Map.entry("abs", Tensor::abs),
            Map.entry("sign", Tensor::sign),
            Map.entry("square", Tensor::square),
            Map.entry("reciprocal", Tensor::reciprocal),
            Map.entry("sqrt", Tensor::sqrt),
            Map.entry("exp", Tensor::exp),
            Map.entry("log", Tensor::log),
            Map.entry("tanh", Tensor::tanh),
            Map.entry("sigmoid", Tensor::sigmoid),
            Map.entry("relu", Tensor::relu));

    private static final Map<String, BinaryOperator<Tensor>> BINARY = Map.ofEntries(
            Map.entry("add", Tensor::add),
            Map.entry("sub", Tensor::sub),
            Map.entry("mul", Tensor::mul),
            Map.entry("div", Tensor::div),
            Map.entry("pow", Tensor::pow),
            Map.entry("maximum", Tensor::maximum),
            Map.entry("minimum", Tensor::minimum),
            Map.entry("eq", Tensor::eq),
            Map.entry("ne", Tensor::ne),
            Map.entry("lt", Tensor::lt),
            Map.entry("le", Tensor::le),
            Map.entry("gt", Tensor::gt),
            Map.entry("ge", Tensor::ge));

    static List<String> names() {
        return VALUES.keySet().stream()
                .filter(name -> UNARY.containsKey(name) || BINARY.containsKey(name))
                .toList();
    }

    static List<String> casts() {
        return VALUES.keySet().stream().filter(name -> name.startsWith("cast ")).toList();
    }

    @Test
    void fixtures_everyRow_isRead() {
        assertEquals(UNARY.size() + BINARY.size(), names().size());
        assertEquals(names().size() + casts().size() + 2, VALUES.size());
    }

    @ParameterizedTest
    @MethodSource("names")
    void op_specialValues_matchesPyTorch(String name) {
        try (Scope scope = Scope.open()) {
            Fixtures.Row row = VALUES.get(name);
            List<Tensor> in =
                    row.all("in").stream().map(Fixtures.Values::tensor).toList();
            Tensor y = in.size() == 1
                    ? UNARY.get(name).apply(in.get(0))
                    : BINARY.get(name).apply(in.get(0), in.get(1));
            Fixtures.Values expected = row.get("out");
            assertEquals(expected.dtype(), y.dtype());
            Tolerance.of(DType.F32).check(expected.doubles(), y.toDoubleArray(), name);
        }
    }

    @ParameterizedTest
    @MethodSource("casts")
    void cast_specialValues_matchesPyTorch(String name) {
        try (Scope scope = Scope.open()) {
            Fixtures.Row row = VALUES.get(name);
            Fixtures.Values expected = row.get("out");
            Tensor y = row.get("in").tensor().to(expected.dtype());
            if (expected.dtype().isFloating()) {
                assertArrayEquals(expected.tensor().toDoubleArray(), y.toDoubleArray());
            } else {
                assertArrayEquals(expected.longs(), y.toLongArray());
            }
        }
    }

    @Test
    void extremes_tiesAndNaN_matchPyTorch() {
        try (Scope scope = Scope.open()) {
            Fixtures.Row row = VALUES.get("argmax");
            Tensor x = row.get("in").tensor();
            assertArrayEquals(row.get("all").longs(), x.argmax().toLongArray());
            for (int dim = 0; dim < 2; dim++) {
                assertArrayEquals(row.get("max" + dim).longs(), x.argmax(dim).toLongArray());
                assertArrayEquals(row.get("min" + dim).longs(), x.argmin(dim).toLongArray());
                assertArrayEquals(
                        row.get("values" + dim).doubles(), x.max(dim).values().toDoubleArray());
            }
        }
    }

    @Test
    void softmax_infiniteLogits_matchPyTorch() {
        try (Scope scope = Scope.open()) {
            Fixtures.Row row = VALUES.get("softmax");
            Tensor x = row.get("in").tensor();
            Tolerance near = Tolerance.of(DType.F32);
            near.check(row.get("out").doubles(), x.softmax(1).toDoubleArray(), "softmax");
            near.check(row.get("log").doubles(), x.logSoftmax(1).toDoubleArray(), "logSoftmax");
        }
    }

    @Test
    void promotion_everyPair_matchesPyTorch() {
        int pairs = 0;
        for (String line : Fixtures.lines("promotion.txt")) {
            String[] words = line.split(" ", -1);
            try (Scope scope = Scope.open()) {
                switch (words[0]) {
                    case "pair" -> checkPair(line, words);
                    case "number" -> checkNumber(line, words);
                    case "reduce" -> {
                        Tensor x = Tensor.ones(DType.valueOf(words[1]), 2);
                        assertEquals(DType.valueOf(words[2]), x.sum().dtype(), line);
                        assertEquals(DType.valueOf(words[3]), x.exp().dtype(), line);
                    }
                    default ->
                        assertEquals(
                                DType.valueOf(words[3]),
                                DType.promote(DType.valueOf(words[1]), DType.valueOf(words[2])),
                                line);
                }
                pairs++;
            }
        }
        assertEquals(36 * 4 + 6 * 2 + 64, pairs);
    }

    private static void checkPair(String line, String[] words) {
        Tensor x = ones(words[1].charAt(0), DType.valueOf(words[2]));
        Tensor y = ones(words[1].charAt(1), DType.valueOf(words[3]));
        DType sum = DType.valueOf(words[4]);
        if (sum != DType.BOOL) { // whose arithmetic is refused
            assertEquals(sum, x.add(y).dtype(), line);
        }
        assertEquals(sum, Tensor.where(Tensor.scalar(1, DType.BOOL), x, y).dtype(), line);
        assertEquals(DType.valueOf(words[5]), x.div(y).dtype(), line);
    }

    private static Tensor ones(char rank, DType dtype) {
        return rank == '1' ? Tensor.ones(dtype, 2) : Tensor.ones(dtype);
    }

    private static void checkNumber(String line, String[] words) {
        Tensor x = Tensor.ones(DType.valueOf(words[1]), 2);
        assertEquals(DType.valueOf(words[2]), x.add(1).dtype(), line);
        assertEquals(DType.valueOf(words[3]), x.add(1.5).dtype(), line);
        assertEquals(DType.valueOf(words[4]), x.div(2).dtype(), line);
    }

    @Test
    void sum_smallF32_hasPyTorchsBits() {
        int sums = 0;
        for (String line : Fixtures.lines("sums.txt")) {
            String[] words = line.split(" ", -1);
            try (Scope scope = Scope.open()) {
                Tensor x = Fixtures.scattered(Integer.parseInt(words[1])).to(DType.F32);
                assertEquals(words[2], bits(x.sum()), "sum of " + words[1]);
                assertEquals(words[3], bits(x.mean()), "mean of " + words[1]);
                sums++;
            }
        }
        assertTrue(sums > 40);
    }

    private static String bits(Tensor one) {
        return String.format("%08x", Float.floatToIntBits((float) one.item()));
    }
}
