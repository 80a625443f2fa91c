package dev.gatun.io;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * What the file of one slice says of itself. Its pixels are read when they are asked for.
 *
 * @param file its path
 * @param series the series' unique name; empty where it has none
 * @param number the slice's instance number
 * @param place along the axis that is perpendicular to the slices, in mm
 * @param thickness of the slice, or the distance to its neighbours, in mm; NaN where it does not say
 * @param rows the height
 * @param columns the width
 * @param rowSpacing from a row's middle to the next one's, in mm; NaN where it does not say
 * @param columnSpacing from a column's middle to the next one's, in mm; NaN where it does not say
 */
record DicomSlice(
        Path file,
        String series,
        OptionalInt number,
        OptionalDouble place,
        double thickness,
        int rows,
        int columns,
        double rowSpacing,
        double columnSpacing) {
    private static final int SLICE_THICKNESS = 0x00180050;
    private static final int SPACING_BETWEEN_SLICES = 0x00180088;
    private static final int SERIES_INSTANCE_UID = 0x0020000E;
    private static final int INSTANCE_NUMBER = 0x00200013;
    private static final int IMAGE_POSITION = 0x00200032;
    private static final int IMAGE_ORIENTATION = 0x00200037;
    private static final int SAMPLES_PER_PIXEL = 0x00280002;
    private static final int NUMBER_OF_FRAMES = 0x00280008;
    private static final int ROWS = 0x00280010;
    private static final int COLUMNS = 0x00280011;
    private static final int PIXEL_SPACING = 0x00280030;
    private static final int BITS_ALLOCATED = 0x00280100;
    private static final int PIXEL_REPRESENTATION = 0x00280103;
    private static final int RESCALE_INTERCEPT = 0x00281052;
    private static final int RESCALE_SLOPE = 0x00281053;

    /** Whether a file is a slice, or at least called one; the index of a medium is not. */
    static boolean isMeant(Path file) throws IOException {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        if (name.equals("dicomdir")) {
            return false;
        }
        if (name.endsWith(".dcm") || name.endsWith(".dicom")) {
            return true;
        }
        try (InputStream in = Files.newInputStream(file)) {
            return DicomElements.isDicom(in.readNBytes(DicomElements.PREAMBLE));
        }
    }

    /**
     * Reads what a slice says of itself.
     *
     * @throws IOException if it is truncated, compressed or of another kind; one line that names it
     */
    static DicomSlice read(Path file) throws IOException {
        DicomElements elements = DicomElements.read(file);
        int rows = elements.unsignedShort(ROWS).orElse(0);
        int columns = elements.unsignedShort(COLUMNS).orElse(0);
        int frames = (int) elements.number(NUMBER_OF_FRAMES).orElse(1);
        int samples = elements.unsignedShort(SAMPLES_PER_PIXEL).orElse(1);
        if (rows == 0 || columns == 0) {
            throw elements.error("an image of no size: " + rows + " x " + columns);
        }
        if (frames > 1 || samples != 1) {
            throw elements.error("only one grey image in a file is read: it has " + frames + " frames of " + samples
                    + " values per pixel");
        }
        int bits = bits(elements);
        long needed = (long) rows * columns * bits / 8;
        if (elements.pixelBytes() < needed) {
            throw elements.error("truncated: " + rows + " x " + columns + " values of " + bits + " bits need " + needed
                    + " bytes, there are " + elements.pixelBytes());
        }
        double[] spacing = elements.numbers(PIXEL_SPACING);
        double[] number = elements.numbers(INSTANCE_NUMBER);
        return new DicomSlice(
                file,
                elements.text(SERIES_INSTANCE_UID),
                number.length == 1 ? OptionalInt.of((int) number[0]) : OptionalInt.empty(),
                place(elements),
                elements.number(SPACING_BETWEEN_SLICES)
                        .orElse(elements.number(SLICE_THICKNESS).orElse(Double.NaN)),
                rows,
                columns,
                spacing.length == 2 ? spacing[0] : Double.NaN,
                spacing.length == 2 ? spacing[1] : Double.NaN);
    }

    private static int bits(DicomElements elements) throws IOException {
        int bits = elements.unsignedShort(BITS_ALLOCATED).orElse(0);
        if (bits != 8 && bits != 16 && bits != 32) {
            throw elements.error("values of 8, 16 or 32 bits are read: it has " + bits);
        }
        return bits;
    }

    /** The position along the normal of the plane that rows and columns span. */
    private static OptionalDouble place(DicomElements elements) {
        double[] at = elements.numbers(IMAGE_POSITION);
        double[] to = elements.numbers(IMAGE_ORIENTATION);
        if (at.length != 3 || to.length != 6) {
            return OptionalDouble.empty();
        }
        return OptionalDouble.of(at[0] * (to[1] * to[5] - to[2] * to[4])
                + at[1] * (to[2] * to[3] - to[0] * to[5])
                + at[2] * (to[0] * to[4] - to[1] * to[3]));
    }

    /**
     * The pixels, row by row, times the rescale slope, plus the intercept.
     *
     * @throws IOException if the file is no longer what it was; one line that names it
     */
    float[] values() throws IOException {
        DicomElements elements = DicomElements.read(file);
        int bits = bits(elements);
        boolean isSigned = elements.unsignedShort(PIXEL_REPRESENTATION).orElse(0) == 1;
        double slope = elements.number(RESCALE_SLOPE).orElse(1);
        double intercept = elements.number(RESCALE_INTERCEPT).orElse(0);
        float[] values = new float[rows * columns];
        if (elements.pixelBytes() < (long) values.length * bits / 8) {
            throw elements.error("changed while it was read");
        }
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (elements.pixel(i, bits, isSigned) * slope + intercept);
        }
        return values;
    }
}
