package dev.gatun.testing.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.autograd.Tensor;
import dev.gatun.nn.BatchNorm1d;
import dev.gatun.nn.Conv2d;
import dev.gatun.nn.Dropout;
import dev.gatun.nn.Flatten;
import dev.gatun.nn.LSTM;
import dev.gatun.nn.Linear;
import dev.gatun.nn.MaxPool2d;
import dev.gatun.nn.Module;
import dev.gatun.nn.ReLU;
import dev.gatun.nn.Sequential;
import dev.gatun.nn.loss.CrossEntropyLoss;
import dev.gatun.nn.optim.Adam;
import dev.gatun.nn.optim.Step;
import dev.gatun.runtime.Device;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.random.Generator;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Captured steps on the CPU, where an error is seen by the call that meets it. */
class CpuStepTest extends StepContract {
    private static final int BATCH = 6;
    private static final int CLASSES = 4;
    private static final int STEPS = 6;

    CpuStepTest() {
        super(Device.cpu());
    }

    private interface Body {
        Tensor step(Tensor x, Tensor y);
    }

    private static Body training(Module model) {
        var optimizer = new Adam(model.parameters(), 0.01);
        var criterion = new CrossEntropyLoss();
        return (x, y) -> {
            optimizer.zeroGrad();
            Tensor loss = criterion.forward(model.forward(x), y);
            loss.backward();
            optimizer.step();
            return loss;
        };
    }

    /** Losses of some steps, one of them with a wrong class, and all parameters and buffers at their end. */
    private static float[] trained(Supplier<Module> models, boolean captured, long... shape) {
        Generator.global().manualSeed(11);
        Module model = models.get();
        Body body = training(model);
        List<Tensor> seen = new ArrayList<>();
        try (var scope = Scope.open();
                Step step = Step.capture(Device.cpu(), body::step)) {
            for (int i = 0; i < STEPS; i++) {
                Tensor x = Tensor.randn(shape);
                Tensor y = Tensor.randint(0, CLASSES, BATCH);
                if (i == STEPS - 2) {
                    Tensor wrong = Tensor.full(CLASSES, BATCH).to(y.dtype());
                    var e = assertThrows(
                            IllegalArgumentException.class,
                            () -> (captured ? step.run(x, wrong) : body.step(x, wrong)).item());
                    assertTrue(String.valueOf(e.getMessage()).contains("is 4, classes are 0..3"), e.getMessage());
                }
                seen.add((captured ? step.run(x, y) : body.step(x, y)).detach().clone());
            }
            assertEquals(captured, step.isCaptured());
            seen.addAll(model.parameters());
            model.namedBuffers().forEach((name, buffer) -> seen.add(buffer.to(seen.getFirst().dtype())));
            return Tensor.cat(seen.stream().map(each -> each.detach().flatten()).toList(), 0)
                    .toFloatArray();
        }
    }

    private static void assertSameBits(Supplier<Module> models, long... shape) {
        assertArrayEquals(trained(models, false, shape), trained(models, true, shape));
    }

    @Test
    void step_ofBatchNormAndDropout_hasTheBitsOfSingleKernels() {
        assertSameBits(
                () -> new Sequential(
                        new Linear(5, 8), new BatchNorm1d(8), new ReLU(), new Dropout(0.4), new Linear(8, CLASSES)),
                BATCH,
                5);
    }

    @Test
    void step_ofConvolutions_hasTheBitsOfSingleKernels() {
        assertSameBits(
                () -> new Sequential(
                        new Conv2d(1, 4, 3),
                        new ReLU(),
                        new MaxPool2d(2),
                        new Flatten(),
                        new Linear(4 * 5 * 5, CLASSES)),
                BATCH,
                1,
                12,
                12);
    }

    @Test
    void step_ofALayerWithState_hasTheBitsOfSingleKernels() {
        assertSameBits(
                () -> new Module() {
                    private final LSTM lstm = add("lstm", new LSTM(3, 7));
                    private final Linear head = add("head", new Linear(7, CLASSES));

                    @Override
                    public Tensor forward(Tensor x) {
                        return head.forward(lstm.forward(x).select(0, -1));
                    }
                },
                4,
                BATCH,
                3);
    }

    /** What is not closed goes with the collector; what another thread computes meanwhile is not part of a step. */
    @Test
    void step_onAnotherThread_isOfThatThreadAlone() throws InterruptedException {
        Module model = new Linear(3, CLASSES);
        Body body = training(model);
        Tensor x = Tensor.randn(BATCH, 3);
        Tensor y = Tensor.randint(0, CLASSES, BATCH);
        int[] beside = {0};
        try (Step step = Step.capture(Device.cpu(), (a, b) -> {
            Thread other = Thread.ofPlatform().start(() -> {
                try (var scope = Scope.open()) {
                    beside[0] += (int) Tensor.ones(3).sum().item(); // not refused there
                }
            });
            try {
                other.join();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return body.step(a, b);
        })) {
            for (int i = 0; i < 2; i++) {
                step.run(x, y);
            }
            double second = step.run(x, y).item();
            double[] third = new double[1];
            Thread other = Thread.ofPlatform().start(() -> third[0] = step.run(x, y).item());
            other.join();
            assertTrue(third[0] < second, third[0] + " after " + second);
        }
        assertEquals(6, beside[0]);
    }
}
