package dev.gatun.io;

import dev.gatun.autograd.Tensor;
import java.awt.Graphics2D;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.style.CategoryStyler;

/**
 * A bar for each category, or several side by side; {@code pyplot.bar}. A bar begins at 0, and up to 24 of them bear
 * their values, where all are high enough for that. A value that is NaN or infinite has no bar.
 *
 * {@snippet :
 * new BarPlot("Rentals", "weather", "per hour", List.of("clear", "mist", "rain"))
 *         .bars("2011", new double[] {170, 150, 90})
 *         .bars("2012", new double[] {240, 200, 130})
 *         .save(folder.resolve("bars.png"));
 * }
 */
public final class BarPlot extends Plot {
    private static final int MOST_VALUES = 24;
    private static final double LEAST_SHARE = 0.06;
    private static final int SLANT = 40;

    private final String xLabel;
    private final String yLabel;
    private final List<String> categories;
    private final Map<String, double[]> series = new LinkedHashMap<>();

    /**
     * A plot with no bar yet.
     *
     * @param title above it; may be empty
     * @param xLabel of the horizontal axis; may be empty
     * @param yLabel of the vertical axis, with its unit; may be empty
     * @param categories from left to right
     * @throws IllegalArgumentException if there is none
     */
    public BarPlot(String title, String xLabel, String yLabel, List<String> categories) {
        super(title);
        if (categories.isEmpty()) {
            throw new IllegalArgumentException("barPlot: no categories");
        }
        this.xLabel = xLabel;
        this.yLabel = yLabel;
        this.categories = List.copyOf(categories);
    }

    /**
     * A bar for each category.
     *
     * @param name in the legend
     * @param values one for each category
     * @return this
     * @throws IllegalArgumentException if there are more or fewer, or others have that name
     */
    public BarPlot bars(String name, double[] values) {
        if (values.length != categories.size()) {
            throw new IllegalArgumentException("barPlot: a value for each of " + categories.size()
                    + " categories is needed: '" + name + "' has " + values.length);
        }
        if (series.putIfAbsent(name, values.clone()) != null) {
            throw new IllegalArgumentException("barPlot: two series of one name: '" + name + "'");
        }
        return this;
    }

    /**
     * A bar for each category.
     *
     * @param name in the legend
     * @param values one for each category, of any shape and dtype
     * @return this
     * @throws IllegalArgumentException if there are more or fewer, or others have that name
     */
    public BarPlot bars(String name, Tensor values) {
        return bars(name, values.toDoubleArray());
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
        if (series.isEmpty()) { // of which the library can make nothing
            PlotStyle.center(g, PlotStyle.TITLE, title, width / 2, PlotStyle.PADDING, width);
            return;
        }
        PlotStyle.paint(g, width, height, this::chart);
    }

    private CategoryChart chart(int width, int height) {
        CategoryChart chart =
                PlotStyle.styled(new CategoryChart(width, height), title, xLabel, yLabel, series.size() > 1);
        CategoryStyler styler = chart.getStyler();
        styler.setPlotGridVerticalLinesVisible(false);
        styler.setAvailableSpaceFill(0.8);
        styler.setLabelsFont(PlotStyle.SMALL);
        if (longest() > width * 7 / 10 / categories.size()) {
            styler.setXAxisLabelRotation(SLANT);
        }
        double[] all = series.values().stream().flatMapToDouble(Arrays::stream).toArray();
        Scale y = Scale.fromZero(Values.min(all), Values.max(all));
        PlotStyle.setY(styler, y);
        styler.setLabelsVisible(all.length <= MOST_VALUES && areHigh(all));
        List<String> labels = labels(width);
        series.forEach((name, values) -> chart.addSeries(name + chart.hashCode(), labels, numbers(values, y))
                .setLabel(PlotStyle.legend(name, width)));
        return chart;
    }

    private static boolean areHigh(double[] values) {
        double highest = Math.max(Math.abs(Values.min(values)), Math.abs(Values.max(values)));
        return Arrays.stream(values).allMatch(v -> Math.abs(v) >= LEAST_SHARE * highest);
    }

    private int longest() {
        return categories.stream()
                .mapToInt(c -> PlotStyle.width(PlotStyle.SMALL, c))
                .max()
                .orElse(0);
    }

    /** The categories' names, none longer than a third of the width. */
    private List<String> labels(int width) {
        List<String> labels = new ArrayList<>();
        for (String category : categories) {
            labels.add(PlotStyle.legend(category, width));
        }
        return labels;
    }

    private static List<Double> numbers(double[] values, Scale scale) {
        List<Double> numbers = new ArrayList<>();
        for (double v : values) {
            numbers.add(Double.isFinite(v) ? scale.at(v) : 0.0);
        }
        return numbers;
    }
}
