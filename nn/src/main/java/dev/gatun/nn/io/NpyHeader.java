package dev.gatun.nn.io;

import dev.gatun.nn.io.Header.Malformed;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Shape;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a {@code .npy} file says before its elements: a magic number, a version, a length, and that many bytes of a
 * Python dictionary.
 *
 * @param element how an element lies in the file
 * @param isFortran whether the first index runs fastest
 * @param shape of the array
 * @param bytes of the whole header
 * @see <a href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html">the format</a>
 */
record NpyHeader(Element element, boolean isFortran, Shape shape, int bytes) {
    /**
     * An element's type in a file.
     *
     * @param code NumPy's, such as {@code f4}
     * @param order of its bytes
     * @param dtype that holds it
     */
    record Element(String code, ByteOrder order, DType dtype) {
        int bytes() {
            return code.charAt(1) - '0';
        }

        /** Whether the bytes of the file are those of the tensor. */
        boolean isOurs() {
            return bytes() == dtype.bytes() && (bytes() == 1 || order == ByteOrder.LITTLE_ENDIAN);
        }
    }

    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int ALIGNMENT = 64;
    private static final int MOST_BYTES = 10_000; // as NumPy
    private static final int SHOWN = 100;

    private static final Pattern CODE = Pattern.compile("[<>|=][a-zA-Z]\\d+");
    private static final Pattern DICTIONARY;

    static {
        String s = "\\s*+"; // possessive, so that no text takes long
        String descr = "'descr'" + s + ":" + s + "'([^']*+)'";
        String order = "'fortran_order'" + s + ":" + s + "(True|False)";
        String shape = "'shape'" + s + ":" + s + "\\(([0-9,\\s]*+)\\)";
        String entry = s + "(?:" + descr + "|" + order + "|" + shape + ")" + s;
        DICTIONARY = Pattern.compile("\\{" + entry + "," + entry + "," + entry + ",?" + s + "\\}");
    }

    /** How many bytes the elements take in the file. */
    long dataBytes() {
        return shape.count() * element.bytes();
    }

    /**
     * Reads a header, which leaves the channel at the elements.
     *
     * @throws Malformed if it is none, or of elements that no tensor holds
     */
    static NpyHeader read(ReadableByteChannel from) throws IOException {
        try {
            return readAll(from);
        } catch (EOFException e) {
            throw new Malformed("truncated in its header");
        }
    }

    private static NpyHeader readAll(ReadableByteChannel from) throws IOException {
        byte[] first = new byte[MAGIC.length + 2];
        Bytes.fill(ByteBuffer.wrap(first), from);
        if (!Arrays.equals(MAGIC, Arrays.copyOf(first, MAGIC.length))) {
            throw new Malformed("not an .npy file: its first bytes are others");
        }
        int major = first[MAGIC.length];
        if (major < 1 || major > 3 || first[MAGIC.length + 1] != 0) {
            throw new Malformed("version " + major + "." + first[MAGIC.length + 1] + " is none of 1.0, 2.0, 3.0");
        }
        ByteBuffer size = ByteBuffer.allocate(major == 1 ? 2 : 4).order(ByteOrder.LITTLE_ENDIAN);
        Bytes.fill(size, from);
        long length = major == 1 ? size.getShort(0) & 0xffff : size.getInt(0) & 0xffffffffL;
        if (length > MOST_BYTES) {
            throw new Malformed("the header is above " + MOST_BYTES + " bytes: " + length);
        }
        byte[] text = new byte[(int) length];
        Bytes.fill(ByteBuffer.wrap(text), from);
        String dictionary = new String(text, major == 3 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1);
        return parse(dictionary.strip(), first.length + size.capacity() + text.length);
    }

    /** The three entries in any order, and nothing else. */
    private static NpyHeader parse(String dictionary, int bytes) throws Malformed {
        Matcher whole = DICTIONARY.matcher(dictionary);
        if (!whole.matches()) {
            throw new Malformed("the header is no dictionary of one type, an order and a shape: " + shown(dictionary));
        }
        String descr = null;
        String order = null;
        String sizes = null;
        for (int i = 1; i <= whole.groupCount(); i += 3) {
            descr = whole.group(i) != null ? whole.group(i) : descr;
            order = whole.group(i + 1) != null ? whole.group(i + 1) : order;
            sizes = whole.group(i + 2) != null ? whole.group(i + 2) : sizes;
        }
        if (descr == null || order == null || sizes == null) {
            throw new Malformed("the header has an entry twice: " + shown(dictionary));
        }
        Element element = element(descr);
        Shape shape = shape(sizes);
        if (shape.count() > Long.MAX_VALUE / Math.max(element.bytes(), element.dtype.bytes())) {
            throw new Malformed("too many bytes: " + descr + shape);
        }
        return new NpyHeader(element, order.equals("True"), shape, bytes);
    }

    private static String shown(String text) {
        String cut = text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
        return cut.replaceAll("[\\p{Cntrl}\\p{Zl}\\p{Zp}]", "?");
    }

    /** Sizes between commas, one of which may be last. */
    private static Shape shape(String sizes) throws Malformed {
        String inner = sizes.strip();
        if (inner.isEmpty()) {
            return Shape.scalar();
        }
        String[] parts = (inner.endsWith(",") ? inner.substring(0, inner.length() - 1) : inner).split(",", -1);
        try {
            return Shape.of(Arrays.stream(parts)
                    .mapToLong(size -> Long.parseLong(size.strip()))
                    .toArray());
        } catch (NumberFormatException e) {
            throw new Malformed("not a shape: (" + shown(sizes) + ")");
        } catch (IllegalArgumentException e) {
            throw new Malformed(shown(String.valueOf(e.getMessage())));
        }
    }

    private static Element element(String descr) throws Malformed {
        String code = CODE.matcher(descr).matches() ? descr.substring(1) : "";
        DType dtype = switch (code) {
            case "f2" -> DType.F16;
            case "f4" -> DType.F32;
            case "f8" -> DType.F64;
            case "i8", "u4" -> DType.I64;
            case "i1", "i2", "i4", "u2" -> DType.I32;
            case "u1" -> DType.U8;
            case "b1" -> DType.BOOL;
            default -> throw new Malformed("no dtype holds elements of type '" + shown(descr) + "'");
        };
        return new Element(code, descr.charAt(0) == '>' ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN, dtype);
    }

    /** The header of a file of version 1.0, up to the elements. */
    static byte[] encoded(DType dtype, boolean isFortran, Shape shape) {
        String descr = switch (dtype) {
            case F16 -> "<f2";
            case F32 -> "<f4";
            case F64 -> "<f8";
            case I64 -> "<i8";
            case I32 -> "<i4";
            case U8 -> "|u1";
            case BOOL -> "|b1";
            case BF16 -> throw new IllegalArgumentException("npy: NumPy has no bf16; to(DType.F32) keeps every value");
        };
        String sizes = Arrays.stream(shape.toArray()).mapToObj(Long::toString).collect(Collectors.joining(", "));
        String dictionary = "{'descr': '" + descr + "', 'fortran_order': " + (isFortran ? "True" : "False")
                + ", 'shape': (" + sizes + (shape.rank() == 1 ? "," : "") + "), }";
        int start = MAGIC.length + 4;
        int bytes = (start + dictionary.length() + 1 + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        byte[] header = new byte[bytes];
        Arrays.fill(header, (byte) ' ');
        ByteBuffer.wrap(header)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(MAGIC)
                .put((byte) 1)
                .put((byte) 0)
                .putShort((short) (bytes - start))
                .put(dictionary.getBytes(StandardCharsets.US_ASCII));
        header[bytes - 1] = '\n';
        return header;
    }
}
