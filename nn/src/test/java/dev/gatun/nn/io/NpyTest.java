package dev.gatun.nn.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Device;
import dev.gatun.runtime.Scope;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NpyTest {
    @TempDir
    private Path folder;

    private Path file;
    private Path zip;
    private Scope scope;

    @BeforeEach
    void open() {
        file = folder.resolve("x.npy");
        zip = folder.resolve("x.npz");
        scope = Scope.open();
    }

    @AfterEach
    void close() {
        scope.close();
    }

    private static Map<String, Tensor> everyDtype() {
        return EveryDtype.tensors(EnumSet.complementOf(EnumSet.of(DType.BF16)), "/");
    }

    private static void assertSame(Map<String, Tensor> expected, Map<String, Tensor> found) {
        assertEquals(expected.keySet(), found.keySet());
        expected.forEach((name, x) -> {
            assertEquals(x.describe(), found.get(name).describe(), name);
            assertArrayEquals(x.toDoubleArray(), found.get(name).toDoubleArray(), name);
        });
    }

    @Test
    void load_whatWasSaved_isTheSame() throws IOException {
        for (var named : everyDtype().entrySet()) {
            Npy.save(file, named.getValue());
            assertSame(Map.of("x", named.getValue()), Map.of("x", Npy.load(file)));
            assertEquals(0, headerBytes() % 64);
        }
    }

    private int headerBytes() throws IOException {
        return 10
                + ByteBuffer.wrap(Files.readAllBytes(file))
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .getShort(8);
    }

    @Test
    void loadz_whatWasSaved_isTheSame() throws IOException {
        Npy.savez(zip, everyDtype());
        assertSame(everyDtype(), Npy.loadz(zip));
        Npy.savezCompressed(zip, everyDtype());
        assertSame(everyDtype(), Npy.loadz(zip));
        Npy.savez(zip, Map.of());
        assertEquals(Map.of(), Npy.loadz(zip));
    }

    @Test
    void save_bf16_isRefused() {
        Tensor x = Tensor.zeros(DType.BF16, 2);
        String message = "npy: NumPy has no bf16; to(DType.F32) keeps every value";
        var e = assertThrows(IllegalArgumentException.class, () -> Npy.save(file, x));
        assertEquals(message, e.getMessage());
        e = assertThrows(IllegalArgumentException.class, () -> Npy.savez(zip, Map.of("x", x)));
        assertEquals(message + ": 'x' bf16[2]", e.getMessage());
        assertFalse(Files.exists(file) || Files.exists(zip));
    }

    // What others may have written

    private static byte[] npy(int major, String dictionary, int dataBytes) {
        byte[] text = dictionary.getBytes(StandardCharsets.UTF_8);
        ByteBuffer all = ByteBuffer.allocate(8 + (major == 1 ? 2 : 4) + text.length + dataBytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', (byte) major, 0});
        return (major == 1 ? all.putShort((short) text.length) : all.putInt(text.length))
                .put(text)
                .array();
    }

    private static String header(String descr, String order, String shape) {
        return "{'descr': " + descr + ", 'fortran_order': " + order + ", 'shape': " + shape + "}";
    }

    private void refuses(String message, byte[] contents) throws IOException {
        Files.write(file, contents);
        assertEquals(
                "npy: " + message + ": " + file,
                assertThrows(IOException.class, () -> Npy.load(file)).getMessage());
        zip(contents);
        assertEquals(
                "npy: 'x.npy': " + message + ": " + zip,
                assertThrows(IOException.class, () -> Npy.loadz(zip)).getMessage());
    }

    private void zip(byte[] contents) throws IOException {
        try (OutputStream out = Files.newOutputStream(zip);
                ZipOutputStream packed = new ZipOutputStream(out)) {
            packed.putNextEntry(new ZipEntry("x.npy"));
            packed.write(contents);
        }
    }

    @Test
    void load_otherSpacing_isRead() throws IOException {
        Files.write(file, npy(2, " { 'shape' : ( 2 , ) ,'fortran_order':True, 'descr':'<i4' , }  \n", 8));
        assertArrayEquals(new int[2], Npy.load(file).toIntArray());
        Files.write(file, npy(3, header("'|i1'", "False", "()"), 1));
        assertEquals("i32[]", Npy.load(file).describe());
        Files.write(file, npy(1, header("'=f4'", "False", "(1, 1)"), 4));
        assertEquals("f32[1, 1]", Npy.load(file).describe());
    }

    @Test
    void load_badFile_isRefused() throws IOException {
        refuses("truncated in its header", new byte[0]);
        refuses("not an .npy file: its first bytes are others", "PK and so on".getBytes(StandardCharsets.UTF_8));
        refuses("version 4.0 is none of 1.0, 2.0, 3.0", npy(4, "{}", 0));
        refuses("version 0.0 is none of 1.0, 2.0, 3.0", npy(0, "{}", 0));
        byte[] cut = npy(1, header("'<f4'", "False", "(1,)"), 0);
        refuses("truncated in its header", Arrays.copyOf(cut, 40));
        byte[] long2 = npy(2, "{}", 0);
        ByteBuffer.wrap(long2).order(ByteOrder.LITTLE_ENDIAN).putInt(8, -1);
        refuses("the header is above 10000 bytes: 4294967295", long2);
        String no = "the header is no dictionary of one type, an order and a shape: ";
        refuses(no + "{}", npy(1, "{}", 0));
        refuses(no + "__import__('os')", npy(1, "__import__('os')", 0));
        String structured = header("[('a', '<f4')]", "False", "(1,)");
        refuses(no + structured, npy(1, structured, 4));
        String negative = header("'<f4'", "False", "(-1,)");
        refuses(no + negative, npy(1, negative, 4));
        String twice = "{'descr': '<f4', 'descr': '<f4', 'shape': (1,)}";
        refuses("the header has an entry twice: " + twice, npy(1, twice, 4));
        refuses("not a shape: (1,,2)", npy(1, header("'<f4'", "False", "(1,,2)"), 4));
        refuses("not a shape: (,)", npy(1, header("'<f4'", "False", "(,)"), 4));
        refuses("not a shape: (1 2)", npy(1, header("'<f4'", "False", "(1 2)"), 4));
        refuses("not a shape: (9223372036854775808,)", npy(1, header("'<f4'", "False", "(9223372036854775808,)"), 4));
        refuses(
                "shape: too many elements: [4294967296, 4294967296]",
                npy(1, header("'<f4'", "False", "(4294967296,4294967296)"), 4));
        refuses(
                "too many bytes: <f8[2305843009213693952]",
                npy(1, header("'<f8'", "False", "(2305843009213693952,)"), 4));
        refuses(
                "shape: rank is above 8: [1, 1, 1, 1, 1, 1, 1, 1, 1]",
                npy(1, header("'<f4'", "False", "(1,1,1,1,1,1,1,1,1)"), 4));
        for (String descr : new String[] {"|O", "<c8", "<u8", "<U5", "<f16", "<M8[s]", "f4", "", "<", "<f4\u0007"}) {
            refuses(
                    "no dtype holds elements of type '" + descr.replace('\u0007', '?') + "'",
                    npy(3, header("'" + descr + "'", "False", "(1,)"), 8));
        }
        refuses("wrong size: f4[2] has 8 bytes, found 7", npy(1, header("'<f4'", "False", "(2,)"), 7));
        refuses("wrong size: f4[2] has 8 bytes, found 9", npy(1, header("'<f4'", "False", "(2,)"), 9));
        refuses(
                "wrong size: f4[1000000000000] has 4000000000000 bytes, found 4",
                npy(1, header("'<f4'", "False", "(1000000000000,)"), 4));
        byte[] bool = npy(1, header("'|b1'", "False", "(2,)"), 2);
        bool[bool.length - 2] = 7;
        refuses("element 0 is not 0 or 1, as a bool is: 7", bool);
    }

    @Test
    void load_longSpaces_takeNoTime() throws IOException {
        for (String spaces : new String[] {" ".repeat(9000), ",".repeat(9000), "1,".repeat(4500), "(".repeat(9000)}) {
            Files.write(file, npy(2, "{'descr': '<f4', 'fortran_order': False, 'shape': (" + spaces, 4));
            long start = System.nanoTime();
            assertThrows(IOException.class, () -> Npy.load(file));
            assertTrue(System.nanoTime() - start < 1_000_000_000);
        }
    }

    @Test
    void loadz_bomb_isRefused() throws IOException {
        // 64 MiB of zeros in 64 kB, which a compressed tensor of zeros is, too
        byte[] header = npy(1, header("'|u1'", "False", "(" + (64 << 20) + ",)"), 0);
        try (OutputStream out = Files.newOutputStream(zip);
                ZipOutputStream packed = new ZipOutputStream(out)) {
            for (int i = 0; i < 3; i++) {
                packed.putNextEntry(new ZipEntry(i + ".npy"));
                packed.write(header);
                packed.write(new byte[64 << 20]);
            }
        }
        long used = Device.cpu().memory().used();
        var e = assertThrows(IOException.class, () -> Npy.loadz(zip, 100 << 20));
        assertEquals("npy: unpacks to more than 104857600 bytes: " + zip, e.getMessage());
        assertTrue(Device.cpu().memory().used() <= used); // less where the collector ran
        assertEquals(3, Npy.loadz(zip).size());
    }

    @Test
    void loadz_sizesThatLie_areRefused() throws IOException {
        byte[] good = packed(npy(1, header("'|u1'", "False", "(1000,)"), 1000));
        int directory = indexOf(good, new byte[] {'P', 'K', 1, 2});
        ByteBuffer more = ByteBuffer.wrap(good.clone()).order(ByteOrder.LITTLE_ENDIAN);
        more.putInt(directory + 24, 1 << 30); // the unpacked size
        Files.write(zip, more.array());
        assertOneLine("cannot unpack to 1073741824 bytes from ");
        more.putInt(directory + 24, 2000);
        Files.write(zip, more.array());
        assertOneLine("wrong size: u1[1000] has 1000 bytes, found ");
        Files.write(zip, Arrays.copyOf(good, good.length - 30));
        assertOneLine("not a proper .npz: ");
        Files.write(zip, new byte[100]);
        assertOneLine("not a proper .npz: ");
    }

    private void assertOneLine(String part) {
        String message = assertThrows(IOException.class, () -> Npy.loadz(zip)).getMessage();
        assertTrue(message.contains(part), message);
        assertTrue(message.startsWith("npy: ") && message.endsWith(": " + zip), message);
        assertEquals(1, message.lines().count());
    }

    private static byte[] packed(byte[] contents) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream packed = new ZipOutputStream(out)) {
            packed.putNextEntry(new ZipEntry("x.npy"));
            packed.write(contents);
        }
        return out.toByteArray();
    }

    private static int indexOf(byte[] all, byte[] part) {
        for (int i = 0; ; i++) {
            if (Arrays.equals(all, i, i + part.length, part, 0, part.length)) {
                return i;
            }
        }
    }

    @Test
    void loadz_otherEntries_areRefused() throws IOException {
        try (OutputStream out = Files.newOutputStream(zip);
                ZipOutputStream packed = new ZipOutputStream(out)) {
            packed.putNextEntry(new ZipEntry("../etc/passwd"));
        }
        assertOneLine("'../etc/passwd' is no .npy");
    }

    /** Whatever is done to a good file, it loads or ends in one line, and leaves no tensor behind. */
    @Test
    void load_damaged_neverDoesWorse() throws IOException {
        Npy.savezCompressed(zip, everyDtype());
        byte[] packed = Files.readAllBytes(zip);
        Npy.save(file, Tensor.of(1f, 2f));
        byte[] plain = Files.readAllBytes(file);
        Random random = new Random(5);
        for (int i = 0; i < 2000; i++) {
            byte[] bad = (i % 2 == 0 ? packed : plain).clone();
            for (int n = random.nextInt(3); n >= 0; n--) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            }
            Path target = i % 2 == 0 ? zip : file;
            Files.write(target, Arrays.copyOf(bad, random.nextInt(4) == 0 ? random.nextInt(bad.length) : bad.length));
            long used = Device.cpu().memory().used();
            try (var inner = Scope.open()) {
                if (i % 2 == 0) {
                    Npy.loadz(zip);
                } else {
                    Npy.load(file);
                }
            } catch (IOException e) {
                assertEquals(1, e.getMessage().lines().count(), e.getMessage());
                assertTrue(
                        e.getMessage().startsWith("npy: ") && e.getMessage().endsWith(": " + target), e.getMessage());
            }
            assertTrue(Device.cpu().memory().used() <= used); // less where the collector ran
        }
    }
}
