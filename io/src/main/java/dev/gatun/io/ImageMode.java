package dev.gatun.io;

/**
 * Which channels an image is read with; {@code torchvision.io.ImageReadMode}.
 *
 * {@snippet :
 * Path file = folder.resolve("noise.png");
 * Images.write(file, Tensor.zeros(DType.U8, 3, 8, 8));
 * System.out.println(Images.read(file, ImageMode.GRAY).shape()); // [1, 8, 8]
 * }
 */
public enum ImageMode {
    /** One channel: 0.299 red + 0.587 green + 0.114 blue. */
    GRAY(1),
    /** Red, green and blue; transparency is left out. */
    RGB(3),
    /** Red, green, blue and opacity, which is 255 where the file has none. */
    RGB_ALPHA(4);

    private final int channels;

    ImageMode(int channels) {
        this.channels = channels;
    }

    /**
     * How many channels that gives.
     *
     * @return 1, 3 or 4
     */
    public int channels() {
        return channels;
    }
}
