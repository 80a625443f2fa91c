package dev.gatun.io;

import dev.gatun.autograd.Tensor;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.event.IIOReadWarningListener;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * Images in files, as tensors; {@code torchvision.io.read_image}, {@code write_png} and {@code write_jpeg}.
 *
 * <p>PNG, JPEG (also with the four colours of print), GIF (its first picture), BMP and TIFF are read, PNG and JPEG
 * written. Values are the file's: no colour profile is applied, and no rotation that a camera noted.
 *
 * {@snippet :
 * Path file = folder.resolve("black.png");
 * Images.write(file, Tensor.zeros(DType.U8, 3, 72, 128));
 * Tensor image = Images.read(file);
 * System.out.println(image.describe()); // u8[3, 72, 128]
 * Tensor x = image.to(DType.F32).div(255);
 * }
 */
public final class Images {
    /** {@code torchvision.io.write_jpeg}'s. */
    private static final int JPEG_QUALITY = 75;

    private static final long MOST_PIXELS = 100_000_000;
    /** No format packs more into a byte: a header that says so is wrong, or the file cut off. */
    private static final long MOST_PIXELS_PER_BYTE = 10_000;

    private Images() {}

    /**
     * Reads an image in colour.
     *
     * @param file its path
     * @return U8 [3, height, width], red, green and blue from 0 to 255
     * @throws IOException if there is no such file, it is no image of a known format, is truncated or corrupt, or has more
     *     than 100,000,000 pixels; one line that names it
     */
    public static Tensor read(Path file) throws IOException {
        return read(file, ImageMode.RGB);
    }

    /**
     * Reads an image.
     *
     * @param file its path
     * @param mode which channels
     * @return U8 [channels, height, width], values from 0 to 255
     * @throws IOException if there is no such file, it is no image of a known format, is truncated or corrupt, or has more
     *     than 100,000,000 pixels; one line that names it
     */
    public static Tensor read(Path file, ImageMode mode) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new FileNotFoundException("image: no such file: " + file);
        }
        return Pixels.toTensor(decode(file), mode);
    }

    private static BufferedImage decode(Path file) throws IOException {
        ImageReader reader = null;
        try (ImageInputStream in = ImageIO.createImageInputStream(file.toFile())) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            if (!readers.hasNext()) {
                throw new IOException("image: of no known format: " + file);
            }
            reader = readers.next();
            String[] warning = new String[1];
            IIOReadWarningListener listener = (source, text) -> warning[0] = text;
            reader.addIIOReadWarningListener(listener);
            reader.setInput(in, true, true);
            requirePlausible(file, reader.getWidth(0), reader.getHeight(0));
            BufferedImage image = reader.read(0);
            if (warning[0] != null && isTruncation(warning[0])) {
                throw new IOException(warning[0]);
            }
            return image;
        } catch (IOException | RuntimeException e) { // decoders meet corrupt files with either
            throw failure(file, e);
        } finally {
            if (reader != null) {
                reader.dispose();
            }
        }
    }

    private static void requirePlausible(Path file, int width, int height) throws IOException {
        long pixels = (long) width * height;
        if (pixels > MOST_PIXELS) {
            throw new IOException(
                    "image: more than " + MOST_PIXELS + " pixels: " + width + " x " + height + ": " + file);
        }
        if (pixels > Files.size(file) * MOST_PIXELS_PER_BYTE) {
            throw new IOException("image: truncated: " + width + " x " + height + " pixels cannot be in "
                    + Files.size(file) + " bytes: " + file);
        }
    }

    /** JPEG's decoder fills up with grey and warns. */
    private static boolean isTruncation(String warning) {
        String text = warning.toLowerCase(Locale.ROOT);
        return text.contains("premature end") || text.contains("truncated") || text.contains("corrupt");
    }

    private static IOException failure(Path file, Exception e) {
        if (e instanceof IOException known
                && known.getMessage() != null
                && known.getMessage().startsWith("image: ")) {
            return known;
        }
        String reasons = Stream.iterate((Throwable) e, Objects::nonNull, Throwable::getCause)
                .limit(2)
                .map(Throwable::getMessage)
                .filter(Objects::nonNull)
                .map(text -> ": " + text.replaceAll("\\R+", " ").replaceFirst("^[\\w.]+Exception: ", ""))
                .collect(Collectors.joining());
        return new IOException("image: truncated or corrupt" + reasons + ": " + file, e);
    }

    /**
     * Writes an image, as PNG or JPEG by the end of its name; JPEG of quality 75. The file appears, or changes, all at
     * once.
     *
     * @param file ends in {@code .png}, {@code .jpg} or {@code .jpeg}; its folder exists
     * @param image [channels, height, width], with 1 channel, grey, 3, red, green and blue, or in PNG 4, opacity too; U8
     *     from 0 to 255, or F32 or F64 from 0 to 1, where what lies outside becomes 0 or 255
     * @throws IOException if it cannot be written; one line that names the file
     * @throws IllegalArgumentException if the name ends otherwise, or the image has another shape or dtype
     */
    public static void write(Path file, Tensor image) throws IOException {
        String name = file.toString().toLowerCase(Locale.ROOT);
        if (name.endsWith(".png")) {
            Pixels.write("image", file, Pixels.png("image", image));
        } else if (name.endsWith(".jpg") || name.endsWith(".jpeg")) {
            writeJpeg(file, image, JPEG_QUALITY);
        } else {
            throw new IllegalArgumentException("image: a name that ends in .png, .jpg or .jpeg is needed: " + file);
        }
    }

    /**
     * Writes an image as JPEG. The file appears, or changes, all at once.
     *
     * @param file whose folder exists
     * @param image [channels, height, width], with 1 channel, grey, or 3, red, green and blue; U8 from 0 to 255, or F32 or
     *     F64 from 0 to 1, where what lies outside becomes 0 or 255
     * @param quality from 1, small, to 100, good
     * @throws IOException if it cannot be written; one line that names the file
     * @throws IllegalArgumentException if the quality is outside, or the image has another shape or dtype
     */
    public static void writeJpeg(Path file, Tensor image, int quality) throws IOException {
        if (quality < 1 || quality > 100) {
            throw new IllegalArgumentException("image: the quality must be from 1 to 100: " + quality);
        }
        if (image.rank() == 3 && image.size(0) == 4) {
            throw new IllegalArgumentException("image: JPEG has no opacity: " + image.describe());
        }
        Pixels.write("image", file, jpeg(Pixels.toImage("image", image), quality));
    }

    private static byte[] jpeg(BufferedImage image, int quality) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        var bytes = new ByteArrayOutputStream();
        try (var out = new MemoryCacheImageOutputStream(bytes)) {
            ImageWriteParam options = writer.getDefaultWriteParam();
            options.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            options.setCompressionQuality(quality / 100f);
            writer.setOutput(out);
            writer.write(null, new IIOImage(image, null, null), options);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }
}
