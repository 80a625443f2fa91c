package dev.gatun.nn.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.autograd.Tensor;
import dev.gatun.nn.StateDict;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Device;
import dev.gatun.runtime.Scope;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SafeTensorsTest {
    @TempDir
    private Path folder;

    private Path file;
    private Scope scope;

    @BeforeEach
    void open() {
        file = folder.resolve("x.safetensors");
        scope = Scope.open();
    }

    @AfterEach
    void close() {
        scope.close();
    }

    private static Map<String, Tensor> everyDtype() {
        return EveryDtype.tensors(EnumSet.allOf(DType.class), ".");
    }

    interface Reader {
        StateDict read(Path file) throws IOException;
    }

    static Stream<Reader> readers() {
        return Stream.of(SafeTensors::load, SafeTensors::map);
    }

    @ParameterizedTest
    @MethodSource("readers")
    void read_whatWasSaved_isTheSame(Reader reader) throws IOException {
        StateDict state = new StateDict().put("epoch", 3).put("text", "line\n\"é\"\u0001");
        everyDtype().forEach(state::put);
        SafeTensors.save(file, state);
        StateDict found = reader.read(file);
        assertEquals(state.values(), found.values());
        assertEquals(
                List.copyOf(state.tensors().keySet()),
                List.copyOf(found.tensors().keySet()));
        state.tensors().forEach((name, x) -> {
            Tensor y = found.getTensor(name);
            assertEquals(x.describe(), y.describe());
            assertArrayEquals(x.toDoubleArray(), y.toDoubleArray(), name);
        });
    }

    @ParameterizedTest
    @MethodSource("readers")
    void read_nothing_isEmpty(Reader reader) throws IOException {
        SafeTensors.save(file, Map.of());
        assertTrue(reader.read(file).isEmpty());
        Files.write(file, bytes("{}", 0));
        assertTrue(reader.read(file).isEmpty());
    }

    @Test
    void save_layout_isTheFormats() throws IOException {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("b", Tensor.of(true, false, true));
        tensors.put("w", Tensor.of(1.5f));
        SafeTensors.save(file, tensors);
        byte[] all = Files.readAllBytes(file);
        long length = ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
        assertEquals(0, length % 8);
        assertEquals(
                "{\"b\":{\"dtype\":\"BOOL\",\"shape\":[3],\"data_offsets\":[4,7]},"
                        + "\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}",
                new String(all, 8, (int) length, StandardCharsets.UTF_8).stripTrailing());
        assertArrayEquals(new byte[] {0, 0, (byte) 0xc0, 0x3f, 1, 0, 1}, tail(all, 7));
    }

    private static byte[] tail(byte[] all, int count) {
        return java.util.Arrays.copyOfRange(all, all.length - count, all.length);
    }

    @Test
    void map_written_changesNeitherFileNorOthers() throws IOException {
        SafeTensors.save(file, Map.of("x", Tensor.of(1f, 2f, 3f)));
        file.toFile().setReadOnly();
        byte[] before = Files.readAllBytes(file);
        Tensor x = SafeTensors.map(file).getTensor("x");
        Tensor other = SafeTensors.map(file).getTensor("x");
        x.add_(1).narrow(0, 0, 1).fill_(9);
        assertArrayEquals(new float[] {9, 3, 4}, x.toFloatArray());
        assertArrayEquals(new float[] {1, 2, 3}, other.toFloatArray());
        assertArrayEquals(before, Files.readAllBytes(file));
    }

    @Test
    void map_takesNoMemoryOfThePool() throws IOException {
        SafeTensors.save(file, Map.of("x", Tensor.ones(1 << 20)));
        long used = Device.cpu().memory().used();
        Tensor x = SafeTensors.map(file).getTensor("x");
        assertTrue(Device.cpu().memory().used() <= used); // less where the collector ran
        assertEquals(1, x.mean().item());
    }

    @Test
    void map_replacedOrDeleted_keepsItsContents() throws IOException {
        SafeTensors.save(file, Map.of("x", Tensor.of(1f)));
        Tensor x = SafeTensors.map(file).getTensor("x");
        SafeTensors.save(file, Map.of("x", Tensor.of(2f)));
        assertEquals(1, x.item());
        Files.delete(file);
        assertEquals(1, x.item());
    }

    @Test
    void map_elementsOffTheirPlace_areCopied() throws IOException {
        byte[] all = bytes(
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]},"
                        + "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[1,5]}}",
                5);
        ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN).putFloat(all.length - 4, 2.5f);
        Files.write(file, all);
        assertEquals(2.5, SafeTensors.map(file).getTensor("b").item());
        assertEquals(2.5, SafeTensors.load(file).getTensor("b").item());
    }

    @Test
    void save_badTarget_saysWhatIsWrong() throws IOException {
        Map<String, Tensor> x = Map.of("x", Tensor.of(1f));
        assertRefuses("safetensors: not a regular file: " + folder, () -> SafeTensors.save(folder, x));
        Path nowhere = folder.resolve("no").resolve("x");
        assertRefuses("safetensors: no such folder: " + nowhere.getParent(), () -> SafeTensors.save(nowhere, x));
        var e = assertThrows(
                IllegalArgumentException.class, () -> SafeTensors.save(file, Map.of("__metadata__", Tensor.of(1f))));
        assertEquals("safetensors: the format keeps this name for itself: __metadata__", e.getMessage());
        assertThrows(IllegalArgumentException.class, () -> SafeTensors.save(file, Map.of("\ud800", Tensor.of(1f))));
        assertFalse(Files.exists(file));
        try (var left = Files.list(folder)) {
            assertEquals(0, left.count());
        }
    }

    @Test
    void save_throughALink_keepsTheLink() throws IOException {
        Path target = folder.resolve("target");
        Files.writeString(target, "old");
        Files.createSymbolicLink(file, target);
        SafeTensors.save(file, Map.of("x", Tensor.of(1f)));
        assertTrue(Files.isSymbolicLink(file));
        assertEquals(1, SafeTensors.load(target).getTensor("x").item());
    }

    @Test
    void save_thatFails_leavesTheOldFile() throws IOException {
        SafeTensors.save(file, Map.of("x", Tensor.of(1f)));
        Tensor gone = Tensor.of(2f);
        gone.release();
        Map<String, Tensor> bad = new LinkedHashMap<>();
        bad.put("x", Tensor.of(3f));
        bad.put("y", gone);
        assertThrows(IllegalStateException.class, () -> SafeTensors.save(file, bad));
        assertEquals(1, SafeTensors.load(file).getTensor("x").item());
        try (var left = Files.list(folder)) {
            assertEquals(1, left.count());
        }
    }

    // What others may have written

    private static byte[] bytes(String header, int dataBytes) {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        return bytes(json.length, json, dataBytes);
    }

    private static byte[] bytes(long length, byte[] json, int dataBytes) {
        return ByteBuffer.allocate(8 + json.length + dataBytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(length)
                .put(json)
                .array();
    }

    private static String tensor(String dtype, String shape, String offsets) {
        return "{\"x\":{\"dtype\":\"" + dtype + "\",\"shape\":" + shape + ",\"data_offsets\":" + offsets + "}}";
    }

    private void refuses(String message, byte[] contents) throws IOException {
        Files.write(file, contents);
        assertRefuses("safetensors: " + message + ": " + file, () -> SafeTensors.load(file));
        assertRefuses("safetensors: " + message + ": " + file, () -> SafeTensors.map(file));
    }

    private static void assertRefuses(String message, org.junit.jupiter.api.function.Executable action) {
        assertEquals(message, assertThrows(IOException.class, action).getMessage());
    }

    @Test
    void load_noFile_saysSo() {
        assertRefuses("safetensors: no such file: " + file, () -> SafeTensors.load(file));
        assertRefuses("safetensors: not a regular file: " + folder, () -> SafeTensors.map(folder));
    }

    @Test
    void load_badLength_isRefused() throws IOException {
        byte[] empty = {'{', '}'};
        refuses("too short for a header: 0 bytes", new byte[0]);
        refuses("too short for a header: 9 bytes", new byte[9]);
        refuses("a header of 0 bytes in a file of 10", bytes(0, empty, 0));
        refuses("a header of 3 bytes in a file of 10", bytes(3, empty, 0));
        refuses("a header of 18446744073709551615 bytes in a file of 10", bytes(-1, empty, 0));
        refuses("a header of 9223372036854775807 bytes in a file of 10", bytes(Long.MAX_VALUE, empty, 0));
        refuses("nothing for the bytes from 0 to 1", bytes("{}", 1));
    }

    @Test
    void load_headerThatIsTooLong_isRefusedBeforeItIsRead() throws IOException {
        try (var sparse = new java.io.RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(1L << 40);
            sparse.write(bytes(1L << 39, new byte[] {'{'}, 0));
        }
        assertRefuses(
                "safetensors: the header is above 100000000 bytes: 549755813888: " + file,
                () -> SafeTensors.load(file));
    }

    @Test
    void load_badJson_isRefused() throws IOException {
        refuses("the header is no JSON object", bytes("[]", 0));
        refuses("the header is no JSON object", bytes(" {}", 0));
        refuses("something follows the header's JSON", bytes("{}{}", 0));
        refuses("__metadata__ is no JSON object", bytes("{\"__metadata__\":[]}", 0));
        refuses("__metadata__ 'a' is no text", bytes("{\"__metadata__\":{\"a\":1}}", 0));
        refuses("tensor 'x': no JSON object", bytes("{\"x\":null}", 0));
        refuses("tensor 'x?y': no JSON object", bytes("{\"x\\ny\":1}", 0));
        refuses("tensor '" + "x".repeat(60) + "...': no JSON object", bytes("{\"" + "x".repeat(999) + "\":1}", 0));
        assertJson("Duplicate field 'x'", "{\"x\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]},\"x\":{}}");
        assertJson("Duplicate", "{\"__metadata__\":{\"a\":\"\",\"a\":\"\"}}");
        assertJson("", "{\"x\"");
        assertJson("", "{\"x\":{\"dtype\":");
        assertJson("depth", "{\"x\":{\"y\":" + "[".repeat(100_000));
        assertJson("", "{\"x\":{\"y\":" + "{\"z\":".repeat(100_000));
        assertJson("", tensor("U8", "[" + "9".repeat(100_000) + "]", "[0,0]"));
        assertJson("", tensor("U8", "[9223372036854775808]", "[0,0]"));
        assertJson("", "{\"\u0001\":1}");
        assertJson("", "{'x':1}");
        Files.write(file, bytes(4, new byte[] {'{', '"', (byte) 0xff, '"'}, 0));
        assertMalformed("");
        Files.write(file, bytes(4, new byte[] {'{', 0, '}', 0}, 0)); // UTF-16
        assertMalformed("");
    }

    private void assertJson(String part, String header) throws IOException {
        Files.write(file, bytes(header, 0));
        assertMalformed(part);
    }

    /** One line, not too long, that names the file. */
    private void assertMalformed(String part) {
        String message =
                assertThrows(IOException.class, () -> SafeTensors.load(file)).getMessage();
        assertTrue(message.startsWith("safetensors: the header is not valid JSON: "), message);
        assertTrue(message.contains(part), message);
        assertTrue(message.endsWith(": " + file), message);
        assertTrue(message.length() < 400 && message.lines().count() == 1, message);
    }

    @Test
    void load_badTensor_isRefused() throws IOException {
        String known = " is none of [f32, f64, bf16, f16, i64, i32, u8, bool]";
        refuses("tensor 'x': dtype 'I16'" + known, bytes(tensor("I16", "[1]", "[0,2]"), 2));
        refuses("tensor 'x': dtype 'f32'" + known, bytes(tensor("f32", "[1]", "[0,4]"), 4));
        refuses("tensor 'x': dtype ''" + known, bytes(tensor("", "[1]", "[0,4]"), 4));
        refuses("tensor 'x': dtype is no text", bytes("{\"x\":{\"dtype\":1}}", 0));
        refuses("tensor 'x': shape is no list", bytes(tensor("U8", "1", "[0,1]"), 1));
        refuses("tensor 'x': shape has a negative number: -1", bytes(tensor("U8", "[-1]", "[0,1]"), 1));
        refuses("tensor 'x': shape has an entry that is no whole number", bytes(tensor("U8", "[1.0]", "[0,1]"), 1));
        refuses("tensor 'x': shape has an entry that is no whole number", bytes(tensor("U8", "[[1]]", "[0,1]"), 1));
        refuses("tensor 'x': shape has more than 8 numbers", bytes(tensor("U8", "[1,1,1,1,1,1,1,1,1]", "[0,1]"), 1));
        refuses(
                "tensor 'x': shape: too many elements: [4294967296, 4294967296]",
                bytes(tensor("U8", "[4294967296,4294967296]", "[0,0]"), 0));
        refuses(
                "tensor 'x': shape: too many elements: [4294967296, 4294967296, 0]",
                bytes(tensor("U8", "[4294967296,4294967296,0]", "[0,0]"), 0));
        refuses(
                "tensor 'x': too many bytes: f64[2305843009213693952]",
                bytes(tensor("F64", "[2305843009213693952]", "[0,0]"), 0));
        refuses("tensor 'x': not a dtype, a shape and two data_offsets", bytes(tensor("U8", "[1]", "[0]"), 1));
        refuses("tensor 'x': not a dtype, a shape and two data_offsets", bytes("{\"x\":{\"dtype\":\"U8\"}}", 0));
        refuses("tensor 'x': data_offsets has more than 2 numbers", bytes(tensor("U8", "[1]", "[0,1,2]"), 1));
        refuses("tensor 'x': data_offsets end before they begin: [1, 0]", bytes(tensor("U8", "[1]", "[1,0]"), 1));
        refuses("tensor 'x': f32[1] has 4 bytes, data_offsets [0, 1]", bytes(tensor("F32", "[1]", "[0,1]"), 1));
        refuses(
                "tensor 'x' u8[9223372036854775807] ends at 9223372036854775807, the data has 1 bytes",
                bytes(tensor("U8", "[9223372036854775807]", "[0,9223372036854775807]"), 1));
        refuses("tensor 'x' u8[2] ends at 2, the data has 1 bytes", bytes(tensor("U8", "[2]", "[0,2]"), 1));
        refuses("nothing for the bytes from 0 to 1", bytes(tensor("U8", "[1]", "[1,2]"), 2));
        refuses("nothing for the bytes from 1 to 2", bytes(tensor("U8", "[1]", "[0,1]"), 2));
        refuses(
                "tensor 'y' u8[2] begins at 1, inside another that ends at 2",
                bytes(
                        "{\"x\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]},"
                                + "\"y\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[1,3]}}",
                        3));
        byte[] bool = bytes(tensor("BOOL", "[2]", "[0,2]"), 2);
        bool[bool.length - 1] = 2;
        refuses("tensor 'x' bool[2]: element 1 is not 0 or 1, as a bool is: 2", bool);
        refuses(
                "a tensor and a text of the metadata have one name: stateDict: the name is taken: 'x'",
                bytes(tensor("U8", "[0]", "[0,0]").replace("{\"x\"", "{\"__metadata__\":{\"x\":\"\"},\"x\""), 0));
    }

    /** Whatever is done to a good file, it loads or ends in one line, and leaves no tensor behind. */
    @Test
    void load_damaged_neverDoesWorse() throws IOException {
        StateDict state = new StateDict().put("epoch", 3);
        everyDtype().forEach(state::put);
        SafeTensors.save(file, state);
        byte[] good = Files.readAllBytes(file);
        Random random = new Random(5);
        for (int i = 0; i < 2000; i++) {
            byte[] bad = good.clone();
            for (int n = random.nextInt(3); n >= 0; n--) {
                bad[random.nextInt(random.nextBoolean() ? good.length : 40)] = (byte) random.nextInt();
            }
            int length = random.nextInt(4) == 0 ? random.nextInt(good.length) : good.length;
            Files.write(file, java.util.Arrays.copyOf(bad, length));
            long used = Device.cpu().memory().used();
            try (var inner = Scope.open()) {
                StateDict found = i % 2 == 0 ? SafeTensors.load(file) : SafeTensors.map(file);
                found.tensors().values().forEach(x -> assertEquals(x.count(), x.toDoubleArray().length));
            } catch (IOException e) {
                assertEquals(1, e.getMessage().lines().count(), e.getMessage());
                assertTrue(e.getMessage().startsWith("safetensors: ")
                        && e.getMessage().endsWith(": " + file));
            }
            assertTrue(Device.cpu().memory().used() <= used); // less where the collector ran
        }
    }
}
