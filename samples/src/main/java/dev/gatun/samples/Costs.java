package dev.gatun.samples;

import dev.gatun.io.LinePlot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** The mean cost of each epoch. */
final class Costs {
    private final List<Double> values = new ArrayList<>();

    /** Adds the next epoch's. */
    void add(double cost) {
        values.add(cost);
    }

    /** A curve of them. */
    LinePlot plot() {
        double[] epochs =
                IntStream.rangeClosed(1, values.size()).asDoubleStream().toArray();
        double[] costs = values.stream().mapToDouble(Double::doubleValue).toArray();
        return new LinePlot("Cost of each epoch", "epoch", "mean cross entropy").line("cost", epochs, costs);
    }

    /**
     * Writes {@code costs.csv}: a header, then one line for each epoch. The file appears, or changes, all at once.
     *
     * @param folder to write to
     * @throws IOException if it cannot be written
     */
    void write(Path folder) throws IOException {
        StringBuilder text = new StringBuilder("epoch,cost\n");
        for (int i = 0; i < values.size(); i++) {
            text.append(String.format(Locale.ROOT, "%d,%.9f\n", i + 1, values.get(i)));
        }
        Path part = folder.resolve("costs.csv.part");
        try {
            Files.writeString(part, text);
            Files.move(part, folder.resolve("costs.csv"), StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(part);
        }
    }
}
