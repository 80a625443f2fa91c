package dev.gatun.io;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes DICOM files of one slice, right ones and wrong ones. */
final class DicomFiles {
    static final String EXPLICIT = "1.2.840.10008.1.2.1";
    static final String IMPLICIT = "1.2.840.10008.1.2";

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private boolean isImplicit;

    private void integer(long value, int bytes) {
        for (int i = 0; i < bytes; i++) {
            out.write((int) (value >> 8 * i));
        }
    }

    DicomFiles start(String syntax) {
        out.writeBytes(new byte[128]);
        out.writeBytes("DICM".getBytes(StandardCharsets.US_ASCII));
        text(0x0002, 0x0010, "UI", syntax);
        isImplicit = syntax.equals(IMPLICIT);
        return this;
    }

    DicomFiles head(int group, int element, String kind, long length) {
        integer(group, 2);
        integer(element, 2);
        if (isImplicit || group == 0xfffe) {
            integer(length, 4);
            return this;
        }
        out.writeBytes(kind.getBytes(StandardCharsets.US_ASCII));
        boolean isLong = kind.equals("OW") || kind.equals("SQ") || kind.equals("UN") || kind.equals("OB");
        integer(0, isLong ? 2 : 0);
        integer(length, isLong ? 4 : 2);
        return this;
    }

    DicomFiles text(int group, int element, String kind, String value) {
        String even = value.length() % 2 == 0 ? value : value + (kind.equals("UI") ? "\0" : " ");
        head(group, element, kind, even.length());
        out.writeBytes(even.getBytes(StandardCharsets.US_ASCII));
        return this;
    }

    DicomFiles number(int group, int element, int value) {
        head(group, element, "US", 2);
        integer(value, 2);
        return this;
    }

    DicomFiles raw(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    byte[] bytes() {
        return out.toByteArray();
    }

    Path write(Path file) throws IOException {
        return Files.write(file, bytes());
    }

    /** A slice of 16-bit values that count up from a number. */
    static DicomFiles slice(String syntax, String series, int number, double z, int rows, int columns, int from) {
        DicomFiles file = new DicomFiles()
                .start(syntax)
                .text(0x0008, 0x0060, "CS", "CT")
                .text(0x0018, 0x0050, "DS", "2.5")
                .text(0x0020, 0x000e, "UI", series)
                .text(0x0020, 0x0013, "IS", Integer.toString(number))
                .text(0x0020, 0x0032, "DS", "-10\\20.5\\" + z)
                .text(0x0020, 0x0037, "DS", "1\\0\\0\\0\\1\\0")
                .number(0x0028, 0x0002, 1)
                .text(0x0028, 0x0004, "CS", "MONOCHROME2")
                .number(0x0028, 0x0010, rows)
                .number(0x0028, 0x0011, columns)
                .text(0x0028, 0x0030, "DS", "0.7\\0.8")
                .number(0x0028, 0x0100, 16)
                .number(0x0028, 0x0101, 16)
                .number(0x0028, 0x0103, 1)
                .text(0x0028, 0x1052, "DS", "-1024")
                .text(0x0028, 0x1053, "DS", "2");
        file.head(0x7fe0, 0x0010, "OW", 2L * rows * columns);
        for (int i = 0; i < rows * columns; i++) {
            file.integer(from + i, 2);
        }
        return file;
    }
}
