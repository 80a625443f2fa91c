package dev.gatun.io;

import dev.gatun.autograd.Tensor;
import java.awt.Graphics2D;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Curves and points over two axes, with a legend where there is more than one; {@code pyplot.plot} and
 * {@code pyplot.scatter}.
 *
 * <p>Where a value is NaN or infinite, or not above 0 on a logarithmic axis, a curve has a gap and a point is left out.
 *
 * {@snippet :
 * double[] fahrenheit = {50, 60, 70};
 * double[] celsius = {10, 15.5, 21};
 * new LinePlot("Thermometers", "measured (°F)", "in °C")
 *         .points("measured", fahrenheit, celsius)
 *         .fit("fitted", fahrenheit, celsius)
 *         .save(folder.resolve("fit.png"));
 * }
 */
public final class LinePlot extends Plot {
    private static final int FIT_STEPS = 200;
    /** Curves of up to so many values show each of them as a dot. */
    private static final int MOST_DOTS = 40;

    private record Series(String name, double[] x, double[] y, boolean isLine) {}

    private record Range(double min, double max) {}

    private final String xLabel;
    private final String yLabel;
    private final List<Series> series = new ArrayList<>();
    private boolean logX;
    private boolean logY;
    private @Nullable Range xRange;
    private @Nullable Range yRange;

    /**
     * A plot with no curve yet.
     *
     * @param title above it; may be empty
     * @param xLabel of the horizontal axis, with its unit; may be empty
     * @param yLabel of the vertical axis, with its unit; may be empty
     */
    public LinePlot(String title, String xLabel, String yLabel) {
        super(title);
        this.xLabel = xLabel;
        this.yLabel = yLabel;
    }

    /**
     * A curve over 0, 1, 2, ...
     *
     * @param name in the legend
     * @param y its values
     * @return this
     * @throws IllegalArgumentException if there is no value, or a curve has that name
     */
    public LinePlot line(String name, double[] y) {
        return line(name, Values.count(y.length), y);
    }

    /**
     * A curve over 0, 1, 2, ...
     *
     * @param name in the legend
     * @param y its values
     * @return this
     * @throws IllegalArgumentException if there is no value, or a curve has that name
     */
    public LinePlot line(String name, List<? extends Number> y) {
        return line(name, Values.of(y));
    }

    /**
     * A curve over 0, 1, 2, ...
     *
     * @param name in the legend
     * @param y its values, of any shape and dtype, in row-major order
     * @return this
     * @throws IllegalArgumentException if there is no value, or a curve has that name
     */
    public LinePlot line(String name, Tensor y) {
        return line(name, y.toDoubleArray());
    }

    /**
     * A curve over whole numbers, such as epochs from 1 on.
     *
     * @param name in the legend
     * @param first where it begins
     * @param y its values
     * @return this
     * @throws IllegalArgumentException if there is no value, or a curve has that name
     */
    public LinePlot line(String name, int first, double[] y) {
        double[] x = Values.count(y.length);
        Arrays.setAll(x, i -> first + x[i]);
        return line(name, x, y);
    }

    /**
     * A curve over whole numbers, such as epochs from 1 on.
     *
     * @param name in the legend
     * @param first where it begins
     * @param y its values
     * @return this
     * @throws IllegalArgumentException if there is no value, or a curve has that name
     */
    public LinePlot line(String name, int first, List<? extends Number> y) {
        return line(name, first, Values.of(y));
    }

    /**
     * A curve through points, in their order.
     *
     * @param name in the legend
     * @param x of each point
     * @param y of each point
     * @return this
     * @throws IllegalArgumentException if counts differ, there is no point, or a curve has that name
     */
    public LinePlot line(String name, double[] x, double[] y) {
        return add(name, x, y, true);
    }

    /**
     * A curve through points, in their order.
     *
     * @param name in the legend
     * @param x of each point, of any shape and dtype
     * @param y of each point, as many
     * @return this
     * @throws IllegalArgumentException if counts differ, there is no point, or a curve has that name
     */
    public LinePlot line(String name, Tensor x, Tensor y) {
        return line(name, x.toDoubleArray(), y.toDoubleArray());
    }

    /**
     * Points by themselves; {@code pyplot.scatter}.
     *
     * @param name in the legend
     * @param x of each point
     * @param y of each point
     * @return this
     * @throws IllegalArgumentException if counts differ, there is no point, or a curve has that name
     */
    public LinePlot points(String name, double[] x, double[] y) {
        return add(name, x, y, false);
    }

    /**
     * Points by themselves; {@code pyplot.scatter}.
     *
     * @param name in the legend
     * @param x of each point, of any shape and dtype
     * @param y of each point, as many
     * @return this
     * @throws IllegalArgumentException if counts differ, there is no point, or a curve has that name
     */
    public LinePlot points(String name, Tensor x, Tensor y) {
        return points(name, x.toDoubleArray(), y.toDoubleArray());
    }

    /**
     * The straight line of least squares through points, which are not drawn; the legend says its slope and intercept.
     *
     * @param name in the legend
     * @param x of each point, at least two different
     * @param y of each point
     * @return this
     * @throws IllegalArgumentException if counts differ, fewer than two points with different x are finite, or a curve
     *     has that name
     */
    public LinePlot fit(String name, double[] x, double[] y) {
        requireEqualCounts(name, x, y);
        double[] line = leastSquares(x, y);
        double from = Values.min(x);
        double to = Values.max(x);
        if (!Double.isFinite(line[0]) || !Double.isFinite(line[1])) {
            throw new IllegalArgumentException(
                    "linePlot: a fit needs two points with different x: '" + name + "' has " + x.length + " points");
        }
        double[] at = new double[FIT_STEPS + 1]; // many, since on a logarithmic axis it is not straight
        double[] value = new double[FIT_STEPS + 1];
        for (int i = 0; i <= FIT_STEPS; i++) {
            at[i] = from + (to - from) * i / FIT_STEPS;
            value[i] = line[0] * at[i] + line[1];
        }
        String formula = String.format(
                Locale.ROOT, "%s: y = %.4g x %s %.4g", name, line[0], line[1] < 0 ? "−" : "+", Math.abs(line[1]));
        return add(formula, at, value, true);
    }

    /**
     * The straight line of least squares through points, which are not drawn; the legend says its slope and intercept.
     *
     * @param name in the legend
     * @param x of each point, of any shape and dtype, at least two different
     * @param y of each point, as many
     * @return this
     * @throws IllegalArgumentException if counts differ, fewer than two points with different x are finite, or a curve
     *     has that name
     */
    public LinePlot fit(String name, Tensor x, Tensor y) {
        return fit(name, x.toDoubleArray(), y.toDoubleArray());
    }

    /**
     * Makes the horizontal axis logarithmic.
     *
     * @return this
     */
    public LinePlot logX() {
        logX = true;
        return this;
    }

    /**
     * Makes the vertical axis logarithmic.
     *
     * @return this
     */
    public LinePlot logY() {
        logY = true;
        return this;
    }

    /**
     * What the horizontal axis shows, instead of all there is; {@code pyplot.xlim}.
     *
     * @param min its left end
     * @param max its right end
     * @return this
     * @throws IllegalArgumentException unless min is below max and both are finite
     */
    public LinePlot xRange(double min, double max) {
        xRange = range("xRange", min, max);
        return this;
    }

    /**
     * What the vertical axis shows, instead of all there is; {@code pyplot.ylim}.
     *
     * @param min its lower end
     * @param max its upper end
     * @return this
     * @throws IllegalArgumentException unless min is below max and both are finite
     */
    public LinePlot yRange(double min, double max) {
        yRange = range("yRange", min, max);
        return this;
    }

    private static Range range(String name, double min, double max) {
        if (!(min < max) || !Double.isFinite(max - min)) {
            throw new IllegalArgumentException(
                    "linePlot: " + name + " must go from a number to a larger one: " + min + " to " + max);
        }
        return new Range(min, max);
    }

    private LinePlot add(String name, double[] x, double[] y, boolean isLine) {
        requireEqualCounts(name, x, y);
        if (y.length == 0) {
            throw new IllegalArgumentException("linePlot: no values: '" + name + "'");
        }
        if (series.stream().anyMatch(s -> s.name.equals(name))) {
            throw new IllegalArgumentException("linePlot: two series of one name: '" + name + "'");
        }
        series.add(new Series(name, x.clone(), y.clone(), isLine));
        return this;
    }

    private static void requireEqualCounts(String name, double[] x, double[] y) {
        if (x.length != y.length) {
            throw new IllegalArgumentException(
                    "linePlot: counts differ: '" + name + "' has " + x.length + " x and " + y.length + " y");
        }
    }

    /** Slope and intercept over the finite points; not finite where they do not fix a line. */
    private static double[] leastSquares(double[] x, double[] y) {
        double meanX = 0;
        double meanY = 0;
        int n = 0;
        for (int i = 0; i < x.length; i++) {
            if (Double.isFinite(x[i]) && Double.isFinite(y[i])) {
                n++;
                meanX += (x[i] - meanX) / n;
                meanY += (y[i] - meanY) / n;
            }
        }
        double xx = 0;
        double xy = 0;
        for (int i = 0; i < x.length; i++) {
            if (Double.isFinite(x[i]) && Double.isFinite(y[i])) {
                xx += (x[i] - meanX) * (x[i] - meanX);
                xy += (x[i] - meanX) * (y[i] - meanY);
            }
        }
        double slope = xy / xx;
        return new double[] {slope, meanY - slope * meanX};
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
        XYChart chart = PlotStyle.styled(new XYChart(width, height), title, xLabel, yLabel, series.size() > 1);
        Scale x = countsX() ? scale(xRange, logX, true).whole() : scale(xRange, logX, true);
        Scale y = scale(yRange, logY, false);
        PlotStyle.setX(chart.getStyler(), x);
        PlotStyle.setY(chart.getStyler(), y);
        for (Series s : series) {
            add(chart, s, x, y);
        }
        PlotStyle.addUneven(chart);
        return chart;
    }

    /** Whether the horizontal axis counts something: all numbers are whole, and nobody asked for others. */
    private boolean countsX() {
        return !logX
                && xRange == null
                && series.stream().flatMapToDouble(s -> Arrays.stream(s.x)).allMatch(x -> x == Math.rint(x));
    }

    /** An axis for all that can be drawn, or for the range asked for. */
    private Scale scale(@Nullable Range asked, boolean isLog, boolean isX) {
        double min = Double.POSITIVE_INFINITY;
        double max = Double.NEGATIVE_INFINITY;
        for (Series s : series) {
            for (int i = 0; i < s.x.length; i++) {
                if (isDrawable(s, i)) {
                    min = Math.min(min, isX ? s.x[i] : s.y[i]);
                    max = Math.max(max, isX ? s.x[i] : s.y[i]);
                }
            }
        }
        if (asked != null && !(isLog && asked.min <= 0)) {
            min = asked.min;
            max = asked.max;
        }
        return isLog ? Scale.logarithmic(min, max) : Scale.linear(min, max);
    }

    /** Adds a series, with gaps for what cannot be drawn. */
    private void add(XYChart chart, Series s, Scale xScale, Scale yScale) {
        double[] x = new double[s.x.length];
        double[] y = new double[s.y.length];
        boolean isEmpty = true;
        for (int i = 0; i < x.length; i++) {
            boolean isDrawable = isDrawable(s, i);
            isEmpty &= !isDrawable;
            y[i] = isDrawable ? yScale.at(s.y[i]) : Double.NaN;
            x[i] = isDrawable ? xScale.at(s.x[i]) : i == 0 ? 0 : x[i - 1];
        }
        String note = isEmpty ? " (no value to draw)" : "";
        XYSeries drawn = chart.addSeries(s.name + chart.hashCode(), x, y);
        drawn.setLabel(PlotStyle.legend(s.name + note, chart.getWidth()));
        if (!s.isLine) {
            drawn.setLineStyle(SeriesLines.NONE);
        } else if (y.length > MOST_DOTS) {
            drawn.setMarker(SeriesMarkers.NONE);
        }
    }

    private boolean isDrawable(Series s, int i) {
        return Double.isFinite(s.x[i]) && Double.isFinite(s.y[i]) && (!logX || s.x[i] > 0) && (!logY || s.y[i] > 0);
    }
}
