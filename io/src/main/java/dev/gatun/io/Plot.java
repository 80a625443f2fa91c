package dev.gatun.io;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.GatunException;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A picture of results: curves, histograms, bars, images, confusion matrices, or several of them in a {@link Figure}.
 * Plots are drawn in memory, without a screen; that needs a font on the machine. The counterpart is {@code
 * matplotlib.figure.Figure}; PyTorch draws nothing.
 *
 * <p>A plot holds copies of its numbers, and is used by one thread at a time.
 *
 * {@snippet :
 * Plot losses = new LinePlot("Training loss", "epoch", "loss")
 *         .line("with batch norm", new double[] {1, 0.5, 0.3})
 *         .line("without", new double[] {1, 0.7, 0.6});
 * losses.save(folder.resolve("loss.png"));
 * Tensor picture = losses.toTensor(); // u8[3, height, width], for SummaryWriter.addImage
 * }
 */
public abstract sealed class Plot permits Figure, LinePlot, Histogram, BarPlot, ConfusionPlot, ImageGrid {
    private static final int LEAST = 64;
    private static final long MOST_PIXELS = 100_000_000;

    /** Above the plot; may be empty. */
    final String title;

    Plot(String title) {
        this.title = title;
    }

    /** How wide it is where nobody asks for another size. */
    abstract int width();

    /** How high it is where nobody asks for another size. */
    abstract int height();

    /** Draws it on white ground, from (0, 0), with smooth edges and text. */
    abstract void paint(Graphics2D g, int width, int height);

    /**
     * Writes it as a PNG file of its own size. The file appears, or changes, all at once.
     *
     * @param file whose folder exists
     * @throws IOException if it cannot be written; one line that names the file
     * @throws GatunException if this machine has no font to write text with
     */
    public final void save(Path file) throws IOException {
        save(file, width(), height());
    }

    /**
     * Writes it as a PNG file. The file appears, or changes, all at once.
     *
     * @param file whose folder exists
     * @param width in pixels, at least 64
     * @param height in pixels, at least 64
     * @throws IOException if it cannot be written; one line that names the file
     * @throws IllegalArgumentException if a side is below 64 pixels, or there are more than 100,000,000 pixels
     * @throws GatunException if this machine has no font to write text with
     */
    public final void save(Path file, int width, int height) throws IOException {
        BufferedImage image = draw(width, height);
        Pixels.write("plot", file, Pixels.png(image));
    }

    /**
     * Its pixels, in its own size.
     *
     * @return U8 [3, height, width], red, green and blue
     * @throws GatunException if this machine has no font to write text with
     */
    public final Tensor toTensor() {
        return toTensor(width(), height());
    }

    /**
     * Its pixels.
     *
     * @param width in pixels, at least 64
     * @param height in pixels, at least 64
     * @return U8 [3, height, width], red, green and blue
     * @throws IllegalArgumentException if a side is below 64 pixels, or there are more than 100,000,000 pixels
     * @throws GatunException if this machine has no font to write text with
     */
    public final Tensor toTensor(int width, int height) {
        return Pixels.toTensor(draw(width, height), ImageMode.RGB);
    }

    private BufferedImage draw(int width, int height) {
        if (width < LEAST || height < LEAST || (long) width * height > MOST_PIXELS) {
            throw new IllegalArgumentException("plot: a size from " + LEAST + " x " + LEAST + " to " + MOST_PIXELS
                    + " pixels is needed: " + width + " x " + height);
        }
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        try {
            Graphics2D g = image.createGraphics();
            g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
            g.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
            g.setRenderingHint(RenderingHints.KEY_FRACTIONALMETRICS, RenderingHints.VALUE_FRACTIONALMETRICS_ON);
            g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
            g.setColor(PlotStyle.PAPER);
            g.fillRect(0, 0, width, height);
            paint(g, width, height);
            g.dispose();
        } catch (LinkageError | InternalError e) { // the platform's way of saying that it has no font
            throw new GatunException(
                    "plot: Java cannot draw text on this machine: install fontconfig and a font, such as Debian's "
                            + "fontconfig and fonts-dejavu-core: " + e.getMessage(),
                    e);
        }
        return image;
    }
}
