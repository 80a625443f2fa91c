package dev.gatun.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LenetTest {
    private static final String PRINTED = """
            Net(
              (conv1): Conv2d(1, 6, kernel_size=(3, 3), stride=(1, 1))
              (conv2): Conv2d(6, 16, kernel_size=(3, 3), stride=(1, 1))
              (fc1): Linear(in_features=576, out_features=120, bias=True)
              (fc2): Linear(in_features=120, out_features=84, bias=True)
              (fc3): Linear(in_features=84, out_features=10, bias=True)
            )
            10
            [6, 1, 3, 3]
            """;

    private static final String GRAPH = """
            <MseLossBackward0>
            <AddmmBackward0>
            <AccumulateGrad>
            MseLossBackward0 <- AddmmBackward0 <- ReluBackward0 <- AddmmBackward0 <- ReluBackward0 <- AddmmBackward0\
             <- ViewBackward0 <- MaxPool2DWithIndicesBackward0 <- ReluBackward0 <- ConvolutionBackward0\
             <- MaxPool2DWithIndicesBackward0 <- ReluBackward0 <- ConvolutionBackward0
            conv1.bias.grad before backward
            tensor([0., 0., 0., 0., 0., 0.])
            conv1.bias.grad after backward
            tensor([""";

    private static double figure(Run run, String word) {
        int from = run.out().indexOf(word) + word.length();
        return Double.parseDouble(run.out().substring(from).lines().findFirst().orElseThrow());
    }

    @Test
    void lenet_tinyFiles_explainsTheNetwork(@TempDir Path data) throws IOException {
        TinyMnist.write(data);
        Path out = data.resolve("out");
        Run run = Run.of("lenet", "--data", data.toString(), "--epochs", "1", "--out", out.toString());
        run.assertSucceeds();
        assertTrue(run.out().startsWith(PRINTED + "tensor([["), run.out());
        assertTrue(run.out().contains("grad_fn=<AddmmBackward0>)"), run.out());
        assertTrue(run.out().contains(", grad_fn=<MseLossBackward0>)\n" + GRAPH), run.out());
        assertTrue(Files.isRegularFile(out.resolve("loss.png")));
        assertTrue(Files.isRegularFile(out.resolve("misread.png")));
        double byHand = figure(run, "loss after the update by hand: ");
        assertTrue(figure(run, "loss after SGD's: ") <= byHand, run.out());
    }

    @Test
    void lenet_realData_learnsInOneEpoch() {
        Run run = Run.of("lenet", "--data", Run.realData(), "--epochs", "1");
        run.assertSucceeds();
        assertTrue(run.lines().getLast().startsWith("Epoch: 1 loss = "), run.out());
        double accuracy = figure(run, "accuracy = ");
        assertTrue(accuracy >= 0.97 && accuracy < 1, run.out());
        assertEquals("", run.err());
    }
}
