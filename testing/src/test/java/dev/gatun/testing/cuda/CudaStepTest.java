package dev.gatun.testing.cuda;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.autograd.Tensor;
import dev.gatun.nn.Linear;
import dev.gatun.nn.loss.CrossEntropyLoss;
import dev.gatun.nn.optim.SGD;
import dev.gatun.nn.optim.Step;
import dev.gatun.runtime.Device;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.Stream;
import dev.gatun.testing.nn.StepContract;
import org.junit.jupiter.api.Test;

/** Captured steps on a card, which has streams and waits. */
class CudaStepTest extends StepContract {
    private static final int FEATURES = 9;
    private static final int CLASSES = 5;

    private final Device cuda = CudaStubs.device();

    CudaStepTest() {
        super(CudaStubs.device());
    }

    @Override
    protected Tensor source(Tensor batch) {
        return batch.pinMemory();
    }

    @Test
    void step_onAnotherStream_isInItsOrder() {
        Linear model = (Linear) new Linear(FEATURES, CLASSES).to(cuda);
        SGD optimizer = new SGD(model.parameters(), 0.1);
        var criterion = new CrossEntropyLoss();
        try (var scope = Scope.open();
                Step step = Step.capture(cuda, (x, y) -> {
                    optimizer.zeroGrad();
                    Tensor loss = criterion.forward(model.forward(x), y);
                    loss.backward();
                    optimizer.step();
                    return loss;
                });
                Stream own = cuda.newStream()) {
            Tensor x = Tensor.randn(2 * CLASSES, FEATURES);
            Tensor y = Tensor.randint(0, CLASSES, 2 * CLASSES);
            step.run(x, y);
            step.run(x, y);
            cuda.synchronize();
            try (Stream.Use use = own.use()) {
                double loss = step.run(x, y).item();
                assertTrue(Double.isFinite(loss));
                assertTrue(step.run(x, y).item() != loss);
            }
        }
    }

    @Test
    void step_thatWaitsOrUsesAnotherStream_isRefusedAtOnce() {
        assertNotCaptured("synchronize: not in work that a graph records", x -> {
            cuda.synchronize();
            return x;
        });
        assertNotCaptured("record: not in work that a graph records", x -> {
            cuda.stream().record();
            return x;
        });
        try (Stream other = cuda.newStream()) {
            assertNotCaptured("use: not in work that a graph records", x -> {
                try (Stream.Use use = other.use()) {
                    return x.add(1);
                }
            });
        }
    }
}
