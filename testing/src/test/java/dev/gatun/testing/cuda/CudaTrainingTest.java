package dev.gatun.testing.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.gatun.autograd.Tensor;
import dev.gatun.nn.Dropout;
import dev.gatun.nn.Linear;
import dev.gatun.nn.Module;
import dev.gatun.nn.ReLU;
import dev.gatun.nn.Sequential;
import dev.gatun.nn.loss.CrossEntropyLoss;
import dev.gatun.nn.optim.Adam;
import dev.gatun.runtime.Device;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.random.Generator;
import org.junit.jupiter.api.Test;

/** A whole training on a card: the perceptron of {@code samples/run mnist}, small. */
class CudaTrainingTest {
    private static final int STEPS = 5;
    private static final int BATCH = 30;
    private static final int FEATURES = 20;
    private static final int CLASSES = 10;

    @Test
    void perceptron_trainedByAdam_hasTheLossesOfTheCpu() {
        Device cuda = CudaStubs.device();
        assertArrayEquals(losses(Device.cpu()), losses(cuda), 1e-5);
    }

    /** The loss of each step, and at last the share of the examples that are read rightly. */
    private static double[] losses(Device device) {
        Generator.global().manualSeed(3);
        double[] losses = new double[STEPS + 1];
        try (var scope = Scope.open()) {
            Tensor x = Tensor.randn(BATCH, FEATURES).to(device);
            Tensor y = Tensor.randint(0, CLASSES, BATCH).to(device);
            Module model = new Sequential(
                            new Linear(FEATURES, 33), new ReLU(), new Dropout(0.25), new Linear(33, CLASSES))
                    .to(device);
            var criterion = new CrossEntropyLoss();
            var optimizer = new Adam(model.parameters(), 0.01);
            for (int i = 0; i < STEPS; i++) {
                optimizer.zeroGrad();
                Tensor loss = criterion.forward(model.forward(x), y);
                loss.backward();
                optimizer.step();
                losses[i] = loss.item();
            }
            model.eval();
            losses[STEPS] = model.forward(x).argmax(1).eq(y).sum().item() / BATCH;
        }
        return losses;
    }
}
