package dev.gatun.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.ConvParams;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Scope;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SummaryTest {
    /** The digits' network of torchinfo's introduction, in eval mode without its functions. */
    private static final class Digits extends Module {
        private final Conv2d conv1 = add("conv1", new Conv2d(1, 10, 5));
        private final Conv2d conv2 = add("conv2", new Conv2d(10, 20, 5));
        private final Dropout2d drop = add("conv2_drop", new Dropout2d());
        private final Linear fc1 = add("fc1", new Linear(320, 50));
        private final Linear fc2 = add("fc2", new Linear(50, 10));
        private final MaxPool2d pool = new MaxPool2d(2);

        @Override
        public Tensor forward(Tensor x) {
            Tensor first = pool.forward(conv1.forward(x)).relu();
            Tensor second = pool.forward(drop.forward(conv2.forward(first))).relu();
            return fc2.forward(fc1.forward(second.view(-1, 320)).relu()).logSoftmax(1);
        }
    }

    @Test
    void of_digits_printsTheTable() {
        String expected = """
                =========================================================================================================
                Layer (type:depth-idx)        Output Shape             Param #                  Mult-Adds
                =========================================================================================================
                Digits                        [2, 10]                  --                       --
                ├─Conv2d: 1-1                 [2, 10, 24, 24]          260                      299,520
                ├─Conv2d: 1-2                 [2, 20, 8, 8]            5,020                    642,560
                ├─Dropout2d: 1-3              [2, 20, 8, 8]            --                       --
                ├─Linear: 1-4                 [2, 50]                  16,050                   32,100
                ├─Linear: 1-5                 [2, 10]                  510                      1,020
                =========================================================================================================
                Total params: 21,840
                Trainable params: 21,840
                Non-trainable params: 0
                Total mult-adds (M): 0.98
                =========================================================================================================
                Input size (MB): 0.01
                Forward/backward pass size (MB): 0.11
                Params size (MB): 0.09
                Estimated Total Size (MB): 0.21
                =========================================================================================================""";
        assertEquals(expected, Summary.of(new Digits(), 2, 1, 28, 28).toString());
    }

    @Test
    void of_nestedSharedAndFrozen_showsEachOnce() {
        Linear shared = new Linear(4, 4);
        Sequential model = new Sequential(
                new Sequential(shared, new ReLU()),
                new Sequential(shared, new BatchNorm1d(4)),
                new Linear(4, 2, false));
        model.get(2).requiresGrad_(false);
        Summary summary = Summary.of(model, 3, 4);
        assertEquals(20 + 8 + 8, summary.parameters());
        assertEquals(28, summary.trainableParameters());
        assertEquals(2 * 60 + 3 * 8 + 3 * 8, summary.multiplyAdds()); // the shared layer twice
        assertEquals(48, summary.inputBytes());
        assertEquals(4 * 36, summary.parameterBytes());
        assertEquals(2 * (2 * 48 + 48 + 24), summary.passBytes());
        String text = summary.toString();
        assertTrue(text.contains("├─Sequential: 1-1"), text);
        assertTrue(text.contains("│    └─Linear: 2-1            [3, 4]                   20 "), text);
        assertTrue(text.contains("│    └─Linear: 2-3            [3, 4]                   (recursive)"), text);
        assertTrue(text.contains("├─Linear: 1-3                 [3, 2]                   (8)"), text);
        assertEquals("1.1", summary.layers().get(6).name());
        assertEquals("BatchNorm1d", summary.layers().get(6).type());
    }

    @Test
    void of_model_leavesItAsItWas() {
        BatchNorm1d norm = new BatchNorm1d(2);
        Dropout dropout = new Dropout();
        Sequential model = new Sequential(new Linear(2, 2), norm, dropout);
        dropout.eval();
        Summary.of(model, 4, 2);
        assertTrue(model.isTraining() && norm.isTraining());
        assertFalse(dropout.isTraining());
        assertArrayEquals(new float[] {0, 0}, norm.runningMean().orElseThrow().toFloatArray());
        assertTrue(model.modules().stream().noneMatch(Module::isHooked));
        assertTrue(model.parameters().stream().noneMatch(Tensor::hasGrad));
        try (var scope = Scope.open()) {
            Summary.of(model, 4, 2);
            assertEquals(0, scope.count());
        }
    }

    @Test
    void of_otherLayers_countsTheirProducts() {
        // A weight for each place of the input, a bias for each of the output.
        ConvTranspose2d wider =
                new ConvTranspose2d(2, 3, 2, ConvParams.defaults().withStride(2));
        assertEquals(2 * 3 * 4 * 25 + 3 * 100, Summary.of(wider, 1, 2, 5, 5).multiplyAdds());
        assertEquals(
                7 * 2 * (4 * 3 * 5 + 4 * 5 * 5 + 8 * 5),
                Summary.of(new LSTM(3, 5), 7, 2, 3).multiplyAdds());
        Sequential words = new Sequential(new Embedding(10, 4), new Linear(4, 1));
        assertEquals(6 * 5, Summary.of(words, Tensor.zeros(DType.I64, 2, 3)).multiplyAdds());
        // in: 3 projections of 8 to 8 for 5 positions, out: one; two products of 5 x 5 x 8.
        assertEquals(
                5 * (3 * 72) + 2 * 5 * 5 * 8 + 5 * 72,
                Summary.of(new MultiheadAttention(8, 2), 5, 1, 8).multiplyAdds());
        assertEquals(0, Summary.of(new ReLU(), 3).multiplyAdds());
        assertEquals(16, Summary.of(new Linear(2, 2).to(DType.F64), 1, 2).inputBytes());
    }

    @Test
    void of_notCalled_showsNoOutput() {
        class Idle extends Module {
            {
                add("used", new Linear(2, 2));
                add("idle", new Linear(2, 2));
            }

            @Override
            public Tensor forward(Tensor x) {
                return getSubmodule("used").forward(x);
            }
        }
        Summary summary = Summary.of(new Idle(), 1, 2);
        assertEquals(Optional.empty(), summary.layers().get(2).outputShape());
        assertEquals(6, summary.layers().get(2).parameters());
        assertTrue(summary.toString().contains("├─Linear: 1-2                 --                       6"));
    }

    @Test
    void of_wrongShape_namesTheModule() {
        Sequential model = new Sequential(new Flatten(), new Sequential(new Linear(4, 2)));
        var e = assertThrows(IllegalArgumentException.class, () -> Summary.of(model, 1, 5));
        assertEquals(
                "summary: '1.0' Linear on f32[1, 5] failed: linear: x has another count of features than weight [out, in]:"
                        + " f32[1, 5], f32[2, 4]",
                e.getMessage());
        assertTrue(model.modules().stream().noneMatch(Module::isHooked));
        assertThrows(IllegalArgumentException.class, () -> Summary.of(model, -1));
        class None extends Module {}
        e = assertThrows(IllegalArgumentException.class, () -> Summary.of(new None(), 1));
        assertTrue(e.getMessage().startsWith("summary: None on f32[1] failed: forward: None"), e.getMessage());
    }
}
