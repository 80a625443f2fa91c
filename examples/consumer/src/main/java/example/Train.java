package example;

import dev.gatun.autograd.GradMode;
import dev.gatun.autograd.Tensor;
import dev.gatun.nn.data.DataLoader;
import dev.gatun.nn.data.TensorDataset;
import dev.gatun.nn.io.SafeTensors;
import dev.gatun.nn.loss.BCEWithLogitsLoss;
import dev.gatun.nn.optim.Adam;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.random.Generator;
import java.io.IOException;
import java.nio.file.Path;

public final class Train {
    public static void main(String[] args) throws IOException {
        Generator.global().manualSeed(1);
        Tensor x = Tensor.rand(1000, 2).mul(2).sub(1);
        Tensor y = sameSign(x);

        Net model = new Net();
        var loader = new DataLoader(new TensorDataset(x, y), 50, true);
        var optimizer = new Adam(model.parameters(), 0.01);
        var criterion = new BCEWithLogitsLoss();
        for (int epoch = 1; epoch <= 40; epoch++) {
            double average = 0;
            for (var batch : loader) {
                try (var step = Scope.open()) {
                    optimizer.zeroGrad();
                    Tensor cost = criterion.forward(model.forward(batch.data()), batch.target());
                    cost.backward();
                    optimizer.step();
                    average += cost.item() / loader.size();
                }
            }
            if (epoch % 10 == 0) {
                System.out.printf("Epoch %d cost %.4f%n", epoch, average);
            }
        }

        try (var scope = Scope.open();
                var off = GradMode.noGrad()) {
            Tensor unseen = Tensor.rand(1000, 2).mul(2).sub(1);
            Tensor right = agrees(model.forward(unseen), sameSign(unseen));
            System.out.printf("Accuracy %.3f%n", right.mean().item());
        }
        SafeTensors.save(Path.of("model.safetensors"), model.stateDict());
        System.out.println("Saved model.safetensors");
    }

    /** 1 where the two numbers of a row have the same sign, else 0. */
    private static Tensor sameSign(Tensor x) {
        return x.narrow(1, 0, 1).mul(x.narrow(1, 1, 1)).gt(0).to(DType.F32);
    }

    /** 1 where a logit says what the label does, else 0. */
    private static Tensor agrees(Tensor logits, Tensor labels) {
        return logits.gt(0).to(DType.F32).eq(labels).to(DType.F32);
    }
}
