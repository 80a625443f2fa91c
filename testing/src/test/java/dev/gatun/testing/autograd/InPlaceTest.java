package dev.gatun.testing.autograd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.autograd.GradMode;
import dev.gatun.autograd.Index;
import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.Index.Reduce;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.interop.Segments;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Writes in place: what is recorded, what is detected, and what is refused before anything changes. */
class InPlaceTest {
    private final Scope scope = Scope.open(); // of one test: each has an instance of its own

    @AfterEach
    void closeScope() {
        scope.close();
    }

    private static Tensor leaf(double... values) {
        return Tensor.of(values).requiresGrad_();
    }

    private static Tensor matrix() {
        return Tensor.of(new double[][] {{1, 2, 3}, {4, 5, 6}});
    }

    @Test
    void backward_savedOutputChanged_saysWhichAndHowOften() {
        Tensor y = leaf(1, 2).exp();
        y.add_(1).mul_(2);
        Tensor base = leaf(1, 2);
        Tensor saved = base.exp();
        Tensor z = saved.mul(1);
        try (var off = GradMode.noGrad()) {
            saved.add_(1);
            saved.add_(1);
        }
        var thrown = assertThrows(IllegalStateException.class, () -> z.sum().backward());
        assertEquals(
                "backward: ExpBackward0 saved its output f64[2], which was changed in place since (version 2, saved at"
                        + " 0)",
                thrown.getMessage());
        assertFalse(base.hasGrad());
    }

    @Test
    void backward_savedInputChangedThroughAView_isDetected() {
        Tensor x = leaf(1, 2);
        Tensor w = Tensor.of(3.0, 4.0);
        Tensor y = x.mul(w).sum();
        w.select(0, 0).fill_(7);
        var thrown = assertThrows(IllegalStateException.class, y::backward);
        assertEquals(
                "backward: MulBackward0 saved its input 1 f64[2], which was changed in place since (version 1, saved"
                        + " at 0)",
                thrown.getMessage());
    }

    @Test
    void backward_inPlaceOnUnsaved_isFine() {
        Tensor x = leaf(1, 2);
        Tensor y = x.mul(3);
        y.add_(1).mul_(2).relu_();
        y.sum().backward();
        assertArrayEquals(new double[] {6, 6}, x.grad().toDoubleArray());
    }

    @Test
    void write_leafThatRequiresGrad_isRefusedAndNothingChanges() {
        Tensor x = leaf(1, 2);
        refused(() -> x.add_(1), "add_: f64[2] is a leaf that requires grad; change it inside GradMode.noGrad()");
        refused(() -> x.zero_(), "fill_: f64[2] is a leaf that requires grad; change it inside GradMode.noGrad()");
        refused(
                () -> x.select(0, 1).copy_(Tensor.scalar(5)),
                "copy_: f64[] is a view of a leaf that requires grad; change it inside GradMode.noGrad()");
        refused(
                () -> x.uniform_(0, 1),
                "uniform_: f64[2] is a leaf that requires grad; change it inside GradMode.noGrad()");
        assertArrayEquals(new double[] {1, 2}, x.toDoubleArray());
        try (var off = GradMode.noGrad()) {
            x.select(0, 1).copy_(Tensor.scalar(5));
        }
        assertArrayEquals(new double[] {1, 5}, x.toDoubleArray());
        assertTrue(x.isLeaf());
    }

    private static void refused(Runnable write, String message) {
        assertEquals(
                message, assertThrows(IllegalStateException.class, write::run).getMessage());
    }

    @Test
    void write_sliceOfPlainBaseWithoutGrad_isAPlainWrite() {
        Tensor x = matrix();
        x.index(Index.all(), Index.at(1)).copy_(Tensor.of(8.0, 9.0));
        assertArrayEquals(new double[] {1, 8, 3, 4, 9, 6}, x.toDoubleArray());
        assertTrue(x.isLeaf());
        assertFalse(x.requiresGrad());
    }

    @Test
    void write_sliceWithAValueThatRequiresGrad_recordsCopySlicesOnTheBase() {
        Tensor x = matrix();
        Tensor v = leaf(8, 9);
        x.index(Index.all(), Index.at(1)).copy_(v);
        assertTrue(x.requiresGrad());
        assertEquals("CopySlices", x.gradFn().orElseThrow().name());
        x.mul(x).sum().backward();
        assertArrayEquals(new double[] {16, 18}, v.grad().toDoubleArray());
    }

    @Test
    void write_viewTakenBefore_seesValueAndHistory() {
        Tensor x = matrix();
        Tensor row = x.select(0, 0);
        Tensor v = leaf(8, 9);
        assertFalse(row.requiresGrad());
        x.index(Index.all(), Index.at(1)).copy_(v);
        assertTrue(row.requiresGrad(), "a view of what was written");
        assertArrayEquals(new double[] {1, 8, 3}, row.toDoubleArray());
        row.square().sum().backward();
        assertArrayEquals(new double[] {16, 0}, v.grad().toDoubleArray());
    }

    @Test
    void write_viewMadeWithoutRecord_isRefused() {
        Tensor h = leaf(1, 2).mul(1);
        Tensor v;
        try (var off = GradMode.noGrad()) {
            v = h.narrow(0, 0, 1);
        }
        var e = assertThrows(IllegalStateException.class, () -> v.mul_(3));
        assertEquals(
                "mul_: f64[1] is a view that was made while nothing was recorded, of a tensor that requires grad; make"
                        + " the view outside GradMode.noGrad(), or change it inside",
                e.getMessage());
        try (var off = GradMode.noGrad()) {
            v.mul_(3);
        }
        assertArrayEquals(new double[] {3, 2}, h.toDoubleArray());
    }

    @Test
    void write_viewMadeWithoutRecordOfALeaf_isRefused() {
        Tensor x = leaf(1, 2);
        Tensor v;
        try (var off = GradMode.noGrad()) {
            v = x.narrow(0, 0, 1);
        }
        assertThrows(IllegalStateException.class, () -> v.mul_(3));
        assertArrayEquals(new double[] {1, 2}, x.toDoubleArray());
    }

    @Test
    void gradMode_closedOnAnotherThread_isRefused() throws InterruptedException {
        Throwable[] thrown = new Throwable[1];
        try (var off = GradMode.noGrad()) {
            Thread other = new Thread(off::close);
            other.setUncaughtExceptionHandler((thread, e) -> thrown[0] = e);
            other.start();
            other.join();
            assertFalse(GradMode.isOn());
        }
        assertTrue(thrown[0] instanceof IllegalStateException, String.valueOf(thrown[0]));
        assertTrue(GradMode.isOn());
    }

    @Test
    void write_viewOfDeadBase_works() {
        Tensor v = leaf(8, 9, 10);
        Tensor row = matrixRow();
        row.copy_(v);
        row.sum().backward();
        assertArrayEquals(new double[] {1, 1, 1}, v.grad().toDoubleArray());
    }

    private static Tensor matrixRow() {
        try (Scope inner = Scope.open()) {
            return inner.keep(matrix().select(0, 1));
        }
    }

    @Test
    void write_expandedView_isRefused() {
        Tensor x = Tensor.of(1.0, 2.0).unsqueeze(0).expand(3, 2);
        Consumer<Runnable> refused = write -> {
            var thrown = assertThrows(IllegalArgumentException.class, write::run);
            assertTrue(thrown.getMessage().contains("several elements share one place"), thrown.getMessage());
        };
        refused.accept(() -> x.add_(1));
        refused.accept(() -> x.fill_(1));
        refused.accept(() -> x.copy_(Tensor.zeros(DType.F64, 3, 2)));
        refused.accept(() -> x.normal_(0, 1));
        assertArrayEquals(new double[] {1, 2, 1, 2, 1, 2}, x.toDoubleArray());
    }

    /** The tensor itself is not recorded before the write: what it is changed with is. */
    @Test
    void inPlace_recordedOperands_joinThePlainTensorToTheGraph() {
        Tensor w = Tensor.of(new double[][] {{1, 2}, {3, 4}}).requiresGrad_();
        Tensor i = Tensor.eye(2).to(DType.F64);
        Map<String, UnaryOperator<Tensor>> writes = Map.of(
                "addmm_", x -> x.addmm_(w, i, 1, 1),
                "addcmul_", x -> x.addcmul_(w, i.add(1), 1),
                "lerp_", x -> x.lerp_(w, 0.5),
                "maskedFill_",
                        x -> x.maskedFill_(i.to(DType.BOOL), w.select(0, 0).sum()),
                "scatterReduce_", x -> x.scatterReduce_(0, Tensor.zeros(DType.I64, 2, 2), w, Reduce.SUM));
        writes.forEach((name, write) -> {
            Tensor outOfPlace = Tensor.zeros(DType.F64, 2, 2).requiresGrad_();
            Tensor expected = grad(w, write.apply(outOfPlace.mul(1)));
            Tensor x = Tensor.zeros(DType.F64, 2, 2);
            Tensor y = write.apply(x);
            assertTrue(x.requiresGrad() && y == x, name);
            assertArrayEquals(expected.toDoubleArray(), grad(w, x).toDoubleArray(), name);
        });
    }

    private static Tensor grad(Tensor w, Tensor y) {
        w.zeroGrad();
        y.mul(Tensor.of(new double[][] {{1, 10}, {100, 1000}})).sum().backward();
        return w.grad();
    }

    @Test
    void write_overlappingSource_isCopiedFirst() {
        Tensor x = Tensor.arange(6).to(DType.F64);
        x.narrow(0, 1, 5).copy_(x.narrow(0, 0, 5));
        assertArrayEquals(new double[] {0, 0, 1, 2, 3, 4}, x.toDoubleArray());
        Tensor square = Tensor.arange(4).view(2, 2);
        square.copy_(square.t());
        assertArrayEquals(new long[] {0, 2, 1, 3}, square.toLongArray());
        Tensor y = Tensor.arange(4).to(DType.F64);
        y.narrow(0, 1, 3).add_(y.narrow(0, 0, 3));
        assertArrayEquals(new double[] {0, 1, 3, 5}, y.toDoubleArray());
    }

    @Test
    void write_overlappingForeignMemory_isCopiedFirst() {
        int n = 100;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate((n + 1) * 8L, 8);
            Tensor low = Tensor.wrap(Segments.wrap(memory.asSlice(0, n * 8L), DType.F64, n));
            Tensor high = Tensor.wrap(Segments.wrap(memory.asSlice(8, n * 8L), DType.F64, n));
            low.copy_(Tensor.arange(n));
            high.copy_(low);
            double[] moved = Tensor.arange(n).toDoubleArray();
            assertArrayEquals(moved, high.toDoubleArray());
            high.add_(low); // i + (i - 1), but for the first, which was written twice
            double[] sums =
                    Arrays.stream(moved).map(i -> Math.max(0, 2 * i - 1)).toArray();
            assertArrayEquals(sums, high.toDoubleArray());
            high.indexPut_(List.of(Index.of(Tensor.arange(n))), low, false);
            double[] expected = new double[n];
            System.arraycopy(sums, 0, expected, 1, n - 1);
            assertArrayEquals(expected, high.toDoubleArray());
        }
    }

    @Test
    void write_otherKindOrShape_isRefused() {
        Tensor x = Tensor.of(1L, 2L);
        var kind = assertThrows(IllegalArgumentException.class, () -> x.add_(0.5));
        assertEquals("add_: the result's dtype does not fit in place: i64[2], f32[2]", kind.getMessage());
        var shape = assertThrows(IllegalArgumentException.class, () -> x.copy_(Tensor.of(1L, 2L, 3L)));
        assertEquals("copy_: cannot expand [3] to [2]", shape.getMessage());
        assertArrayEquals(new long[] {1, 2}, x.toLongArray());
        x.copy_(Tensor.of(1.9, -1.9));
        assertArrayEquals(new long[] {1, -1}, x.toLongArray());
    }

    @Test
    void write_detached_isSeenByBothAndDetected() {
        Tensor x = leaf(1, 2);
        Tensor y = x.square();
        x.detach().fill_(5);
        assertArrayEquals(new double[] {5, 5}, x.toDoubleArray());
        assertThrows(IllegalStateException.class, () -> y.sum().backward());
    }
}
