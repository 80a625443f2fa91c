package dev.gatun.io;

import java.awt.Graphics2D;
import java.util.ArrayList;
import java.util.List;

/**
 * Plots in rows and columns of one picture; {@code pyplot.subplots}.
 *
 * {@snippet :
 * double[] a = {3, 2, 1};
 * double[] b = {3, 2.5, 2};
 * new Figure("With and without batch norm", 2)
 *         .add(new LinePlot("Training", "epoch", "loss").line("with", a).line("without", b))
 *         .add(new LinePlot("Validation", "epoch", "loss").line("with", b).line("without", b))
 *         .save(folder.resolve("comparison.png"));
 * }
 */
public final class Figure extends Plot {
    private final int columns;
    private final List<Plot> plots = new ArrayList<>();

    /**
     * A figure with no plot yet.
     *
     * @param title above all; may be empty
     * @param columns how many plots stand in a row
     * @throws IllegalArgumentException if there are no columns
     */
    public Figure(String title, int columns) {
        super(title);
        if (columns < 1) {
            throw new IllegalArgumentException("figure: columns are below 1: " + columns);
        }
        this.columns = columns;
    }

    /**
     * The next plot, from left to right and then from top to bottom.
     *
     * @param plot drawn as it is when the figure is
     * @return this
     * @throws IllegalArgumentException if it is this figure, or contains it
     */
    public Figure add(Plot plot) {
        if (contains(plot, this)) {
            throw new IllegalArgumentException("figure: added to itself: '" + title + "'");
        }
        plots.add(plot);
        return this;
    }

    private static boolean contains(Plot plot, Figure figure) {
        return plot == figure
                || plot instanceof Figure other && other.plots.stream().anyMatch(p -> contains(p, figure));
    }

    private int head() {
        return title.isEmpty() ? 0 : PlotStyle.PADDING + PlotStyle.height(PlotStyle.TITLE);
    }

    private int[] widths() {
        int[] widths = new int[Math.max(1, Math.min(columns, plots.size()))];
        for (int i = 0; i < plots.size(); i++) {
            widths[i % columns] = Math.max(widths[i % columns], plots.get(i).width());
        }
        return widths;
    }

    private int[] heights() {
        int[] heights = new int[Math.max(1, (plots.size() + columns - 1) / columns)];
        for (int i = 0; i < plots.size(); i++) {
            heights[i / columns] = Math.max(heights[i / columns], plots.get(i).height());
        }
        return heights;
    }

    private static int sum(int[] sizes) {
        int sum = 0;
        for (int size : sizes) {
            sum = Math.addExact(sum, size);
        }
        return sum;
    }

    @Override
    int width() {
        return Math.max(200, sum(widths()));
    }

    @Override
    int height() {
        return Math.max(100, head() + sum(heights()));
    }

    @Override
    void paint(Graphics2D g, int width, int height) {
        g.setColor(PlotStyle.INK);
        PlotStyle.center(
                g, PlotStyle.TITLE, title, width / 2, PlotStyle.PADDING * 2 / 3, width - 2 * PlotStyle.PADDING);
        int[] x = edges(widths(), width);
        int[] y = edges(heights(), height - head());
        for (int i = 0; i < plots.size(); i++) {
            int column = i % columns;
            int row = i / columns;
            int wide = x[column + 1] - x[column];
            int high = y[row + 1] - y[row];
            Graphics2D part = (Graphics2D) g.create(x[column], head() + y[row], wide, high);
            plots.get(i).paint(part, wide, high);
            part.dispose();
        }
    }

    /** Where parts begin and end when they share a length in proportion to their sizes. */
    private static int[] edges(int[] sizes, int length) {
        int[] edges = new int[sizes.length + 1];
        long total = Math.max(1, sum(sizes));
        long before = 0;
        for (int i = 0; i < sizes.length; i++) {
            before += sizes[i];
            edges[i + 1] = (int) (before * length / total);
        }
        return edges;
    }
}
