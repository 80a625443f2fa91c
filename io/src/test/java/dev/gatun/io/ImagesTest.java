package dev.gatun.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Shape;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImagesTest {
    @TempDir
    Path folder;

    private static Tensor noise(int channels, int height, int width) {
        byte[] bytes = new byte[channels * height * width];
        new Random(1).nextBytes(bytes);
        return Tensor.ofBuffer(ByteBuffer.wrap(bytes), channels, height, width);
    }

    private static Tensor smooth(int channels, int height, int width) {
        byte[] bytes = new byte[channels * height * width];
        for (int i = 0; i < bytes.length; i++) {
            int y = i / width % height;
            int x = i % width;
            bytes[i] = (byte) (40 + 60 * (i / (width * height)) + (x + y) * 50 / (width + height));
        }
        return Tensor.ofBuffer(ByteBuffer.wrap(bytes), channels, height, width);
    }

    /** The one line for a file, without the path at its end. */
    private String refusal(byte[] bytes) throws IOException {
        Path file = folder.resolve("image");
        Files.write(file, bytes);
        String line = assertThrows(IOException.class, () -> Images.read(file)).getMessage();
        assertTrue(line.startsWith("image: ") && line.endsWith(": " + file), line);
        assertEquals(1, line.lines().count(), line);
        return line.substring("image: ".length(), line.length() - (": " + file).length());
    }

    @Test
    void png_writtenAndRead_isTheSame() throws IOException {
        Path file = folder.resolve("image.PNG");
        for (ImageMode mode : ImageMode.values()) {
            Tensor image = noise(mode.channels(), 7, 13);
            Images.write(file, image);
            Tensor read = Images.read(file, mode);
            assertEquals(DType.U8, read.dtype());
            assertEquals(image.shape(), read.shape());
            assertArrayEquals(image.toByteArray(), read.toByteArray());
        }
        Tensor image = noise(4, 7, 13); // its opacity is dropped, or its colours made grey
        Images.write(file, image);
        assertArrayEquals(image.narrow(0, 0, 3).toByteArray(), Images.read(file).toByteArray());
        byte[] gray = Images.read(file, ImageMode.GRAY).toByteArray();
        byte[] planes = image.toByteArray();
        for (int i = 0; i < 91; i++) {
            double luma = 0.299 * (planes[i] & 255) + 0.587 * (planes[91 + i] & 255) + 0.114 * (planes[182 + i] & 255);
            assertEquals(luma, gray[i] & 255, 0.5 + 1e-2);
        }
    }

    @Test
    void read_grayFile_isRepeatedAsItStands() throws IOException {
        Path file = folder.resolve("gray.png");
        Tensor gray = noise(1, 5, 6);
        Images.write(file, gray);
        Tensor color = Images.read(file, ImageMode.RGB_ALPHA);
        for (int c = 0; c < 3; c++) {
            assertArrayEquals(gray.toByteArray(), color.narrow(0, c, 1).toByteArray());
        }
        assertEquals(255, color.narrow(0, 3, 1).min().item());
        BufferedImage deep = new BufferedImage(3, 1, BufferedImage.TYPE_USHORT_GRAY);
        deep.getRaster().setPixels(0, 0, 3, 1, new int[] {0, 0x80ff, 0xffff});
        ImageIO.write(deep, "png", file.toFile());
        assertArrayEquals(
                new byte[] {0, (byte) 128, (byte) 255},
                Images.read(file, ImageMode.GRAY).toByteArray());
    }

    @Test
    void read_palette_givesItsColors() throws IOException {
        byte[] red = {10, 20, 30, 40};
        byte[] green = {1, 2, 3, 4};
        byte[] blue = {(byte) 200, (byte) 210, (byte) 220, (byte) 230};
        BufferedImage image =
                new BufferedImage(4, 1, BufferedImage.TYPE_BYTE_INDEXED, new IndexColorModel(8, 4, red, green, blue));
        image.getRaster().setPixels(0, 0, 4, 1, new int[] {3, 2, 1, 0});
        for (String format : new String[] {"png", "gif"}) {
            Path file = folder.resolve("palette." + format);
            ImageIO.write(image, format, file.toFile());
            assertArrayEquals(
                    new byte[] {40, 30, 20, 10, 4, 3, 2, 1, (byte) 230, (byte) 220, (byte) 210, (byte) 200},
                    Images.read(file).toByteArray(),
                    format);
        }
    }

    @Test
    void jpeg_writtenAndRead_isAlike() throws IOException {
        for (int channels : new int[] {1, 3}) {
            Tensor image = smooth(channels, 40, 60);
            Path file = folder.resolve("image.jpg");
            Images.write(file, image);
            long small = Files.size(file);
            Tensor read = Images.read(file, channels == 1 ? ImageMode.GRAY : ImageMode.RGB);
            assertEquals(image.shape(), read.shape());
            double off =
                    read.to(DType.F32).sub(image.to(DType.F32)).abs().mean().item();
            assertTrue(off < 3, off + " away");
            Images.writeJpeg(file, image, 100);
            assertTrue(Files.size(file) > small);
        }
    }

    @Test
    void write_floats_areScaled() throws IOException {
        Path file = folder.resolve("image.png");
        Images.write(file, Tensor.of(new float[][][] {{{-1, 0, 0.5f, 1, 7}}}));
        assertArrayEquals(
                new byte[] {0, 0, (byte) 128, (byte) 255, (byte) 255},
                Images.read(file, ImageMode.GRAY).toByteArray());
    }

    @Test
    void write_badInput_saysWhy() {
        Path file = folder.resolve("image.png");
        assertLine(
                "image: takes [channels, height, width]: u8[5, 5]",
                () -> Images.write(file, noise(1, 5, 5).select(0, 0)));
        assertLine("image: an image has 1, 3 or 4 channels: 2", () -> Images.write(file, noise(2, 5, 5)));
        assertLine(
                "image: takes u8 from 0 to 255, or floats from 0 to 1: i64[1, 2, 2]",
                () -> Images.write(file, Tensor.zeros(1, 2, 2).to(DType.I64)));
        assertLine("image: the quality must be from 1 to 100: 0", () -> Images.writeJpeg(file, noise(1, 5, 5), 0));
        Path jpeg = folder.resolve("image.jpeg");
        assertLine("image: JPEG has no opacity: u8[4, 5, 5]", () -> Images.write(jpeg, noise(4, 5, 5)));
        Path other = folder.resolve("image.webp");
        assertLine(
                "image: a name that ends in .png, .jpg or .jpeg is needed: " + other,
                () -> Images.write(other, noise(1, 5, 5)));
        assertTrue(Files.notExists(file));
    }

    private static void assertLine(String line, org.junit.jupiter.api.function.Executable action) {
        assertEquals(line, assertThrows(IllegalArgumentException.class, action).getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "jpg", "gif", "bmp", "tiff"})
    void read_cutOffOrBroken_isOneLineOrAnImage(String format) throws IOException {
        Path file = folder.resolve("whole." + format);
        BufferedImage image = new BufferedImage(60, 40, BufferedImage.TYPE_INT_RGB);
        byte[] pixels = noise(3, 40, 60).toByteArray();
        for (int i = 0; i < 2400; i++) {
            image.setRGB(i % 60, i / 60, pixels[i] << 16 | (pixels[2400 + i] & 255) << 8 | pixels[4800 + i] & 255);
        }
        assertTrue(ImageIO.write(image, format, file.toFile()));
        byte[] whole = Files.readAllBytes(file);
        for (double part : new double[] {0, 0.001, 0.01, 0.1, 0.3, 0.5, 0.9}) {
            String line = refusal(Arrays.copyOf(whole, (int) (whole.length * part)));
            assertTrue(line.startsWith("truncated") || line.equals("of no known format"), line);
        }
        Random random = new Random(1);
        for (int i = 0; i < 300; i++) {
            byte[] broken = whole.clone();
            for (int k = 0; k < 4; k++) {
                broken[random.nextInt(Math.min(broken.length, i % 2 == 0 ? 80 : broken.length))] =
                        (byte) random.nextInt();
            }
            Files.write(file, broken);
            try {
                Images.read(file);
            } catch (IOException e) {
                assertTrue(e.getMessage().startsWith("image: "), e.getMessage());
                assertEquals(1, e.getMessage().lines().count(), e.getMessage());
                assertFalse(e.getMessage().contains("Exception"), e.getMessage());
            }
        }
    }

    @Test
    void read_hostileHeader_allocatesNothing() throws IOException {
        Path file = folder.resolve("image.png");
        Images.write(file, noise(1, 5, 6));
        byte[] bytes = Files.readAllBytes(file);
        ByteBuffer header = ByteBuffer.wrap(bytes);
        header.putInt(16, 9_000).putInt(20, 9_000);
        CRC32 sum = new CRC32();
        sum.update(bytes, 12, 17);
        header.putInt(29, (int) sum.getValue());
        assertEquals("truncated: 9000 x 9000 pixels cannot be in " + bytes.length + " bytes", refusal(bytes));
        header.putInt(16, 2_000_000_000).putInt(20, 2_000_000_000);
        sum.reset();
        sum.update(bytes, 12, 17);
        header.putInt(29, (int) sum.getValue());
        assertEquals("more than 100000000 pixels: 2000000000 x 2000000000", refusal(bytes));
    }

    @Test
    void read_otherFiles_saySo() throws IOException {
        assertEquals("of no known format", refusal(new byte[0]));
        assertEquals("of no known format", refusal("just text".getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        Path missing = folder.resolve("missing.png");
        var e = assertThrows(IOException.class, () -> Images.read(missing));
        assertEquals("image: no such file: " + missing, e.getMessage());
    }

    @Test
    void read_realFiles_areWhole() throws IOException {
        Tensor dog = Images.read(RealData.path("images/dog.jpg"));
        assertEquals(Shape.of(3, 720, 1280), dog.shape());
        for (int i = 1; i <= 3; i++) {
            Tensor cat = Images.read(RealData.path("images/cat" + i + ".png"));
            assertEquals(Shape.of(3, 256, 256), cat.shape());
        }
    }
}
