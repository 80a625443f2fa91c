package dev.gatun.testing.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.autograd.Tensor;
import dev.gatun.nn.Dropout;
import dev.gatun.nn.Linear;
import dev.gatun.nn.Module;
import dev.gatun.nn.ReLU;
import dev.gatun.nn.Sequential;
import dev.gatun.nn.loss.CrossEntropyLoss;
import dev.gatun.nn.optim.Adam;
import dev.gatun.nn.optim.Optimizer;
import dev.gatun.nn.optim.RAdam;
import dev.gatun.nn.optim.SGD;
import dev.gatun.nn.optim.Step;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Device;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.random.Generator;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Captured steps: the same numbers as the same steps one kernel at a time, and what no graph can repeat. */
public abstract class StepContract {
    private static final int STEPS = 7;
    private static final int BATCH = 12;
    private static final int FEATURES = 9;
    private static final int CLASSES = 5;
    private static final int LAST = BATCH - 1;

    private final Device device;
    private final Scope scope = Scope.open();

    protected StepContract(Device device) {
        this.device = device;
    }

    @BeforeEach
    void seed() {
        Generator.global().manualSeed(3);
    }

    @AfterEach
    void close() {
        scope.close();
        device.synchronize();
    }

    /** A batch as the device likes it best. */
    protected Tensor source(Tensor batch) {
        return batch;
    }

    private static Tensor batch() {
        return Tensor.randn(BATCH, FEATURES);
    }

    private static Tensor classes() {
        return Tensor.randint(0, CLASSES, BATCH);
    }

    private static Module perceptron() {
        return new Sequential(new Linear(FEATURES, 17), new ReLU(), new Dropout(0.25), new Linear(17, CLASSES));
    }

    /** A model on the device with all that a step of it needs. */
    private static final class Training {
        final Module model;
        final Optimizer optimizer;
        private final CrossEntropyLoss criterion = new CrossEntropyLoss();

        Training(Device device, Function<List<Tensor>, Optimizer> optimizer) {
            model = perceptron().to(device);
            this.optimizer = optimizer.apply(model.parameters());
        }

        Tensor step(Tensor x, Tensor y) {
            optimizer.zeroGrad();
            Tensor loss = criterion.forward(model.forward(x), y);
            loss.backward();
            optimizer.step();
            return loss;
        }
    }

    /** Losses of some steps, with a schedule, and the weights at their end. */
    private static float[] losses(Device device, boolean captured, Function<List<Tensor>, Optimizer> optimizer) {
        Generator.global().manualSeed(5);
        List<Tensor> losses = new ArrayList<>();
        Training training = new Training(device, optimizer);
        Step step = captured ? Step.capture(device, training::step) : null;
        try (var scope = Scope.open()) {
            for (int i = 0; i < STEPS; i++) {
                Tensor x = batch();
                Tensor y = classes();
                Tensor noise = Tensor.full(i, 1000).to(device); // takes memory between the steps
                Tensor loss = step == null
                        ? training.step(x.to(device), y.to(device))
                        : step.run(i % 2 == 0 ? x : x.to(device), y);
                losses.add(loss.clone());
                assertEquals(i, noise.select(0, LAST).item());
                training.optimizer.setLr(training.optimizer.lr() * 0.7);
            }
            assertEquals(captured, step != null && step.isCaptured());
            losses.add(training.model.parameters().getFirst().detach().flatten());
            return Tensor.cat(losses.stream().map(Tensor::flatten).toList(), 0).toFloatArray();
        } finally {
            if (step != null) {
                step.close();
            }
        }
    }

    @Test
    void step_capturedWithAdam_hasTheBitsOfSingleKernels() {
        Function<List<Tensor>, Optimizer> adam = params -> new Adam(params, 0.01);
        assertArrayEquals(losses(device, false, adam), losses(device, true, adam));
    }

    @Test
    void step_capturedWithMomentum_hasTheBitsOfSingleKernels() {
        Function<List<Tensor>, Optimizer> sgd =
                params -> new SGD(params, SGD.Options.defaults().withLr(0.05).withMomentum(0.9));
        assertArrayEquals(losses(device, false, sgd), losses(device, true, sgd));
    }

    @Test
    void step_captured_callsTheFunctionTwiceAndTakesNoMemory() {
        Training training = new Training(device, params -> new Adam(params, 0.01));
        int[] calls = {0};
        Tensor x = source(batch());
        Tensor y = classes().to(device);
        try (Step step = Step.capture(device, (a, b) -> {
            calls[0]++;
            return training.step(a, b);
        })) {
            Tensor second = null;
            for (int i = 0; i < 4; i++) {
                second = step.run(x, y);
            }
            device.synchronize();
            var before = device.memory();
            for (int i = 0; i < 50; i++) {
                assertSame(second, step.run(x, y));
            }
            device.trim(); // what the graph uses stays
            assertTrue(Double.isFinite(step.run(x, y).item()));
            assertEquals(before.systemAllocations(), device.memory().systemAllocations());
            assertEquals(before.used(), device.memory().used());
        }
        assertEquals(2, calls[0]);
    }

    /**
     * Asserts that a step of one input is refused.
     *
     * @param line what the message begins with, a regular expression
     */
    protected final void assertNotCaptured(String line, Function<Tensor, Tensor> body) {
        Tensor x = batch();
        try (Step step = Step.capture(device, inputs -> body.apply(inputs.getFirst()))) {
            var e = assertThrows(IllegalStateException.class, () -> {
                for (int i = 0; i < 2; i++) {
                    step.run(x);
                }
            });
            assertTrue(String.valueOf(e.getMessage()).matches(line + ".*"), e.getMessage());
            assertFalse(step.isCaptured());
        }
        assertEquals(BATCH, x.to(device).sum(1).size(0)); // the device goes on
    }

    @Test
    void step_thatReadsOrWritesElements_isRefusedAtOnce() {
        assertNotCaptured("item: not in work that a graph records", x -> {
            x.sum().item();
            return x;
        });
        assertNotCaptured("(read|copy): not in work that a graph records", x -> {
            x.flatten().toFloatArray();
            return x;
        });
        assertNotCaptured(
                "(write|copy): not in work that a graph records",
                x -> x.add(Tensor.of(new float[FEATURES]).to(device)));
        assertNotCaptured(
                "\\w+: not in work that a graph records",
                x -> x.maskedSelect(x.gt(0)).sum());
        assertNotCaptured(
                "record: random numbers come from another generator than the global one",
                x -> x.add(x.newEmpty(x.shape()).uniform_(0, 1, new Generator(3))));
    }

    /** Inputs are read where they lie, or copied: dense, with gaps, in the middle of others, from elsewhere, as they are. */
    @Test
    void step_captured_takesInputsAsTheyLie() {
        Tensor weight = Tensor.randn(FEATURES, CLASSES).to(device);
        try (Step step = Step.capture(
                        device,
                        inputs -> inputs.get(0)
                                .view(2, BATCH / 2, FEATURES)
                                .flatten(0, 1)
                                .matmul(weight)
                                .add(inputs.get(1).sum()));
                Step identity = Step.capture(device, List::getFirst)) {
            for (int i = 0; i < 3; i++) {
                Tensor many = Tensor.randn(3 * BATCH, FEATURES);
                for (Tensor x : List.of(
                        many.narrow(0, i, BATCH),
                        many.slice(0, 0, 2L * BATCH, 2).to(device),
                        batch().to(device),
                        Tensor.randn(FEATURES, BATCH).transpose(0, 1))) {
                    Tensor y = Tensor.full(i, 2).to(device);
                    Tensor expected = x.to(device).matmul(weight).add(2 * i);
                    assertArrayEquals(
                            expected.flatten().toFloatArray(),
                            step.run(x, y).flatten().toFloatArray());
                    assertArrayEquals(
                            x.contiguous().flatten().toFloatArray(),
                            identity.run(x).flatten().toFloatArray());
                }
            }
            Tensor released = batch();
            released.release();
            var e = assertThrows(IllegalStateException.class, () -> step.run(released, Tensor.ones(2)));
            assertTrue(e.getMessage().contains("was released"), e.getMessage());
            assertArrayEquals(
                    Tensor.zeros(BATCH, CLASSES).flatten().toFloatArray(),
                    step.run(Tensor.zeros(BATCH, FEATURES), Tensor.zeros(2))
                            .flatten()
                            .toFloatArray());
        }
    }

    /** A result is the input of the next run, or a part of it; and so is a gradient. */
    @Test
    void step_captured_takesItsOwnResults() {
        Tensor u = Tensor.randn(FEATURES, FEATURES).to(device).mul(0.3);
        Tensor weight = Tensor.randn(FEATURES).to(device).requiresGrad_();
        Function<List<Tensor>, Tensor> recurrent = in -> {
            Tensor h = in.get(0).matmul(u).add(in.get(0)).tanh();
            h.add_(in.get(1));
            weight.zeroGrad();
            h.mul(weight).sum().backward();
            return h;
        };
        for (boolean fromGradient : new boolean[] {false, true}) {
            float[][] last = new float[2][];
            for (int captured = 0; captured < 2; captured++) {
                try (Step step = Step.capture(device, recurrent)) {
                    Tensor h = Tensor.ones(2, FEATURES).to(device);
                    Tensor x = Tensor.full(0.1, FEATURES).to(device);
                    for (int i = 0; i < STEPS; i++) {
                        h = captured == 1
                                ? step.run(h, x)
                                : recurrent.apply(List.of(h, x)).detach();
                        x = fromGradient ? weight.grad() : h.select(0, 1);
                    }
                    last[captured] = h.flatten().toFloatArray();
                }
            }
            assertArrayEquals(last[0], last[1]);
        }
    }

    /** What a step writes into its inputs, it writes into copies, captured or not. */
    @Test
    void step_thatWritesIntoAnInput_leavesTheCallersAlone() {
        Tensor x = Tensor.ones(3).to(device);
        Tensor weight = Tensor.zeros(3).to(device).requiresGrad_();
        SGD optimizer = new SGD(List.of(weight), 1);
        try (Step step = Step.capture(device, in -> in.getFirst().mul_(2).sum());
                Step descends = Step.capture(device, in -> {
                    weight.setGrad(in.getFirst());
                    optimizer.step();
                    return weight.detach().clone();
                })) {
            for (int i = 1; i <= STEPS; i++) {
                assertEquals(6, step.run(x).item());
                assertEquals(3, x.sum().item());
                Tensor gradient = Tensor.full(i, 3).to(device);
                assertEquals(
                        -i * (i + 1) / 2.0, descends.run(gradient).select(0, 1).item());
            }
        }
    }

    /** A run that fails before its launch leaves nothing of its inputs to the next. */
    @Test
    void step_afterAnInputThatIsGone_takesTheNextOnes() {
        try (Step step = Step.capture(device, in -> in.get(0).add(in.get(1)))) {
            Tensor ones = Tensor.ones(2, 2).to(device);
            for (int i = 0; i < 3; i++) {
                step.run(ones, ones);
            }
            Tensor gone = Tensor.ones(2, 2).to(device);
            gone.release();
            assertThrows(IllegalStateException.class, () -> step.run(ones, gone));
            Tensor x = Tensor.of(new float[][] {{10, 20}, {30, 40}}).to(device);
            assertArrayEquals(
                    new float[] {11, 31, 21, 41},
                    step.run(x.transpose(0, 1), ones).flatten().toFloatArray());
        }
    }

    /** A result in the memory of one input is another input of the next run. */
    @Test
    void step_thatReturnsAnInput_takesItAsAnother() {
        try (Step step = Step.capture(device, in -> in.get(0).add_(in.get(1)))) {
            Tensor r = Tensor.of(new float[] {1, 2, 3, 4}).to(device);
            for (int i = 0; i < STEPS; i++) {
                r = step.run(Tensor.full(i, 4).to(device), r);
            }
            float sum = STEPS * (STEPS - 1) / 2f;
            assertArrayEquals(new float[] {1 + sum, 2 + sum, 3 + sum, 4 + sum}, r.toFloatArray());
        }
    }

    @Test
    void step_whoseOptimizerMakesStateWhenRecorded_isRefused() {
        Tensor w = Tensor.ones(1).to(device).requiresGrad_();
        SGD optimizer = new SGD(List.of(w), 0.1);
        try (Step step = Step.capture(device, in -> {
            optimizer.zeroGrad();
            w.mul(in.getFirst()).sum().backward();
            optimizer.step();
            return w.detach().clone();
        })) {
            Tensor x = Tensor.ones(1).to(device);
            step.run(x);
            optimizer.paramGroups().getFirst().setMomentum(0.9);
            var e = assertThrows(IllegalStateException.class, () -> step.run(x));
            assertTrue(String.valueOf(e.getMessage()).startsWith("step: sgd makes momentum_buffer"), e.getMessage());
        }
    }

    @Test
    void step_captured_countsWhatItChanges() {
        Tensor v = Tensor.ones(2).to(device).requiresGrad_();
        Tensor w = Tensor.ones(2).to(device);
        try (Step step = Step.capture(device, in -> w.add_(in.getFirst()))) {
            Tensor x = Tensor.ones(2).to(device);
            step.run(x);
            step.run(x);
            Tensor y = v.mul(w).sum();
            step.run(x);
            var e = assertThrows(IllegalStateException.class, y::backward);
            assertTrue(String.valueOf(e.getMessage()).contains("was changed in place since"), e.getMessage());
        }
    }

    @Test
    void step_thatReturnsNothing_isRefused() {
        assertNotCaptured("step: the function returned nothing", x -> null);
    }

    /** A capture that fails leaves nothing behind: the device and the step's memory serve on. */
    @Test
    void step_thatFailsInItsCapture_isAnException() {
        int[] calls = {0};
        assertNotCaptured("mine", x -> {
            if (++calls[0] == 2) {
                throw new IllegalStateException("mine");
            }
            return x.mul(2);
        });
    }

    @Test
    void step_otherShapes_areRefused() {
        Training training = new Training(device, params -> new SGD(params, 0.01));
        try (Step step = Step.capture(device, training::step)) {
            step.run(batch(), classes());
            var e = assertThrows(
                    IllegalArgumentException.class,
                    () -> step.run(Tensor.randn(3, FEATURES), Tensor.randint(0, CLASSES, 3)));
            assertEquals(
                    "step: inputs differ from the first run's: f32[3, 9], i64[3], then f32[12, 9], i64[12]",
                    e.getMessage());
            assertThrows(IllegalArgumentException.class, () -> step.run(batch()));
        }
    }

    @Test
    void step_classOutOfRangeAtAReplay_isReported() {
        Training training = new Training(device, params -> new SGD(params, 0.01));
        try (Step step = Step.capture(device, training::step)) {
            Tensor x = batch();
            Tensor y = classes();
            for (int i = 0; i < 3; i++) {
                step.run(x, y);
            }
            device.synchronize();
            Tensor wrong = Tensor.full(CLASSES, BATCH).to(DType.I64);
            var e = assertThrows(
                    IllegalArgumentException.class, () -> step.run(x, wrong).item());
            assertTrue(e.getMessage().contains("is 5"), e.getMessage());
            assertTrue(Double.isFinite(training.step(x.to(device), y.to(device)).item()));
        }
    }

    @Test
    void step_stateReplacedOrRuleChanged_isRefused() {
        Training training = new Training(device, params -> new Adam(params, 0.01));
        try (Step step = Step.capture(device, training::step)) {
            step.run(batch(), classes());
            step.run(batch(), classes());
            training.optimizer.loadStateDict(training.optimizer.stateDict());
            var e = assertThrows(IllegalStateException.class, () -> step.run(batch(), classes()));
            assertEquals(
                    "step: the state of adam was replaced since the step was captured; capture it anew",
                    e.getMessage());
        }
        Training rectified = new Training(device, params -> new RAdam(params));
        try (Step step = Step.capture(device, rectified::step)) {
            var e = assertThrows(IllegalStateException.class, () -> {
                for (int i = 0; i < 2 * STEPS; i++) {
                    step.run(batch(), classes());
                }
            });
            assertTrue(e.getMessage().startsWith("launch: an update is another than was recorded"), e.getMessage());
        }
    }

    @Test
    void step_closed_givesItsMemoryBack() {
        Training training = new Training(device, params -> new SGD(params, 0.01));
        Step step = Step.capture(device, training::step);
        step.run(batch(), classes());
        step.run(batch(), classes());
        step.close();
        step.close();
        var e = assertThrows(IllegalStateException.class, () -> step.run(batch(), classes()));
        assertEquals("step: run after it was closed", e.getMessage());
        assertTrue(Double.isFinite(
                training.step(batch().to(device), classes().to(device)).item()));
    }
}
