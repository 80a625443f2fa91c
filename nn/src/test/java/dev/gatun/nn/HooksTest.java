package dev.gatun.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.autograd.GradMode;
import dev.gatun.autograd.Hook;
import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.ConvParams;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class HooksTest {
    private static Linear doubling() {
        Linear layer = new Linear(2, 2, false);
        try (var off = GradMode.noGrad()) {
            layer.weight().copy_(Tensor.eye(2).mul(2));
        }
        return layer;
    }

    @Test
    void forwardHooks_ofALayer_seeAndChangeInputAndOutput() {
        Linear layer = doubling();
        List<String> order = new ArrayList<>();
        Hook first = layer.registerForwardPreHook((module, x) -> {
            order.add("pre");
            return x.add(1);
        });
        Hook last = layer.registerForwardHook((module, x, y) -> {
            order.add(module == layer ? "after" : "?");
            assertArrayEquals(new float[] {2, 3}, x.toFloatArray());
            return y.add(10);
        });
        layer.registerForwardHook((module, x, y) -> {
            order.add("last");
            assertArrayEquals(new float[] {14, 16}, y.toFloatArray());
            return null;
        });
        assertArrayEquals(new float[] {14, 16}, layer.forward(Tensor.of(1f, 2)).toFloatArray());
        assertArrayEquals(new float[] {14, 16}, layer.call(Tensor.of(1f, 2)).toFloatArray());
        assertEquals(List.of("pre", "after", "last", "pre", "after", "last"), order);
        first.remove();
        first.remove();
        last.remove();
        order.clear();
        assertThrows(AssertionError.class, () -> layer.forward(Tensor.of(1f, 2)));
        assertEquals(List.of("last"), order);
    }

    @Test
    void forwardHooks_registeredTwice_runTwiceAndAreTakenOneByOne() {
        ReLU layer = new ReLU();
        AtomicInteger calls = new AtomicInteger();
        ForwardHook hook = (module, x, y) -> {
            calls.incrementAndGet();
            return null;
        };
        Hook one = layer.registerForwardHook(hook);
        Hook two = layer.registerForwardHook(hook);
        layer.forward(Tensor.ones(1));
        assertEquals(2, calls.get());
        one.remove();
        one.remove();
        layer.forward(Tensor.ones(1));
        assertEquals(3, calls.get());
        two.remove();
        assertFalse(layer.isHooked());
    }

    /** Calls its layer's forward, as most do. */
    private static final class Net extends Module {
        private final Linear inner = add("inner", doubling());

        @Override
        public Tensor forward(Tensor x) {
            return inner.forward(x).sum();
        }
    }

    @Test
    void forwardHooks_ofOnesOwnModule_runInCallAndInAChain() {
        Net net = new Net();
        List<String> seen = new ArrayList<>();
        net.registerForwardHook((module, x, y) -> {
            seen.add("net");
            return null;
        });
        net.inner.registerForwardHook((module, x, y) -> {
            seen.add("inner");
            return null;
        });
        net.forward(Tensor.ones(2));
        assertEquals(List.of("inner"), seen);
        net.call(Tensor.ones(2));
        new Sequential(new Identity(), net).forward(Tensor.ones(2));
        assertEquals(List.of("inner", "inner", "net", "inner", "net"), seen);
    }

    @Test
    void forwardHooks_inAChain_seeLayersThatWouldBeJoined() {
        Sequential chain = new Sequential(
                new Conv2d(1, 2, 3, ConvParams.defaults()),
                new ReLU(),
                new MaxPool2d(2),
                new Flatten(),
                new Linear(8, 3),
                new Tanh());
        Tensor x = Tensor.randn(1, 1, 6, 6);
        float[] plain = chain.forward(x).toFloatArray();
        for (int i = 0; i < chain.size(); i++) {
            List<Tensor> kept = new ArrayList<>();
            Hook hook = chain.get(i).registerForwardHook((module, in, out) -> {
                kept.add(in);
                kept.add(out);
                return null;
            });
            assertArrayEquals(plain, chain.forward(x).toFloatArray(), 1e-5f);
            assertEquals(2, kept.size());
            assertFalse(kept.get(0).isReleased() || kept.get(1).isReleased(), "layer " + i);
            hook.remove();
        }
        List<Tensor> inside = new ArrayList<>();
        Sequential nested = new Sequential(new Sequential(new Linear(2, 2), new ReLU()), new Linear(2, 1));
        ((Sequential) nested.get(0)).get(1).registerForwardHook((module, in, out) -> {
            inside.add(out);
            return null;
        });
        nested.forward(Tensor.ones(1, 2));
        assertFalse(inside.get(0).isReleased());
    }

    @Test
    void backwardHook_gradients_areThoseOfBothEnds() {
        Linear layer = doubling();
        List<String> seen = new ArrayList<>();
        Hook hook = layer.registerFullBackwardHook((module, gradInput, gradOutput) -> {
            seen.add(gradInput.map(g -> g.sum().item()).orElse(-1.0) + " "
                    + gradOutput.sum().item());
            return null;
        });
        Tensor x = Tensor.of(1f, 2).requiresGrad_(true);
        // The input is used twice: the hook sees this module's share alone.
        layer.forward(x).mul(3).sum().add(x.sum()).backward();
        assertEquals(List.of("12.0 6.0"), seen);
        assertArrayEquals(new float[] {7, 7}, x.grad().toFloatArray());
        assertArrayEquals(new float[] {3, 6, 3, 6}, layer.weight().grad().toFloatArray());
        hook.remove();
        layer.forward(x).sum().backward();
        assertEquals(1, seen.size());
    }

    @Test
    void backwardHook_givesAGradient_thatGoesOn() {
        Linear layer = doubling();
        layer.registerFullBackwardHook(
                (module, gradInput, gradOutput) -> gradInput.orElseThrow().mul(100));
        Tensor x = Tensor.of(1f, 2).requiresGrad_(true);
        layer.forward(x).sum().backward();
        assertArrayEquals(new float[] {200, 200}, x.grad().toFloatArray());
        assertArrayEquals(new float[] {1, 2, 1, 2}, layer.weight().grad().toFloatArray());
        layer.registerFullBackwardHook((module, gradInput, gradOutput) -> Tensor.ones(3));
        var e = assertThrows(
                IllegalArgumentException.class, () -> layer.forward(x).sum().backward());
        assertTrue(e.getMessage().startsWith("hook: it returned another shape"), e.getMessage());
    }

    @Test
    void backwardHook_inputWithoutGradient_seesTheOutputs() {
        Linear layer = doubling();
        List<Optional<Tensor>> seen = new ArrayList<>();
        layer.registerFullBackwardHook((module, gradInput, gradOutput) -> {
            seen.add(gradInput);
            assertArrayEquals(new float[] {1, 1}, gradOutput.toFloatArray());
            return null;
        });
        layer.forward(Tensor.of(1f, 2)).sum().backward();
        assertEquals(List.of(Optional.empty()), seen);
        try (var off = GradMode.noGrad()) {
            layer.forward(Tensor.of(1f, 2));
        }
        layer.registerFullBackwardHook((module, gradInput, gradOutput) -> gradOutput);
        var e = assertThrows(
                IllegalStateException.class,
                () -> layer.forward(Tensor.of(1f, 2)).sum().backward());
        assertEquals("hook: the input of Linear takes no gradient, so a backward hook cannot give one", e.getMessage());
    }

    @Test
    void backwardHook_passedTwiceAndDifferentiated_runsEachTime() {
        AtomicInteger calls = new AtomicInteger();
        Tanh layer = new Tanh();
        layer.registerFullBackwardHook((module, gradInput, gradOutput) -> {
            calls.incrementAndGet();
            return null;
        });
        Tensor x = Tensor.of(0.5).requiresGrad_(true);
        Tensor y = layer.forward(x);
        y.backward(Tensor.of(1.0), true, true);
        y.backward(Tensor.of(1.0), true, false);
        assertEquals(2, calls.get());
        double slope = 1 - Math.tanh(0.5) * Math.tanh(0.5);
        assertEquals(2 * slope, x.grad().item(), 1e-12);
        x.zeroGrad();
        try (var scope = Scope.open()) {
            layer.forward(x).backward(Tensor.of(1.0), true, true);
            Tensor first = x.grad();
            assertTrue(first.requiresGrad());
            x.zeroGrad();
            first.backward();
            assertEquals(-2 * Math.tanh(0.5) * slope, x.grad().item(), 1e-12);
        }
    }

    @Test
    void hooks_ofRecurrentLayersAndAttention_runInAllForms() {
        List<String> seen = new ArrayList<>();
        LSTM lstm = new LSTM(2, 3);
        MultiheadAttention attention = new MultiheadAttention(4, 2);
        TransformerEncoderLayer encoder = new TransformerEncoderLayer(4, 2);
        for (Module module : List.of(lstm, attention, encoder)) {
            module.registerForwardHook((m, x, y) -> {
                seen.add(m.name() + y.shape());
                return y.mul(0);
            });
        }
        assertEquals(0, lstm.forward(Tensor.randn(5, 1, 2)).sum().item());
        assertEquals(
                0, lstm.forwardWithState(Tensor.randn(5, 1, 2)).output().sum().item());
        Tensor x = Tensor.randn(5, 1, 4);
        attention.forward(x);
        MultiheadAttention.Result result = attention.forward(x, x, x, MultiheadAttention.Masks.none());
        assertNotNull(result.weights());
        assertEquals(0, result.output().sum().item());
        encoder.eval().forward(x);
        assertEquals(
                List.of(
                        "LSTM[5, 1, 3]",
                        "LSTM[5, 1, 3]",
                        "MultiheadAttention[5, 1, 4]",
                        "MultiheadAttention[5, 1, 4]",
                        "TransformerEncoderLayer[5, 1, 4]"),
                seen);
    }

    @Test
    void parts_byName_areFound() {
        Sequential model = new Sequential(new Linear(3, 4), new Sequential(new BatchNorm1d(4), new ReLU()));
        assertEquals("ReLU()", model.getSubmodule("1.1").toString());
        assertEquals(model, model.getSubmodule(""));
        assertEquals(12, model.getParameter("0.weight").count());
        assertEquals(4, model.getBuffer("1.0.running_mean").count());
        assertEquals(List.of(), List.copyOf(model.ownParameters().keySet()));
        assertEquals(
                List.of("weight", "bias"),
                List.copyOf(model.get(0).ownParameters().keySet()));
        assertEquals(3, model.getSubmodule("1.0").ownBuffers().size());
        assertEquals(
                "getSubmodule: no module '2' in Sequential, asked for '1.2': it has [0, 1]",
                assertThrows(IllegalArgumentException.class, () -> model.getSubmodule("1.2"))
                        .getMessage());
        assertEquals(
                "getParameter: no 'scale' in Linear, asked for '0.scale'",
                assertThrows(IllegalArgumentException.class, () -> model.getParameter("0.scale"))
                        .getMessage());
        assertEquals(
                "getBuffer: no 'weight' in Linear, asked for '0.weight'",
                assertThrows(IllegalArgumentException.class, () -> model.getBuffer("0.weight"))
                        .getMessage());
    }

    @Test
    void buffer_notPersistent_isNoPartOfTheState() {
        class Masked extends Module {
            private final Buffer mask = registerBuffer("mask", Tensor.ones(2), false);
            private final Buffer mean = registerBuffer("mean", Tensor.ones(2));
        }
        Masked module = new Masked();
        assertEquals(List.of("mean"), List.copyOf(module.stateDict().keySet()));
        assertEquals(2, module.buffers().size());
        module.loadStateDict(new Masked().stateDict());
        module.to(DType.F64);
        assertEquals(DType.F64, module.mask.tensor().dtype());
        assertEquals(DType.F64, module.mean.tensor().dtype());
    }

    @Test
    void maxout_pieces_giveTheLargest() {
        Maxout layer = new Maxout(2, 3, 4);
        assertEquals(
                "Maxout(\n  in_features=2, out_features=3, pieces=4\n"
                        + "  (linear): Linear(in_features=2, out_features=12, bias=True)\n)",
                layer.toString());
        Tensor x = Tensor.randn(5, 2);
        double[] all = layer.getSubmodule("linear").forward(x).to(DType.F64).toDoubleArray();
        double[] expected = new double[15];
        for (int i = 0; i < 15; i++) {
            expected[i] = Math.max(Math.max(all[4 * i], all[4 * i + 1]), Math.max(all[4 * i + 2], all[4 * i + 3]));
        }
        Tensor y = layer.forward(x);
        assertArrayEquals(expected, y.to(DType.F64).toDoubleArray());
        assertEquals(3, layer.forward(Tensor.zeros(2)).count());
        y.sum().backward();
        assertEquals(15, layer.getParameter("linear.bias").grad().sum().item(), 1e-5);
        assertEquals(
                "maxout: takes outputs and pieces: outFeatures 3, pieces 0",
                assertThrows(IllegalArgumentException.class, () -> new Maxout(2, 3, 0))
                        .getMessage());
    }
}
