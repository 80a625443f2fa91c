package dev.gatun.samples;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WineTest {
    @Test
    void wine_realData_printsTheDocumentsDigitsAndBeatsTheRule(@TempDir Path folder) throws IOException {
        Run run = Run.of("wine", "--data", Run.realData(), "--out", folder.toString());
        run.assertSucceeds();
        Printed.assertBlocks(run, """
                (tensor([[ 7.0000, 0.2700, 0.3600, ..., 3.0000, 0.4500, 8.8000],
                [ 6.3000, 0.3000, 0.3400, ..., 3.3000, 0.4900, 9.5000],
                [ 8.1000, 0.2800, 0.4000, ..., 3.2600, 0.4400, 10.1000],
                ...,
                [ 6.5000, 0.2400, 0.1900, ..., 2.9900, 0.4600, 9.4000],
                [ 5.5000, 0.2900, 0.3000, ..., 3.3400, 0.3800, 12.8000],
                [ 6.0000, 0.2100, 0.3800, ..., 3.2600, 0.3200, 11.8000]]), [4898, 11])
                (tensor([6., 6., 6., ..., 6., 7., 6.]), [4898])
                tensor([6, 6, 6, ..., 6, 7, 6])
                tensor([[0., 0., 0., ..., 0., 0., 0.],
                [0., 0., 0., ..., 0., 0., 0.],
                [0., 0., 0., ..., 0., 0., 0.],
                ...,
                [0., 0., 0., ..., 0., 0., 0.],
                [0., 0., 0., ..., 1., 0., 0.],
                [0., 0., 0., ..., 0., 0., 0.]])
                tensor([[6],
                [6],
                [6],
                ...,
                [6],
                [7],
                [6]])
                tensor([6.8548e+00, 2.7824e-01, 3.3419e-01, 6.3914e+00, 4.5772e-02, 3.5308e+01,
                1.3836e+02, 9.9403e-01, 3.1883e+00, 4.8985e-01, 1.0514e+01])
                tensor([7.1211e-01, 1.0160e-02, 1.4646e-02, 2.5726e+01, 4.7733e-04, 2.8924e+02,
                1.8061e+03, 8.9455e-06, 2.2801e-02, 1.3025e-02, 1.5144e+00])
                tensor([[ 1.7208e-01, -8.1761e-02, 2.1326e-01, ..., -1.2468e+00,
                -3.4915e-01, -1.3930e+00],
                [-6.5743e-01, 2.1587e-01, 4.7996e-02, ..., 7.3995e-01,
                1.3422e-03, -8.2419e-01],
                [ 1.4756e+00, 1.7450e-02, 5.4378e-01, ..., 4.7505e-01,
                -4.3677e-01, -3.3663e-01],
                ...,
                [-4.2043e-01, -3.7940e-01, -1.1915e+00, ..., -1.3130e+00,
                -2.6153e-01, -9.0545e-01],
                [-1.6054e+00, 1.1666e-01, -2.8253e-01, ..., 1.0049e+00,
                -9.6251e-01, 1.8574e+00],
                [-1.0129e+00, -6.7703e-01, 3.7852e-01, ..., 4.7505e-01,
                -1.4882e+00, 1.0448e+00]])
                ([4898], bool, tensor(20))
                [20, 11]
                0 fixed acidity 7.60 6.89 6.73
                1 volatile acidity 0.33 0.28 0.27
                2 citric acid 0.34 0.34 0.33
                3 residual sugar 6.39 6.71 5.26
                4 chlorides 0.05 0.05 0.04
                5 free sulfur dioxide 53.33 35.42 34.55
                6 total sulfur dioxide 170.60 141.83 125.25
                7 density 0.99 0.99 0.99
                8 pH 3.19 3.18 3.22
                9 sulphates 0.47 0.49 0.50
                10 alcohol 10.34 10.26 11.42
                ([4898], bool, tensor(2727))
                ([4898], bool, tensor(3258))
                (2018, 0.74000733406674, 0.6193984039287906)
                """);
        double rule = Printed.number(run, "threshold rule: accuracy (\\S+)");
        double network = Printed.number(run, "network: accuracy (\\S+)");
        assertTrue(network > rule + 0.1, run.out());
        Printed.assertPictures(folder, "wine-losses.png", "wine-confusion.png");
    }

    /** A table like the wines', where all measurements differ from row to row, but for those of a column. */
    private static Run ofRows(Path folder, int rows, int same) throws IOException {
        StringBuilder text = new StringBuilder("a;b;c;d;e;f;g;h;i;j;k;quality\n");
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < 11; column++) {
                text.append(column == same ? 1 : row % 7 + 3).append(';');
            }
            text.append(row % 7 + 3).append('\n');
        }
        Files.writeString(folder.resolve("winequality-white.csv"), text);
        return Run.of("wine", "--data", folder.toString(), "--epochs", "1");
    }

    @Test
    void wine_tooFewOrAllTheSame_isRefused(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("winequality-white.csv");
        Run few = ofRows(folder, 59, -1);
        Printed.assertRefused(few, file);
        assertTrue(
                few.err().contains("500 wines or more, a fifth of which is held back: it has 12 columns and 59 wines"));
        Run constant = ofRows(folder, 500, 4);
        Printed.assertRefused(constant, file);
        assertTrue(constant.err().contains("one is the same for all wines"), constant.err());
        ofRows(folder, 500, -1).assertSucceeds();
    }

    @Test
    void wine_noFile_isNamedByItsName(@TempDir Path folder) {
        Run run = Run.of("wine", "--data", folder.toString());
        run.assertRefuses("wine: winequality-white.csv: not in " + folder + ", nor in its folder tabular; get it from "
                + PublicFiles.WINE.addresses().getFirst());
    }

    @Test
    void wine_otherTable_isRefused(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("winequality-white.csv");
        Files.writeString(file, "a;b\n1;2\n");
        Run run = Run.of("wine", "--data", folder.toString());
        Printed.assertRefused(run, file);
    }
}
