package dev.gatun.samples;

import dev.gatun.io.LinePlot;
import dev.gatun.nn.io.AtomicFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The mean cost of each epoch. */
final class Costs {
    private final List<Double> values = new ArrayList<>();

    /** Adds the next epoch's. */
    void add(double cost) {
        values.add(cost);
    }

    /** A curve of them. */
    LinePlot plot() {
        return new LinePlot("Cost of each epoch", "epoch", "mean cross entropy").line("cost", 1, values);
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
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        AtomicFile.write("costs", folder.resolve("costs.csv"), file -> file.write(ByteBuffer.wrap(bytes)));
    }
}
