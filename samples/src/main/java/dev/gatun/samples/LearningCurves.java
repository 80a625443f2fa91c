package dev.gatun.samples;

import dev.gatun.io.LinePlot;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The losses of each epoch: on what a network learns from, and on what was held back from it. */
final class LearningCurves {
    private final PrintWriter out;
    private final List<Double> training = new ArrayList<>();
    private final List<Double> validation = new ArrayList<>();

    /** Curves of which the first three epochs and every tenth are printed. */
    LearningCurves(PrintWriter out) {
        this.out = out;
    }

    /** Adds the next epoch's. */
    void add(double trainLoss, double heldLoss) {
        training.add(trainLoss);
        validation.add(heldLoss);
        int epoch = training.size();
        if (epoch <= 3 || epoch % 10 == 0) {
            out.printf(Locale.ROOT, "Epoch %d, Training loss %.4f, Validation loss %.4f%n", epoch, trainLoss, heldLoss);
        }
    }

    /** Both curves. */
    LinePlot plot(String title, String loss) {
        return new LinePlot(title, "epoch", loss).line("training", 1, training).line("validation", 1, validation);
    }
}
