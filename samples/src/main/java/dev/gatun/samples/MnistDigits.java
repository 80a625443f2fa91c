package dev.gatun.samples;

import dev.gatun.nn.data.Mnist;
import dev.gatun.nn.data.TensorDataset;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Digits to train and to test on, each set with data F32 [n, 1, 28, 28] in 0..1 and targets I64 [n] in 0..9.
 *
 * @param train to train on
 * @param test to test on
 * @param areDrawn whether they are {@link DrawnDigits}, since MNIST was not to be had
 */
record MnistDigits(TensorDataset train, TensorDataset test, boolean areDrawn) {
    private static final int DRAWN_TRAIN = 10_000;
    private static final int DRAWN_TEST = 2_000;

    /**
     * Reads MNIST.
     *
     * @param options name the folder
     * @param downloads gets the files where no folder is named
     * @param screen shows how a download goes on
     * @throws IOException if no folder is named and the files cannot be had either
     * @throws picocli.CommandLine.ParameterException if files are missing in the folder that was named, or unreadable
     */
    static MnistDigits load(SampleOptions options, Downloads downloads, Screen screen) throws IOException {
        Path folder = options.data(Mnist.files(), downloads, screen);
        try {
            MnistDigits digits = new MnistDigits(Mnist.train(folder), Mnist.test(folder), false);
            if (digits.train.size() == 0 || digits.test.size() == 0) {
                throw new IOException("mnist: no digits in the files in " + folder);
            }
            return digits;
        } catch (IOException e) {
            throw options.badFile(Mnist.files(), e);
        }
    }

    /**
     * Reads MNIST as {@link #load}; draws digits, and says so, where it cannot be had.
     *
     * @param options name the folder, and the seed of drawn digits
     * @param downloads gets the files where no folder is named
     * @param screen shows how a download goes on, and says that digits are drawn
     * @throws picocli.CommandLine.ParameterException if files are missing in the folder that was named, or unreadable
     */
    static MnistDigits loadOrDraw(SampleOptions options, Downloads downloads, Screen screen) {
        try {
            return load(options, downloads, screen);
        } catch (IOException e) {
            screen.err().println("WARNING: no MNIST here and none to download: " + Errors.line(e));
            screen.err().println("WARNING: training on digits that this program draws itself, not on MNIST");
            return drawn(options.seed());
        }
    }

    private static MnistDigits drawn(long seed) {
        DrawnDigits pen = new DrawnDigits(seed);
        return new MnistDigits(pen.draw(DRAWN_TRAIN), pen.draw(DRAWN_TEST), true);
    }
}
