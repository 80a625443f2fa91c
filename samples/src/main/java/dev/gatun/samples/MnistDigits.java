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

    /** Gets MNIST where no folder was named. */
    @FunctionalInterface
    interface Download {
        /**
         * Finds the files, or downloads them.
         *
         * @return the folder that holds them
         * @throws IOException if they cannot be had
         */
        Path fetch() throws IOException;
    }

    /**
     * Reads MNIST from the folder that was named, else from where the download put it. Draws digits, and says so, where
     * there is neither.
     *
     * @param options name the folder, and the seed of drawn digits
     * @param download gets the files where no folder was named
     * @param screen to say on that digits are drawn
     * @throws picocli.CommandLine.ParameterException if files are missing in the folder that was named, or unreadable
     */
    static MnistDigits load(SampleOptions options, Download download, Screen screen) {
        Path folder;
        try {
            folder = options.data().isPresent() ? options.data().get() : download.fetch();
        } catch (IOException e) {
            screen.err().println("WARNING: no MNIST here and none to download: " + Errors.line(e));
            screen.err()
                    .println("WARNING: training on digits that this program draws itself, not on MNIST;"
                            + " --data DIR names a folder with MNIST's files");
            return drawn(options.seed());
        }
        try {
            MnistDigits digits = new MnistDigits(Mnist.train(folder), Mnist.test(folder), false);
            if (digits.train.size() == 0 || digits.test.size() == 0) {
                throw new IOException("mnist: no digits in the files in " + folder);
            }
            return digits;
        } catch (IOException e) {
            throw options.badInput(Errors.line(e), e);
        }
    }

    private static MnistDigits drawn(long seed) {
        DrawnDigits pen = new DrawnDigits(seed);
        return new MnistDigits(pen.draw(DRAWN_TRAIN), pen.draw(DRAWN_TEST), true);
    }
}
