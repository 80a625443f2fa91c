package dev.gatun.bench;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * The client of {@code bench/serve}: each connection posts an image and waits for its answer, again and again. Plain
 * sockets, so that little of the two cores goes into the client.
 */
public final class Serve {
    private static final int SIDE = 28;
    private static final int IMAGES = 16;
    private static final double WARMUP_SECONDS = 5;

    private final int port;
    private final byte[][] requests = new byte[IMAGES][];

    private Serve(int port, boolean isPng) throws IOException {
        this.port = port;
        Random random = new Random(1);
        for (int i = 0; i < IMAGES; i++) {
            byte[] pixels = new byte[SIDE * SIDE];
            random.nextBytes(pixels);
            byte[] body = isPng ? png(pixels) : text(pixels);
            String head = "POST /digit HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + body.length + "\r\n\r\n";
            ByteArrayOutputStream request = new ByteArrayOutputStream();
            request.write(head.getBytes(StandardCharsets.US_ASCII));
            request.write(body);
            requests[i] = request.toByteArray();
        }
    }

    /**
     * Prints {@code p50_s=… p99_s=… requests_per_s=…} of some seconds after a warm-up.
     *
     * @param arguments the port, {@code png} or {@code numbers}, connections, seconds
     */
    public static void main(String[] arguments) throws Exception {
        Serve client = new Serve(Integer.parseInt(arguments[0]), arguments[1].equals("png"));
        int connections = Integer.parseInt(arguments[2]);
        double seconds = Double.parseDouble(arguments[3]);
        client.run(connections, WARMUP_SECONDS);
        double[] taken = client.run(connections, seconds);
        Arrays.sort(taken);
        System.out.printf(
                Locale.ROOT,
                "p50_s=%.6f p99_s=%.6f requests_per_s=%.1f%n",
                taken[taken.length / 2],
                taken[(int) (taken.length * 0.99)],
                taken.length / seconds);
    }

    /** The seconds that each answer took. */
    private double[] run(int connections, double seconds) throws Exception {
        long end = System.nanoTime() + (long) (seconds * 1e9);
        try (var pool = Executors.newFixedThreadPool(connections)) {
            List<Future<List<Double>>> all = new ArrayList<>();
            for (int i = 0; i < connections; i++) {
                int first = i;
                all.add(pool.submit(() -> ask(first, end)));
            }
            List<Double> taken = new ArrayList<>();
            for (Future<List<Double>> one : all) {
                taken.addAll(one.get());
            }
            return taken.stream().mapToDouble(Double::doubleValue).toArray();
        }
    }

    private List<Double> ask(int first, long end) throws IOException {
        List<Double> taken = new ArrayList<>();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setTcpNoDelay(true);
            OutputStream out = socket.getOutputStream();
            InputStream in = new BufferedInputStream(socket.getInputStream());
            long start = System.nanoTime();
            for (int i = first; start < end; i++) {
                out.write(requests[i % IMAGES]);
                readAnswer(in);
                long now = System.nanoTime();
                taken.add((now - start) * 1e-9);
                start = now;
            }
        }
        return taken;
    }

    private static void readAnswer(InputStream in) throws IOException {
        String status = line(in);
        int length = -1;
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
            if (header.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                length = Integer.parseInt(
                        header.substring(header.indexOf(':') + 1).strip());
            }
        }
        String body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
        if (!status.contains(" 200 ") || !body.startsWith("{\"digit\":")) {
            throw new IOException("serve: the server answers " + status + ": " + body.strip());
        }
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("serve: the server closed the connection");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    private static byte[] text(byte[] pixels) {
        StringBuilder text = new StringBuilder();
        for (byte pixel : pixels) {
            text.append(String.format(Locale.ROOT, "%.4f ", (pixel & 0xff) / 255.0));
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    /** Eight bits of grey, written by hand: this module needs no desktop. */
    private static byte[] png(byte[] pixels) throws IOException {
        byte[] rows = new byte[SIDE * (SIDE + 1)]; // a filter's number, 0, before each
        for (int y = 0; y < SIDE; y++) {
            System.arraycopy(pixels, y * SIDE, rows, y * (SIDE + 1) + 1, SIDE);
        }
        byte[] packed = new byte[2 * rows.length];
        int length;
        Deflater deflater = new Deflater();
        try {
            deflater.setInput(rows);
            deflater.finish();
            length = deflater.deflate(packed);
        } finally {
            deflater.end();
        }
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        png.write(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
        writeChunk(png, "IHDR", new byte[] {0, 0, 0, SIDE, 0, 0, 0, SIDE, 8, 0, 0, 0, 0});
        writeChunk(png, "IDAT", Arrays.copyOf(packed, length));
        writeChunk(png, "IEND", new byte[0]);
        return png.toByteArray();
    }

    private static void writeChunk(ByteArrayOutputStream png, String name, byte[] bytes) throws IOException {
        byte[] type = name.getBytes(StandardCharsets.US_ASCII);
        CRC32 sum = new CRC32();
        sum.update(type);
        sum.update(bytes);
        writeInt(png, bytes.length);
        png.write(type);
        png.write(bytes);
        writeInt(png, (int) sum.getValue());
    }

    private static void writeInt(ByteArrayOutputStream png, int value) {
        for (int shift = 24; shift >= 0; shift -= 8) {
            png.write(value >> shift);
        }
    }
}
