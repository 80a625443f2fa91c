package dev.gatun.testing.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gatun.runtime.DType;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.Reduction;
import dev.gatun.testing.Elements;
import dev.gatun.testing.Tolerance;
import dev.gatun.testing.naive.NaiveNorm;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Softmax and the losses on it. Operands are contiguous, so that families of layouts do not apply. */
abstract class NormContract extends FamilyContract {
    /** Exponentials, a sum, a quotient. */
    private static final double STEPS = 3;

    private static final long IGNORE = -100;

    NormContract(Backend on) {
        super(on);
    }

    static List<Family> families() {
        return List.of(
                Family.ORDINARY,
                Family.RANK_ZERO,
                Family.ZERO_SIZE,
                Family.SIZE_ONE,
                Family.ODD_SIZES,
                Family.LARGE,
                Family.NOT_FINITE);
    }

    static Stream<Arguments> lossCases() {
        return Stream.of(Reduction.values())
                .flatMap(r ->
                        families().stream().filter(f -> f != Family.RANK_ZERO).map(f -> Arguments.of(r, f)));
    }

    private static List<Form> forms(Family family) {
        List<Form> forms = new ArrayList<>(family.forms());
        if (family == Family.ODD_SIZES) {
            forms.add(Form.dense(3, 65));
            forms.add(Form.dense(3, 65, 7));
            forms.add(Form.dense(2, 5, 33));
        }
        return forms;
    }

    @ParameterizedTest
    @MethodSource("families")
    void softmax_everyDimension_matchesNaive(Family family) {
        for (DType dtype : FLOATS) {
            for (Form form : forms(family)) {
                for (int dim = 0; dim < Math.max(1, form.rank()); dim++) {
                    checkSoftmax(operand(dtype, form, family, 61), dim, false);
                    checkSoftmax(operand(dtype, form, family, 61), dim, true);
                }
            }
        }
        saw("Norm.softmax", "softmax", family);
        saw("Norm.softmaxGrad", "softmax", family);
    }

    private void checkSoftmax(NdArray x, int dim, boolean log) {
        long[] sizes = x.shape().toArray();
        int n = sizes.length == 0 ? 1 : (int) sizes[dim];
        int outer = 1;
        int inner = 1;
        for (int d = 0; d < sizes.length; d++) {
            outer *= d < dim ? (int) sizes[d] : 1;
            inner *= d > dim ? (int) sizes[d] : 1;
        }
        String what = (log ? "logSoftmax " : "softmax ") + x.describe() + " over " + dim;
        double[] from = Elements.doubles(x);
        NdArray y = output(x.dtype(), Form.dense(sizes));
        kernels().norm().softmax(log, x, dim, y);
        double[] expected = NaiveNorm.softmax(log, outer, n, inner, from);
        double[] magnitudes = new double[expected.length];
        for (int i = 0; i < magnitudes.length; i++) {
            magnitudes[i] = log ? largestFinite(from) : 0; // x - max - log(sum) has the error of its largest part
        }
        Tolerance.of(x.dtype(), n).times(STEPS).check(expected, Elements.doubles(y), magnitudes, what);

        NdArray dy = operand(x.dtype(), Form.dense(sizes), Family.ORDINARY, 62);
        double[] value = Elements.doubles(y);
        double[] slope = NaiveNorm.softmaxGrad(log, outer, n, inner, value, Elements.doubles(dy));
        double[] sums = new double[slope.length];
        Arrays.fill(sums, 3.0 * (log ? n : 1)); // |dy| < 3, and the probabilities add up to 1
        NdArray dx = output(x.dtype(), Form.dense(sizes));
        kernels().norm().softmaxGrad(log, y, dy, dim, dx);
        Tolerance.of(x.dtype(), n).times(STEPS).check(slope, Elements.doubles(dx), sums, what + " gradient");

        kernels().norm().softmax(log, x, dim, x);
        assertArrayEquals(Elements.bits(y), Elements.bits(x), what + " in place");
        kernels().norm().softmaxGrad(log, y, dy, dim, dy);
        assertArrayEquals(Elements.bits(dx), Elements.bits(dy), what + " gradient in place");
    }

    private static double largestFinite(double[] values) {
        return Arrays.stream(values)
                .filter(Double::isFinite)
                .map(Math::abs)
                .max()
                .orElse(0);
    }

    @Test
    void softmax_hugeLogits_staysFinite() {
        for (DType dtype : FLOATS) {
            NdArray x = dense(dtype, new double[] {1e4, -1e4, 0, -1e4, -1e4, -1e4}, 2, 3);
            NdArray y = output(dtype, Form.dense(2, 3));
            kernels().norm().softmax(false, x, 1, y);
            double third = 1.0 / 3;
            Tolerance.of(dtype)
                    .check(new double[] {1, 0, 0, third, third, third}, Elements.doubles(y), "softmax of huge logits");
        }
    }

    @ParameterizedTest
    @MethodSource("lossCases")
    void losses_everyFamily_matchNaive(Reduction reduction, Family family) {
        List<long[]> shapes = switch (family) {
            case ZERO_SIZE -> List.of(new long[] {0, 4});
            case SIZE_ONE -> List.of(new long[] {1, 1}, new long[] {1, 10}, new long[] {7, 1});
            case ODD_SIZES -> List.of(new long[] {3, 7}, new long[] {5, 17}, new long[] {33, 65}, new long[] {1, 1003});
            default -> List.of(new long[] {6, 10}, new long[] {100, 10});
        };
        for (DType dtype : FLOATS) {
            for (long[] shape : shapes) {
                for (double ignored : new double[] {0, 0.4}) {
                    checkLosses(dtype, reduction, family, (int) shape[0], (int) shape[1], ignored);
                }
            }
        }
        for (String kernel : List.of("crossEntropy", "crossEntropyGrad", "nllLoss", "nllLossGrad")) {
            saw("Norm." + kernel, reduction, family);
        }
    }

    private void checkLosses(DType dtype, Reduction reduction, Family family, int rows, int n, double ignored) {
        SplittableRandom random = new SplittableRandom(63);
        long[] classes = new long[rows];
        for (int i = 0; i < rows; i++) {
            classes[i] = random.nextDouble() < ignored ? IGNORE : random.nextInt(n);
        }
        String what = reduction + " " + dtype + "[" + rows + ", " + n + "] ignoring " + ignored;
        NdArray logits = operand(dtype, Form.dense(rows, n), family, 64);
        NdArray target = dense(classes, rows);
        long[] lossSizes = reduction == Reduction.NONE ? new long[] {rows} : new long[0];
        NdArray loss = output(dtype, Form.dense(lossSizes));
        NdArray prob = output(dtype, Form.dense(rows, n));
        NdArray weight = output(DType.F64, Form.dense());
        kernels().norm().crossEntropy(reduction, logits, target, IGNORE, loss, prob, weight);

        double[] from = Elements.doubles(logits);
        double[] logProb = NaiveNorm.softmax(true, rows, n, 1, from);
        Tolerance tolerance = Tolerance.of(dtype, n).times(STEPS);
        tolerance.check(NaiveNorm.softmax(false, rows, n, 1, from), Elements.doubles(prob), "softmax of " + what);
        assertEquals(NaiveNorm.weight(classes, IGNORE), Elements.doubles(weight)[0], "weight of " + what);
        double[] expected = NaiveNorm.nllLoss(reduction, n, logProb, classes, IGNORE);
        double[] scale = new double[expected.length];
        Arrays.fill(scale, largestFinite(from) * (reduction == Reduction.SUM ? rows : 1));
        Tolerance wide = Tolerance.of(dtype, (long) n + rows).times(STEPS);
        wide.check(expected, Elements.doubles(loss), scale, "crossEntropy " + what);

        NdArray dloss = operand(dtype, Form.dense(lossSizes), Family.ORDINARY, 65);
        double[] arriving = Elements.doubles(dloss);
        NdArray dlogits = output(dtype, Form.dense(rows, n));
        kernels().norm().crossEntropyGrad(reduction, prob, target, IGNORE, dloss, weight, dlogits);
        double[] slopes = NaiveNorm.crossEntropyGrad(reduction, n, Elements.doubles(prob), classes, IGNORE, arriving);
        double[] size = new double[slopes.length];
        Arrays.fill(size, 3); // |dloss| < 3
        tolerance.check(slopes, Elements.doubles(dlogits), size, "crossEntropyGrad " + what);
        kernels().norm().crossEntropyGrad(reduction, prob, target, IGNORE, dloss, weight, prob);
        assertArrayEquals(Elements.bits(dlogits), Elements.bits(prob), "crossEntropyGrad into prob " + what);

        kernels().norm().nllLoss(reduction, logits, target, IGNORE, loss, weight);
        wide.check(
                NaiveNorm.nllLoss(reduction, n, from, classes, IGNORE), Elements.doubles(loss), scale, "nll " + what);
        kernels().norm().nllLossGrad(reduction, target, IGNORE, dloss, weight, dlogits);
        tolerance.check(
                NaiveNorm.nllLossGrad(reduction, n, classes, IGNORE, arriving),
                Elements.doubles(dlogits),
                "nllGrad " + what);
    }

    @ParameterizedTest
    @EnumSource(Reduction.class)
    void losses_everyRowIgnored_meanIsNaN(Reduction reduction) {
        NdArray logits = operand(DType.F32, Form.dense(2, 3), Family.ORDINARY, 66);
        NdArray target = dense(new long[] {IGNORE, IGNORE}, 2);
        NdArray loss = output(DType.F32, reduction == Reduction.NONE ? Form.dense(2) : Form.dense());
        NdArray weight = output(DType.F64, Form.dense());
        NdArray prob = output(DType.F32, Form.dense(2, 3));
        kernels().norm().crossEntropy(reduction, logits, target, IGNORE, loss, prob, weight);
        double expected = reduction == Reduction.MEAN ? Double.NaN : 0;
        assertEquals(expected, Elements.doubles(loss)[0]);
        kernels().norm().nllLoss(reduction, logits, target, IGNORE, loss, weight);
        assertEquals(expected, Elements.doubles(loss)[0]);
    }

    @Test
    void losses_targetOutOfRange_saysWhich() {
        NdArray logits = operand(DType.F32, Form.dense(4, 10), Family.ORDINARY, 67);
        NdArray loss = output(DType.F32, Form.dense());
        NdArray weight = output(DType.F64, Form.dense());
        NdArray prob = output(DType.F32, Form.dense(4, 10));
        NdArray target = dense(new long[] {0, IGNORE, 9, 10}, 4);
        assertEquals(
                "crossEntropy: target[3] is 10, classes are 0..9: logits f32[4, 10]",
                refusal(() ->
                        kernels().norm().crossEntropy(Reduction.MEAN, logits, target, IGNORE, loss, prob, weight)));
        NdArray negative = dense(new long[] {0, -1, 9, 10}, 4);
        assertEquals(
                "nllLoss: target[1] is -1, classes are 0..9: logProb f32[4, 10]",
                refusal(() -> kernels().norm().nllLoss(Reduction.MEAN, logits, negative, IGNORE, loss, weight)));
    }

    @Test
    void norm_manyElements_sameBitsForAnyThreads() {
        for (DType dtype : FLOATS) {
            NdArray x = operand(dtype, Form.dense(101, 30, 31), Family.ORDINARY, 68);
            NdArray dy = operand(dtype, Form.dense(101, 30, 31), Family.ORDINARY, 69);
            NdArray y = output(dtype, Form.dense(101, 30, 31));
            for (int dim = 0; dim < 3; dim++) {
                int over = dim;
                for (boolean log : new boolean[] {false, true}) {
                    checkThreads("softmax over " + dim, () -> {
                        kernels().norm().softmax(log, x, over, y);
                        return y;
                    });
                    checkThreads("softmaxGrad over " + dim, () -> {
                        kernels().norm().softmaxGrad(log, x, dy, over, y);
                        return y;
                    });
                }
            }
            int rows = 8_000;
            NdArray logits = operand(dtype, Form.dense(rows, 13), Family.ORDINARY, 70);
            long[] classes = new long[rows];
            Arrays.setAll(classes, i -> i % 7 == 0 ? IGNORE : i % 13);
            NdArray target = dense(classes, rows);
            NdArray prob = output(dtype, Form.dense(rows, 13));
            NdArray loss = output(dtype, Form.dense());
            NdArray weight = output(DType.F64, Form.dense());
            for (Reduction reduction : new Reduction[] {Reduction.MEAN, Reduction.SUM}) {
                checkThreads("crossEntropy", () -> {
                    kernels().norm().crossEntropy(reduction, logits, target, IGNORE, loss, prob, weight);
                    return loss;
                });
                checkThreads("crossEntropyGrad", () -> {
                    NdArray dx = output(dtype, Form.dense(rows, 13));
                    kernels().norm().crossEntropyGrad(reduction, prob, target, IGNORE, loss, weight, dx);
                    return dx;
                });
                checkThreads("nllLoss", () -> {
                    kernels().norm().nllLoss(reduction, logits, target, IGNORE, loss, weight);
                    return loss;
                });
            }
        }
    }
}
