package dev.gatun.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.autograd.GradMode;
import dev.gatun.autograd.Tensor;
import dev.gatun.nn.loss.CrossEntropyLoss;
import dev.gatun.nn.loss.MSELoss;
import dev.gatun.nn.loss.NLLLoss;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.Shape;
import dev.gatun.runtime.random.Generator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LayersTest {
    @Test
    void toString_eachLayer_isPyTorchs() {
        assertEquals("Linear(in_features=784, out_features=256, bias=True)", new Linear(784, 256).toString());
        assertEquals("Linear(in_features=3, out_features=2, bias=False)", new Linear(3, 2, false).toString());
        assertEquals("ReLU()", new ReLU().toString());
        assertEquals("LeakyReLU(negative_slope=0.01)", new LeakyReLU().toString());
        assertEquals("LeakyReLU(negative_slope=1e-05)", new LeakyReLU(1e-5).toString());
        assertEquals("Sigmoid()", new Sigmoid().toString());
        assertEquals("Tanh()", new Tanh().toString());
        assertEquals("Softmax(dim=1)", new Softmax(1).toString());
        assertEquals("LogSoftmax(dim=-1)", new LogSoftmax(-1).toString());
        assertEquals("Dropout(p=0.5, inplace=False)", new Dropout().toString());
        assertEquals("Flatten(start_dim=1, end_dim=-1)", new Flatten().toString());
        assertEquals("Identity()", new Identity().toString());
        assertEquals("Sequential()", new Sequential().toString());
        assertEquals("CrossEntropyLoss()", new CrossEntropyLoss().toString());
        assertEquals("MSELoss()", new MSELoss().toString());
        assertEquals("NLLLoss()", new NLLLoss().toString());
    }

    @ParameterizedTest
    @CsvSource({
        "0.5, 0.5",
        "1, 1.0",
        "0, 0.0",
        "-2.5, -2.5",
        "0.0001, 0.0001",
        "0.00001, 1e-05",
        "0.000000000012, 1.2e-11",
        "1234567890123456, 1234567890123456.0",
        "1e16, 1e+16",
        "1.5e300, 1.5e+300",
        "0.1, 0.1",
        "NaN, nan",
        "-Infinity, -inf"
    })
    void repr_number_isPythons(double value, String printed) {
        assertEquals(printed, Repr.of(value));
    }

    @Test
    void linear_default_startsWithinPyTorchsBound() {
        Linear linear = new Linear(16, 400);
        double bound = 1 / Math.sqrt(16);
        assertEquals(Shape.of(400, 16), linear.weight().shape());
        assertUniform(bound, linear.weight());
        assertUniform(bound, linear.bias().orElseThrow());
        assertTrue(linear.weight().requiresGrad());
        assertTrue(new Linear(2, 2, false).bias().isEmpty());
        assertThrows(IllegalArgumentException.class, () -> new Linear(-1, 2));
    }

    private static void assertUniform(double bound, Tensor values) {
        double min = values.min().item();
        double max = values.max().item();
        assertTrue(min >= -bound && min < -0.9 * bound && max <= bound && max > 0.9 * bound, min + " " + max);
    }

    @Test
    void linear_sameSeed_givesSameParameters() {
        Generator.global().manualSeed(7);
        float[] first = new Linear(5, 3).weight().toFloatArray();
        Generator.global().manualSeed(7);
        assertArrayEquals(first, new Linear(5, 3).weight().toFloatArray());
    }

    @Test
    void linear_withoutInputs_givesTheBias() {
        Linear linear = new Linear(0, 2);
        assertEquals(0, linear.bias().orElseThrow().abs().max().item());
    }

    @Test
    void dropout_inEvaluation_givesItsInput() {
        Dropout dropout = new Dropout(0.3);
        Tensor x = Tensor.ones(1000);
        double kept = dropout.forward(x).ne(0).sum().itemLong();
        assertTrue(kept > 600 && kept < 800, () -> "kept " + kept);
        dropout.eval();
        assertSame(x, dropout.forward(x));
        var e = assertThrows(IllegalArgumentException.class, () -> new Dropout(1.5));
        assertEquals("dropout: p is outside 0..1: 1.5", e.getMessage());
    }

    @Test
    void flatten_images_keepsTheFirstDimension() {
        assertEquals(
                Shape.of(2, 12), new Flatten().forward(Tensor.zeros(2, 3, 2, 2)).shape());
        assertEquals(
                Shape.of(6, 4), new Flatten(0, 1).forward(Tensor.zeros(2, 3, 4)).shape());
    }

    @Test
    void sequential_index_countsFromEitherEnd() {
        Sequential model = new Sequential(new Flatten(), new ReLU(), new Tanh());
        assertEquals(3, model.size());
        assertTrue(model.get(1) instanceof ReLU);
        assertSame(model.get(2), model.get(-1));
        assertThrows(IndexOutOfBoundsException.class, () -> model.get(3));
    }

    @Test
    void sequential_empty_isTheIdentity() {
        Tensor x = Tensor.ones(2);
        assertSame(x, new Sequential().forward(x));
    }

    @Test
    void sequential_linearAndActivation_equalTheTwoApart() {
        for (Module activation : new Module[] {new ReLU(), new Sigmoid(), new Tanh(), new LeakyReLU(0.1)}) {
            Linear linear = new Linear(5, 4);
            Tensor x = Tensor.randn(3, 5);
            Tensor together = new Sequential(linear, activation).forward(x);
            Tensor apart = activation.forward(linear.forward(x));
            assertArrayEquals(apart.toFloatArray(), together.toFloatArray(), 1e-6f);
            together.sum().backward();
            float[] gradient = linear.weight().grad().toFloatArray();
            linear.zeroGrad();
            apart.sum().backward();
            assertArrayEquals(linear.weight().grad().toFloatArray(), gradient, 1e-5f);
        }
    }

    @Test
    void sequential_betweenLayers_releasesWhatNobodyNeeds() {
        Sequential model = new Sequential(
                new Flatten(), new Sequential(new LeakyReLU(), new Tanh()), new Identity(), new Softmax(1));
        Tensor x = Tensor.randn(2, 3, 2);
        try (var off = GradMode.noGrad();
                var scope = Scope.open()) {
            Tensor y = model.forward(x);
            assertEquals(1, scope.count());
            assertEquals(2, y.sum().item(), 1e-5);
        }
        assertFalse(x.isReleased());
    }

    @Test
    void sequential_withAUsersModule_releasesNothingItMayHold() {
        class Remembers extends Module {
            Tensor seen = Tensor.zeros(1);
            Tensor made = Tensor.zeros(1);

            @Override
            public Tensor forward(Tensor x) {
                seen = x;
                made = x.mul(2);
                return made;
            }
        }
        Remembers module = new Remembers();
        new Sequential(new ReLU(), module, new Tanh()).forward(Tensor.ones(3));
        assertArrayEquals(new float[] {1, 1, 1}, module.seen.toFloatArray());
        assertArrayEquals(new float[] {2, 2, 2}, module.made.toFloatArray());
        new Sequential(new ReLU(), module, new Identity(), new Tanh()).forward(Tensor.ones(3));
        assertFalse(module.made.isReleased());
    }

    @Test
    void sequential_withGradients_survivesEarlyRelease() {
        Sequential model = new Sequential(new LeakyReLU(0.5), new Flatten(), new Tanh(), new LeakyReLU(0.5));
        Tensor x = Tensor.of(new float[][][] {{{-2, 1}}}).requiresGrad_(true);
        try (var scope = Scope.open()) {
            model.forward(x).sum().backward();
        }
        double left = 0.25 * (1 - Math.pow(Math.tanh(-1), 2));
        double right = 1 - Math.pow(Math.tanh(1), 2);
        assertArrayEquals(new double[] {left, right}, x.grad().toDoubleArray(), 1e-6);
    }
}
