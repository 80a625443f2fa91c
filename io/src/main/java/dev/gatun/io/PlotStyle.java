package dev.gatun.io;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.font.FontRenderContext;
import java.awt.geom.AffineTransform;
import java.util.Locale;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** What plots have in common: fonts, colours, lines and how text is fitted in. Sizes are in pixels. */
final class PlotStyle {
    static final Color PAPER = Color.WHITE;
    static final Color INK = new Color(0x262626);
    static final Color GRID = new Color(0xE4E4E4);
    static final Color WRONG = new Color(0xC0392B);

    static final Font TITLE = new Font(Font.SANS_SERIF, Font.BOLD, 18);
    static final Font LABEL = new Font(Font.SANS_SERIF, Font.PLAIN, 16);
    static final Font SMALL = new Font(Font.SANS_SERIF, Font.PLAIN, 14);

    static final int PADDING = 14;

    private static final int LEAST_WIDTH = 400;
    private static final int LEAST_HEIGHT = 280;
    private static final float LEAST_POINTS = 9;
    private static final float LINE_WIDTH = 2.2f;
    private static final int MARKER_SIZE = 7;
    private static final FontRenderContext SMOOTH = new FontRenderContext(null, true, true);

    /** Ten that differ in lightness too, so that neighbours stay apart for everybody and in print. */
    private static final Color[] SERIES = {
        new Color(0x1F77B4),
        new Color(0xE6701E),
        new Color(0x2A9134),
        new Color(0xC62F36),
        new Color(0x8C63BE),
        new Color(0x7E5148),
        new Color(0xD96BB5),
        new Color(0x6F6F6F),
        new Color(0xA9A91D),
        new Color(0x17A5B8)
    };

    private PlotStyle() {}

    /** The colour of the series with a number, again from the first after ten. */
    static Color series(int number) {
        return SERIES[number % SERIES.length];
    }

    /** A chart of the plotting library with its texts, in the look that all have. */
    static <C extends Chart<? extends AxesChartStyler, ?>> C styled(
            C chart, String title, String xLabel, String yLabel, boolean hasLegend) {
        chart.setTitle(title);
        chart.setXAxisTitle(xLabel);
        chart.setYAxisTitle(yLabel);
        apply(chart.getStyler(), title, hasLegend, chart.getWidth());
        return chart;
    }

    private static void apply(AxesChartStyler styler, String title, boolean hasLegend, int width) {
        Marker[] markers = {SeriesMarkers.CIRCLE};
        BasicStroke[] lines = {new BasicStroke(LINE_WIDTH, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND)};
        styler.setSeriesColors(SERIES);
        styler.setSeriesMarkers(markers);
        styler.setSeriesLines(lines);
        styler.setMarkerSize(MARKER_SIZE);
        styler.setChartBackgroundColor(PAPER);
        styler.setChartFontColor(INK);
        styler.setChartPadding(PADDING);
        styler.setChartTitleFont(fitting(TITLE, title, width * 4 / 5));
        styler.setChartTitleBoxVisible(false);
        styler.setChartTitlePadding(8);
        styler.setPlotBackgroundColor(PAPER);
        styler.setPlotBorderColor(new Color(0x9A9A9A));
        styler.setPlotMargin(0);
        styler.setPlotGridLinesColor(GRID);
        styler.setPlotGridLinesStroke(new BasicStroke(1));
        styler.setLegendVisible(hasLegend);
        styler.setLegendPosition(LegendPosition.OutsideS);
        styler.setLegendLayout(LegendLayout.Horizontal);
        styler.setLegendFont(SMALL);
        styler.setLegendBorderColor(PAPER);
        styler.setLegendBackgroundColor(PAPER);
        styler.setLegendPadding(12);
        styler.setLocale(Locale.ROOT);
        styler.setAxisTitleFont(LABEL);
        styler.setAxisTickLabelsFont(SMALL);
        styler.setAxisTickLabelsColor(INK);
        styler.setAxisTickMarksColor(new Color(0x9A9A9A));
    }

    /** What the vertical axis shows, and its marks. */
    static void setY(AxesChartStyler styler, Scale y) {
        styler.setYAxisMin(y.min());
        styler.setYAxisMax(y.max());
        styler.setyAxisTickLabelsFormattingFunction(y::label);
    }

    /** What the horizontal axis shows, and its marks. */
    static void setX(AxesChartStyler styler, Scale x) {
        styler.setXAxisMin(x.min());
        styler.setXAxisMax(x.max());
        styler.setxAxisTickLabelsFormattingFunction(x::label);
    }

    /** A chart of the plotting library for a size. */
    @FunctionalInterface
    interface Sized {
        /** The chart. */
        Chart<?, ?> of(int width, int height);
    }

    /** Paints a chart of the plotting library; on small ground smaller, since the library needs room for its marks. */
    static void paint(Graphics2D g, int width, int height, Sized chart) {
        double scale = Math.min(1, Math.min((double) width / LEAST_WIDTH, (double) height / LEAST_HEIGHT));
        int wide = (int) Math.ceil(width / scale);
        int high = (int) Math.ceil(height / scale);
        AffineTransform before = g.getTransform();
        g.scale(scale, scale);
        chart.of(wide, high).paint(g, wide, high);
        g.setTransform(before);
    }

    /** A name for the legend, cut to its share of a width. The library takes no empty one. */
    static String legend(String name, int width) {
        return name.isEmpty() ? " " : cut(SMALL, name, width / 3);
    }

    /**
     * Adds numbers at uneven distances, which are not shown: where all are even the library looks for marks among them, not
     * among round numbers, and its search does not end where there is no room for two. They lie before all others, so
     * that none of them can stand in a line with these.
     */
    static void addUneven(XYChart chart) {
        double[] uneven = {-1000, -700, 0};
        chart.addSeries("uneven " + chart.hashCode(), uneven, uneven).setEnabled(false);
    }

    /** The font, or a smaller one in which the text is as wide as asked; never below what can be read. */
    static Font fitting(Font font, String text, int width) {
        double wide = font.getStringBounds(text, SMOOTH).getWidth();
        if (wide <= width) {
            return font;
        }
        return font.deriveFont((float) Math.max(LEAST_POINTS, Math.floor(font.getSize2D() * width / wide)));
    }

    /** How wide a text is. */
    static int width(Font font, String text) {
        return (int) Math.ceil(font.getStringBounds(text, SMOOTH).getWidth());
    }

    /** How high a line of text is. */
    static int height(Font font) {
        return (int) Math.ceil(font.getLineMetrics("Ag", SMOOTH).getHeight());
    }

    /** Draws a line of text around a middle, smaller or cut where the width does not hold it; top is the line's upper edge. */
    static void center(Graphics2D g, Font font, String text, int middle, int top, int width) {
        g.setFont(fitting(font, text, width));
        FontMetrics metrics = g.getFontMetrics();
        String cut = cut(g.getFont(), text, width);
        g.drawString(cut, middle - metrics.stringWidth(cut) / 2, top + metrics.getAscent());
    }

    /** As much of a text as a width holds, with dots where something is left out. */
    static String cut(Font font, String text, int width) {
        if (width(font, text) <= width) {
            return text;
        }
        int length = text.length();
        while (length > 1 && width(font, text.substring(0, length) + "…") > width) {
            length--;
        }
        return text.substring(0, length) + "…";
    }
}
