package dev.gatun.io;

import dev.gatun.autograd.Tensor;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32C;

/**
 * Writes what TensorBoard shows: numbers and distributions over the steps of a training, images, plots and text; {@code
 * torch.utils.tensorboard.SummaryWriter}. {@code tensorboard --logdir FOLDER} shows it while it grows.
 *
 * <p>Each writer makes a file of its own, {@code events.out.tfevents.*}. What is added reaches it within two minutes
 * if more is added, and at {@link #flush} and {@link #close}; a process that dies leaves what was there before.
 * Several threads may add to one writer.
 *
 * {@snippet :
 * try (var writer = new SummaryWriter(folder.resolve("runs"))) {
 *     for (long step = 0; step < 3; step++) {
 *         writer.addScalar("loss/train", 1.0 / (step + 1), step);
 *     }
 *     writer.addHistogram("weights/first", model.parameters().getFirst(), 3);
 * }
 * }
 */
public final class SummaryWriter implements AutoCloseable {
    private static final AtomicLong COUNT = new AtomicLong();
    private static final Duration FLUSH = Duration.ofMinutes(2);

    // Fields of Event, Summary.Value, Summary.Image and TensorProto, as TensorBoard's definitions number them.
    private static final int EVENT_WALL_TIME = 1;
    private static final int EVENT_STEP = 2;
    private static final int EVENT_FILE_VERSION = 3;
    private static final int EVENT_SUMMARY = 5;
    private static final int SUMMARY_VALUE = 1;
    private static final int VALUE_TAG = 1;
    private static final int VALUE_SIMPLE = 2;
    private static final int VALUE_IMAGE = 4;
    private static final int VALUE_HISTOGRAM = 5;
    private static final int VALUE_TENSOR = 8;
    private static final int VALUE_METADATA = 9;
    private static final int STRING = 7;

    private final Path file;
    private final OutputStream out;
    private Instant flushed = Instant.now();
    private boolean isClosed;

    /**
     * A writer with a new file.
     *
     * @param folder of the run, which is made if it is missing
     * @throws IOException if the file cannot be made; one line that names it
     */
    public SummaryWriter(Path folder) throws IOException {
        Instant now = Instant.now();
        file = folder.resolve("events.out.tfevents.%010d.%s.%d.%d"
                .formatted(now.getEpochSecond(), host(), ProcessHandle.current().pid(), COUNT.getAndIncrement()));
        try {
            Files.createDirectories(folder);
            out = new BufferedOutputStream(
                    Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), 1 << 16);
        } catch (IOException e) {
            throw new IOException("summaryWriter: cannot write: " + e.getClass().getSimpleName() + ": " + file, e);
        }
        write(new Protobuf().number(EVENT_WALL_TIME, seconds(now)).text(EVENT_FILE_VERSION, "brain.Event:2"));
        flush();
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName().replaceAll("[^A-Za-z0-9_.-]", "_");
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }

    /**
     * The file that it writes.
     *
     * @return its path
     */
    public Path file() {
        return file;
    }

    /**
     * A number at a step of a curve.
     *
     * @param tag the curve's name; what stands before a slash groups curves
     * @param value any number, kept as a float
     * @param step where it stands
     * @throws UncheckedIOException if the file cannot be written
     * @throws IllegalStateException if the writer is closed
     */
    public void addScalar(String tag, double value, long step) {
        add(step, new Protobuf().text(VALUE_TAG, tag).number(VALUE_SIMPLE, (float) value));
    }

    /**
     * How values are distributed at a step, in bins that grow by a tenth from 1e-12 to 1e20, to both sides of 0.
     *
     * @param tag the distribution's name
     * @param values of any shape and dtype; those that are not finite are left out
     * @param step where it stands
     * @throws IllegalArgumentException if no value is finite
     * @throws UncheckedIOException if the file cannot be written
     * @throws IllegalStateException if the writer is closed
     */
    public void addHistogram(String tag, Tensor values, long step) {
        Protobuf histogram = EventHistogram.of(tag, values.toDoubleArray());
        add(step, new Protobuf().text(VALUE_TAG, tag).message(VALUE_HISTOGRAM, histogram));
    }

    /**
     * An image at a step.
     *
     * @param tag the image's name
     * @param image [channels, height, width], with 1 channel, grey, 3, red, green and blue, or 4, opacity too; U8 from 0 to
     *     255, or F32 or F64 from 0 to 1, where what lies outside becomes 0 or 255
     * @param step where it stands
     * @throws IllegalArgumentException if it has another shape or dtype
     * @throws UncheckedIOException if the file cannot be written
     * @throws IllegalStateException if the writer is closed
     */
    public void addImage(String tag, Tensor image, long step) {
        byte[] png;
        try {
            png = Pixels.png("addImage", image);
        } catch (IOException e) {
            throw new UncheckedIOException("summaryWriter: cannot write: " + file, e);
        }
        Protobuf picture = new Protobuf()
                .integer(1, image.size(1))
                .integer(2, image.size(2))
                .integer(3, image.size(0))
                .bytes(4, png);
        add(step, new Protobuf().text(VALUE_TAG, tag).message(VALUE_IMAGE, picture));
    }

    /**
     * A plot at a step, as an image.
     *
     * @param tag the image's name
     * @param plot as it is now
     * @param step where it stands
     * @throws UncheckedIOException if the file cannot be written
     * @throws IllegalStateException if the writer is closed
     */
    public void addFigure(String tag, Plot plot, long step) {
        Tensor image = plot.toTensor();
        addImage(tag, image, step);
        image.release();
    }

    /**
     * Text at a step.
     *
     * @param tag the text's name
     * @param text in Markdown
     * @param step where it stands
     * @throws UncheckedIOException if the file cannot be written
     * @throws IllegalStateException if the writer is closed
     */
    public void addText(String tag, String text, long step) {
        Protobuf metadata = new Protobuf().message(1, new Protobuf().text(1, "text"));
        Protobuf one = new Protobuf().message(2, new Protobuf().integer(1, 1));
        Protobuf tensor = new Protobuf().integer(1, STRING).message(2, one).text(8, text);
        add(
                step,
                new Protobuf()
                        .text(VALUE_TAG, tag + "/text_summary")
                        .message(VALUE_METADATA, metadata)
                        .message(VALUE_TENSOR, tensor));
    }

    private void add(long step, Protobuf value) {
        Instant now = Instant.now();
        write(new Protobuf()
                .number(EVENT_WALL_TIME, seconds(now))
                .integer(EVENT_STEP, step)
                .message(EVENT_SUMMARY, new Protobuf().message(SUMMARY_VALUE, value)));
    }

    private static double seconds(Instant time) {
        return time.getEpochSecond() + time.getNano() / 1e9;
    }

    /** A record of TFRecord: length, its sum, the bytes, their sum. */
    private synchronized void write(Protobuf event) {
        if (isClosed) {
            throw new IllegalStateException("summaryWriter: used after it was closed: " + file);
        }
        byte[] bytes = event.toBytes();
        ByteBuffer length =
                ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(0, bytes.length);
        try {
            out.write(length.array());
            out.write(masked(length.array()));
            out.write(bytes);
            out.write(masked(bytes));
            if (Duration.between(flushed, Instant.now()).compareTo(FLUSH) > 0) {
                flush();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("summaryWriter: cannot write: " + e.getMessage() + ": " + file, e);
        }
    }

    /** CRC-32C, rotated and shifted as TFRecord wants it. */
    private static byte[] masked(byte[] bytes) {
        CRC32C sum = new CRC32C();
        sum.update(bytes);
        int masked = Integer.rotateRight((int) sum.getValue(), 15) + 0xa282ead8;
        return ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(masked)
                .array();
    }

    /**
     * Hands over to the file what was added.
     *
     * @throws UncheckedIOException if the file cannot be written
     */
    public synchronized void flush() {
        try {
            out.flush();
            flushed = Instant.now();
        } catch (IOException e) {
            throw new UncheckedIOException("summaryWriter: cannot write: " + e.getMessage() + ": " + file, e);
        }
    }

    /**
     * Hands over to the file what was added, and closes it. A second time does nothing.
     *
     * @throws UncheckedIOException if the file cannot be written
     */
    @Override
    public synchronized void close() {
        isClosed = true;
        try {
            out.close();
        } catch (IOException e) {
            throw new UncheckedIOException("summaryWriter: cannot write: " + e.getMessage() + ": " + file, e);
        }
    }
}
