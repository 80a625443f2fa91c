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
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Device;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.interop.DevicePointer;
import dev.gatun.runtime.interop.DlPack;
import dev.gatun.runtime.interop.Segments;
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
            model.namedBuffers()
                    .forEach(
                            (name, buffer) -> seen.add(buffer.to(seen.getFirst().dtype())));
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

    /** What another thread computes meanwhile is not part of a step, and refused nothing. */
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
            Thread other =
                    Thread.ofPlatform().start(() -> third[0] = step.run(x, y).item());
            other.join();
            assertTrue(third[0] < second, third[0] + " after " + second);
        }
        assertEquals(6, beside[0]);
    }

    /** An error between two updates: the first was made, the second was not, and the next run goes on from there. */
    @Test
    void step_thatFailsBetweenUpdates_countsWhatWasMade() {
        float[][] ends = new float[2][];
        for (int captured = 0; captured < 2; captured++) {
            Generator.global().manualSeed(2);
            Tensor a = Tensor.ones(3).requiresGrad_();
            Tensor b = Tensor.ones(CLASSES, CLASSES).requiresGrad_();
            Adam first = new Adam(List.of(a), 0.1);
            Adam second = new Adam(List.of(b), 0.1);
            var criterion = new CrossEntropyLoss();
            var dropout = new Dropout(0.5);
            Body body = (x, y) -> {
                first.zeroGrad();
                second.zeroGrad();
                dropout.forward(a).square().sum().backward();
                first.step();
                Tensor loss = criterion.forward(x.matmul(b), y);
                dropout.forward(loss.add(b)).sum().backward();
                second.step();
                return loss.detach();
            };
            try (Step step = Step.capture(Device.cpu(), body::step)) {
                for (int i = 0; i < STEPS; i++) {
                    Tensor x = Tensor.randn(BATCH, CLASSES);
                    Tensor y = Tensor.full(i == 3 ? CLASSES : 1, BATCH).to(DType.I64);
                    Body run = captured == 1 ? step::run : body;
                    if (i == 3) {
                        assertThrows(IllegalArgumentException.class, () -> run.step(x, y));
                    } else {
                        run.step(x, y);
                    }
                }
            }
            ends[captured] =
                    Tensor.cat(List.of(a.detach(), b.detach().flatten()), 0).toFloatArray();
        }
        assertArrayEquals(ends[0], ends[1]);
    }

    /** A recording decides as plain work does, so a gradient takes its memory over instead of being copied. */
    @Test
    void step_captured_copiesNoGradient() {
        Tensor weight = Tensor.ones(1 << 20).requiresGrad_();
        try (Step step = Step.capture(Device.cpu(), in -> {
            weight.zeroGrad();
            weight.mul(in.getFirst()).sum().backward();
            return weight.grad().sum();
        })) {
            Tensor x = Tensor.ones(1 << 20);
            step.run(x);
            long before = Device.cpu().memory().used();
            step.run(x);
            long held =
                    Device.cpu().memory().used() - before; // the product and its gradient, which becomes the weight's
            assertTrue(held < 3L << 22, held + " bytes");
        }
    }

    /** Other numbers of the data set come into reach of nobody: a batch goes with its scope. */
    @Test
    void step_captured_keepsNoInput() {
        try (Step step = Step.capture(Device.cpu(), in -> in.getFirst().view(-1).sum())) {
            for (int i = 0; i < 4; i++) {
                long before = Device.cpu().memory().used();
                try (var scope = Scope.open()) {
                    step.run(Tensor.zeros(4, 1 << 18).narrow(0, 1, 1));
                }
                long left = Device.cpu().memory().used() - before;
                assertTrue(left < 3 << 20, left + " bytes at run " + i);
            }
        }
    }

    @Test
    void step_thatLendsMemory_isRefusedAtOnce() {
        assertNotCaptured("segment: not in work that a graph records", x -> {
            Segments.segment(x);
            return x;
        });
        assertNotCaptured("toDlpack: not in work that a graph records", x -> {
            DlPack.toDlpack(x);
            return x;
        });
        assertNotCaptured("devicePointer: not in work that a graph records", x -> {
            DevicePointer.of(x);
            return x;
        });
        assertNotCaptured(
                "unique: not in work that a graph records", x -> x.unique().values());
    }
}
