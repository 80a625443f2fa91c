package dev.gatun.io;

import dev.gatun.autograd.Tensor;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.AffineTransform;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A confusion matrix: a row for each real class, a column for each predicted one, in each cell a count, the darker the
 * larger its share of the row. The counterpart is {@code torchmetrics.ConfusionMatrix.plot}.
 *
 * {@snippet :
 * Tensor counts = Tensor.of(new long[][] {{90, 10}, {5, 95}});
 * new ConfusionPlot("Good or not", counts, List.of("bad", "good")).save(folder.resolve("confusion.png"));
 * }
 */
public final class ConfusionPlot extends Plot {
    private static final int CELL = 52;
    private static final int LEAST_CELL = 22;
    private static final int LARGE_PLOT = 900;
    private static final Color FULL = new Color(0x08427E);
    /** Where white and dark text have the same contrast to the ground, 3.9 to 1. */
    private static final double EVEN_SHARE = 0.42;

    private static final Color LINE = new Color(0xD0D0D0);

    private final double[] counts;
    private final List<String> classes;
    private final int n;

    /**
     * A matrix whose classes are called 0, 1, 2, ...
     *
     * @param title above it; may be empty
     * @param counts [n, n] of any dtype, [real, predicted]
     * @throws IllegalArgumentException if it is not square, or a count is negative or not finite
     */
    public ConfusionPlot(String title, Tensor counts) {
        this(title, counts, numbers(counts));
    }

    /**
     * A matrix.
     *
     * @param title above it; may be empty
     * @param counts [n, n] of any dtype, [real, predicted]
     * @param classes their names
     * @throws IllegalArgumentException if the matrix is not square, has another number of classes, or a count is negative
     *     or not finite
     */
    public ConfusionPlot(String title, Tensor counts, List<String> classes) {
        super(title);
        requireSquare(counts);
        if (counts.size(0) != classes.size()) {
            throw new IllegalArgumentException("confusionPlot: a name for each class is needed: " + counts.describe()
                    + " and " + classes.size() + " names");
        }
        this.counts = counts.toDoubleArray();
        this.classes = List.copyOf(classes);
        this.n = classes.size();
        for (double count : this.counts) {
            if (!(count >= 0) || Double.isInfinite(count)) {
                throw new IllegalArgumentException("confusionPlot: counts are 0 or more: " + count);
            }
        }
    }

    private static List<String> numbers(Tensor counts) {
        requireSquare(counts);
        return IntStream.range(0, (int) counts.size(0))
                .mapToObj(Integer::toString)
                .toList();
    }

    private static void requireSquare(Tensor counts) {
        if (counts.rank() != 2 || counts.size(0) != counts.size(1) || counts.size(0) == 0) {
            throw new IllegalArgumentException("confusionPlot: a square matrix is needed: " + counts.describe());
        }
    }

    private int cell() {
        return Math.max(LEAST_CELL, Math.min(CELL, LARGE_PLOT / n));
    }

    private int left() {
        return 2 * PlotStyle.PADDING + PlotStyle.height(PlotStyle.LABEL) + longest() + 4;
    }

    private int top() {
        int head = title.isEmpty() ? 0 : PlotStyle.height(PlotStyle.TITLE) + PlotStyle.PADDING / 2;
        return PlotStyle.PADDING + head;
    }

    private int bottom() {
        int names = isSlanted() ? longest() : PlotStyle.height(PlotStyle.SMALL);
        return 2 * PlotStyle.PADDING + PlotStyle.height(PlotStyle.LABEL) + names;
    }

    private boolean isSlanted() {
        return longest() > cell() - 4;
    }

    private int longest() {
        return classes.stream()
                .mapToInt(c -> PlotStyle.width(PlotStyle.SMALL, c))
                .max()
                .orElse(0);
    }

    @Override
    int width() {
        return Math.max(360, left() + n * cell() + 2 * PlotStyle.PADDING);
    }

    @Override
    int height() {
        return top() + n * cell() + bottom();
    }

    @Override
    void paint(Graphics2D g, int width, int height) {
        int cell = Math.max(1, Math.min((width - left() - 2 * PlotStyle.PADDING) / n, (height - top() - bottom()) / n));
        int x = left() + (width - left() - 2 * PlotStyle.PADDING - n * cell) / 2;
        int y = top();
        g.setColor(PlotStyle.INK);
        PlotStyle.center(g, PlotStyle.TITLE, title, x + n * cell / 2, PlotStyle.PADDING, width - 2 * PlotStyle.PADDING);
        for (int real = 0; real < n; real++) {
            double sum = 0;
            for (int predicted = 0; predicted < n; predicted++) {
                sum += counts[real * n + predicted];
            }
            for (int predicted = 0; predicted < n; predicted++) {
                double count = counts[real * n + predicted];
                paintCell(g, count, sum == 0 ? 0 : count / sum, x + predicted * cell, y + real * cell, cell);
            }
        }
        paintNames(g, x, y, cell);
    }

    private static void paintCell(Graphics2D g, double count, double share, int x, int y, int size) {
        g.setColor(mix(share));
        g.fillRect(x, y, size, size);
        g.setColor(LINE);
        g.drawRect(x, y, size, size);
        if (size >= LEAST_CELL && count > 0) {
            g.setColor(share > EVEN_SHARE ? Color.WHITE : PlotStyle.INK);
            int line = PlotStyle.height(PlotStyle.SMALL);
            PlotStyle.center(g, PlotStyle.SMALL, text(count), x + size / 2, y + (size - line) / 2, size - 4);
        }
    }

    private static String text(double count) {
        return count == Math.rint(count) && count < 1e15 ? Long.toString((long) count) : "%.3g".formatted(count);
    }

    private static Color mix(double share) {
        double weight = Math.sqrt(share); // so that a few mistakes can be seen
        return new Color(
                (int) Math.round(255 + (FULL.getRed() - 255) * weight),
                (int) Math.round(255 + (FULL.getGreen() - 255) * weight),
                (int) Math.round(255 + (FULL.getBlue() - 255) * weight));
    }

    private void paintNames(Graphics2D g, int x, int y, int cell) {
        int line = PlotStyle.height(PlotStyle.SMALL);
        int side = n * cell;
        g.setColor(PlotStyle.INK);
        for (int i = 0; i < n && cell >= line * 3 / 4; i++) {
            int wide = PlotStyle.width(PlotStyle.SMALL, classes.get(i));
            PlotStyle.center(
                    g, PlotStyle.SMALL, classes.get(i), x - 6 - wide / 2, y + i * cell + (cell - line) / 2, wide + 2);
            if (isSlanted()) {
                AffineTransform straight = g.getTransform();
                g.translate(x + i * cell + (cell - line) / 2.0, y + side + 6.0 + wide);
                g.rotate(-Math.PI / 2);
                PlotStyle.center(g, PlotStyle.SMALL, classes.get(i), wide / 2, 0, wide + 2);
                g.setTransform(straight);
            } else {
                PlotStyle.center(g, PlotStyle.SMALL, classes.get(i), x + i * cell + cell / 2, y + side + 5, cell);
            }
        }
        int names = isSlanted() ? longest() : line;
        PlotStyle.center(g, PlotStyle.LABEL, "predicted", x + side / 2, y + side + names + 10, side);
        AffineTransform straight = g.getTransform();
        g.translate(x - longest() - PlotStyle.PADDING - PlotStyle.height(PlotStyle.LABEL), y + side / 2.0);
        g.rotate(-Math.PI / 2);
        PlotStyle.center(g, PlotStyle.LABEL, "real", 0, 0, side);
        g.setTransform(straight);
    }
}
