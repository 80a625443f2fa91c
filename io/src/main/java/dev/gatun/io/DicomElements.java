package dev.gatun.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The data elements of a DICOM file (PS3.5, section 7) up to its pixels, and the pixels. Sequences are passed over. Every
 * length is held against what is left of the file before anything is done with it.
 *
 * <p>Written here since ImageJ's decoder allocates whatever a length asks for, gives an image of no size where a file is
 * wrong, without a word why, and keeps a buffer that threads share; it is the oracle of the tests.
 */
final class DicomElements {
    /** Bytes at the beginning, by whose last four one knows a DICOM file. */
    static final int PREAMBLE = 132;

    private static final long MOST_BYTES = 1L << 30;

    private static final int TRANSFER_SYNTAX = 0x00020010;
    private static final int PIXEL_DATA = 0x7FE00010;
    private static final int ITEM_END = 0xFFFEE00D;
    private static final int SEQUENCE_END = 0xFFFEE0DD;
    private static final int UNDEFINED = -1;

    private static final String IMPLICIT = "1.2.840.10008.1.2";
    private static final String EXPLICIT = "1.2.840.10008.1.2.1";

    /** Value representations whose length has four bytes, after two that mean nothing. */
    private static final Set<String> LONG =
            Set.of("OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV");

    private final Path file;
    private final ByteBuffer in;
    private final Map<Integer, ByteBuffer> values = new HashMap<>();
    private ByteBuffer pixels = ByteBuffer.allocate(0);

    private DicomElements(Path file, byte[] bytes) {
        this.file = file;
        this.in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    static boolean isDicom(byte[] start) {
        return start.length >= PREAMBLE
                && new String(start, PREAMBLE - 4, 4, StandardCharsets.ISO_8859_1).equals("DICM");
    }

    /**
     * Reads a file.
     *
     * @throws IOException if it is no DICOM file, truncated, or compressed; one line that names it
     */
    static DicomElements read(Path file) throws IOException {
        if (Files.size(file) > MOST_BYTES) {
            throw new IOException("dicom: larger than " + MOST_BYTES + " bytes: " + file);
        }
        byte[] bytes = Files.readAllBytes(file);
        if (!isDicom(bytes)) {
            throw new IOException("dicom: no DICOM file: no 'DICM' after its first 128 bytes: " + file);
        }
        DicomElements elements = new DicomElements(file, bytes);
        elements.in.position(PREAMBLE);
        elements.readAll();
        return elements;
    }

    IOException error(String problem) {
        return new IOException("dicom: " + problem + ": " + file);
    }

    /** An element's beginning: its tag, whether it is a sequence, and its length, or -1 where its end is marked. */
    private record Head(int tag, String kind, int length) {}

    private void readAll() throws IOException {
        boolean isImplicit = false;
        while (in.hasRemaining()) {
            // Group 2 is always explicit; what follows is as it says.
            boolean isMeta = in.remaining() >= 2 && in.getShort(in.position()) == 2;
            if (!isMeta) {
                isImplicit = isImplicit();
            }
            Head head = head(!isMeta && isImplicit);
            if (head.tag == PIXEL_DATA) {
                if (head.length == UNDEFINED) {
                    throw error("compressed pixels are not read");
                }
                pixels = take(head);
                return;
            }
            if (head.length == UNDEFINED) {
                passOver(isImplicit || head.kind.equals("UN"));
            } else {
                values.put(head.tag, take(head));
            }
        }
        throw error("no pixels");
    }

    private boolean isImplicit() throws IOException {
        String syntax = text(TRANSFER_SYNTAX);
        if (!syntax.equals(IMPLICIT) && !syntax.equals(EXPLICIT)) {
            throw error("compressed, big-endian or unknown transfer syntax: '" + syntax + "'");
        }
        return syntax.equals(IMPLICIT);
    }

    private Head head(boolean isImplicit) throws IOException {
        require(8);
        int tag = (in.getShort() & 0xffff) << 16 | in.getShort() & 0xffff;
        if (isImplicit || tag >>> 16 == 0xFFFE) {
            return new Head(tag, "", in.getInt());
        }
        String kind = "" + (char) in.get() + (char) in.get();
        if (!LONG.contains(kind)) {
            return new Head(tag, kind, in.getShort() & 0xffff);
        }
        in.getShort();
        require(4);
        return new Head(tag, kind, in.getInt());
    }

    private void require(int bytes) throws IOException {
        if (in.remaining() < bytes) {
            throw error("truncated after " + in.limit() + " bytes, before its pixels");
        }
    }

    private ByteBuffer take(Head head) throws IOException {
        long length = head.length & 0xffffffffL;
        if (length > in.remaining()) {
            String name = HexFormat.of().toHexDigits(head.tag);
            throw error("truncated: element " + name + " is of " + length + " bytes, the file has " + in.remaining()
                    + " more");
        }
        ByteBuffer value = in.slice(in.position(), (int) length).order(ByteOrder.LITTLE_ENDIAN);
        in.position(in.position() + (int) length);
        return value;
    }

    /** Goes to the end of a sequence whose length is not told, through all that lies within. */
    private void passOver(boolean isImplicit) throws IOException {
        int depth = 1;
        while (depth > 0) {
            Head head = head(isImplicit);
            if (head.tag == ITEM_END || head.tag == SEQUENCE_END) {
                depth--;
            } else if (head.length == UNDEFINED) {
                depth++;
            } else {
                take(head);
            }
        }
    }

    /** The text of an element without its padding; empty where it is missing. */
    String text(int tag) {
        ByteBuffer value = values.get(tag);
        if (value == null) {
            return "";
        }
        byte[] bytes = new byte[Math.min(value.limit(), 1024)];
        value.get(0, bytes);
        return new String(bytes, StandardCharsets.ISO_8859_1)
                .replaceAll("\\p{Cntrl}", " ")
                .strip();
    }

    /** The decimal numbers of an element; none where it is missing or holds something else. */
    double[] numbers(int tag) {
        String text = text(tag);
        if (text.isEmpty()) {
            return new double[0];
        }
        String[] parts = text.split("\\\\", -1);
        double[] numbers = new double[parts.length];
        try {
            for (int i = 0; i < parts.length; i++) {
                numbers[i] = Double.parseDouble(parts[i]);
            }
        } catch (NumberFormatException e) {
            return new double[0];
        }
        return numbers;
    }

    /** The first decimal number of an element. */
    OptionalDouble number(int tag) {
        double[] numbers = numbers(tag);
        return numbers.length == 0 ? OptionalDouble.empty() : OptionalDouble.of(numbers[0]);
    }

    /** The first binary number of an element. */
    OptionalInt unsignedShort(int tag) {
        ByteBuffer value = values.get(tag);
        return value == null || value.limit() < 2 ? OptionalInt.empty() : OptionalInt.of(value.getShort(0) & 0xffff);
    }

    /** How many bytes of pixels there are. */
    int pixelBytes() {
        return pixels.limit();
    }

    /** One pixel as it is stored. */
    double pixel(int index, int bits, boolean isSigned) {
        return switch (bits) {
            case 8 -> isSigned ? pixels.get(index) : pixels.get(index) & 0xff;
            case 16 -> isSigned ? pixels.getShort(2 * index) : pixels.getShort(2 * index) & 0xffff;
            default -> isSigned ? pixels.getInt(4 * index) : pixels.getInt(4 * index) & 0xffffffffL;
        };
    }
}
