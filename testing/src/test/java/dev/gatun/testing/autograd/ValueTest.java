package dev.gatun.testing.autograd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.Activation;
import dev.gatun.autograd.ops.Arithmetic;
import dev.gatun.autograd.ops.Bits;
import dev.gatun.autograd.ops.Compare;
import dev.gatun.autograd.ops.Elementwise;
import dev.gatun.autograd.ops.Maths;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Scope;
import dev.gatun.testing.Tolerance;
import dev.gatun.testing.fixtures.Fixtures;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Special values, result dtypes and the bits of small sums against PyTorch's. */
class ValueTest {
    private static final Map<String, Fixtures.Row> VALUES = Fixtures.rows("values.txt");

    private static final List<Class<?>> FAMILIES =
            List.of(Maths.class, Activation.class, Elementwise.class, Arithmetic.class, Compare.class, Bits.class);

    /** Which PyTorch computes in F32 by formulas that are off by more than ours may be. */
    private static final Set<String> COARSE = Set.of("lgamma", "digamma", "erfinv", "tanhshrink", "logaddexp");

    /** The method of a name, and of operands: tensors, or numbers behind the first. */
    private static Object call(String name, Object... operands) {
        Class<?>[] types = Stream.of(operands)
                .map(operand -> operand instanceof Number ? Number.class : Tensor.class)
                .toArray(Class<?>[]::new);
        Method method = FAMILIES.stream()
                .flatMap(family -> Stream.of(family.getMethods()))
                .filter(each -> each.getName().equals(name) && Arrays.equals(each.getParameterTypes(), types))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no operation " + name));
        try {
            return method.invoke(null, operands);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new AssertionError(e);
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    static List<String> names() {
        return VALUES.keySet().stream()
                .filter(name ->
                        !name.contains(" ") && !List.of("argmax", "softmax").contains(name))
                .toList();
    }

    static List<String> casts() {
        return VALUES.keySet().stream().filter(name -> name.startsWith("cast ")).toList();
    }

    @Test
    void fixtures_everyRow_isRead() {
        assertEquals(78, names().size());
        assertEquals(names().size() + casts().size() + 2, VALUES.size());
    }

    @ParameterizedTest
    @MethodSource("names")
    void op_specialValues_matchesPyTorch(String name) {
        try (Scope scope = Scope.open()) {
            Fixtures.Row row = VALUES.get(name);
            List<Tensor> in =
                    row.all("in").stream().map(Fixtures.Values::tensor).toList();
            Tensor y = (Tensor) call(name, in.toArray());
            Fixtures.Values expected = row.get("out");
            assertEquals(expected.dtype(), y.dtype());
            double[] values = expected.doubles();
            double[] magnitudes = new double[values.length];
            Arrays.fill(magnitudes, COARSE.contains(name) ? 1 : 0);
            Tolerance.of(DType.F32)
                    .times(COARSE.contains(name) ? 16 : 1)
                    .check(values, y.toDoubleArray(), magnitudes, name);
        }
    }

    @Test
    void dtypes_everyOperation_matchPyTorchs() {
        int cases = 0;
        for (String line : Fixtures.lines("dtypes.txt")) {
            String[] words = line.split(" ", -1);
            try (Scope scope = Scope.open()) {
                Tensor x = Tensor.ones(DType.valueOf(words[1]), 2);
                Object[] operands = words.length == 3 ? new Object[] {x} : new Object[] {x, operand(words[2])};
                String expected = words[words.length - 1];
                if (expected.equals("-")) {
                    assertThrows(IllegalArgumentException.class, () -> call(words[0], operands), line);
                } else {
                    assertEquals(DType.valueOf(expected), ((Tensor) call(words[0], operands)).dtype(), line);
                }
                cases++;
            }
        }
        assertTrue(cases > 600, "cases " + cases);
    }

    private static Object operand(String word) {
        return switch (word) {
            case "2" -> 2;
            case "1.5" -> 1.5;
            default -> Tensor.ones(DType.valueOf(word), 2);
        };
    }

    @Test
    void halves_everyOperation_areRefusedInOneLine() {
        Set<String> names = new TreeSet<>();
        for (String line : Fixtures.lines("dtypes.txt")) {
            names.add(line.split(" ", 2)[0] + (line.split(" ", -1).length == 3 ? "" : " two"));
        }
        for (DType dtype : List.of(DType.BF16, DType.F16)) {
            try (Scope scope = Scope.open()) {
                Tensor x = Tensor.ones(2).to(dtype);
                for (String name : names) {
                    String method = name.replace(" two", "");
                    Object[] operands = name.equals(method) ? new Object[] {x} : new Object[] {x, x};
                    var thrown = assertThrows(IllegalArgumentException.class, () -> call(method, operands), name);
                    assertTrue(thrown.getMessage().startsWith(method + ": "), thrown.getMessage());
                }
            }
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
