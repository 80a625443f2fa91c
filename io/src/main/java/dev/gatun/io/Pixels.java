package dev.gatun.io;

import dev.gatun.autograd.Tensor;
import dev.gatun.nn.io.AtomicFile;
import dev.gatun.runtime.DType;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Between Java's images and tensors. */
final class Pixels {
    private Pixels() {}

    /** U8 [channels, height, width] of an image. */
    static Tensor toTensor(BufferedImage image, ImageMode mode) {
        int width = image.getWidth();
        int height = image.getHeight();
        int plane = Math.multiplyExact(width, height);
        byte[] planes = new byte[Math.multiplyExact(mode.channels(), plane)];
        int[] row = new int[width];
        int[] samples = {};
        boolean isPlain = isPlain(image.getColorModel());
        for (int y = 0; y < height; y++) {
            if (isPlain) {
                samples = plainRow(image, y, row, samples);
            } else {
                image.getRGB(0, y, width, 1, row, 0, width);
            }
            for (int x = 0, at = y * width; x < width; x++, at++) {
                set(planes, at, plane, mode, row[x]);
            }
        }
        return Tensor.ofBuffer(ByteBuffer.wrap(planes), mode.channels(), height, width);
    }

    private static void set(byte[] planes, int at, int plane, ImageMode mode, int argb) {
        int red = argb >> 16 & 0xff;
        int green = argb >> 8 & 0xff;
        int blue = argb & 0xff;
        if (mode == ImageMode.GRAY) {
            // 0.299, 0.587 and 0.114 in 65536ths, rounded
            planes[at] = (byte) (19595 * red + 38470 * green + 7471 * blue + 0x8000 >> 16);
            return;
        }
        planes[at] = (byte) red;
        planes[plane + at] = (byte) green;
        planes[2 * plane + at] = (byte) blue;
        if (mode == ImageMode.RGB_ALPHA) {
            planes[3 * plane + at] = (byte) (argb >>> 24);
        }
    }

    /** Whether samples are grey or red, green and blue as they stand: getRGB would brighten grey and apply profiles. */
    private static boolean isPlain(ColorModel model) {
        int type = model.getColorSpace().getType();
        return !(model instanceof IndexColorModel)
                && (type == ColorSpace.TYPE_GRAY || type == ColorSpace.TYPE_RGB)
                && model.getComponentSize(0) <= 16
                && !model.isAlphaPremultiplied();
    }

    /** A row as getRGB gives it, from the samples; returns the array for the next. */
    private static int[] plainRow(BufferedImage image, int y, int[] row, int[] reused) {
        Raster raster = image.getRaster();
        ColorModel model = image.getColorModel();
        int bands = raster.getNumBands();
        int[] samples = raster.getPixels(
                raster.getMinX(), raster.getMinY() + y, row.length, 1, reused.length == 0 ? null : reused);
        boolean isGray = model.getNumColorComponents() == 1;
        for (int x = 0; x < row.length; x++) {
            int at = x * bands;
            int red = eight(samples[at], model.getComponentSize(0));
            int green = isGray ? red : eight(samples[at + 1], model.getComponentSize(1));
            int blue = isGray ? red : eight(samples[at + 2], model.getComponentSize(2));
            int alpha = model.hasAlpha() ? eight(samples[at + bands - 1], model.getComponentSize(bands - 1)) : 255;
            row[x] = alpha << 24 | red << 16 | green << 8 | blue;
        }
        return samples;
    }

    private static int eight(int sample, int bits) {
        return bits == 8 ? sample : bits > 8 ? sample >> bits - 8 : sample * 255 / ((1 << bits) - 1);
    }

    /**
     * The bytes of images in row-major order.
     *
     * @param op whose error it is
     * @param images U8, or F32 or F64 from 0 to 1, where what lies outside becomes 0 or 255
     * @throws IllegalArgumentException if they are of another dtype, or too large for an array
     */
    static byte[] bytes(String op, Tensor images) {
        if (images.dtype() == DType.U8) {
            return images.toByteArray();
        }
        if (!images.dtype().isFloating()) {
            throw new IllegalArgumentException(
                    op + ": takes u8 from 0 to 255, or floats from 0 to 1: " + images.describe());
        }
        float[] values = images.toFloatArray();
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) Math.round(Math.clamp(values[i], 0f, 1f) * 255); // NaN becomes 0
        }
        return bytes;
    }

    /** An image from a tensor [channels, height, width] of 1, 3 or 4 channels. */
    static BufferedImage toImage(String op, Tensor image) {
        if (image.rank() != 3 || image.count() == 0) {
            throw new IllegalArgumentException(op + ": takes [channels, height, width]: " + image.describe());
        }
        return toImage(op, bytes(op, image), 0, (int) image.size(0), (int) image.size(1), (int) image.size(2));
    }

    /** An image of 1 channel, grey, 3, red, green and blue, or 4, opacity too, from planes in an array. */
    static BufferedImage toImage(String op, byte[] planes, int offset, int channels, int height, int width) {
        if (channels != 1 && channels != 3 && channels != 4) {
            throw new IllegalArgumentException(op + ": an image has 1, 3 or 4 channels: " + channels);
        }
        int plane = height * width;
        if (channels == 1) {
            BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
            byte[] gray = Arrays.copyOfRange(planes, offset, offset + plane);
            image.getRaster().setDataElements(0, 0, width, height, gray);
            return image;
        }
        BufferedImage image = new BufferedImage(
                width, height, channels == 3 ? BufferedImage.TYPE_INT_RGB : BufferedImage.TYPE_INT_ARGB);
        int[] row = new int[width];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int at = offset + y * width + x;
                int alpha = channels == 3 ? 0xff : planes[at + 3 * plane] & 0xff;
                row[x] = alpha << 24
                        | (planes[at] & 0xff) << 16
                        | (planes[at + plane] & 0xff) << 8
                        | planes[at + 2 * plane] & 0xff;
            }
            image.getRaster().setDataElements(0, y, width, 1, row);
        }
        return image;
    }

    /** A PNG file of a tensor [channels, height, width] of 1, 3 or 4 channels. */
    static byte[] png(String op, Tensor image) throws IOException {
        return png(toImage(op, image));
    }

    /** A PNG file of an image. */
    static byte[] png(BufferedImage image) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var out = new MemoryCacheImageOutputStream(bytes)) {
            ImageIO.write(image, "png", out);
        }
        return bytes.toByteArray();
    }

    /** Writes a file all at once, and names it where it cannot be. */
    static void write(String op, Path file, byte[] contents) throws IOException {
        try {
            AtomicFile.write(op, file, channel -> {
                ByteBuffer left = ByteBuffer.wrap(contents);
                while (left.hasRemaining()) {
                    channel.write(left);
                }
            });
        } catch (FileSystemException e) { // whose message is often the path alone
            String kind = e.getClass().getSimpleName().replace("Exception", "");
            throw new IOException(op + ": cannot write: " + kind + ": " + file, e);
        }
    }
}
