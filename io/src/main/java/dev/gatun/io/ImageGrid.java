package dev.gatun.io;

import dev.gatun.autograd.Tensor;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Images in rows, each with a caption if asked; {@code pyplot.imshow} in subplots. Small images are enlarged by a whole
 * number, so that each pixel stays a square.
 *
 * {@snippet :
 * Tensor digits = Tensor.rand(16, 1, 28, 28);
 * Tensor read = Tensor.zeros(DType.I64, 16);
 * new ImageGrid("What it reads", digits, 4).labels(read, read).save(folder.resolve("digits.png"));
 * }
 */
public final class ImageGrid extends Plot {
    private static final int GAP = 12;
    private static final int LEAST_SIDE = 128;
    private static final int MOST_SIDE = 640;

    private final List<BufferedImage> images = new ArrayList<>();
    private final List<String> captions;
    private final List<Color> colors;
    private final int columns;

    /**
     * A grid without captions.
     *
     * @param title above it; may be empty
     * @param images [n, C, height, width], or one image [C, height, width], with 1 channel, grey, or 3, red, green and
     *     blue; U8 from 0 to 255, or F32 or F64 from 0 to 1, where what lies outside becomes black or white
     * @param columns how many images stand in a row
     * @throws IllegalArgumentException if they have another rank, dtype or number of channels, there is none, or there are
     *     no columns
     */
    public ImageGrid(String title, Tensor images, int columns) {
        super(title);
        if (columns < 1) {
            throw new IllegalArgumentException("imageGrid: columns are below 1: " + columns);
        }
        if (images.rank() != 3 && images.rank() != 4) {
            throw new IllegalArgumentException(
                    "imageGrid: takes [n, C, height, width] or [C, height, width]: " + images.describe());
        }
        if (images.count() == 0) {
            throw new IllegalArgumentException("imageGrid: no images: " + images.describe());
        }
        int n = images.rank() == 3 ? 1 : (int) images.size(0);
        this.columns = Math.min(columns, n);
        byte[] bytes = Pixels.bytes("imageGrid", images);
        int channels = (int) images.size(-3);
        int height = (int) images.size(-2);
        int width = (int) images.size(-1);
        for (int i = 0; i < n; i++) {
            this.images.add(Pixels.toImage("imageGrid", bytes, i * channels * height * width, channels, height, width));
        }
        this.captions = new ArrayList<>(Collections.nCopies(n, ""));
        this.colors = new ArrayList<>(Collections.nCopies(n, PlotStyle.INK));
    }

    /**
     * A caption above each image.
     *
     * @param titles one for each image; lines are separated by {@code \n}
     * @return this
     * @throws IllegalArgumentException if there are more or fewer
     */
    public ImageGrid captions(List<String> titles) {
        requireCount("captions", titles.size());
        for (int i = 0; i < titles.size(); i++) {
            captions.set(i, titles.get(i));
            colors.set(i, PlotStyle.INK);
        }
        return this;
    }

    /**
     * Captions that say what was predicted and what is real, in red where they differ.
     *
     * @param predicted integers [n], classes
     * @param real integers [n], classes
     * @return this
     * @throws IllegalArgumentException if there are more or fewer than images, or they are no integers
     */
    public ImageGrid labels(Tensor predicted, Tensor real) {
        return labels(predicted, real, List.of());
    }

    /**
     * Captions that say what was predicted and what is real, in red where they differ.
     *
     * @param predicted integers [n], classes
     * @param real integers [n], classes
     * @param classes their names
     * @return this
     * @throws IllegalArgumentException if there are more or fewer than images, or they are no integers, or a class has no
     *     name
     */
    public ImageGrid labels(Tensor predicted, Tensor real, List<String> classes) {
        long[] is = classes(predicted);
        long[] was = classes(real);
        for (int i = 0; i < is.length; i++) {
            captions.set(i, "predicted " + name(is[i], classes) + "\nreal " + name(was[i], classes));
            colors.set(i, is[i] == was[i] ? PlotStyle.INK : PlotStyle.WRONG);
        }
        return this;
    }

    private long[] classes(Tensor labels) {
        if (!labels.dtype().isInteger()) {
            throw new IllegalArgumentException("imageGrid: labels are integers: " + labels.describe());
        }
        requireCount("labels", labels.count());
        return labels.toLongArray();
    }

    private static String name(long label, List<String> classes) {
        if (classes.isEmpty()) {
            return Long.toString(label);
        }
        if (label < 0 || label >= classes.size()) {
            throw new IllegalArgumentException(
                    "imageGrid: a class without a name: " + label + " of " + classes.size() + " names");
        }
        return classes.get((int) label);
    }

    private void requireCount(String what, long count) {
        if (count != images.size()) {
            throw new IllegalArgumentException("imageGrid: " + what + " and images differ in number: " + count + " "
                    + what + " for " + images.size() + " images");
        }
    }

    private int rows() {
        return (images.size() + columns - 1) / columns;
    }

    private int captionHeight() {
        int lines = captions.stream()
                .mapToInt(c -> c.isEmpty() ? 0 : c.split("\n", -1).length)
                .max()
                .orElse(0);
        return lines * PlotStyle.height(PlotStyle.SMALL) + (lines == 0 ? 0 : 4);
    }

    private int head() {
        return PlotStyle.PADDING + (title.isEmpty() ? 0 : PlotStyle.height(PlotStyle.TITLE) + GAP / 2);
    }

    /** How much larger an image is where there is room: to a side that one can see, of a size that fits a screen. */
    private double scale() {
        int side = Math.max(images.getFirst().getWidth(), images.getFirst().getHeight());
        if (side >= LEAST_SIDE) {
            return Math.min(1, (double) MOST_SIDE / side / Math.min(columns, 2));
        }
        return Math.ceilDiv(LEAST_SIDE, side);
    }

    @Override
    int width() {
        double cell = images.getFirst().getWidth() * scale() + GAP;
        return (int) Math.max(columns * cell + GAP, 120 + GAP) + GAP;
    }

    @Override
    int height() {
        double cell = images.getFirst().getHeight() * scale() + captionHeight() + GAP;
        return (int) (head() + rows() * cell) + GAP;
    }

    @Override
    void paint(Graphics2D g, int width, int height) {
        int cellWidth = (width - 2 * GAP) / columns;
        int cellHeight = (height - head() - GAP) / rows();
        int wide = images.getFirst().getWidth();
        int high = images.getFirst().getHeight();
        double scale =
                Math.min((double) (cellWidth - GAP) / wide, (double) (cellHeight - captionHeight() - GAP) / high);
        scale = scale > 1 ? Math.floor(scale) : Math.max(scale, 1.0 / Math.max(wide, high));
        int shownWidth = Math.max(1, (int) (wide * scale));
        int shownHeight = Math.max(1, (int) (high * scale));

        g.setColor(PlotStyle.INK);
        PlotStyle.center(g, PlotStyle.TITLE, title, width / 2, PlotStyle.PADDING, width - 2 * GAP);
        g.setRenderingHint(
                RenderingHints.KEY_INTERPOLATION,
                scale >= 1
                        ? RenderingHints.VALUE_INTERPOLATION_NEAREST_NEIGHBOR
                        : RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        for (int i = 0; i < images.size(); i++) {
            int middle = GAP + cellWidth * (i % columns) + cellWidth / 2;
            int top = head() + cellHeight * (i / columns);
            paintCaption(g, i, middle, top, cellWidth - 2);
            g.drawImage(images.get(i), middle - shownWidth / 2, top + captionHeight(), shownWidth, shownHeight, null);
        }
    }

    private void paintCaption(Graphics2D g, int i, int middle, int top, int width) {
        g.setColor(colors.get(i));
        int line = PlotStyle.height(PlotStyle.SMALL);
        String[] lines = captions.get(i).split("\n", -1);
        for (int k = 0; k < lines.length && !captions.get(i).isEmpty(); k++) {
            PlotStyle.center(g, PlotStyle.SMALL, lines[k], middle, top + k * line, width);
        }
    }
}
