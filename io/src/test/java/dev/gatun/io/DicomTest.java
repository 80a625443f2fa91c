package dev.gatun.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.runtime.DType;
import dev.gatun.runtime.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DicomTest {
    @TempDir
    Path folder;

    private void slice(String name, int number, double z, int from) throws IOException {
        DicomFiles.slice(DicomFiles.EXPLICIT, "1.2.3", number, z, 2, 3, from).write(folder.resolve(name));
    }

    /** The one line for what lies in the folder, without the path at its end. */
    private String refusal() {
        String line = assertTimeoutPreemptively(
                        Duration.ofSeconds(10), () -> assertThrows(IOException.class, () -> Dicom.readSeries(folder)))
                .getMessage();
        assertTrue(line.startsWith("dicom: ") && line.contains(folder.toString()), line);
        assertEquals(1, line.lines().count(), line);
        return line.substring("dicom: ".length(), line.lastIndexOf(": "));
    }

    @Test
    void readSeries_namesInAnotherOrder_goesByInstanceNumber() throws IOException {
        slice("b.dcm", 41, -7.5, -2);
        slice("a.dcm", 43, -12.5, 10);
        slice("c", 42, -10, 100);
        Files.writeString(folder.resolve("notes.txt"), "not a slice");
        Files.writeString(folder.resolve("DICOMDIR"), "an index");
        DicomSeries series = Dicom.readSeries(folder);
        assertEquals(Shape.of(1, 3, 2, 3), series.volume().shape());
        assertEquals(DType.F32, series.volume().dtype());
        float[] expected = new float[18];
        int[] from = {-2, 100, 10};
        for (int i = 0; i < 18; i++) {
            expected[i] = (from[i / 6] + i % 6) * 2 - 1024;
        }
        assertArrayEquals(expected, series.volume().toFloatArray());
        assertEquals(List.of(41, 42, 43), series.numbers());
        assertEquals(2.5, series.depthSpacing(), 1e-12);
        assertEquals(0.7, series.heightSpacing());
        assertEquals(0.8, series.widthSpacing());
    }

    @Test
    void readSeries_implicitSyntaxAndSequences_arePassedOver() throws IOException {
        for (String syntax : List.of(DicomFiles.IMPLICIT, DicomFiles.EXPLICIT)) {
            byte[] plain = DicomFiles.slice(syntax, "1.2.3", 1, 0, 2, 3, 5).bytes();
            // In front of everything else: a sequence without a length that holds another, and a series of its own.
            byte[] start = new DicomFiles().start(syntax).bytes();
            byte[] sequence = new DicomFiles()
                    .start(syntax)
                    .head(0x0008, 0x1110, "SQ", 0xffffffffL)
                    .head(0xfffe, 0xe000, "", 0xffffffffL)
                    .text(0x0020, 0x000e, "UI", "9.9.9")
                    .head(0x0008, 0x1111, "SQ", 0xffffffffL)
                    .head(0xfffe, 0xe000, "", 0)
                    .head(0xfffe, 0xe0dd, "", 0)
                    .head(0xfffe, 0xe00d, "", 0)
                    .head(0xfffe, 0xe0dd, "", 0)
                    .bytes();
            byte[] rest = Arrays.copyOfRange(plain, start.length, plain.length);
            new DicomFiles().raw(sequence).raw(rest).write(folder.resolve("a.dcm"));
            assertEquals(
                    5 * 2 - 1024, Dicom.readSeries(folder).volume().select(3, 0).toFloatArray()[0]);
            assertEquals("1.2.3", DicomSlice.read(folder.resolve("a.dcm")).series());
        }
    }

    @Test
    void readSeries_twoSeries_saysBoth() throws IOException {
        slice("a.dcm", 1, 0, 0);
        slice("b.dcm", 2, 1, 0);
        DicomFiles.slice(DicomFiles.EXPLICIT, "4.5", 3, 2, 2, 3, 0).write(folder.resolve("c.dcm"));
        assertEquals("2 series in one folder: 1.2.3 of 2, 4.5 of 1 slices", refusal());
    }

    @Test
    void readSeries_missingSlice_saysBetweenWhich() throws IOException {
        slice("a.dcm", 1, 0, 0);
        slice("b.dcm", 2, 1, 0);
        slice("d.dcm", 4, 3, 0);
        assertEquals("slices are missing between others: number 2 in b.dcm, then 4 in d.dcm", refusal());
        slice("d.dcm", 3, 3, 0);
        slice("e.dcm", 4, 4, 0);
        assertEquals("slices are missing between others: 2.000 mm from b.dcm to d.dcm, elsewhere 1.000 mm", refusal());
        assertEquals(4, Dicom.readSeries(folder, true).volume().size(1));
        slice("d.dcm", 2, 3, 0);
        assertEquals("two slices of one instance number: number 2 in b.dcm, then 2 in d.dcm", refusal());
    }

    @Test
    void readSeries_otherSize_namesTheFile() throws IOException {
        slice("a.dcm", 1, 0, 0);
        DicomFiles.slice(DicomFiles.EXPLICIT, "1.2.3", 2, 1, 3, 2, 0).write(folder.resolve("b.dcm"));
        assertEquals("slices differ in size: 2 x 3 in a.dcm, 3 x 2", refusal());
    }

    @Test
    void readSeries_nothingToRead_saysSo() throws IOException {
        assertEquals("no slices among 0 files", refusal());
        Files.writeString(folder.resolve("notes.txt"), "not a slice");
        assertEquals("no slices among 1 files", refusal());
        Path missing = folder.resolve("missing");
        var e = assertThrows(IOException.class, () -> Dicom.readSeries(missing));
        assertEquals("dicom: no such folder: " + missing, e.getMessage());
        Files.writeString(folder.resolve("a.dcm"), "not a slice, though it says so");
        assertEquals("no DICOM file: no 'DICM' after its first 128 bytes", refusal());
    }

    @Test
    void readSeries_cutOffAnywhere_isOneLine() throws IOException {
        byte[] whole =
                DicomFiles.slice(DicomFiles.EXPLICIT, "1.2.3", 1, 0, 2, 3, 0).bytes();
        for (int length = 0; length < whole.length; length++) {
            Files.write(folder.resolve("a.dcm"), Arrays.copyOf(whole, length));
            refusal();
        }
        Files.write(folder.resolve("a.dcm"), Arrays.copyOf(whole, whole.length - 1));
        assertEquals("truncated: element 7fe00010 is of 12 bytes, the file has 11 more", refusal());
    }

    @ParameterizedTest
    @ValueSource(longs = {0x7fffffffL, 0x80000000L, 0xfffffffeL, 0x10000L})
    void readSeries_hostileLength_isHeldAgainstTheFile(long length) throws IOException {
        new DicomFiles()
                .start(DicomFiles.EXPLICIT)
                .head(0x0009, 0x0010, "UN", length)
                .write(folder.resolve("a.dcm"));
        assertEquals("truncated: element 00090010 is of " + length + " bytes, the file has 0 more", refusal());
    }

    @Test
    void readSeries_flippedBytes_neverHangsOrCrashes() throws IOException {
        byte[] whole =
                DicomFiles.slice(DicomFiles.EXPLICIT, "1.2.3", 1, 0, 2, 3, 0).bytes();
        Random random = new Random(1);
        for (int i = 0; i < 2000; i++) {
            byte[] broken = whole.clone();
            for (int k = 0; k < 3; k++) {
                broken[128 + random.nextInt(broken.length - 128)] = (byte) random.nextInt();
            }
            Files.write(folder.resolve("a.dcm"), broken);
            assertTimeoutPreemptively(Duration.ofSeconds(10), () -> {
                try {
                    Dicom.readSeries(folder);
                } catch (IOException e) {
                    assertEquals(1, e.getMessage().lines().count(), e.getMessage());
                }
            });
        }
    }

    @Test
    void readSeries_otherKinds_areRefused() throws IOException {
        Path file = folder.resolve("a.dcm");
        DicomFiles.slice("1.2.840.10008.1.2.4.70", "1.2.3", 1, 0, 2, 3, 0).write(file);
        assertEquals("compressed, big-endian or unknown transfer syntax: '1.2.840.10008.1.2.4.70'", refusal());
        byte[] frames = new DicomFiles()
                .start(DicomFiles.EXPLICIT)
                .text(0x0028, 0x0008, "IS", "12")
                .number(0x0028, 0x0010, 2)
                .number(0x0028, 0x0011, 2)
                .head(0x7fe0, 0x0010, "OW", 0)
                .bytes();
        Files.write(file, frames);
        assertEquals("only one grey image in a file is read: it has 12 frames of 1 values per pixel", refusal());
        new DicomFiles()
                .start(DicomFiles.EXPLICIT)
                .number(0x0028, 0x0010, 60000)
                .number(0x0028, 0x0011, 60000)
                .number(0x0028, 0x0100, 16)
                .head(0x7fe0, 0x0010, "OW", 0)
                .write(file);
        assertEquals("truncated: 60000 x 60000 values of 16 bits need 7200000000 bytes, there are 0", refusal());
    }

    @Test
    void readSeries_realScan_isWhatImageJReads() throws IOException {
        Path scan = RealData.path("volume"); // 16 slices of a series of 99
        String line =
                assertThrows(IOException.class, () -> Dicom.readSeries(scan)).getMessage();
        assertEquals(
                "dicom: slices are missing between others: number 10 in 000045.dcm, then 15 in 000041.dcm: " + scan,
                line);
        DicomSeries series = Dicom.readSeries(scan, true);
        assertEquals(Shape.of(1, 16, 512, 512), series.volume().shape());
        assertEquals(Double.NaN, series.depthSpacing());
        assertEquals(List.of(10, 15), series.numbers().subList(0, 2));
        int[] inOrder = {45, 41, 51, 40, 42, 46, 54, 55, 52, 43, 50, 48, 44, 49, 47, 53};
        for (int i = 0; i < 16; i += 5) {
            var oracle = new ij.plugin.DICOM();
            oracle.open(scan.resolve("0000%d.dcm".formatted(inOrder[i])).toString());
            var pixels = oracle.getProcessor();
            var calibration = oracle.getCalibration();
            float[] slice = series.volume().select(1, i).toFloatArray();
            for (int k = 0; k < slice.length; k++) {
                assertEquals(calibration.getCValue(pixels.get(k)), slice[k]);
            }
            assertEquals(calibration.pixelHeight, series.heightSpacing(), 1e-9);
            assertEquals(calibration.pixelWidth, series.widthSpacing(), 1e-9);
        }
    }
}
