package dev.gatun.nn.io;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Shape;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a safetensors file says before its data: eight bytes with a length, least significant first, then that many of
 * JSON, then the data without a gap. Whatever is read here is checked before anything is allocated for it.
 *
 * @param entries of the tensors, in the header's order
 * @param metadata texts by name
 * @param dataStart where in the file the data starts
 */
record Header(List<Entry> entries, Map<String, String> metadata, long dataStart) {
    /** The name that tensors cannot have. */
    static final String METADATA = "__metadata__";

    private static final int LENGTH_BYTES = 8;
    private static final int MOST_BYTES = 100_000_000; // as in the format's reference implementation
    private static final int DEEPEST = 8;
    private static final int LONGEST_NUMBER = 30;
    private static final int SHOWN = 60;

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES) // a file's names are not kept beyond it
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEEPEST)
                    .maxNumberLength(LONGEST_NUMBER)
                    .build())
            .build();

    /**
     * A tensor.
     *
     * @param name of the tensor
     * @param dtype of its elements
     * @param shape of the tensor
     * @param begin where its elements begin in the data
     * @param end where they end
     */
    record Entry(String name, DType dtype, Shape shape, long begin, long end) {
        @Override
        public String toString() {
            return "tensor " + quoted(name) + " " + dtype + shape;
        }
    }

    /** A header that is not as it must be; the message is a line without the file's name. */
    static final class Malformed extends IOException {
        private static final long serialVersionUID = 1;

        Malformed(String message) {
            super(message);
        }
    }

    /** A name from a file as messages show it: on one line, and not too long. */
    static String quoted(String name) {
        String shown = name.length() <= SHOWN ? name : name.substring(0, SHOWN) + "...";
        return "'" + shown.replaceAll("[\\p{Cntrl}\\p{Zl}\\p{Zp}\\p{Cs}]", "?") + "'";
    }

    // Reading

    /**
     * The header of an open file.
     *
     * @param file at any position
     * @return what it says, which the file's size can hold
     * @throws Malformed if it is not such a file
     */
    static Header read(FileChannel file) throws IOException {
        long size = file.size();
        if (size < LENGTH_BYTES + 2) {
            throw new Malformed("too short for a header: " + size + " bytes");
        }
        ByteBuffer length = ByteBuffer.allocate(LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        readAt(file, 0, length);
        long bytes = length.getLong(0);
        if (bytes < 2 || bytes > size - LENGTH_BYTES) {
            throw new Malformed("a header of " + Long.toUnsignedString(bytes) + " bytes in a file of " + size);
        }
        if (bytes > MOST_BYTES) {
            throw new Malformed("the header is above " + MOST_BYTES + " bytes: " + bytes);
        }
        byte[] json = new byte[(int) bytes];
        readAt(file, LENGTH_BYTES, ByteBuffer.wrap(json));
        if (json[0] != '{') {
            throw new Malformed("the header is no JSON object");
        }
        Header header = parse(json, LENGTH_BYTES + bytes);
        header.requireWhole(size - LENGTH_BYTES - bytes);
        return header;
    }

    private static void readAt(FileChannel file, long position, ByteBuffer into) throws IOException {
        file.position(position);
        try {
            Bytes.fill(into, file);
        } catch (EOFException e) {
            throw new Malformed("it became shorter while it was read");
        }
    }

    private static Header parse(byte[] json, long dataStart) throws IOException {
        List<Entry> entries = new ArrayList<>();
        Map<String, String> metadata = new LinkedHashMap<>();
        // A strict decoder of our own: the parser would guess the encoding.
        var text = new InputStreamReader(new ByteArrayInputStream(json), StandardCharsets.UTF_8.newDecoder());
        try (JsonParser parser = JSON.createParser(text)) {
            require(parser.nextToken() == JsonToken.START_OBJECT, "the header is no JSON object");
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String name = parser.currentName();
                if (name.equals(METADATA)) {
                    readMetadata(parser, metadata);
                } else {
                    entries.add(readEntry(parser, name));
                }
            }
            require(parser.nextToken() == null, "something follows the header's JSON");
        } catch (JsonProcessingException e) {
            throw malformed(e);
        } catch (CharacterCodingException e) {
            throw new Malformed("the header is not valid JSON: it is no UTF-8");
        }
        return new Header(entries, metadata, dataStart);
    }

    private static Malformed malformed(JsonProcessingException e) {
        String said = String.valueOf(e.getOriginalMessage()).replaceAll("[\\p{Cntrl}\\p{Zl}\\p{Zp}\\p{Cs}]", "?");
        String shown = said.length() <= 4 * SHOWN ? said : said.substring(0, 4 * SHOWN) + "...";
        Malformed malformed = new Malformed("the header is not valid JSON: " + shown);
        malformed.initCause(e);
        return malformed;
    }

    private static void readMetadata(JsonParser parser, Map<String, String> metadata) throws IOException {
        require(parser.nextToken() == JsonToken.START_OBJECT, METADATA + " is no JSON object");
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            require(parser.nextToken() == JsonToken.VALUE_STRING, METADATA + " " + quoted(name) + " is no text");
            metadata.put(name, parser.getText());
        }
    }

    private static Entry readEntry(JsonParser parser, String name) throws IOException {
        String tensor = "tensor " + quoted(name) + ": ";
        require(parser.nextToken() == JsonToken.START_OBJECT, tensor + "no JSON object");
        String dtype = null;
        long[] shape = null;
        long[] offsets = null;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String field = parser.currentName();
            parser.nextToken();
            switch (field) {
                case "dtype" -> {
                    require(parser.currentToken() == JsonToken.VALUE_STRING, tensor + "dtype is no text");
                    dtype = parser.getText();
                }
                case "shape" -> shape = readNumbers(parser, tensor + "shape", Shape.MAX_RANK);
                case "data_offsets" -> offsets = readNumbers(parser, tensor + "data_offsets", 2);
                default -> parser.skipChildren();
            }
        }
        if (dtype == null || shape == null || offsets == null || offsets.length != 2) {
            throw new Malformed(tensor + "not a dtype, a shape and two data_offsets");
        }
        return entry(name, tensor, dtype, shape, offsets);
    }

    private static long[] readNumbers(JsonParser parser, String what, int most) throws IOException {
        require(parser.currentToken() == JsonToken.START_ARRAY, what + " is no list");
        long[] numbers = new long[most];
        int count = 0;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            require(count < most, what + " has more than " + most + " numbers");
            require(
                    parser.currentToken() == JsonToken.VALUE_NUMBER_INT,
                    what + " has an entry that is no whole number");
            numbers[count] = parser.getLongValue();
            require(numbers[count] >= 0, what + " has a negative number: " + numbers[count]);
            count++;
        }
        return Arrays.copyOf(numbers, count);
    }

    private static Entry entry(String name, String tensor, String code, long[] sizes, long[] offsets) throws Malformed {
        DType dtype = dtype(code);
        if (dtype == null) {
            throw new Malformed(tensor + "dtype " + quoted(code) + " is none of " + Arrays.toString(DType.values()));
        }
        Shape shape;
        try {
            shape = Shape.of(sizes);
        } catch (IllegalArgumentException e) {
            throw new Malformed(tensor + e.getMessage());
        }
        require(shape.count() <= Long.MAX_VALUE / dtype.bytes(), tensor + "too many bytes: " + dtype + shape);
        long begin = offsets[0];
        long end = offsets[1];
        require(begin <= end, tensor + "data_offsets end before they begin: " + Arrays.toString(offsets));
        require(
                end - begin == shape.count() * dtype.bytes(),
                tensor + dtype + shape + " has " + shape.count() * dtype.bytes() + " bytes, data_offsets "
                        + Arrays.toString(offsets));
        return new Entry(name, dtype, shape, begin, end);
    }

    private static @Nullable DType dtype(String code) {
        return Arrays.stream(DType.values())
                .filter(dtype -> dtype.name().equals(code))
                .findFirst()
                .orElse(null);
    }

    /** The tensors lie in the data one after the other and are all of it. */
    private void requireWhole(long dataBytes) throws Malformed {
        List<Entry> placed = entries.stream()
                .sorted(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end))
                .toList();
        long reached = 0;
        for (Entry entry : placed) {
            require(entry.end <= dataBytes, entry + " ends at " + entry.end + ", the data has " + dataBytes + " bytes");
            require(
                    entry.begin >= reached,
                    entry + " begins at " + entry.begin + ", inside another that ends at " + reached);
            require(entry.begin == reached, "nothing for the bytes from " + reached + " to " + entry.begin);
            reached = entry.end;
        }
        require(reached == dataBytes, "nothing for the bytes from " + reached + " to " + dataBytes);
    }

    private static void require(boolean holds, String problem) throws Malformed {
        if (!holds) {
            throw new Malformed(problem);
        }
    }

    // Writing

    /**
     * The first bytes of a file, up to the data: a multiple of eight, so that elements can be used where they lie.
     *
     * @throws Malformed if a name or text has half a surrogate pair, or all are too long together
     */
    byte[] encoded() throws IOException {
        for (Entry entry : entries) {
            requireText(entry.name);
        }
        for (var text : metadata.entrySet()) {
            requireText(text.getKey());
            requireText(text.getValue());
        }
        var json = new ByteArrayOutputStream();
        try (JsonGenerator generator = JSON.createGenerator(json)) {
            generator.writeStartObject();
            if (!metadata.isEmpty()) {
                generator.writeObjectFieldStart(METADATA);
                for (var text : metadata.entrySet()) {
                    generator.writeStringField(text.getKey(), text.getValue());
                }
                generator.writeEndObject();
            }
            for (Entry entry : entries) {
                generator.writeObjectFieldStart(entry.name);
                generator.writeStringField("dtype", entry.dtype.name());
                writeNumbers(generator, "shape", entry.shape.toArray());
                writeNumbers(generator, "data_offsets", entry.begin, entry.end);
                generator.writeEndObject();
            }
            generator.writeEndObject();
        }
        while (json.size() % LENGTH_BYTES != 0) {
            json.write(' ');
        }
        if (json.size() > MOST_BYTES) {
            throw new Malformed("the header is above " + MOST_BYTES + " bytes: " + json.size());
        }
        return ByteBuffer.allocate(LENGTH_BYTES + json.size())
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.size())
                .put(json.toByteArray())
                .array();
    }

    private static void requireText(String text) throws Malformed {
        require(StandardCharsets.UTF_8.newEncoder().canEncode(text), "half a character in " + quoted(text));
    }

    private static void writeNumbers(JsonGenerator generator, String name, long... numbers) throws IOException {
        generator.writeArrayFieldStart(name);
        for (long number : numbers) {
            generator.writeNumber(number);
        }
        generator.writeEndArray();
    }
}
