package dev.gatun.testing.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gatun.autograd.Tensor;
import dev.gatun.nn.MultiheadAttention;
import dev.gatun.nn.MultiheadAttention.Masks;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Scope;
import dev.gatun.testing.Tolerance;
import dev.gatun.testing.fixtures.Fixtures;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Attention of three queries to four keys, some of which do not take part, against PyTorch's. */
class AttentionMasksTest {
    private static final Map<String, Fixtures.Row> ROWS = Fixtures.rows("attention.txt");
    private static final double FACTOR = 64; // as ModulesTest's

    private final Scope scope = Scope.open(); // of one test: each has an instance of its own

    @AfterEach
    void closeScope() {
        scope.close();
    }

    private static final Tensor PADDING =
            Tensor.of(new boolean[][] {{false, false, true, false}, {true, false, false, true}});
    private static final Tensor SCORE = Tensor.of(new double[][] {{0.5, -1, 2, 0.25}, {-3, 0, 1, 1.5}});
    private static final Tensor PAIRS = Tensor.of(
            new boolean[][] {{false, true, false, false}, {false, false, true, false}, {true, false, false, false}});

    private static Masks masks(String name, DType dtype) {
        return switch (name) {
            case "heads" -> Masks.none();
            case "score" -> Masks.none().withKeyPadding(SCORE.to(dtype));
            case "padding" -> Masks.none().withKeyPadding(PADDING);
            case "pairs" -> Masks.none().withAttention(PAIRS);
            case "added" ->
                Masks.none()
                        .withAttention(
                                Fixtures.scattered(48).view(4, 3, 4).mul(2).to(dtype));
            case "both" -> Masks.none().withAttention(PAIRS).withKeyPadding(PADDING);
            default -> throw new IllegalArgumentException(name);
        };
    }

    static Set<String> names() {
        Set<String> names = new TreeSet<>(ROWS.keySet());
        names.remove("sizes");
        return names;
    }

    private static MultiheadAttention layer() {
        MultiheadAttention layer = new MultiheadAttention(6, 2);
        ModulesTest.fill(layer.to(DType.F64));
        return layer;
    }

    private static Tensor query() {
        return Fixtures.scattered(36).view(3, 2, 6).mul(4);
    }

    private static Tensor key() {
        return Fixtures.scattered(48).view(4, 2, 6).mul(3);
    }

    @ParameterizedTest
    @MethodSource("names")
    void masks_each_matchPyTorch(String name) {
        for (DType dtype : new DType[] {DType.F64, DType.F32}) {
            MultiheadAttention layer = layer();
            layer.to(dtype);
            Tensor q = query().to(dtype).requiresGrad_();
            Tensor k = key().to(dtype);
            var result = layer.forward(q, k, k, masks(name, dtype), !name.equals("heads"));
            result.output().square().sum().backward();
            check(name, "out", result.output());
            check(name, "weights", result.weights());
            check(name, "grad", q.grad());
        }
    }

    @Test
    void attention_otherSizesWithoutABatch_matchesPyTorch() {
        for (DType dtype : new DType[] {DType.F64, DType.F32}) {
            MultiheadAttention.Options options = MultiheadAttention.Options.defaults()
                    .withKeyAndValueSizes(3, 5)
                    .withAddBiasKv(true)
                    .withBatchFirst(true);
            MultiheadAttention layer = new MultiheadAttention(6, 2, options);
            ModulesTest.fill(layer.to(DType.F64));
            layer.to(dtype);
            Tensor q = Fixtures.scattered(18).view(3, 6).to(dtype).requiresGrad_();
            Tensor k = Fixtures.scattered(12).view(4, 3).mul(3).to(dtype);
            Tensor v = Fixtures.scattered(20).view(4, 5).mul(2).to(dtype);
            Masks masks = Masks.none().withKeyPadding(PADDING.get(0)).withAttention(PAIRS);
            var result = layer.forward(q, k, v, masks);
            result.output().square().sum().backward();
            check("sizes", "out", result.output());
            check("sizes", "weights", result.weights());
            check("sizes", "grad", q.grad());
            check("sizes", "key", layer.namedParameters().get("k_proj_weight").grad());
            check("sizes", "bias", layer.namedParameters().get("bias_v").grad());
        }
    }

    @Test
    void attention_lengthsOrBatchesDiffer_isRefused() {
        MultiheadAttention layer = layer();
        String problem = "multiheadAttention: key and value are not of one length, or batches differ: ";
        assertMessage(
                problem + "f64[3, 2, 6], f64[4, 2, 6], f64[3, 2, 6]",
                () -> layer.forward(query(), key(), query(), Masks.none()));
        assertMessage(
                problem + "f64[3, 1, 6], f64[4, 2, 6], f64[4, 2, 6]",
                () -> layer.forward(query().narrow(1, 0, 1), key(), key(), Masks.none()));
        assertMessage(
                "multiheadAttention: takes query, key and value of last size 6: f64[3, 2, 6], f64[4, 2, 6], f64[2, 6]",
                () -> layer.forward(query(), key(), key().get(0), Masks.none()));
    }

    private static void check(String row, String key, Tensor actual) {
        Fixtures.Values expected = ROWS.get(row).get(key);
        assertEquals(expected.shape(), actual.shape());
        double[] values = expected.doubles();
        double[] magnitudes = new double[values.length];
        Arrays.fill(magnitudes, Arrays.stream(values).map(Math::abs).max().orElseThrow());
        Tolerance.of(actual.dtype())
                .times(FACTOR)
                .check(values, actual.detach().toDoubleArray(), magnitudes, row + " " + key + " " + actual.dtype());
    }

    @Test
    void masks_ofOtherSizes_areRefused() {
        assertRefused(
                "multiheadAttention: keyPadding is not bool[2, 4]: bool[4, 2]",
                Masks.none().withKeyPadding(PADDING.transpose(0, 1)));
        assertRefused(
                "multiheadAttention: keyPadding is not bool[2, 4]: f32[2, 4]",
                Masks.none().withKeyPadding(Tensor.zeros(2, 4)));
        assertRefused(
                "multiheadAttention: attention is neither [3, 4] nor [4, 3, 4]: bool[1, 4]",
                Masks.none().withAttention(PAIRS.narrow(0, 0, 1)));
        assertRefused(
                "multiheadAttention: attention is neither [3, 4] nor [4, 3, 4]: bool[2, 3, 4]",
                Masks.none().withAttention(Tensor.stack(PAIRS, PAIRS)));
    }

    private static void assertRefused(String message, Masks masks) {
        MultiheadAttention layer = layer();
        assertMessage(message, () -> layer.forward(query(), key(), key(), masks));
    }

    private static void assertMessage(String message, Executable call) {
        assertEquals(message, assertThrows(IllegalArgumentException.class, call).getMessage());
    }
}
