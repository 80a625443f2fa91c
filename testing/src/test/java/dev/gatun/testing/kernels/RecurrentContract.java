package dev.gatun.testing.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.gatun.runtime.DType;
import dev.gatun.runtime.Layout;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.RecurrentCell;
import dev.gatun.runtime.Shape;
import dev.gatun.runtime.kernels.Kernels;
import dev.gatun.testing.Elements;
import dev.gatun.testing.Tolerance;
import dev.gatun.testing.naive.NaiveRecurrent;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Recurrent layers, where a backend has them. Operands are contiguous, so that families of layouts do not apply. */
abstract class RecurrentContract extends FamilyContract {
    private static final double LEAST = Float.MIN_NORMAL;

    RecurrentContract(Backend on) {
        super(on);
    }

    static List<Family> families() {
        return List.of(
                Family.ORDINARY, Family.ZERO_SIZE, Family.SIZE_ONE, Family.ODD_SIZES, Family.LARGE, Family.NOT_FINITE);
    }

    /** Steps, samples and units. */
    private static List<long[]> shapes(Family family) {
        return switch (family) {
            case ZERO_SIZE -> List.of(new long[] {2, 0, 3});
            case SIZE_ONE -> List.of(new long[] {1, 1, 1});
            case ODD_SIZES -> List.of(new long[] {3, 5, 7}, new long[] {2, 17, 33}, new long[] {2, 35, 19});
            default -> List.of(new long[] {4, 6, 16}, new long[] {2, 16, 32});
        };
    }

    /** The operands of one layer; states and bias are there or not. */
    private final class Layer {
        private final Kernels.Recurrent.Walk walk;
        private final long[] shape;
        private final long rows;
        private final DType dtype;
        private final NdArray weight;
        private final @Nullable NdArray bias;
        private final @Nullable NdArray h0;
        private final @Nullable NdArray c0;
        private final double[] x;

        Layer(Kernels.Recurrent.Walk walk, DType dtype, boolean given, Family family, long... shape) {
            this.walk = walk;
            this.shape = shape;
            this.dtype = dtype;
            this.rows = walk.cell().gates() * shape[2];
            double scale = 0.5 / Math.sqrt((double) shape[2]);
            Form square = Form.dense(rows, shape[2]);
            double[] weights = Arrays.stream(Family.ORDINARY.numbers(dtype, square.count(), 41))
                    .map(v -> dtype == DType.F32 ? (float) (v * scale) : v * scale)
                    .toArray();
            weight = dense(dtype, weights, rows, shape[2]);
            Form state = Form.dense(shape[1], shape[2]);
            bias = given ? operand(dtype, Form.dense(rows), Family.ORDINARY, 42) : null;
            h0 = given ? operand(dtype, state, Family.ORDINARY, 43) : null;
            c0 = given && walk.cell() == RecurrentCell.LSTM ? operand(dtype, state, Family.ORDINARY, 44) : null;
            x = Arrays.stream(family.numbers(
                            dtype, Form.dense(shape[0], shape[1], rows).count(), 45))
                    .map(v -> Math.abs(v) < LEAST ? 0 : v) // denormals are flushed
                    .toArray();
        }

        NaiveRecurrent naive() {
            return new NaiveRecurrent(
                    walk.cell(),
                    walk.reverse(),
                    (int) shape[0],
                    (int) shape[1],
                    (int) shape[2],
                    Elements.doubles(weight),
                    orNothing(bias),
                    orNothing(h0),
                    orNothing(c0));
        }

        private double[] orNothing(@Nullable NdArray array) {
            return array == null ? new double[0] : Elements.doubles(array);
        }

        NdArray gates() {
            return dense(dtype, x, shape[0], shape[1], rows);
        }

        NdArray states() {
            return output(dtype, Form.dense(shape));
        }

        NdArray state() {
            return output(dtype, Form.dense(shape[1], shape[2]));
        }

        void forward(NdArray gates, NdArray y, @Nullable NdArray kept) {
            recurrent().forward(walk, gates, weight, bias, h0, c0, y, kept);
        }

        @Override
        public String toString() {
            return walk + " of " + Arrays.toString(shape) + (h0 == null ? "" : " with states") + " in " + dtype;
        }
    }

    private Kernels.Recurrent recurrent() {
        return Objects.requireNonNull(kernels().recurrent());
    }

    @ParameterizedTest
    @MethodSource("families")
    void layer_everyCell_matchesNaive(Family family) {
        for (RecurrentCell cell : RecurrentCell.values()) {
            for (int way = 0; way < 8 && kernels().recurrent() != null; way++) {
                for (long[] shape : shapes(family)) {
                    var walk = new Kernels.Recurrent.Walk(cell, (way & 1) != 0, true);
                    check(new Layer(walk, (way & 4) != 0 ? DType.F32 : DType.F64, (way & 2) != 0, family, shape));
                }
            }
            saw("Recurrent.forward", cell, family);
            saw("Recurrent.grad", cell, family);
        }
    }

    private void check(Layer layer) {
        RecurrentCell cell = layer.walk.cell();
        NaiveRecurrent.Forward expected = layer.naive().forward(layer.x);
        NdArray gates = layer.gates();
        NdArray y = layer.states();
        NdArray kept = cell.keeps() ? layer.states() : null;
        layer.forward(gates, y, kept);
        near(layer, expected.y(), y, "");
        if (kept != null) {
            near(layer, expected.gates(), gates, " gates");
            near(layer, expected.kept(), kept, " kept");
        }
        checkFleeting(layer, y, kept);

        NdArray dy = operand(layer.dtype, Form.dense(layer.shape), Family.ORDINARY, 46);
        double[] arrived = new double[(int) (layer.shape[1] * layer.shape[2])];
        if (cell == RecurrentCell.LSTM) {
            arrived = Family.ORDINARY.numbers(layer.dtype, arrived.length, 47);
        }
        NdArray carry = cell.keeps() ? dense(layer.dtype, arrived, layer.shape[1], layer.shape[2]) : null;
        NaiveRecurrent.Gradients slopes = layer.naive().gradients(expected, Elements.doubles(dy), arrived);
        NdArray dx = layer.gates();
        NdArray dg = cell == RecurrentCell.GRU ? layer.gates() : null;
        NdArray dh0 = layer.state();
        recurrent().grad(layer.walk, gates, layer.weight, layer.h0, layer.c0, y, kept, dy, carry, dx, dg, dh0);
        near(layer, slopes.dx(), dx, " gradient of x");
        near(layer, slopes.dh0(), dh0, " gradient of h0");
        if (dg != null) {
            near(layer, slopes.dg(), dg, " gradient of the product");
        }
        if (cell == RecurrentCell.LSTM && carry != null) {
            near(layer, slopes.dc0(), carry, " gradient of c0");
        }
    }

    /** Without keeping for a gradient the outputs have the same bits, and what is kept is the last step's. */
    private void checkFleeting(Layer layer, NdArray y, @Nullable NdArray kept) {
        RecurrentCell cell = layer.walk.cell();
        var walk = new Kernels.Recurrent.Walk(cell, layer.walk.reverse(), false);
        NdArray again = layer.states();
        NdArray last = cell.keeps() ? layer.state() : null;
        recurrent().forward(walk, layer.gates(), layer.weight, layer.bias, layer.h0, layer.c0, again, last);
        assertArrayEquals(Elements.bits(y), Elements.bits(again), layer + " without keeping");
        if (kept != null && last != null) {
            long[] all = Elements.bits(kept);
            int count = (int) (layer.shape[1] * layer.shape[2]);
            int from = walk.reverse() ? 0 : all.length - count;
            assertArrayEquals(Arrays.copyOfRange(all, from, from + count), Elements.bits(last), layer + " last kept");
        }
    }

    private static void near(Layer layer, double[] expected, NdArray actual, String what) {
        double largest = Arrays.stream(expected)
                .filter(Double::isFinite)
                .map(Math::abs)
                .max()
                .orElse(0);
        double[] magnitudes = new double[expected.length];
        Arrays.fill(magnitudes, Math.max(1, largest));
        Tolerance.of(layer.dtype, layer.shape[2])
                .times(16)
                .check(expected, Elements.doubles(actual), magnitudes, layer + what);
    }

    @Test
    void grad_stridedGradient_sameBits() {
        if (kernels().recurrent() == null) {
            return;
        }
        var walk = new Kernels.Recurrent.Walk(RecurrentCell.TANH, false, true);
        Layer layer = new Layer(walk, DType.F32, true, Family.ORDINARY, 3, 5, 7);
        NdArray gates = layer.gates();
        NdArray y = layer.states();
        layer.forward(gates, y, null);
        NdArray dy = operand(DType.F32, Form.dense(3, 5, 7), Family.ORDINARY, 48);
        Layout layout = Layout.contiguous(Shape.of(5, 3, 7)).transpose(0, 1);
        NdArray turned = output(DType.F32, new Form(layout, dy.count()));
        Elements.write(turned, Elements.doubles(dy));
        NdArray dx = layer.gates();
        NdArray again = layer.gates();
        recurrent().grad(walk, gates, layer.weight, layer.h0, null, y, null, dy, null, dx, null, null);
        recurrent().grad(walk, gates, layer.weight, layer.h0, null, y, null, turned, null, again, null, null);
        assertArrayEquals(Elements.bits(dx), Elements.bits(again));
    }

    @Test
    void layer_manyRowsAndLargeWeights_sameBitsForAnyThreads() {
        if (kernels().recurrent() == null) {
            return;
        }
        for (long[] shape : List.of(new long[] {3, 70, 40}, new long[] {2, 33, 300})) {
            var walk = new Kernels.Recurrent.Walk(RecurrentCell.LSTM, false, true);
            Layer layer = new Layer(walk, DType.F32, true, Family.ORDINARY, shape);
            checkThreads("recurrent", () -> {
                NdArray y = layer.states();
                layer.forward(layer.gates(), y, layer.states());
                return y;
            });
            checkThreads("recurrent gradient", () -> {
                NdArray gates = layer.gates();
                NdArray y = layer.states();
                NdArray kept = layer.states();
                layer.forward(gates, y, kept);
                NdArray carry = layer.state();
                NdArray dx = layer.gates();
                recurrent().grad(walk, gates, layer.weight, layer.h0, layer.c0, y, kept, y, carry, dx, null, null);
                return dx;
            });
        }
    }
}
