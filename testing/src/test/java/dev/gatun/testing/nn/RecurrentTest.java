package dev.gatun.testing.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.autograd.GradMode;
import dev.gatun.autograd.Tensor;
import dev.gatun.nn.GRU;
import dev.gatun.nn.LSTM;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Scope;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Recurrent layers at their edges; ordinary values stand in the fixtures. */
class RecurrentTest {
    private final Scope scope = Scope.open(); // of one test: each has an instance of its own

    @AfterEach
    void closeScope() {
        scope.close();
    }

    @Test
    void lstm_emptyBatch_leavesGradientsOfZero() {
        LSTM layer = new LSTM(3, 4);
        Tensor y = layer.forward(Tensor.zeros(2, 0, 3));
        assertArrayEquals(new long[] {2, 0, 4}, y.shape().toArray());
        y.sum().backward();
        for (Tensor parameter : layer.parameters()) {
            assertEquals(0, parameter.grad().abs().sum().item());
        }
    }

    @Test
    void lstm_cellAloneUsed_hasGradients() {
        LSTM layer = new LSTM(3, 4);
        layer.forwardWithState(Tensor.ones(3, 2, 3)).cN().sum().backward();
        for (Tensor parameter : layer.parameters()) {
            assertTrue(parameter.grad().abs().sum().item() > 0);
        }
    }

    @Test
    void lstm_withoutRecording_givesTheSameBits() {
        LSTM layer =
                new LSTM(5, 35, LSTM.Options.defaults().withBidirectional(true).withNumLayers(2));
        Tensor x = Tensor.randn(4, 19, 5);
        LSTM.Result recorded = layer.forwardWithState(x);
        try (var off = GradMode.noGrad()) {
            LSTM.Result plain = layer.forwardWithState(x);
            assertArrayEquals(recorded.output().toFloatArray(), plain.output().toFloatArray());
            assertArrayEquals(recorded.hN().toFloatArray(), plain.hN().toFloatArray());
            assertArrayEquals(recorded.cN().toFloatArray(), plain.cN().toFloatArray());
        }
    }

    @Test
    void gru_stepsInTwoRuns_areThoseOfOne() {
        GRU layer = new GRU(3, 20);
        Tensor x = Tensor.randn(6, 2, 3);
        Tensor whole = layer.forward(x);
        GRU.Result first = layer.forwardWithState(x.narrow(0, 0, 4));
        Tensor rest = layer.forwardWithState(x.narrow(0, 4, 2), first.hN()).output();
        assertArrayEquals(whole.narrow(0, 4, 2).contiguous().toFloatArray(), rest.toFloatArray());
    }

    @Test
    void lstm_outputChangedBeforeBackward_isSaid() {
        Tensor y = new LSTM(3, 4).forward(Tensor.ones(3, 2, 3));
        y.mul_(2);
        var thrown = assertThrows(IllegalStateException.class, () -> y.sum().backward());
        assertTrue(thrown.getMessage().contains("changed in place since"), thrown.getMessage());
    }

    @Test
    void lstm_wrongDtype_isRefused() {
        LSTM layer = new LSTM(3, 4);
        Tensor x = Tensor.ones(1, 2, 3);
        assertMessage("recurrent: takes f32 and f64: i64[1, 2, 3]", () -> layer.forward(x.to(DType.I64)));
        assertMessage("recurrent: dtypes differ: f64[1, 2, 3], f32[16, 3]", () -> layer.forward(x.to(DType.F64)));
        Tensor state = Tensor.zeros(1, 2, 4);
        assertMessage(
                "recurrent: dtypes differ: f32[1, 2, 3], f64[2, 4]",
                () -> layer.forwardWithState(x, state.to(DType.F64), state));
    }

    private static void assertMessage(String expected, Runnable call) {
        assertEquals(
                expected,
                assertThrows(IllegalArgumentException.class, call::run).getMessage());
    }
}
