package dev.gatun.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Shape;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Draws each kind of plot and looks at pixels; with {@code -Dgatun.plots=DIR} the pictures stay there to be looked at. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PlotTest {
    @TempDir
    Path folder;

    private BufferedImage save(String name, Plot plot) throws IOException {
        String kept = System.getProperty("gatun.plots");
        Path file = (kept == null ? folder : Path.of(kept)).resolve(name + ".png");
        plot.save(file);
        return ImageIO.read(file.toFile());
    }

    private static int count(BufferedImage image, Color color) {
        int found = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                found += (image.getRGB(x, y) & 0xffffff) == (color.getRGB() & 0xffffff) ? 1 : 0;
            }
        }
        return found;
    }

    private static void assertShows(BufferedImage image, int series) {
        int found = count(image, PlotStyle.series(series));
        assertTrue(found > 20, "series " + series + ": " + found + " pixels");
    }

    private static double[] decay(double from, double rate, int n) {
        double[] values = new double[n];
        for (int i = 0; i < n; i++) {
            values[i] = from * Math.exp(-rate * i) + 0.02 * Math.sin(7.0 * i);
        }
        return values;
    }

    private static Tensor digits(int n) {
        float[][][][] pixels = new float[n][1][28][28];
        for (int i = 0; i < n; i++) {
            for (int y = 4; y < 24; y++) {
                for (int x = 4; x < 24; x++) {
                    double ring = Math.hypot(y - 14, x - 14) - 4 - i % 5;
                    pixels[i][0][y][x] = (float) Math.max(0, 1 - ring * ring / 4);
                }
            }
        }
        return Tensor.of(pixels);
    }

    @Test
    void linePlot_severalCurves_showsEach() throws IOException {
        var plot = new LinePlot("Training loss", "epoch", "loss")
                .line("with batch norm", decay(1.9, 0.5, 15))
                .line("with dropout", decay(2.3, 0.3, 15))
                .line("without either", decay(2.3, 0.2, 15));
        BufferedImage image = save("lines", plot);
        assertEquals(760, image.getWidth());
        assertEquals(500, image.getHeight());
        for (int i = 0; i < 3; i++) {
            assertShows(image, i);
        }
        assertEquals(0, count(image, PlotStyle.series(3)));
    }

    @Test
    void linePlot_logarithmic_drawsDecades() throws IOException {
        double[] rates = {1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1};
        var plot = new LinePlot("Learning rate range", "learning rate", "loss")
                .line("loss", rates, new double[] {2.3, 2.2, 1.1, 0.2, 3, 400})
                .logX()
                .logY();
        assertShows(save("log", plot), 0);
        for (double most : new double[] {0.05, 0.06, 0.2, 3, 30, 300, 3e5, 7e11}) {
            var losses = new LinePlot("", "", "")
                    .line("loss", new double[] {0.05, most})
                    .logY();
            BufferedImage image = save("log-" + most, losses);
            int ink = count(image.getSubimage(0, 0, 60, image.getHeight() - 80), PlotStyle.INK);
            assertTrue(ink > 5, "no numbers beside the axis to " + most + ": " + ink);
        }
    }

    @Test
    void linePlot_pointsAndFit_linesUp() throws IOException {
        Tensor fahrenheit = Tensor.of(35.7f, 55.9f, 58.2f, 81.9f, 56.3f, 48.9f, 33.9f, 21.8f, 48.4f, 60.4f, 68.4f);
        Tensor celsius = Tensor.of(0.5f, 14.0f, 15.0f, 28.0f, 11.0f, 8.0f, 3.0f, -4.0f, 6.0f, 13.0f, 21.0f);
        var plot = new LinePlot("Thermometers", "measured [°F]", "temperature [°C]")
                .points("measured", fahrenheit, celsius)
                .fit("fitted", fahrenheit, celsius);
        BufferedImage image = save("scatter", plot);
        assertShows(image, 0);
        assertShows(image, 1);
        var e = assertThrows(
                IllegalArgumentException.class, () -> plot.line("fitted: y = 0.5368 x − 17.30", new double[] {1}));
        assertEquals("linePlot: two series of one name: 'fitted: y = 0.5368 x − 17.30'", e.getMessage());
    }

    @Test
    void linePlot_valuesThatCannotBeDrawn_leavesGaps() throws IOException {
        double nan = Double.NaN;
        double infinity = Double.POSITIVE_INFINITY;
        double[] broken = {1, 2, nan, 3, infinity, 2, -infinity, 1};
        assertShows(save("gaps", new LinePlot("Gaps", "", "").line("a", broken)), 0);
        assertShows(
                save("gaps-log", new LinePlot("Gaps", "", "").line("a", broken).logY()), 0);
        var empty = new LinePlot("Nothing", "", "").line("a", new double[] {nan, infinity});
        assertEquals(0, count(save("nothing", empty), PlotStyle.series(0)));
        assertEquals(0, count(save("nothing-log", empty.logX().logY()), PlotStyle.series(0)));
        var half =
                new LinePlot("Half", "", "").line("a", new double[] {nan, nan}).line("b", new double[] {1, 2});
        assertShows(save("half", half), 1);
        save("no-curve", new LinePlot("No curve", "x", "y"));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 1, -3, 1e-300, 1e300, 1e-45, -1e-300})
    void linePlot_oneValueAgainAndAgain_isDrawn(double value) throws IOException {
        double[] values = {value, value, value};
        assertShows(save("constant", new LinePlot("Constant", "", "").line("a", values)), 0);
        double[] almost = {value, Math.nextUp(value), value};
        assertShows(save("almost", new LinePlot("Almost", "", "").line("a", almost)), 0);
    }

    @Test
    void linePlot_hugeRange_isDrawn() throws IOException {
        double most = Double.MAX_VALUE / 4;
        assertShows(save("huge", new LinePlot("Huge", "", "").line("a", new double[] {-most, 0, most})), 0);
        double[] tiny = {Double.MIN_VALUE, 1e-300, 1, 1e300};
        assertShows(save("wide", new LinePlot("Wide", "", "").line("a", tiny).logY()), 0);
    }

    @Test
    void linePlot_ranges_cutTheCurve() throws IOException {
        var plot = new LinePlot("Accuracy", "epoch", "accuracy")
                .line("train", decay(1, 0.5, 60))
                .yRange(0, 1)
                .xRange(0, 20);
        assertShows(save("ranges", plot), 0);
        for (double[] range : new double[][] {{1, 1}, {2, 1}, {Double.NaN, 1}, {0, Double.POSITIVE_INFINITY}}) {
            assertThrows(IllegalArgumentException.class, () -> plot.yRange(range[0], range[1]));
        }
    }

    @Test
    void linePlot_badSeries_saysWhy() {
        var plot = new LinePlot("", "", "").line("a", List.of(1, 2.5, 3L));
        double[] two = {1, 2};
        double[] none = {};
        assertLine("linePlot: two series of one name: 'a'", () -> plot.line("a", two));
        assertLine("linePlot: no values: 'b'", () -> plot.line("b", none));
        assertLine("linePlot: counts differ: 'b' has 2 x and 0 y", () -> plot.points("b", two, none));
        assertLine(
                "linePlot: a fit needs two points with different x: 'b' has 2 points",
                () -> plot.fit("b", new double[] {1, 1}, two));
    }

    private static void assertLine(String line, org.junit.jupiter.api.function.Executable action) {
        assertEquals(line, assertThrows(IllegalArgumentException.class, action).getMessage());
    }

    @Test
    void histogram_twoSets_lieOverOneAnother() throws IOException {
        var random = new java.util.Random(1);
        double[] a = random.doubles(5000).map(u -> random.nextGaussian()).toArray();
        double[] b =
                random.doubles(5000).map(u -> 2 + 0.5 * random.nextGaussian()).toArray();
        BufferedImage image = save(
                "histogram", new Histogram("Weights", "value").add("before", a).add("after", b));
        assertShows(image, 0);
        assertShows(image, 1);
        save(
                "density",
                new Histogram("Weights", "value").add("before", a).bins(60).density());
        save("one-value", new Histogram("One", "value").add("a", new double[] {3, 3, Double.NaN}));
        assertLine(
                "histogram: no finite value: 'a' of 1",
                () -> new Histogram("", "").add("a", new double[] {Double.NaN}));
        assertLine("histogram: bins must be from 1 to 1000: 0", () -> new Histogram("", "").bins(0));
    }

    @Test
    void barPlot_twoSeries_standSideBySide() throws IOException {
        List<String> works = List.of("mlp-b100", "mlp-b32", "lenet-b64", "lstm-b32");
        var plot = new BarPlot("Seconds per epoch", "work", "time [s]", works)
                .bars("Gatun", new double[] {0.88, 1.31, 5.2, 2.5})
                .bars("DJL, libtorch", new double[] {2.81, 5.55, 9.41, 3});
        BufferedImage image = save("bars", plot);
        assertShows(image, 0);
        assertShows(image, 1);
        List<String> names = List.of("a category with a long name", "another one with a long name", "", "negative");
        save("bars-long", new BarPlot("Long names", "", "", names).bars("a", new double[] {1, Double.NaN, 0.001, -1.5
                }));
        save("bars-none", new BarPlot("None", "", "", names));
        assertLine(
                "barPlot: a value for each of 4 categories is needed: 'b' has 1",
                () -> plot.bars("b", new double[] {1}));
    }

    @Test
    void confusionPlot_counts_showShares() throws IOException {
        long[][] counts = new long[10][10];
        for (int i = 0; i < 10; i++) {
            counts[i][i] = 950L + i;
            counts[i][(i * 3 + 4) % 10] += 12;
        }
        save("confusion", new ConfusionPlot("MNIST, 10,000 digits", Tensor.of(counts)));
        List<String> names = List.of("Abyssinian cat", "Tabby cat", "Egyptian");
        Tensor small = Tensor.of(new float[][] {{10, 2, 0}, {0, 0, 0}, {0.5f, 0, 7}});
        save("confusion-names", new ConfusionPlot("Cats", small, names));
        save("confusion-large", new ConfusionPlot("", Tensor.eye(120, 120)));
        assertLine(
                "confusionPlot: a square matrix is needed: f32[2, 3]", () -> new ConfusionPlot("", Tensor.zeros(2, 3)));
        assertLine(
                "confusionPlot: counts are 0 or more: -1.0",
                () -> new ConfusionPlot("", Tensor.of(new float[][] {{-1}})));
    }

    @Test
    void imageGrid_digits_showsPixelsAndMarksMistakes() throws IOException {
        Tensor labels = Tensor.of(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 0L, 1L, 2L, 3L, 4L, 5L);
        Tensor predicted = labels.clone();
        var right = new ImageGrid("What it reads", digits(16), 4).labels(predicted, labels);
        assertEquals(0, count(save("digits-right", right), PlotStyle.WRONG));
        predicted.select(0, 5).fill_(3);
        BufferedImage wrong = save("digits", new ImageGrid("What it reads", digits(16), 4).labels(predicted, labels));
        assertNotEquals(0, count(wrong, PlotStyle.WRONG));
    }

    @Test
    void imageGrid_smallImage_isEnlargedInSquares() {
        Tensor image = Tensor.of(new byte[][][] {{{0, (byte) 200}, {100, 50}}, {{0, 7}, {0, 0}}, {{0, 0}, {9, 0}}});
        Tensor drawn = new ImageGrid("", image, 1).toTensor();
        Set<List<Integer>> colors = new HashSet<>();
        byte[] bytes = drawn.toByteArray();
        int plane = (int) (drawn.size(1) * drawn.size(2));
        for (int i = 0; i < plane; i++) {
            colors.add(List.of(bytes[i] & 255, bytes[plane + i] & 255, bytes[2 * plane + i] & 255));
        }
        assertEquals(
                Set.of(
                        List.of(255, 255, 255),
                        List.of(0, 0, 0),
                        List.of(200, 7, 0),
                        List.of(100, 0, 9),
                        List.of(50, 0, 0)),
                colors);
    }

    @Test
    void imageGrid_floats_areClipped() {
        Tensor image = Tensor.of(new float[][][] {{{-1, 0.5f, 2, Float.NaN}}});
        byte[] bytes = Pixels.bytes("imageGrid", image);
        assertArrayEquals(new byte[] {0, (byte) 128, (byte) 255, 0}, bytes);
    }

    @Test
    void imageGrid_badInput_saysWhy() {
        assertLine(
                "imageGrid: takes [n, C, height, width] or [C, height, width]: f32[4, 4]",
                () -> new ImageGrid("", Tensor.zeros(4, 4), 1));
        assertLine("imageGrid: an image has 1, 3 or 4 channels: 2", () -> new ImageGrid("", Tensor.zeros(2, 4, 4), 1));
        assertLine("imageGrid: no images: f32[0, 1, 4, 4]", () -> new ImageGrid("", Tensor.zeros(0, 1, 4, 4), 1));
        var grid = new ImageGrid("", digits(2), 2);
        assertLine(
                "imageGrid: captions and images differ in number: 1 captions for 2 images",
                () -> grid.captions(List.of("a")));
        assertLine("imageGrid: labels are integers: f32[2]", () -> grid.labels(Tensor.zeros(2), Tensor.zeros(2)));
        assertLine(
                "imageGrid: a class without a name: 1 of 1 names",
                () -> grid.labels(Tensor.of(0L, 1L), Tensor.of(0L, 0L), List.of("zero")));
        assertLine(
                "imageGrid: takes u8 from 0 to 255, or floats from 0 to 1: i64[1, 2, 2]",
                () -> new ImageGrid("", Tensor.zeros(1, 2, 2).to(DType.I64), 1));
    }

    @Test
    void figure_fourPlots_shareOnePicture() throws IOException {
        double[] a = decay(2.3, 0.5, 15);
        double[] b = decay(2.3, 0.2, 15);
        var figure = new Figure("With and without batch norm", 2)
                .add(new LinePlot("Training loss", "epoch", "loss")
                        .line("with", a)
                        .line("without", b))
                .add(new LinePlot("Validation loss", "epoch", "loss")
                        .line("with", b)
                        .line("without", a))
                .add(new Histogram("Weights", "value").add("a", a))
                .add(new ImageGrid("Digits", digits(6), 3));
        BufferedImage image = save("figure", figure);
        assertTrue(image.getWidth() >= 1500, image.getWidth() + " pixels wide");
        assertShows(image.getSubimage(0, 0, 760, 530), 1);
        assertShows(image.getSubimage(760, 0, 760, 530), 1);
        assertEquals(Shape.of(3, 300, 400), figure.toTensor(400, 300).shape());
        assertLine("figure: added to itself: ''", () -> {
            var inner = new Figure("", 1);
            inner.add(new Figure("", 1).add(inner));
        });
        save("figure-empty", new Figure("Empty", 3));
    }

    @Test
    void save_existingFile_isReplacedWhole() throws IOException {
        Path file = folder.resolve("plot.png");
        Files.writeString(file, "old");
        new LinePlot("a", "", "").line("a", new double[] {1, 2}).save(file, 200, 100);
        assertEquals(200, ImageIO.read(file.toFile()).getWidth());
        try (var files = Files.list(folder)) {
            assertEquals(List.of(file), files.toList());
        }
        Path plain = Files.writeString(folder.resolve("plain"), "");
        assertEquals(
                PosixFilePermissions.toString(Files.getPosixFilePermissions(plain)),
                PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    }

    @Test
    void save_badTarget_saysWhy() {
        var plot = new LinePlot("a", "", "").line("a", new double[] {1, 2});
        Path missing = folder.resolve("missing").resolve("plot.png");
        var e = assertThrows(IOException.class, () -> plot.save(missing));
        assertEquals("plot: no such folder: " + missing.getParent(), e.getMessage());
        e = assertThrows(IOException.class, () -> plot.save(folder));
        assertEquals("plot: not a regular file: " + folder, e.getMessage());
        if (!"root".equals(System.getProperty("user.name"))) { // who may write everywhere
            folder.toFile().setWritable(false);
            Path locked = folder.resolve("locked.png");
            e = assertThrows(IOException.class, () -> plot.save(locked));
            assertEquals("plot: cannot write: AccessDenied: " + locked, e.getMessage());
            folder.toFile().setWritable(true);
        }
        Path file = folder.resolve("plot.png");
        assertLine(
                "plot: a size from 64 x 64 to 100000000 pixels is needed: 100000 x 100000",
                () -> plot.save(file, 100_000, 100_000));
        assertLine("plot: a size from 64 x 64 to 100000000 pixels is needed: 10 x 100", () -> plot.toTensor(10, 100));
        assertTrue(Files.notExists(file));
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 90, 150, 3000})
    void plots_anySize_areDrawn(int side) {
        String longTitle = String.join(" ", Collections.nCopies(20, "a very long title"));
        List<Plot> plots = List.of(
                new LinePlot(longTitle, longTitle, longTitle)
                        .line(longTitle, decay(2, 0.1, 50))
                        .line("b", decay(1, 1, 9)),
                new Histogram(longTitle, "x").add("a", decay(2, 0.1, 50)),
                new BarPlot(longTitle, "x", "y", List.of(longTitle, "b")).bars("a", new double[] {1, 2}),
                new ConfusionPlot(longTitle, Tensor.eye(30, 30)),
                new ImageGrid(longTitle, digits(30), 7).captions(Collections.nCopies(30, longTitle)),
                new Figure(longTitle, 3).add(new ImageGrid("", digits(1), 1)));
        for (Plot plot : plots) {
            assertEquals(Shape.of(3, 64, side), plot.toTensor(side, 64).shape());
            assertEquals(Shape.of(3, side, 64), plot.toTensor(64, side).shape());
        }
    }

    /** The texts at the marks of a logarithmic axis. */
    private static List<String> marks(double min, double max) {
        Scale scale = Scale.logarithmic(min, max);
        return IntStream.rangeClosed((int) Math.ceil(scale.min()), (int) Math.floor(scale.max()))
                .mapToObj(scale::label)
                .toList();
    }

    @Test
    void scale_logarithmic_marksDecadesOrDoublings() {
        assertEquals(List.of("0.1", "0.2", "0.4", "0.8"), marks(0.09, 0.9));
        assertEquals(List.of("1.25", "2.5", "5", "10", "20", "40", "80"), marks(1.1, 100));
        assertEquals(List.of("0.01", "0.1", "1", "10"), marks(0.009, 11));
        assertEquals(" ", Scale.logarithmic(0.009, 11).label(0.5));
        Scale ends = Scale.logarithmic(0.009, 11);
        assertNotEquals(ends.label(ends.min()), ends.label(ends.max()));
        assertEquals(" ", Scale.logarithmic(0.09, 0.9).label(0.5));
        assertTrue(marks(3, 3).size() >= 2
                && marks(4, 4).size() >= 2
                && marks(4.1, 4.2).size() >= 2);
        assertEquals(0, Scale.logarithmic(0.09, 0.9).at(0.1), 1e-12);
        assertEquals(-1, Scale.logarithmic(0.09, 0.9).at(0.05), 1e-12);
    }

    @Test
    void scale_whole_marksWholeNumbersAlone() {
        Scale epochs = Scale.linear(1, 3).whole();
        assertEquals("2", epochs.label(epochs.at(2)));
        assertEquals(" ", epochs.label(epochs.at(2.5)));
        Scale one = Scale.linear(1, 1).whole();
        assertEquals("0", one.label(one.min()));
        assertEquals("2", one.label(one.max()));
        assertEquals("0.5", Scale.linear(0, 1).label(Scale.linear(0, 1).at(0.5)));
    }
}
