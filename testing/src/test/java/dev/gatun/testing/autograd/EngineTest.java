package dev.gatun.testing.autograd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.autograd.Autograd;
import dev.gatun.autograd.Function;
import dev.gatun.autograd.GradMode;
import dev.gatun.autograd.Hook;
import dev.gatun.autograd.Node;
import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.Linalg;
import dev.gatun.autograd.ops.Loss;
import dev.gatun.autograd.ops.Norm;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Device;
import dev.gatun.runtime.Reduction;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.kernels.UnaryOp;
import dev.gatun.runtime.memory.Net;
import dev.gatun.testing.Memory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The walk back over the graph: order, counts, hooks, modes and what it leaves behind. */
class EngineTest {
    private static final int DEEP = 100_000;

    private final Scope scope = Scope.open(); // of one test: each has an instance of its own

    @AfterEach
    void closeScope() {
        scope.close();
    }

    private static Tensor leaf(double... values) {
        return Tensor.of(values).requiresGrad_();
    }

    private static void assertGrad(Tensor x, double... expected) {
        assertArrayEquals(expected, x.grad().toDoubleArray());
    }

    private static Tensor chain(Tensor x, int length) {
        Tensor y = x;
        for (int i = 0; i < length; i++) {
            y = y.add(1);
        }
        return y;
    }

    @Test
    void backward_chainOfHundredThousand_doesNotRecurse() {
        Tensor x = leaf(3);
        chain(x, DEEP).backward();
        assertGrad(x, 1);
    }

    @Test
    void release_chainOfHundredThousandWithoutBackward_doesNotRecurse() {
        Memory.settle();
        long before = Device.cpu().memory().used();
        try (Scope inner = Scope.open()) {
            chain(leaf(3), DEEP);
        }
        assertEquals(before, Device.cpu().memory().used());
    }

    @Test
    void release_lastHandleOfDeepChain_freesAll() {
        Memory.settle();
        long before = Device.cpu().memory().used();
        Tensor x = leaf(3);
        Tensor y = x;
        for (int i = 0; i < DEEP; i++) {
            Tensor next = y.exp(); // saves its output
            if (y != x) {
                y.release();
            }
            y = next;
        }
        assertTrue(Device.cpu().memory().used() > before + DEEP * 60L, "the graph holds what it saved");
        y.release();
        x.release();
        assertEquals(before, Device.cpu().memory().used());
    }

    @Test
    void backward_diamonds_addEveryPath() {
        Tensor x = leaf(2);
        Tensor y = x.mul(3);
        Tensor z = y.mul(y).add(y).add(x);
        z.backward();
        assertGrad(x, 2 * 9 * 2 + 3 + 1);
        x.zeroGrad();
        Tensor wide = x;
        for (int i = 0; i < 20; i++) { // 2^20 paths
            wide = wide.add(wide);
        }
        wide.backward();
        assertGrad(x, 1 << 20);
    }

    @Test
    void backward_severalCalls_accumulate() {
        Tensor x = leaf(1, 2);
        x.mul(3).sum().backward();
        x.mul(4).sum().backward();
        assertGrad(x, 7, 7);
        x.zeroGrad();
        assertFalse(x.hasGrad());
        x.square().sum().backward();
        assertGrad(x, 2, 4);
    }

    @Test
    void backward_accumulation_doesNotWriteIntoWhatOthersHold() {
        Tensor x = leaf(1, 2);
        Tensor y = leaf(1, 2);
        Tensor gradient = Tensor.of(5.0, 6.0);
        x.add(y).backward(gradient);
        x.mul(1).backward(Tensor.of(1.0, 1.0));
        assertGrad(x, 6, 7);
        assertGrad(y, 5, 6);
        assertArrayEquals(new double[] {5, 6}, gradient.toDoubleArray(), "the caller's tensor");
    }

    @Test
    void backward_twiceWithoutRetaining_namesTheCure() {
        Tensor x = leaf(2);
        Tensor y = x.exp();
        y.backward();
        var thrown = assertThrows(IllegalStateException.class, y::backward);
        assertTrue(thrown.getMessage().contains("ExpBackward0"), thrown.getMessage());
        assertTrue(thrown.getMessage().contains("retain the graph"), thrown.getMessage());
        assertGrad(x, Math.exp(2));
    }

    @Test
    void backward_retainGraph_passesAgain() {
        Tensor x = leaf(2);
        Tensor y = x.square().mul(x);
        y.backward(Tensor.of(1.0), true, false);
        y.backward();
        assertGrad(x, 24);
    }

    @Test
    void backward_severalElements_needAGradient() {
        Tensor y = leaf(1, 2).mul(2);
        var thrown = assertThrows(IllegalArgumentException.class, y::backward);
        assertEquals(
                "backward: only a tensor of one element needs no gradient: f64[2]; pass one of its shape",
                thrown.getMessage());
        var other = assertThrows(IllegalArgumentException.class, () -> y.backward(Tensor.of(1.0)));
        assertEquals("backward: the gradient does not match: tensor f64[2], gradient f64[1]", other.getMessage());
        var constant =
                assertThrows(IllegalStateException.class, () -> Tensor.of(1.0).backward());
        assertEquals(
                "backward: f64[1] does not require grad and was not made from a tensor that does",
                constant.getMessage());
    }

    @Test
    void createGraph_gradientsOfGradients_areRight() {
        Tensor x = leaf(2);
        x.pow(4).backward(null, false, true);
        assertGrad(x, 32);
        assertTrue(x.grad().requiresGrad());
        Tensor first = x.grad();
        x.zeroGrad();
        first.backward();
        assertGrad(x, 48);
        Tensor y = x.pow(5);
        Tensor order = y;
        double expected = 32;
        for (int n = 1; n <= 5; n++) {
            order = Autograd.grad(List.of(order), List.of(x), List.of(), true, true)
                    .getFirst();
            expected *= (6.0 - n) / 2;
            assertEquals(expected, order.item(), 1e-9);
        }
    }

    @Test
    void grad_ofIntermediates_leavesLeavesAlone() {
        Tensor x = leaf(2);
        Tensor y = x.mul(3);
        Tensor z = y.square();
        List<Tensor> gradients = Autograd.grad(List.of(z), List.of(y, x, y), List.of(), false, false);
        assertEquals(12, gradients.get(0).item());
        assertEquals(36, gradients.get(1).item());
        assertEquals(12, gradients.get(2).item());
        assertFalse(x.hasGrad());
        Tensor unused = leaf(1);
        Tensor again = x.square();
        assertThrows(
                IllegalArgumentException.class,
                () -> Autograd.grad(List.of(again), List.of(unused), List.of(), true, false));
        assertEquals(
                List.of(Optional.empty()),
                Autograd.gradAllowUnused(List.of(again), List.of(unused), List.of(), true, false));
    }

    @Test
    void hooks_onLeavesAndIntermediates_seeAndReplaceGradients() {
        Tensor x = leaf(2);
        Tensor y = x.mul(3);
        List<Double> seen = new ArrayList<>();
        Hook first = y.registerHook(g -> {
            seen.add(g.item());
            return g.mul(10);
        });
        Hook last = x.registerHook(g -> {
            seen.add(g.item());
            return null;
        });
        y.mul(2).backward(null, true, false);
        assertEquals(List.of(2.0, 60.0), seen);
        assertGrad(x, 60);
        first.remove();
        last.remove();
        first.remove();
        x.zeroGrad();
        y.mul(2).backward();
        assertGrad(x, 6);
        assertEquals(2, seen.size(), "removed hooks are silent");
    }

    @Test
    void hook_otherShape_isRefused() {
        Tensor x = leaf(2);
        x.registerHook(g -> Tensor.of(1.0, 2.0));
        var thrown = assertThrows(IllegalArgumentException.class, () -> x.mul(2).backward());
        assertEquals("hook: it returned another shape: gradient f64[1], returned f64[2]", thrown.getMessage());
        assertFalse(x.hasGrad());
        var none =
                assertThrows(IllegalStateException.class, () -> Tensor.of(1.0).registerHook(g -> g));
        assertEquals("registerHook: f64[1] does not require grad", none.getMessage());
    }

    @Test
    void retainGrad_intermediate_keepsItsGradient() {
        Tensor x = leaf(2);
        Tensor y = x.mul(3);
        var thrown = assertThrows(IllegalStateException.class, y::grad);
        assertTrue(thrown.getMessage().endsWith("is not a leaf; retainGrad() keeps it"), thrown.getMessage());
        y.retainGrad();
        y.square().backward();
        assertGrad(y, 12);
        assertGrad(x, 36);
    }

    private static final class Cube extends Function {
        @Override
        protected Tensor forward(Context context, Tensor... inputs) {
            context.save(inputs[0]);
            return inputs[0].pow(3);
        }

        @Override
        protected Tensor[] backward(Context context, Tensor gradient) {
            return new Tensor[] {gradient.mul(context.saved(0).square().mul(3))};
        }
    }

    @Test
    void function_custom_isDifferentiatedTwice() {
        Tensor x = leaf(2);
        Tensor y = new Cube().apply(x);
        assertEquals("CubeBackward", y.gradFn().orElseThrow().name());
        Tensor first =
                Autograd.grad(List.of(y), List.of(x), List.of(), true, true).getFirst();
        assertEquals(12, first.item());
        assertEquals(12, Autograd.grad(first, List.of(x)).getFirst().item());
        dev.gatun.autograd.GradCheck.gradgradcheck(in -> new Cube().apply(in.getFirst()), List.of(leaf(0.5, -1)));
    }

    @Test
    void gradMode_offAndOn_recordsWhatItSays() {
        Tensor x = leaf(2);
        assertTrue(GradMode.isOn());
        try (var off = GradMode.noGrad()) {
            assertFalse(x.mul(2).requiresGrad());
            try (var on = GradMode.setGradEnabled(true)) {
                assertTrue(x.mul(2).requiresGrad());
            }
            assertFalse(GradMode.isOn());
            x.add_(1); // a leaf may be written
        }
        assertTrue(GradMode.isOn());
        assertEquals(3, x.item());
        assertTrue(x.mul(2).requiresGrad());
        assertFalse(x.detach().mul(2).requiresGrad());
        assertFalse(x.gt(1).requiresGrad());
        assertFalse(x.argmax().requiresGrad());
    }

    @Test
    void gradFn_names_arePyTorchs() {
        Tensor x = Tensor.of(new float[][] {{1, 2}, {3, 4}}).requiresGrad_();
        Tensor w = Tensor.of(new float[][] {{1, 2}, {3, 4}}).requiresGrad_();
        Tensor b = Tensor.of(1f, 2f).requiresGrad_();
        Tensor target = Tensor.of(0L, 1L);
        assertEquals("<AddBackward0>", x.add(w).gradFn().orElseThrow().toString());
        assertEquals("SumBackward0", name(x.sum()));
        assertEquals("SumBackward1", name(x.sum(0)));
        assertEquals("MeanBackward0", name(x.mean()));
        assertEquals("ViewBackward0", name(x.view(4)));
        assertEquals("TBackward0", name(x.t()));
        assertEquals("PowBackward0", name(x.pow(2)));
        assertEquals("MseLossBackward0", name(Loss.mse(x, w, Reduction.MEAN)));
        Tensor linear = Linalg.linear(x, w, b);
        assertEquals("AddmmBackward0", name(linear));
        assertEquals("ReluBackward0", name(Linalg.linear(x, w, b, UnaryOp.RELU)));
        assertEquals(
                "AddmmBackward0",
                next(Linalg.linear(x, w, b, UnaryOp.RELU).gradFn().orElseThrow(), 0)
                        .name());
        Node loss =
                Norm.crossEntropy(linear, target, Reduction.MEAN, -100).gradFn().orElseThrow();
        assertEquals("NllLossBackward0", loss.name());
        Node softmax = next(loss, 0);
        assertEquals("LogSoftmaxBackward0", softmax.name());
        Node product = next(softmax, 0);
        assertEquals("AddmmBackward0", product.name());
        assertEquals("AccumulateGrad", next(product, 0).name());
        assertEquals(3, product.nextFunctions().size());
        assertEquals(
                Optional.empty(),
                x.mul(Tensor.of(1f, 2f)).gradFn().orElseThrow().nextFunctions().get(1));
        assertTrue(x.gradFn().isEmpty());
    }

    private static String name(Tensor y) {
        return y.gradFn().orElseThrow().name();
    }

    private static Node next(Node node, int i) {
        return node.nextFunctions().get(i).orElseThrow().node();
    }

    @Test
    void max_severalOutputs_indicesDoNotRequireGrad() {
        Tensor x = Tensor.of(new double[][] {{1, 5}, {7, 2}}).requiresGrad_();
        var best = x.max(1);
        assertFalse(best.indices().requiresGrad());
        assertArrayEquals(new long[] {1, 0}, best.indices().toLongArray());
        best.values().sum().backward();
        assertGrad(x, 0, 1, 1, 0);
    }

    @Test
    void backward_exceptionInTheMiddle_leavesGradAndMemoryAsTheyWere() {
        Tensor x = leaf(1, 2, 3);
        x.mul(2).sum().backward();
        Memory.settle();
        long used = Device.cpu().memory().used();
        long watched = Net.count();
        try (Scope inner = Scope.open()) {
            Tensor other = leaf(1, 1, 1);
            Tensor middle = x.mul(other);
            middle.registerHook(g -> {
                throw new ArithmeticException("on purpose");
            });
            Tensor y = middle.exp().add(x.square()).sum();
            assertThrows(ArithmeticException.class, y::backward);
            assertFalse(other.hasGrad());
        }
        assertGrad(x, 2, 2, 2);
        Memory.settle();
        assertEquals(used, Device.cpu().memory().used());
        assertEquals(watched, Net.count());
    }

    @Test
    void backward_f32LeafThroughF64_getsAGradientOfItsOwnDtype() {
        Tensor x = Tensor.of(1f, 2f).requiresGrad_();
        x.to(DType.F64).square().sum().backward();
        assertEquals(DType.F32, x.grad().dtype());
        assertGrad(x, 2, 4);
    }

    @Test
    void setGrad_otherShape_isRefused() {
        Tensor x = leaf(1, 2);
        x.setGrad(Tensor.of(3.0, 4.0));
        assertGrad(x, 3, 4);
        var thrown = assertThrows(IllegalArgumentException.class, () -> x.setGrad(Tensor.of(1.0)));
        assertEquals("setGrad: the gradient does not match: tensor f64[2], gradient f64[1]", thrown.getMessage());
    }

    @Test
    void requiresGrad_integersAndNonLeaves_areRefused() {
        var integers =
                assertThrows(IllegalArgumentException.class, () -> Tensor.of(1L).requiresGrad_());
        assertEquals("requiresGrad_: only floating dtypes have gradients: i64[1]", integers.getMessage());
        Tensor y = leaf(1).mul(2);
        var late = assertThrows(IllegalStateException.class, () -> y.requiresGrad_(false));
        assertTrue(late.getMessage().endsWith("detach() gives one"), late.getMessage());
    }
}
