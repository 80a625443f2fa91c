package dev.gatun.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All digits are the document's: they come out only if every F32 sum adds in the same order. */
final class ThermometerTest {
    private static final String BY_500 = """
            Epoch 500, Loss 7.860115
            Epoch 1000, Loss 3.828538
            Epoch 1500, Loss 3.092191
            Epoch 2000, Loss 2.957698
            Epoch 2500, Loss 2.933134
            Epoch 3000, Loss 2.928648
            Epoch 3500, Loss 2.927830
            Epoch 4000, Loss 2.927679
            Epoch 4500, Loss 2.927652
            Epoch 5000, Loss 2.927647
            tensor([ 5.3671, -17.3012], requires_grad=True)
            """;

    @Test
    void thermometer_everyLoop_printsTheDocumentsDigits(@TempDir Path folder) {
        Run run = Run.of("thermometer", "--out", folder.toString());
        run.assertSucceeds();
        assertEquals("", run.err());
        Printed.assertBlocks(
                run,
                """
                tensor([35.7000, 55.9000, 58.2000, 81.9000, 56.3000, 48.9000, 33.9000, 21.8000,
                48.4000, 60.4000, 68.4000])
                tensor(1763.8848)
                """,
                """
                Epoch 1, Loss 1763.884766
                Epoch 2, Loss 5802484.500000
                Epoch 3, Loss 19408029696.000000
                Epoch 4, Loss 64915905708032.000000
                Epoch 5, Loss 217130525461053440.000000
                Epoch 6, Loss 726257583152928129024.000000
                Epoch 7, Loss 2429183416467662896627712.000000
                Epoch 8, Loss 8125122549611731432050262016.000000
                Epoch 9, Loss 27176882120842590626938030653440.000000
                Epoch 10, Loss 90901105189019073810297959556841472.000000
                """,
                lines(11, 22, "Epoch %d, Loss inf"),
                lines(23, 100, "Epoch %d, Loss nan") + "tensor([nan, nan])",
                """
                Epoch 1, Loss 1763.884766
                Params: tensor([-44.1730, -0.8260])
                Grad: tensor([4517.2964, 82.6000])
                Epoch 2, Loss 5802484.500000
                Params: tensor([2568.4011, 45.1637])
                Grad: tensor([-261257.4062, -4598.9702])
                Epoch 3, Loss 19408029696.000000
                Params: tensor([-148527.7344, -2616.3931])
                Grad: tensor([15109614.0000, 266155.6875])
                ...
                Epoch 10, Loss 90901105189019073810297959556841472.000000
                Params: tensor([3.2144e+17, 5.6621e+15])
                Grad: tensor([-3.2700e+19, -5.7600e+17])
                Epoch 11, Loss inf
                Params: tensor([-1.8590e+19, -3.2746e+17])
                Grad: tensor([1.8912e+21, 3.3313e+19])
                tensor([-1.8590e+19, -3.2746e+17])
                """,
                """
                Epoch 1, Loss 1763.884766
                Params: tensor([ 0.5483, -0.0083])
                Grad: tensor([4517.2964, 82.6000])
                Epoch 2, Loss 323.090515
                Params: tensor([ 0.3623, -0.0118])
                Grad: tensor([1859.5493, 35.7843])
                Epoch 3, Loss 78.929634
                Params: tensor([ 0.2858, -0.0135])
                Grad: tensor([765.4666, 16.5122])
                ...
                Epoch 10, Loss 29.105247
                Params: tensor([ 0.2324, -0.0166])
                Grad: tensor([1.4803, 3.0544])
                Epoch 11, Loss 29.104168
                Params: tensor([ 0.2323, -0.0169])
                Grad: tensor([0.5781, 3.0384])
                ...
                Epoch 99, Loss 29.023582
                Params: tensor([ 0.2327, -0.0435])
                Grad: tensor([-0.0533, 3.0226])
                Epoch 100, Loss 29.022667
                Params: tensor([ 0.2327, -0.0438])
                Grad: tensor([-0.0532, 3.0226])
                tensor([ 0.2327, -0.0438])
                """,
                """
                Epoch 1, Loss 80.364342
                Params: tensor([1.7761, 0.1064])
                Grad: tensor([-77.6140, -10.6400])
                Epoch 2, Loss 37.574913
                Params: tensor([2.0848, 0.1303])
                Grad: tensor([-30.8623, -2.3864])
                Epoch 3, Loss 30.871077
                Params: tensor([2.2094, 0.1217])
                Grad: tensor([-12.4631, 0.8587])
                ...
                Epoch 10, Loss 29.030489
                Params: tensor([ 2.3232, -0.0710])
                Grad: tensor([-0.5355, 2.9295])
                Epoch 11, Loss 28.941877
                Params: tensor([ 2.3284, -0.1003])
                Grad: tensor([-0.5240, 2.9264])
                ...
                Epoch 99, Loss 22.214186
                Params: tensor([ 2.7508, -2.4910])
                Grad: tensor([-0.4453, 2.5208])
                Epoch 100, Loss 22.148710
                Params: tensor([ 2.7553, -2.5162])
                Grad: tensor([-0.4446, 2.5165])
                tensor([ 2.7553, -2.5162])
                """,
                """
                Epoch 1, Loss 80.364342
                Epoch 2, Loss 37.574913
                Epoch 3, Loss 30.871077
                ...
                Epoch 10, Loss 29.030489
                Epoch 11, Loss 28.941877
                ...
                Epoch 99, Loss 22.214186
                Epoch 100, Loss 22.148710
                ...
                Epoch 4000, Loss 2.927680
                Epoch 5000, Loss 2.927648
                """,
                "tensor([4517.2969, 82.6000])",
                BY_500,
                "tensor([ 9.5483e-01, -8.2600e-04], requires_grad=True)",
                "tensor([1.7761, 0.1064], requires_grad=True)",
                BY_500,
                """
                Epoch 500, Loss 7.612900
                Epoch 1000, Loss 3.086700
                Epoch 1500, Loss 2.928579
                Epoch 2000, Loss 2.927644
                tensor([ 0.5367, -17.3021], requires_grad=True)
                """,
                """
                (tensor([ 2, 6, 3, 9, 10, 8, 7, 5, 4]), tensor([1, 0]))
                Epoch 1, Training loss 89.3172, Validation loss 40.0765
                Epoch 2, Training loss 37.0205, Validation loss 25.6802
                Epoch 3, Training loss 30.1377, Validation loss 29.0447
                Epoch 500, Training loss 7.6324, Validation loss 9.6569
                Epoch 1000, Training loss 3.9177, Validation loss 4.3025
                Epoch 1500, Training loss 3.2837, Validation loss 2.8423
                Epoch 2000, Training loss 3.1755, Validation loss 2.3674
                Epoch 2500, Training loss 3.1570, Validation loss 2.1931
                Epoch 3000, Training loss 3.1539, Validation loss 2.1248
                tensor([ 5.2459, -16.6438], requires_grad=True)
                """);
        assertTrue(Files.isRegularFile(folder.resolve("thermometer-readings.png")));
        assertTrue(Files.isRegularFile(folder.resolve("thermometer-fit.png")));
    }

    private static String lines(int from, int to, String format) {
        StringBuilder text = new StringBuilder();
        IntStream.rangeClosed(from, to)
                .forEach(i -> text.append(format.formatted(i)).append('\n'));
        return text.toString();
    }

    @Test
    void thermometer_fewerEpochs_capsEachLoop() {
        Run run = Run.of("thermometer", "--epochs", "2");
        run.assertSucceeds();
        List<String> epochs =
                run.lines().stream().filter(line -> line.startsWith("Epoch ")).toList();
        assertEquals(2 * 6, epochs.size(), run.out());
    }
}
