package dev.gatun.samples;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.StringTokenizer;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/** A digit as somebody sends it: the bytes of a PNG, or 784 numbers as text. White on black, as MNIST's are. */
final class DigitImage {
    private static final int SIDE = 28;
    private static final int PIXELS = SIDE * SIDE;
    private static final int LARGEST_SIDE = 1024; // a small file may ask for gigabytes
    private static final float WHITE = 255;

    static {
        ImageIO.setUseCache(false); // a request leaves no file behind
    }

    private DigitImage() {}

    /**
     * The pixels, row by row.
     *
     * @param body a PNG of any size up to 1024 x 1024, or numbers from 0 to 1 between spaces, commas or brackets
     * @return 784 values from 0 to 1
     * @throws IllegalArgumentException if it is neither; one line
     */
    static float[] pixels(byte[] body) {
        boolean isPng = body.length > 4 && body[0] == (byte) 0x89 && body[1] == 'P' && body[2] == 'N' && body[3] == 'G';
        return isPng ? ofPng(body) : ofText(new String(body, StandardCharsets.UTF_8));
    }

    private static float[] ofText(String text) {
        StringTokenizer numbers = new StringTokenizer(text, " ,;[]\t\r\n");
        if (numbers.countTokens() != PIXELS) {
            throw new IllegalArgumentException("neither a PNG nor 784 numbers: " + numbers.countTokens() + " words");
        }
        float[] pixels = new float[PIXELS];
        for (int i = 0; i < PIXELS; i++) {
            String word = numbers.nextToken();
            try {
                pixels[i] = Float.parseFloat(word);
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("number " + i + " is none: " + shown(word), e);
            }
            if (!(pixels[i] >= 0 && pixels[i] <= 1)) {
                throw new IllegalArgumentException("number " + i + " is outside 0..1: " + shown(word));
            }
        }
        return pixels;
    }

    private static String shown(String word) {
        return (word.length() <= 20 ? word : word.substring(0, 20) + "...").replaceAll("\\p{Cntrl}", "?");
    }

    private static float[] ofPng(byte[] png) {
        try (ImageInputStream in = ImageIO.createImageInputStream(new ByteArrayInputStream(png))) {
            Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName("png");
            ImageReader reader = readers.next();
            try {
                reader.setInput(in, true, true);
                if (reader.getWidth(0) > LARGEST_SIDE || reader.getHeight(0) > LARGEST_SIDE) {
                    throw new IllegalArgumentException("a PNG above " + LARGEST_SIDE + " x " + LARGEST_SIDE + ": "
                            + reader.getWidth(0) + " x " + reader.getHeight(0));
                }
                return grey(reader.read(0));
            } finally {
                reader.dispose();
            }
        } catch (IOException | IndexOutOfBoundsException | NullPointerException e) { // of a reader that trusts the file
            throw new IllegalArgumentException("not a proper PNG: " + Errors.line(e), e);
        }
    }

    private static float[] grey(BufferedImage image) {
        float[] pixels = new float[PIXELS];
        boolean fits = image.getWidth() == SIDE && image.getHeight() == SIDE;
        if (fits && image.getType() == BufferedImage.TYPE_BYTE_GRAY) {
            Raster values = image.getRaster(); // getRGB would bend them: Java takes grey for linear light
            for (int i = 0; i < PIXELS; i++) {
                pixels[i] = values.getSample(i % SIDE, i / SIDE, 0) / WHITE;
            }
            return pixels;
        }
        BufferedImage small = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
        Graphics2D pen = small.createGraphics();
        pen.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        pen.drawImage(image, 0, 0, SIDE, SIDE, null);
        pen.dispose();
        for (int i = 0; i < PIXELS; i++) {
            int rgb = small.getRGB(i % SIDE, i / SIDE);
            double light = 0.299 * (rgb >> 16 & 0xff) + 0.587 * (rgb >> 8 & 0xff) + 0.114 * (rgb & 0xff);
            pixels[i] = (float) light / WHITE;
        }
        return pixels;
    }
}
