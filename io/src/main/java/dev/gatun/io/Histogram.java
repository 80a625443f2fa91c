package dev.gatun.io;

import dev.gatun.autograd.Tensor;
import java.awt.Color;
import java.awt.Graphics2D;
import java.util.ArrayList;
import java.util.List;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * How often values fall into bins of one width; {@code pyplot.hist}. Several sets of values share the bins and lie over one
 * another. NaN and infinities are in no bin.
 *
 * {@snippet :
 * new Histogram("Weights", "value")
 *         .add("before", Tensor.randn(1000))
 *         .add("after", Tensor.randn(1000).mul(2))
 *         .bins(40)
 *         .save(folder.resolve("weights.png"));
 * }
 */
public final class Histogram extends Plot {
    private static final int TRANSLUCENT = 0x70;

    private record Series(String name, double[] values, Color color) {}

    private final String xLabel;
    private final List<Series> series = new ArrayList<>();
    private int bins = 30;
    private boolean isDensity;

    /**
     * A histogram of nothing yet, with 30 bins.
     *
     * @param title above it; may be empty
     * @param xLabel what is counted, with its unit; may be empty
     */
    public Histogram(String title, String xLabel) {
        super(title);
        this.xLabel = xLabel;
    }

    /**
     * Values to count.
     *
     * @param name in the legend
     * @param values any numbers
     * @return this
     * @throws IllegalArgumentException if no value is finite, or others have that name
     */
    public Histogram add(String name, double[] values) {
        return add(name, values, PlotStyle.series(series.size()));
    }

    /**
     * Values to count, in a colour of their own, where they have one: the red of an image.
     *
     * @param name in the legend
     * @param values of any shape and dtype
     * @param rgb red, green and blue, as in 0xC62F36
     * @return this
     * @throws IllegalArgumentException if no value is finite, or others have that name
     */
    public Histogram add(String name, Tensor values, int rgb) {
        return add(name, values.toDoubleArray(), new Color(rgb));
    }

    private Histogram add(String name, double[] values, Color color) {
        if (Values.max(values) == Double.NEGATIVE_INFINITY) {
            throw new IllegalArgumentException("histogram: no finite value: '" + name + "' of " + values.length);
        }
        if (series.stream().anyMatch(s -> s.name.equals(name))) {
            throw new IllegalArgumentException("histogram: two series of one name: '" + name + "'");
        }
        series.add(new Series(name, values.clone(), color));
        return this;
    }

    /**
     * Values to count.
     *
     * @param name in the legend
     * @param values of any shape and dtype
     * @return this
     * @throws IllegalArgumentException if no value is finite, or others have that name
     */
    public Histogram add(String name, Tensor values) {
        return add(name, values.toDoubleArray());
    }

    /**
     * Another number of bins than 30.
     *
     * @param count from 1 to 1000
     * @return this
     * @throws IllegalArgumentException if there are fewer or more
     */
    public Histogram bins(int count) {
        if (count < 1 || count > 1000) {
            throw new IllegalArgumentException("histogram: bins must be from 1 to 1000: " + count);
        }
        bins = count;
        return this;
    }

    /**
     * Shows densities instead of counts: the area of each set of values is 1.
     *
     * @return this
     */
    public Histogram density() {
        isDensity = true;
        return this;
    }

    @Override
    int width() {
        return 760;
    }

    @Override
    int height() {
        return 500;
    }

    @Override
    void paint(Graphics2D g, int width, int height) {
        PlotStyle.paint(g, width, height, this::chart);
    }

    private XYChart chart(int width, int height) {
        String yLabel = isDensity ? "density" : "count";
        XYChart chart = PlotStyle.styled(new XYChart(width, height), title, xLabel, yLabel, series.size() > 1);
        double[] edges = edges();
        double highest = 0;
        for (Series s : series) {
            highest = Math.max(highest, Values.max(heights(s.values, edges)));
        }
        Scale x = Scale.linear(edges[0], edges[bins]);
        Scale y = Scale.fromZero(0, highest);
        PlotStyle.setX(chart.getStyler(), x);
        PlotStyle.setY(chart.getStyler(), y);
        for (int i = 0; i < series.size(); i++) {
            Series s = series.get(i);
            Color color = s.color;
            XYSeries drawn = chart.addSeries(s.name + i, outlineX(edges, x), outlineY(s.values, edges, y));
            drawn.setLabel(PlotStyle.legend(s.name, width));
            drawn.setXYSeriesRenderStyle(XYSeriesRenderStyle.Area);
            drawn.setLineColor(color);
            drawn.setFillColor(new Color(color.getRed(), color.getGreen(), color.getBlue(), TRANSLUCENT));
            drawn.setMarker(SeriesMarkers.NONE);
        }
        PlotStyle.addUneven(chart);
        return chart;
    }

    /** Where bins begin and end, over all values; half a unit to each side where all values are one. */
    private double[] edges() {
        double min = Double.POSITIVE_INFINITY;
        double max = Double.NEGATIVE_INFINITY;
        for (Series s : series) {
            min = Math.min(min, Values.min(s.values));
            max = Math.max(max, Values.max(s.values));
        }
        double[] edges = new double[bins + 1];
        for (int i = 0; i <= bins; i++) {
            double right = (double) i / bins;
            edges[i] = min < max ? min * (1 - right) + max * right : min - 0.5 + right;
        }
        return edges;
    }

    /** The outline of the bars: up at each bin's beginning, down at its end. */
    private double[] outlineX(double[] edges, Scale scale) {
        double[] x = new double[2 * bins + 2];
        for (int i = 0; i <= bins; i++) {
            x[2 * i] = scale.at(edges[i]);
            x[2 * i + 1] = scale.at(edges[i]);
        }
        return x;
    }

    private double[] outlineY(double[] values, double[] edges, Scale scale) {
        double[] heights = heights(values, edges);
        double[] y = new double[2 * bins + 2];
        for (int i = 0; i < bins; i++) {
            y[2 * i + 1] = scale.at(heights[i]);
            y[2 * i + 2] = scale.at(heights[i]);
        }
        return y;
    }

    /** Counts or densities; a value on an edge belongs to the bin that begins there, the largest to the last. */
    private double[] heights(double[] values, double[] edges) {
        double[] heights = new double[bins];
        double width = edges[bins] / bins - edges[0] / bins;
        double counted = 0;
        for (double v : values) {
            if (Double.isFinite(v)) {
                int bin = (int) Math.min(bins - 1, Math.max(0, Math.floor(v / width - edges[0] / width)));
                heights[bin]++;
                counted++;
            }
        }
        for (int i = 0; isDensity && i < bins; i++) {
            heights[i] /= counted * width;
        }
        return heights;
    }
}
