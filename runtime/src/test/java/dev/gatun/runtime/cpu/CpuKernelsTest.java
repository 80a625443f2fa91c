package dev.gatun.runtime.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.runtime.DType;
import dev.gatun.runtime.Device;
import dev.gatun.runtime.GatunException;
import dev.gatun.runtime.Layout;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.Reduction;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.Shape;
import dev.gatun.runtime.interop.Segments;
import dev.gatun.runtime.kernels.BinaryOp;
import dev.gatun.runtime.kernels.CompareOp;
import dev.gatun.runtime.kernels.HostCopy;
import dev.gatun.runtime.kernels.Kernels;
import dev.gatun.runtime.kernels.ReduceOp;
import dev.gatun.runtime.kernels.ScatterOp;
import dev.gatun.runtime.kernels.UnaryOp;
import dev.gatun.runtime.kernels.UpdateRule;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every kernel family once, against values worked out by hand: that each launch passes the right thing. */
class CpuKernelsTest {
    private static final float CLOSE = 1e-6f;

    private final Kernels kernels = Device.cpu().kernels();
    private Scope scope;

    @BeforeEach
    void open() {
        scope = Scope.open();
    }

    @AfterEach
    void close() {
        scope.close();
    }

    private static NdArray empty(DType dtype, long... shape) {
        return NdArray.allocate(Device.cpu(), dtype, Shape.of(shape));
    }

    private static NdArray f32(Shape shape, float... values) {
        NdArray array = NdArray.allocate(Device.cpu(), DType.F32, shape);
        HostCopy.write(values, array, 0);
        return array;
    }

    private static NdArray vector(float... values) {
        return f32(Shape.of(values.length), values);
    }

    private static NdArray matrix(int columns, float... values) {
        return f32(Shape.of(values.length / columns, columns), values);
    }

    private static NdArray longs(long... values) {
        NdArray array = empty(DType.I64, values.length);
        HostCopy.write(values, array, 0);
        return array;
    }

    private static NdArray bools(boolean... values) {
        NdArray array = empty(DType.BOOL, values.length);
        HostCopy.write(values, array, 0);
        return array;
    }

    private static NdArray view(NdArray array, Layout layout) {
        return array.alias(layout);
    }

    private static NdArray turned(NdArray matrix) {
        return view(matrix, matrix.layout().transpose(0, 1));
    }

    private static float[] floats(NdArray array) {
        float[] values = new float[(int) array.count()];
        HostCopy.read(array, 0, values);
        return values;
    }

    private static long[] longs(NdArray array) {
        long[] values = new long[(int) array.count()];
        HostCopy.read(array, 0, values);
        return values;
    }

    private static boolean[] booleans(NdArray array) {
        boolean[] values = new boolean[(int) array.count()];
        HostCopy.read(array, 0, values);
        return values;
    }

    private static void assertFloats(NdArray actual, double... expected) {
        float[] values = new float[expected.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) expected[i];
        }
        assertArrayEquals(values, floats(actual), CLOSE);
    }

    @Test
    void unary_flatAndStrided_agree() {
        NdArray x = matrix(3, 1, -2, 3, -4, 5, -6);
        NdArray y = empty(DType.F32, 2, 3);
        kernels.elementwise().unary(UnaryOp.RELU, x, y, 0, 0);
        assertFloats(y, 1, 0, 3, 0, 5, 0);
        kernels.elementwise().unary(UnaryOp.LEAKY_RELU, x, y, 0.5, 0);
        assertFloats(y, 1, -1, 3, -2, 5, -3);
        NdArray z = empty(DType.F32, 3, 2);
        kernels.elementwise().unary(UnaryOp.NEG, turned(x), z, 0, 0);
        assertFloats(z, -1, 4, 2, -5, -3, 6);
    }

    @Test
    void unaryGrad_withoutWhatItDoesNotUse_works() {
        NdArray y = vector(0.5f, 0.25f);
        NdArray dy = vector(2, 4);
        NdArray dx = empty(DType.F32, 2);
        kernels.elementwise().unaryGrad(UnaryOp.SIGMOID, null, y, dy, dx, 0, 0);
        assertFloats(dx, 0.5, 0.75);
        kernels.elementwise().unaryGrad(UnaryOp.SQUARE, vector(3, -1), null, dy, dx, 0, 0);
        assertFloats(dx, 12, -8);
        NdArray wide = empty(DType.F32, 2, 2);
        NdArray dyTurned = turned(matrix(2, 1, 2, 3, 4));
        kernels.elementwise().unaryGrad(UnaryOp.SQUARE, matrix(2, 1, 1, 1, 2), null, dyTurned, wide, 0, 0);
        assertFloats(wide, 2, 6, 4, 16);
    }

    @Test
    void binary_everyForm_agrees() {
        Kernels.Elementwise e = kernels.elementwise();
        NdArray x = matrix(3, 1, 2, 3, 4, 5, 6);
        NdArray z = empty(DType.F32, 2, 3);
        e.binary(BinaryOp.ADD, x, x, z);
        assertFloats(z, 2, 4, 6, 8, 10, 12);
        e.binary(BinaryOp.SUB, x, 1, z);
        assertFloats(z, 0, 1, 2, 3, 4, 5);
        e.binary(BinaryOp.SUB, 10.0, x, z);
        assertFloats(z, 9, 8, 7, 6, 5, 4);
        NdArray row = vector(10, 20, 30);
        e.binary(BinaryOp.MUL, x, view(row, row.layout().expand("test", x.shape())), z);
        assertFloats(z, 10, 40, 90, 40, 100, 180);
        NdArray one = f32(Shape.scalar(), 2);
        NdArray twice = view(one, one.layout().expand("test", x.shape()));
        e.binary(BinaryOp.DIV, twice, x, z);
        assertFloats(z, 2, 1, 2 / 3.0, 0.5, 0.4, 1 / 3.0);
        e.binary(BinaryOp.ADD, twice, twice, z);
        assertFloats(z, 4, 4, 4, 4, 4, 4);
        NdArray t = empty(DType.F32, 3, 2);
        e.binary(BinaryOp.ADD, turned(x), 1, t);
        assertFloats(t, 2, 5, 3, 6, 4, 7);
        e.binary(BinaryOp.MAXIMUM, x, 3.5, x);
        assertFloats(x, 3.5, 3.5, 3.5, 4, 5, 6);
    }

    @Test
    void binary_longScalars_areExact() {
        NdArray x = longs(1, 2);
        kernels.elementwise().binary(BinaryOp.ADD, x, (1L << 53) + 1, x);
        assertArrayEquals(new long[] {(1L << 53) + 2, (1L << 53) + 3}, longs(x));
    }

    @Test
    void binary_emptyAndRankZero_areOrdinary() {
        NdArray none = empty(DType.F32, 0, 3);
        kernels.elementwise().binary(BinaryOp.ADD, none, none, none);
        NdArray one = f32(Shape.scalar(), 2);
        kernels.elementwise().binary(BinaryOp.MUL, one, one, one);
        assertEquals(4, HostCopy.readDouble(one));
    }

    @Test
    void binary_wrongOperands_throwBeforeTheCall() {
        NdArray x = vector(1, 2);
        NdArray three = empty(DType.F32, 3);
        Kernels.Elementwise e = kernels.elementwise();
        check("add: shapes differ: f32[2], f32[2], f32[3]", () -> e.binary(BinaryOp.ADD, x, x, three));
        check("add: dtypes differ: f32[2], i64[2], f32[2]", () -> e.binary(BinaryOp.ADD, x, longs(1, 2), x));
        NdArray bool = bools(true, false);
        var failed = assertThrows(GatunException.class, () -> e.binary(BinaryOp.ADD, bool, bool, bool));
        assertEquals("add: GT_UNSUPPORTED (3): bool[2], bool[2], bool[2]", failed.getMessage());
        NdArray half = empty(DType.F16, 2);
        assertThrows(GatunException.class, () -> e.unary(UnaryOp.EXP, half, half, 0, 0));
        x.release();
        assertThrows(IllegalStateException.class, () -> e.binary(BinaryOp.ADD, x, x, x));
    }

    private static void check(String message, Runnable action) {
        assertEquals(
                message,
                assertThrows(IllegalArgumentException.class, action::run).getMessage());
    }

    @Test
    void compare_arraysAndScalars_giveBooleans() {
        NdArray x = vector(1, 2, Float.NaN);
        NdArray z = empty(DType.BOOL, 3);
        kernels.elementwise().compare(CompareOp.LT, x, vector(2, 2, 2), z);
        assertArrayEquals(new boolean[] {true, false, false}, booleans(z));
        kernels.elementwise().compare(CompareOp.NE, x, 2, z);
        assertArrayEquals(new boolean[] {true, false, true}, booleans(z));
        NdArray same = empty(DType.BOOL, 2, 2);
        kernels.elementwise().compare(CompareOp.EQ, turned(matrix(2, 1, 2, 3, 4)), matrix(2, 1, 3, 9, 9), same);
        assertArrayEquals(new boolean[] {true, true, false, false}, booleans(same));
    }

    @Test
    void where_broadcast_picks() {
        NdArray z = empty(DType.F32, 3);
        NdArray zero = f32(Shape.scalar(), 0);
        NdArray zeros = view(zero, zero.layout().expand("test", z.shape()));
        kernels.elementwise().where(bools(true, false, true), vector(1, 2, 3), zeros, z);
        assertFloats(z, 1, 0, 3);
    }

    @Test
    void cast_flatAndStrided_followTheRules() {
        NdArray x = vector(1.9f, -1.9f, Float.NaN, 1e20f);
        NdArray i32 = empty(DType.I32, 4);
        kernels.elementwise().cast(x, i32);
        int[] ints = new int[4];
        HostCopy.read(i32, 0, ints);
        assertArrayEquals(new int[] {1, -1, 0, Integer.MAX_VALUE}, ints);
        NdArray bool = empty(DType.BOOL, 4);
        kernels.elementwise().cast(vector(0, -0f, 2, Float.NaN), bool);
        assertArrayEquals(new boolean[] {false, false, true, true}, booleans(bool));
        NdArray t = empty(DType.F64, 3, 2);
        kernels.elementwise().cast(turned(matrix(3, 1, 2, 3, 4, 5, 6)), t);
        double[] doubles = new double[6];
        HostCopy.read(t, 0, doubles);
        assertArrayEquals(new double[] {1, 4, 2, 5, 3, 6}, doubles);
    }

    @Test
    void fill_viewOnly_leavesTheRest() {
        NdArray x = matrix(3, 1, 2, 3, 4, 5, 6);
        kernels.elementwise().fill(0, view(x, x.layout().select(1, 1)));
        assertFloats(x, 1, 0, 3, 4, 0, 6);
        kernels.elementwise().fill(7.5, x);
        assertFloats(x, 7.5, 7.5, 7.5, 7.5, 7.5, 7.5);
    }

    @Test
    void reduce_everyOp_overAnyDimensions() {
        NdArray x = matrix(3, 1, 2, 3, 4, 5, 6);
        NdArray columns = empty(DType.F32, 3);
        NdArray rows = empty(DType.F32, 2, 1);
        NdArray all = empty(DType.F32);
        Kernels.Reduce r = kernels.reduce();
        r.reduce(ReduceOp.SUM, x, new int[] {0}, columns);
        assertFloats(columns, 5, 7, 9);
        r.reduce(ReduceOp.MEAN, x, new int[] {1}, rows);
        assertFloats(rows, 2, 5);
        r.reduce(ReduceOp.MAX, x, new int[] {0, 1}, all);
        assertFloats(all, 6);
        r.reduce(
                ReduceOp.MIN, turned(x), new int[] {0}, view(rows, rows.layout().squeeze(1)));
        assertFloats(rows, 1, 4);
        r.reduce(ReduceOp.SUM, turned(x), new int[] {0, 1}, all);
        assertFloats(all, 21);
        NdArray copy = empty(DType.F32, 2, 3);
        r.reduce(ReduceOp.MEAN, x, new int[0], copy);
        assertFloats(copy, 1, 2, 3, 4, 5, 6);
    }

    @Test
    void reduce_nothing_sumsToZeroAndHasNoMax() {
        NdArray none = empty(DType.F32, 2, 0);
        NdArray two = empty(DType.F32, 2);
        kernels.reduce().reduce(ReduceOp.SUM, none, new int[] {1}, two);
        assertFloats(two, 0, 0);
        kernels.reduce().reduce(ReduceOp.MEAN, none, new int[] {1}, two);
        assertTrue(Float.isNaN(floats(two)[0]));
        check(
                "max: nothing to reduce: f32[2, 0], f32[2]",
                () -> kernels.reduce().reduce(ReduceOp.MAX, none, new int[] {1}, two));
        check(
                "sum: shapes do not match: f32[2, 0], f32[2]",
                () -> kernels.reduce().reduce(ReduceOp.SUM, none, new int[] {0}, two));
    }

    @Test
    void argReduce_ties_givesTheFirst() {
        NdArray x = matrix(3, 1, 3, 3, 9, 5, 9);
        NdArray rows = empty(DType.I64, 2);
        kernels.reduce().argReduce(ReduceOp.MAX, x, new int[] {1}, rows);
        assertArrayEquals(new long[] {1, 0}, longs(rows));
        NdArray all = empty(DType.I64);
        kernels.reduce().argReduce(ReduceOp.MAX, x, new int[] {0, 1}, all);
        assertEquals(3, HostCopy.readLong(all));
        // row-major in the view's order: [[1, 9], [3, 5], [3, 9]]
        kernels.reduce().argReduce(ReduceOp.MAX, turned(x), new int[] {0, 1}, all);
        assertEquals(1, HostCopy.readLong(all));
        kernels.reduce().argReduce(ReduceOp.MIN, x, new int[] {0, 1}, all);
        assertEquals(0, HostCopy.readLong(all));
    }

    @Test
    void gemm_everyStorageOrder_agrees() {
        NdArray a = matrix(3, 1, 2, 3, 4, 5, 6);
        NdArray b = matrix(2, 1, 0, 0, 1, 1, 1);
        NdArray aTurned = turned(matrix(2, 1, 4, 2, 5, 3, 6));
        NdArray bTurned = turned(matrix(3, 1, 0, 1, 0, 1, 1));
        for (NdArray left : List.of(a, aTurned)) {
            for (NdArray right : List.of(b, bTurned)) {
                NdArray c = empty(DType.F32, 2, 2);
                kernels.linalg().gemm(left, right, c, false, null, null, 0);
                assertFloats(c, 4, 5, 10, 11);
                kernels.linalg().gemm(left, right, c, true, null, null, 0);
                assertFloats(c, 8, 10, 20, 22);
                kernels.linalg().gemm(left, right, c, false, vector(-4, -20), UnaryOp.RELU, 0);
                assertFloats(c, 0, 0, 6, 0);
            }
        }
    }

    @Test
    void gemm_vectorsAsMatrices_agree() {
        NdArray row = matrix(3, 1, 2, 3);
        NdArray column = matrix(1, 4, 5, 6);
        NdArray one = empty(DType.F32, 1, 1);
        kernels.linalg().gemm(row, column, one, false, null, null, 0);
        assertFloats(one, 32);
        kernels.linalg().gemm(turned(column), turned(row), one, false, null, null, 0);
        assertFloats(one, 32);
        NdArray outer = empty(DType.F32, 3, 3);
        kernels.linalg().gemm(column, row, outer, false, null, null, 0);
        assertFloats(outer, 4, 8, 12, 5, 10, 15, 6, 12, 18);
        kernels.linalg().gemm(turned(row), turned(column), outer, false, null, null, 0);
        assertFloats(outer, 4, 5, 6, 8, 10, 12, 12, 15, 18);
        NdArray nothing = empty(DType.F32, 3, 0);
        kernels.linalg().gemm(nothing, empty(DType.F32, 0, 3), outer, false, null, null, 0);
        assertFloats(outer, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    }

    @Test
    void gemmBatch_sharedOperand_agrees() {
        NdArray a = f32(Shape.of(2, 1, 2), 1, 2, 3, 4);
        NdArray b = matrix(2, 1, 0, 0, 1);
        NdArray shared = view(b, b.layout().expand("test", Shape.of(2, 2, 2)));
        NdArray c = empty(DType.F32, 2, 1, 2);
        kernels.linalg().gemmBatch(a, shared, c, false);
        assertFloats(c, 1, 2, 3, 4);
    }

    @Test
    void takes_matrices_wantsOneStrideOfOne() {
        NdArray x = matrix(4, new float[16]);
        assertTrue(kernels.linalg().takes(x));
        assertTrue(kernels.linalg().takes(turned(x)));
        assertTrue(kernels.linalg().takes(view(x, x.layout().slice(0, 0, 4, 2))));
        assertFalse(kernels.linalg().takes(view(x, x.layout().slice(1, 0, 4, 2).slice(0, 0, 4, 1))));
        NdArray row = vector(1, 2, 3, 4);
        assertFalse(kernels.linalg().takes(view(row, row.layout().expand("test", Shape.of(4, 4)))));
        assertFalse(kernels.linalg().takes(row));
        check(
                "gemm: sizes do not match: f32[4, 4], f32[1, 4], f32[4, 4]",
                () -> kernels.linalg().gemm(x, matrix(4, 1, 2, 3, 4), matrix(4, new float[16]), false, null, null, 0));
    }

    @Test
    void softmax_andItsGradient_matchByHand() {
        NdArray x = matrix(2, 0, (float) Math.log(3), 0, 0);
        NdArray y = empty(DType.F32, 2, 2);
        kernels.norm().softmax(false, x, 1, y);
        assertFloats(y, 0.25, 0.75, 0.5, 0.5);
        NdArray dx = empty(DType.F32, 2, 2);
        kernels.norm().softmaxGrad(false, y, matrix(2, 1, 0, 0, 4), 1, dx);
        assertFloats(dx, 0.1875, -0.1875, -1, 1);
        kernels.norm().softmax(true, x, 0, y);
        assertFloats(y, Math.log(0.5), Math.log(0.75), Math.log(0.5), Math.log(0.25));
        kernels.norm().softmaxGrad(true, y, matrix(2, 1, 0, 0, 0), 0, dx);
        assertFloats(dx, 0.5, 0, -0.5, 0);
        NdArray scalar = f32(Shape.scalar(), 3);
        kernels.norm().softmax(false, scalar, 0, scalar);
        assertFloats(scalar, 1);
    }

    @Test
    void crossEntropy_andItsGradient_matchByHand() {
        NdArray logits = matrix(2, 0, (float) Math.log(3), 0, 0, 5, 5);
        NdArray target = longs(1, 0, -100);
        NdArray loss = empty(DType.F32);
        NdArray prob = empty(DType.F32, 3, 2);
        NdArray weight = empty(DType.F64);
        kernels.norm().crossEntropy(Reduction.MEAN, logits, target, -100, loss, prob, weight);
        assertFloats(loss, (-Math.log(0.75) - Math.log(0.5)) / 2);
        assertFloats(prob, 0.25, 0.75, 0.5, 0.5, 0.5, 0.5);
        assertEquals(2, HostCopy.readDouble(weight));
        NdArray dlogits = empty(DType.F32, 3, 2);
        kernels.norm().crossEntropyGrad(Reduction.MEAN, prob, target, -100, f32(Shape.scalar(), 2), weight, dlogits);
        assertFloats(dlogits, 0.25, -0.25, -0.5, 0.5, 0, 0);
    }

    @Test
    void crossEntropy_badTarget_saysWhere() {
        NdArray logits = empty(DType.F32, 64, 10);
        kernels.elementwise().fill(0, logits);
        long[] classes = new long[64];
        classes[3] = 10;
        classes[5] = -1;
        NdArray target = longs(classes);
        check(
                "crossEntropy: target[3] is 10, classes are 0..9: logits f32[64, 10]",
                () -> kernels.norm()
                        .crossEntropy(
                                Reduction.SUM,
                                logits,
                                target,
                                -100,
                                empty(DType.F32),
                                empty(DType.F32, 64, 10),
                                empty(DType.F64)));
        check(
                "nllLoss: target[3] is 10, classes are 0..9: logProb f32[64, 10]",
                () -> kernels.norm()
                        .nllLoss(Reduction.NONE, logits, target, -100, empty(DType.F32, 64), empty(DType.F64)));
    }

    @Test
    void nllLoss_andItsGradient_matchByHand() {
        NdArray logProb = matrix(2, -1, -2, -3, -4);
        NdArray target = longs(1, 0);
        NdArray losses = empty(DType.F32, 2);
        NdArray weight = empty(DType.F64);
        kernels.norm().nllLoss(Reduction.NONE, logProb, target, -100, losses, weight);
        assertFloats(losses, 2, 3);
        NdArray dlogProb = empty(DType.F32, 2, 2);
        kernels.norm().nllLossGrad(Reduction.NONE, target, -100, vector(1, 10), weight, dlogProb);
        assertFloats(dlogProb, 0, -1, -10, 0);
    }

    @Test
    void index_gatherAndScatter_matchByHand() {
        NdArray x = matrix(2, 1, 2, 3, 4, 5, 6);
        NdArray index = longs(2, 0, 2);
        NdArray y = empty(DType.F32, 3, 2);
        kernels.index().gatherRows("gatherRows", x, index, y);
        assertFloats(y, 5, 6, 1, 2, 5, 6);
        kernels.index().scatter(ScatterOp.ADD, x, 0, index, y);
        assertFloats(x, 2, 4, 3, 4, 15, 18);
        NdArray picked = empty(DType.F32, 3);
        NdArray columns = longs(0, 1, 0);
        NdArray matrix = columns.alias(Layout.contiguous(Shape.of(3, 1)));
        NdArray column = picked.alias(Layout.contiguous(Shape.of(3, 1)));
        kernels.index().gather("gather", x, 1, matrix, column);
        assertFloats(picked, 2, 4, 15);
        check(
                "gatherRows: index[1] is 3, rows are 0..2: x f32[3, 2]",
                () -> kernels.index().gatherRows("gatherRows", x, longs(0, 3, -1), y));
        check(
                "scatter: index[2] is -1, places are 0..2: x f32[3, 2]",
                () -> kernels.index().scatter(ScatterOp.ADD, x, 0, longs(0, 1, -1), y));
        check(
                "gather: index[0, 0] is 2, places are 0..1: x f32[3, 2]",
                () -> kernels.index().gather("gather", x, 1, longs(2, 1, 0).alias(matrix.layout()), column));
    }

    @Test
    void random_sameSeedAndOffset_sameNumbers() {
        Kernels.Random r = kernels.random();
        NdArray first = empty(DType.F32, 1000);
        NdArray second = empty(DType.F32, 1000);
        r.uniform(7, 0, -1, 1, first);
        r.uniform(7, 0, -1, 1, second);
        assertArrayEquals(floats(first), floats(second));
        for (float value : floats(first)) {
            assertTrue(value >= -1 && value < 1);
        }
        r.uniform(7, 250, -1, 1, second);
        assertFalse(Arrays.equals(floats(first), floats(second)));
        NdArray tail = empty(DType.F32, 996);
        r.uniform(7, 1, -1, 1, tail); // one counter on is four elements on
        assertArrayEquals(Arrays.copyOfRange(floats(first), 4, 1000), floats(tail));
    }

    @Test
    void random_everyKind_staysInItsRange() {
        Kernels.Random r = kernels.random();
        NdArray x = empty(DType.F32, 10_000);
        r.normal(1, 0, 5, 2, x);
        double mean = 0;
        for (float value : floats(x)) {
            mean += value / 10_000;
        }
        assertEquals(5, mean, 0.1);
        NdArray bool = empty(DType.BOOL, 10_000);
        r.bernoulli(1, 0, 0.25, bool);
        int ones = 0;
        for (boolean value : booleans(bool)) {
            ones += value ? 1 : 0;
        }
        assertEquals(2500, ones, 200);
        NdArray i64 = empty(DType.I64, 1000);
        r.randint(1, 0, -3, 4, i64);
        assertArrayEquals(
                new long[] {-3, -2, -1, 0, 1, 2, 3},
                Arrays.stream(longs(i64)).sorted().distinct().toArray());
        r.permutation(1, 0, i64);
        long[] permuted = longs(i64);
        Arrays.sort(permuted);
        for (int i = 0; i < permuted.length; i++) {
            assertEquals(i, permuted[i]);
        }
        NdArray y = empty(DType.F32, 10_000);
        kernels.elementwise().fill(1, x);
        r.dropout(1, 0, 0.5, x, y);
        int kept = 0;
        for (float value : floats(y)) {
            assertTrue(value == 0 || value == 2);
            kept += value == 0 ? 0 : 1;
        }
        assertEquals(5000, kept, 300);
    }

    @Test
    void sgd_momentum_matchesByHand() {
        NdArray p = vector(1, 2);
        NdArray q = vector(3);
        List<NdArray> params = List.of(p, q);
        List<NdArray> grads = List.of(vector(1, 1), vector(2));
        List<List<NdArray>> momentum = List.of(List.of(vector(0, 0), vector(0)));
        kernels.update().step(new UpdateRule.Sgd(0.1, 0.5, 0, 0, false, false, true), params, grads, momentum);
        assertFloats(p, 0.9, 1.9);
        assertFloats(q, 2.8);
        kernels.update().step(new UpdateRule.Sgd(0.1, 0.5, 0, 0, false, false, false), params, grads, momentum);
        assertFloats(p, 0.75, 1.75);
        assertFloats(q, 2.5);
        kernels.update().step(new UpdateRule.Sgd(0.1, 0, 0, 0, false, true, true), params, grads, List.of());
        assertFloats(p, 0.85, 1.85);
    }

    @Test
    void adam_firstStep_isTheLearningRate() {
        NdArray p = vector(1, 2);
        NdArray m = vector(0, 0);
        NdArray v = vector(0, 0);
        var args = new UpdateRule.Adam(0.1, 0.9, 0.999, 0, 0, false, false, false, 1);
        kernels.update().step(args, List.of(p), List.of(vector(3, -0.01f)), List.of(List.of(m), List.of(v)));
        assertFloats(p, 0.9, 2.1);
        assertFloats(m, 0.3, -0.001);
    }

    @Test
    void update_unfitArrays_sayWhich() {
        try (Arena arena = Arena.ofConfined()) {
            NdArray lent = Segments.wrap(arena.allocate(8, 8), DType.F32, 2);
            var args = new UpdateRule.Sgd(0.1, 0, 0, 0, false, false, true);
            NdArray p = vector(1, 2);
            check(
                    "sgd: parameter 1 wraps memory of the caller, whose arena could close during the step; clone() it"
                            + " first",
                    () -> kernels.update().step(args, List.of(p, lent), List.of(p, p), List.of()));
            check(
                    "sgd: parameter 0 and its gradient or state are not contiguous, of one dtype and one count:"
                            + " f32[2], f32[3]",
                    () -> kernels.update().step(args, List.of(p), List.of(vector(1, 2, 3)), List.of()));
            check(
                    "sgd: not 0 state lists: 1 parameters",
                    () -> kernels.update().step(args, List.of(p), List.of(p), List.of(List.of(p))));
        }
    }

    @Test
    void threads_anyCount_canBeSet() {
        Device cpu = Device.cpu();
        int before = cpu.threads();
        cpu.setThreads(3);
        assertEquals(3, cpu.threads());
        cpu.setThreads(before);
        check("threads: not within 1..256: 0", () -> cpu.setThreads(0));
        assertNull(System.getProperty("gatun.threads"));
    }

    @Test
    void memory_afterManyCalls_isSteady() {
        NdArray x = vector(new float[1000]);
        long asked = 0;
        for (int i = 0; i < 1000; i++) {
            try (var step = Scope.open()) {
                NdArray y = empty(DType.F32, 1000);
                kernels.elementwise().binary(BinaryOp.ADD, x, x, y);
                NdArray z = empty(DType.F32);
                kernels.reduce().reduce(ReduceOp.SUM, y, new int[] {0}, z);
            }
            if (i == 0) {
                asked = Device.cpu().memory().systemAllocations();
            }
        }
        assertEquals(asked, Device.cpu().memory().systemAllocations());
    }
}
