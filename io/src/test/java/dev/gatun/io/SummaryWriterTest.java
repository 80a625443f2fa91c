package dev.gatun.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.autograd.Tensor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.framework.HistogramProto;
import org.tensorflow.framework.Summary;
import org.tensorflow.util.Event;

/** Reads event files by TensorBoard's own definitions. */
class SummaryWriterTest {
    @TempDir
    Path folder;

    /** The events of a file; each sum is checked. */
    private static List<Event> events(Path file) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        List<Event> events = new ArrayList<>();
        while (in.hasRemaining()) {
            byte[] length = new byte[8];
            in.get(in.position(), length);
            byte[] bytes = new byte[(int) in.getLong()];
            assertSum(length, in.getInt());
            in.get(bytes);
            assertSum(bytes, in.getInt());
            events.add(Event.parseFrom(bytes));
        }
        return events;
    }

    private static void assertSum(byte[] bytes, int masked) {
        CRC32C sum = new CRC32C();
        sum.update(bytes);
        long crc = sum.getValue();
        assertEquals((int) (((crc >>> 15) | (crc << 17)) + 0xa282ead8L), masked);
    }

    private Summary.Value only(List<Event> events) {
        assertEquals(2, events.size());
        assertEquals("brain.Event:2", events.getFirst().getFileVersion());
        assertEquals(1, events.getLast().getSummary().getValueCount());
        return events.getLast().getSummary().getValue(0);
    }

    @Test
    void addScalar_steps_areRead() throws IOException {
        long before = System.currentTimeMillis() / 1000;
        Path file;
        try (var writer = new SummaryWriter(folder.resolve("runs").resolve("a"))) {
            file = writer.file();
            writer.addScalar("loss/train", 0.5, 0);
            writer.addScalar("loss/train", Double.NaN, 1);
            writer.addScalar("손실", -1e-3, 1L << 40);
        }
        assertTrue(file.getFileName().toString().startsWith("events.out.tfevents."), file.toString());
        List<Event> events = events(file);
        assertEquals(4, events.size());
        assertEquals("loss/train", events.get(1).getSummary().getValue(0).getTag());
        assertEquals(0.5f, events.get(1).getSummary().getValue(0).getSimpleValue());
        assertEquals(Float.NaN, events.get(2).getSummary().getValue(0).getSimpleValue());
        assertEquals(1, events.get(2).getStep());
        assertEquals("손실", events.get(3).getSummary().getValue(0).getTag());
        assertEquals(1L << 40, events.get(3).getStep());
        assertTrue(events.get(3).getWallTime() >= before && events.get(3).getWallTime() < before + 100);
    }

    @Test
    void addHistogram_values_areCountedInBins() throws IOException {
        double[] values = new Random(1).doubles(1000, -2, 3).toArray();
        values[0] = 0;
        values[1] = Double.NaN;
        values[2] = 1e30;
        values[3] = -1e30;
        Path file;
        try (var writer = new SummaryWriter(folder)) {
            file = writer.file();
            writer.addHistogram("weights", Tensor.of(values), 3);
            assertThrows(IllegalArgumentException.class, () -> writer.addHistogram("none", Tensor.of(Double.NaN), 3));
        }
        HistogramProto histogram = only(events(file)).getHisto();
        assertEquals(999, histogram.getNum());
        assertEquals(-1e30, histogram.getMin());
        assertEquals(1e30, histogram.getMax());
        double sum = 0;
        double squares = 0;
        for (double v : values) {
            sum += Double.isNaN(v) ? 0 : v;
            squares += Double.isNaN(v) ? 0 : v * v;
        }
        assertEquals(sum, histogram.getSum());
        assertEquals(squares, histogram.getSumSquares());
        int n = histogram.getBucketCount();
        assertEquals(n, histogram.getBucketLimitCount());
        for (int i = 0; i < n; i++) {
            double from = i == 0 ? Double.NEGATIVE_INFINITY : histogram.getBucketLimit(i - 1);
            double to = histogram.getBucketLimit(i);
            assertTrue(from < to);
            long inside = IntStream.range(0, values.length)
                    .filter(k -> values[k] >= from && values[k] < to)
                    .count();
            assertEquals((double) inside, histogram.getBucket(i), from + " to " + to);
        }
    }

    @Test
    void addHistogram_ordinaryValues_beginWithAnEmptyBin() throws IOException {
        Path file;
        try (var writer = new SummaryWriter(folder)) {
            file = writer.file();
            writer.addHistogram("ones", Tensor.of(1f, 1f, 1.5f), 0);
        }
        HistogramProto histogram = only(events(file)).getHisto();
        assertEquals(0, histogram.getBucket(0));
        assertTrue(histogram.getBucketLimit(0) <= 1 && histogram.getBucketLimit(1) > 1);
        assertEquals(2, histogram.getBucket(1));
        assertEquals(1, histogram.getBucket(histogram.getBucketCount() - 1));
    }

    @Test
    void addImage_png_isInside() throws IOException {
        Tensor image = Tensor.of(new byte[][][] {{{1, 2, 3}, {4, 5, 6}}});
        Path file;
        try (var writer = new SummaryWriter(folder)) {
            file = writer.file();
            writer.addImage("digit", image, 0);
            assertThrows(IllegalArgumentException.class, () -> writer.addImage("bad", Tensor.zeros(2, 3, 3), 0));
        }
        Summary.Image read = only(events(file)).getImage();
        assertEquals(2, read.getHeight());
        assertEquals(3, read.getWidth());
        assertEquals(1, read.getColorspace());
        var png = ImageIO.read(
                new ByteArrayInputStream(read.getEncodedImageString().toByteArray()));
        assertArrayEquals(
                image.toByteArray(), Pixels.toTensor(png, ImageMode.GRAY).toByteArray());
    }

    @Test
    void addFigureAndText_areRead() throws IOException {
        Path file;
        try (var writer = new SummaryWriter(folder)) {
            file = writer.file();
            writer.addFigure("plot", new LinePlot("a", "x", "y").line("a", List.of(1, 2)), 5);
            writer.addText("notes", "**bold**", 6);
        }
        List<Event> events = events(file);
        assertEquals(760, events.get(1).getSummary().getValue(0).getImage().getWidth());
        Summary.Value text = events.get(2).getSummary().getValue(0);
        assertEquals("notes/text_summary", text.getTag());
        assertEquals("text", text.getMetadata().getPluginData().getPluginName());
        assertEquals("**bold**", text.getTensor().getStringVal(0).toStringUtf8());
        assertEquals("DT_STRING", text.getTensor().getDtype().name());
        assertEquals(1, text.getTensor().getTensorShape().getDim(0).getSize());
    }

    @Test
    void flush_openWriter_showsWhatWasAdded() throws IOException {
        try (var writer = new SummaryWriter(folder)) {
            assertEquals(1, events(writer.file()).size());
            writer.addScalar("a", 1, 1);
            writer.flush();
            assertEquals(2, events(writer.file()).size());
        }
    }

    @Test
    void add_fromSeveralThreads_keepsRecordsWhole() throws Exception {
        Path file;
        try (var writer = new SummaryWriter(folder)) {
            file = writer.file();
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                threads.add(Thread.startVirtualThread(() -> {
                    for (int i = 0; i < 500; i++) {
                        writer.addScalar("a", i, i);
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
        }
        assertEquals(2001, events(file).size());
    }

    @Test
    void twoWriters_inOneFolder_haveFilesOfTheirOwn() throws IOException {
        try (var a = new SummaryWriter(folder);
                var b = new SummaryWriter(folder)) {
            assertTrue(Files.exists(a.file())
                    && Files.exists(b.file())
                    && !a.file().equals(b.file()));
        }
    }

    @Test
    void writer_misused_saysSo() throws IOException {
        var writer = new SummaryWriter(folder);
        writer.close();
        writer.close();
        var e = assertThrows(IllegalStateException.class, () -> writer.addScalar("a", 1, 1));
        assertEquals("summaryWriter: used after it was closed: " + writer.file(), e.getMessage());
        Path file = Files.writeString(folder.resolve("file"), "");
        var io = assertThrows(IOException.class, () -> new SummaryWriter(file.resolve("run")));
        assertTrue(io.getMessage().startsWith("summaryWriter: cannot write: "), io.getMessage());
    }
}
