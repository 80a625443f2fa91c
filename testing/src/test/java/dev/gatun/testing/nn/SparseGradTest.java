package dev.gatun.testing.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.autograd.Autograd;
import dev.gatun.autograd.SparseGrad;
import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.Lookup;
import dev.gatun.nn.Embedding;
import dev.gatun.nn.Linear;
import dev.gatun.nn.Sequential;
import dev.gatun.nn.optim.ASGD;
import dev.gatun.nn.optim.Adadelta;
import dev.gatun.nn.optim.Adagrad;
import dev.gatun.nn.optim.Adam;
import dev.gatun.nn.optim.AdamW;
import dev.gatun.nn.optim.Adamax;
import dev.gatun.nn.optim.LBFGS;
import dev.gatun.nn.optim.NAdam;
import dev.gatun.nn.optim.Optimizer;
import dev.gatun.nn.optim.RAdam;
import dev.gatun.nn.optim.RMSprop;
import dev.gatun.nn.optim.Rprop;
import dev.gatun.nn.optim.SGD;
import dev.gatun.nn.optim.SparseAdam;
import dev.gatun.nn.utils.ClipGrad;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Device;
import dev.gatun.runtime.Scope;
import dev.gatun.testing.Memory;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Gradients of single rows: what joins them, who takes them, and where they are dense after all. */
class SparseGradTest {
    private final Scope scope = Scope.open(); // of one test: each has an instance of its own

    @AfterEach
    void closeScope() {
        scope.close();
    }

    private static Tensor table() {
        return Tensor.zeros(5, 2).requiresGrad_();
    }

    /** Rows 3, 1 and 3, each with gradients of its own. */
    private static Tensor asked(Tensor table) {
        return Lookup.embedding(table, Tensor.of(3L, 1, 3), -1, true);
    }

    private static final double[] DENSE = {0, 0, 2, 2, 0, 0, 4, 4, 0, 0};

    private static void assertRows(SparseGrad gradient, long[] indices, double... values) {
        assertArrayEquals(indices, gradient.indices().toLongArray());
        assertArrayEquals(values, gradient.values().toDoubleArray());
    }

    @Test
    void backward_rowsAskedForTwice_areAddedUp() {
        Tensor table = table();
        asked(table).mul(2).sum().backward();
        assertTrue(table.hasGrad() && table.hasSparseGrad());
        assertRows(table.sparseGrad(), new long[] {1, 3}, 2, 2, 4, 4);
        assertArrayEquals(DENSE, table.sparseGrad().toDense().toDoubleArray());
        assertEquals("sparse f32[5, 2], 2 rows", table.sparseGrad().toString());
        assertEquals("EmbeddingBackward0", asked(table).gradFn().orElseThrow().name());
    }

    @Test
    void backward_again_addsToTheRows() {
        Tensor table = table();
        asked(table).sum().backward();
        Lookup.embedding(table, Tensor.of(4L, 1), -1, true).sum().backward();
        assertRows(table.sparseGrad(), new long[] {1, 3, 4}, 2, 2, 2, 2, 1, 1);
        table.zeroGrad();
        assertFalse(table.hasGrad());
        assertFalse(table.hasSparseGrad());
        asked(table).sum().backward();
        assertRows(table.sparseGrad(), new long[] {1, 3}, 1, 1, 2, 2);
    }

    @Test
    void backward_severalUsesInOnePass_areOneGradient() {
        Tensor table = table();
        asked(table).sum().add(asked(table).mul(3).sum()).backward();
        assertRows(table.sparseGrad(), new long[] {1, 3}, 4, 4, 8, 8);
    }

    @Test
    void backward_denseBesideSparse_isDense() {
        Tensor table = table();
        asked(table).mul(2).sum().add(table.sum()).backward();
        assertFalse(table.hasSparseGrad());
        assertArrayEquals(
                new double[] {1, 1, 3, 3, 1, 1, 5, 5, 1, 1}, table.grad().toDoubleArray());
    }

    @Test
    void backward_sparseThenDense_isTheirSumEitherWay() {
        double[] sum = {1, 1, 3, 3, 1, 1, 5, 5, 1, 1};
        Tensor first = table();
        asked(first).mul(2).sum().backward();
        first.sum().backward();
        assertArrayEquals(sum, first.grad().toDoubleArray());
        Tensor second = table();
        second.sum().backward();
        asked(second).mul(2).sum().backward();
        assertArrayEquals(sum, second.grad().toDoubleArray());
    }

    @Test
    void backward_noRowAsked_isEmpty() {
        Tensor table = table();
        Lookup.embedding(table, Tensor.empty(0).to(DType.I64), -1, true).sum().backward();
        assertRows(table.sparseGrad(), new long[0]);
        new SparseAdam(List.of(table)).step();
        assertArrayEquals(new double[10], table.toDoubleArray());
    }

    @Test
    void backward_padding_isNoRow() {
        Tensor table = table();
        Lookup.embedding(table, Tensor.of(3L, 1, 3), 3, true).sum().backward();
        assertRows(table.sparseGrad(), new long[] {1}, 1, 1);
    }

    @Test
    void backward_wherePlacesAreSeen_isDense() {
        Tensor asValue = table();
        Tensor found =
                Autograd.grad(asked(asValue).mul(2).sum(), List.of(asValue)).getFirst();
        assertArrayEquals(DENSE, found.toDoubleArray());
        assertFalse(asValue.hasGrad());

        Tensor again = table();
        asked(again).square().sum().backward(Tensor.scalar(1), true, true);
        assertTrue(again.grad().requiresGrad());

        Tensor hooked = table();
        hooked.registerHook(g -> g.mul(2));
        asked(hooked).sum().backward();
        assertArrayEquals(DENSE, hooked.grad().toDoubleArray());

        Tensor made = table();
        asked(made.mul(2)).sum().backward();
        assertArrayEquals(DENSE, made.grad().toDoubleArray());
    }

    @Test
    void grad_ofSparse_saysWhatToAsk() {
        Tensor table = table();
        assertEquals(
                "sparseGrad: there is none: f32[5, 2]",
                assertThrows(IllegalStateException.class, table::sparseGrad).getMessage());
        asked(table).sum().backward();
        assertEquals(
                "grad: it is sparse, sparseGrad() gives its rows and sparseGrad().toDense() all: f32[5, 2]",
                assertThrows(IllegalStateException.class, table::grad).getMessage());
    }

    @Test
    void setGrad_sparse_replacesAndIsChecked() {
        Tensor table = table();
        table.sum().backward();
        table.setGrad(SparseGrad.of(5, Tensor.of(2L), Tensor.ones(1, 2)));
        assertRows(table.sparseGrad(), new long[] {2}, 1, 1);
        table.setGrad(Tensor.ones(5, 2));
        assertFalse(table.hasSparseGrad());
        SparseGrad wrong = SparseGrad.of(4, Tensor.of(2L), Tensor.ones(1, 2));
        assertEquals(
                "setGrad: the gradient does not match: tensor f32[5, 2], gradient sparse f32[4, 2], 1 rows",
                assertThrows(IllegalArgumentException.class, () -> table.setGrad(wrong))
                        .getMessage());
    }

    @Test
    void of_wrongIndices_saysWhich() {
        Tensor values = Tensor.ones(2, 3);
        assertRefused("sparseGrad: no such row: 5 of 5", Tensor.of(0L, 5), values);
        assertRefused("sparseGrad: no such row: -1 of 5", Tensor.of(0L, -1), values);
        String shapes = "sparseGrad: not indices [k] and floating values [k, *] of some rows: indices ";
        assertThrows(
                IllegalArgumentException.class, () -> SparseGrad.of(-1, Tensor.of(new long[0]), Tensor.empty(0, 3)));
        assertRefused(shapes + "i64[3], values f32[2, 3], rows 5", Tensor.of(0L, 1, 2), values);
        assertRefused(shapes + "f32[2], values f32[2, 3], rows 5", Tensor.ones(2), values);
        assertRefused(shapes + "i64[2], values i64[2, 3], rows 5", Tensor.of(0L, 1), values.to(DType.I64));
        assertRefused(shapes + "f32[], values f32[], rows 5", Tensor.scalar(0L), Tensor.scalar(1f));
    }

    private static void assertRefused(String message, Tensor indices, Tensor values) {
        assertEquals(
                message,
                assertThrows(IllegalArgumentException.class, () -> SparseGrad.of(5, indices, values))
                        .getMessage());
    }

    @Test
    void embedding_sparse_trainsItsRowsAlone() {
        Embedding words = new Embedding(6, 3, Embedding.Options.defaults().withSparse(true));
        assertEquals("Embedding(6, 3, sparse=True)", words.toString());
        double[] before = words.weight().toDoubleArray();
        SparseAdam optimizer = new SparseAdam(words.parameters(), 0.1);
        words.forward(Tensor.of(2L, 2, 5)).square().sum().backward();
        optimizer.step();
        double[] after = words.weight().toDoubleArray();
        for (int i = 0; i < before.length; i++) {
            int row = i / 3;
            double step = row == 2 || row == 5 ? 0.1 : 0;
            assertEquals(step, Math.abs(after[i] - before[i]), 1e-5, "row " + row);
        }
        words.zeroGrad();
        assertFalse(words.weight().hasGrad());
    }

    @Test
    void embedding_toAnotherDtype_takesItsRowsAlong() {
        Embedding words = new Embedding(6, 3, Embedding.Options.defaults().withSparse(true));
        words.forward(Tensor.of(2L, 5)).sum().backward();
        words.to(DType.F64);
        assertEquals(DType.F64, words.weight().sparseGrad().dtype());
        assertRows(words.weight().sparseGrad(), new long[] {2, 5}, 1, 1, 1, 1, 1, 1);
    }

    @Test
    void embedding_sparseAndScaled_isRefused() {
        Embedding.Options scaled = Embedding.Options.defaults().withScaleGradByFreq(true);
        assertEquals(
                "embedding: a sparse gradient is not scaled: scaleGradByFreq true",
                assertThrows(IllegalArgumentException.class, () -> scaled.withSparse(true))
                        .getMessage());
    }

    @Test
    void step_ofOthers_refusesAndChangesNothing() {
        Map<String, Function<List<Tensor>, Optimizer>> others = Map.of(
                "adam", Adam::new,
                "adamw", AdamW::new,
                "adamax", Adamax::new,
                "nadam", NAdam::new,
                "radam", RAdam::new,
                "adadelta", Adadelta::new,
                "rmsprop", RMSprop::new,
                "rprop", Rprop::new,
                "asgd", ASGD::new,
                "sgd", p -> new SGD(p, SGD.Options.defaults().withWeightDecay(0.1)));
        others.forEach((name, make) -> assertStepRefused(
                name + ": takes no sparse gradients; SGD, Adagrad and SparseAdam do, without weight decay"
                        + ": params[1] f32[5, 2]",
                make));
        assertStepRefused(
                "adagrad: takes no sparse gradients; SGD, Adagrad and SparseAdam do, without weight decay"
                        + ": params[1] f32[5, 2]",
                p -> new Adagrad(p, Adagrad.Options.defaults().withWeightDecay(0.1)));
        assertStepRefused("sparseAdam: takes no dense gradients, Adam does: params[0] f32[3]", SparseAdam::new);
    }

    private static void assertStepRefused(String message, Function<List<Tensor>, Optimizer> make) {
        Tensor dense = Tensor.ones(3).requiresGrad_();
        Tensor table = table();
        asked(table).sum().add(dense.sum()).backward();
        Optimizer optimizer = make.apply(List.of(dense, table));
        assertEquals(
                message,
                assertThrows(IllegalArgumentException.class, optimizer::step).getMessage());
        assertArrayEquals(new double[] {1, 1, 1}, dense.toDoubleArray());
        assertArrayEquals(new double[10], table.toDoubleArray());
        assertTrue(optimizer.stateDict().part("state").parts().isEmpty());
    }

    @Test
    void step_tableOfAnotherLayout_changesItsRows() {
        Tensor across = Tensor.zeros(2, 5).transpose(0, 1).detach().requiresGrad_();
        asked(across).sum().backward();
        new SGD(List.of(across), 1).step();
        assertArrayEquals(new double[] {0, 0, -1, -1, 0, 0, -2, -2, 0, 0}, across.toDoubleArray());
    }

    @Test
    void step_lbfgs_takesTheRestForZeros() {
        Tensor table = Tensor.ones(5, 2).requiresGrad_();
        var optimizer = new LBFGS(List.of(table), 0.5);
        Tensor loss = optimizer.step(() -> {
            optimizer.zeroGrad();
            Tensor f = asked(table).square().sum();
            f.backward();
            return f;
        });
        assertEquals(6, loss.item());
        assertTrue(asked(table).square().sum().item() < 1e-3);
        assertEquals(1, table.select(0, 0).sum().item() / 2);
    }

    @Test
    void clip_sparse_countsItsRows() {
        Tensor table = table();
        asked(table).sum().backward(); // 1, 1, 2, 2
        assertEquals(Math.sqrt(10), ClipGrad.clipGradNorm_(List.of(table), 1).item(), 1e-6);
        assertEquals(1, table.sparseGrad().toDense().square().sum().sqrt().item(), 1e-5);
        ClipGrad.clipGradValue_(List.of(table), 0.1);
        assertEquals(0.1, table.sparseGrad().values().max().item(), 1e-7);
    }

    @Test
    void step_sparse_takesMemoryForItsRowsAlone() {
        Embedding words =
                new Embedding(100_000, 16, Embedding.Options.defaults().withSparse(true));
        var model = new Sequential(words, new Linear(16, 2));
        SGD optimizer = new SGD(model.parameters(), 0.1);
        Tensor x = Tensor.randint(0, 100_000, 32);
        Memory.settle();
        long before = Device.cpu().memory().used();
        try (Scope step = Scope.open()) {
            model.forward(x).square().sum().backward();
            long gradients = Device.cpu().memory().used() - before;
            assertTrue(gradients < 100_000, gradients + " bytes");
            optimizer.step();
        }
        model.zeroGrad();
        Memory.settle();
        assertEquals(before, Device.cpu().memory().used());
    }
}
