package dev.gatun.samples;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.gatun.autograd.GradMode;
import dev.gatun.autograd.Tensor;
import dev.gatun.nn.Module;
import dev.gatun.runtime.Scope;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Reads digits for whoever posts them. One model serves all threads without a lock: in evaluation mode a forward changes
 * nothing in it, and every request has a scope of its own.
 */
final class DigitServer implements AutoCloseable {
    private static final int MOST_BYTES = 1 << 20;
    private static final int THREADS_PER_CORE = 2; // one reads its request while another computes
    private static final int OK = 200;
    private static final int BAD_REQUEST = 400;
    private static final int NOT_ALLOWED = 405;

    static {
        // Otherwise a small answer waits 40 ms for the client's acknowledgement.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private final Module model;
    private final HttpServer server;
    private final ExecutorService threads;

    private DigitServer(Module model, HttpServer server) {
        this.model = model;
        this.server = server;
        this.threads = Executors.newFixedThreadPool(
                THREADS_PER_CORE * Runtime.getRuntime().availableProcessors());
    }

    /**
     * Starts to listen, on this machine only.
     *
     * @param model [n, 784] to logits [n, 10]
     * @param port to listen at; 0 for any that is free
     * @throws IOException if the port cannot be had
     */
    static DigitServer start(Module model, int port) throws IOException {
        model.eval();
        HttpServer server;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        } catch (BindException e) {
            throw new IOException("cannot listen at port " + port + ": " + Errors.line(e), e);
        }
        DigitServer digits = new DigitServer(model, server);
        server.createContext("/digit", digits::answer);
        server.setExecutor(digits.threads);
        server.start();
        return digits;
    }

    int port() {
        return server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (!exchange.getRequestMethod().equals("POST")) {
                send(exchange, NOT_ALLOWED, error("post a PNG, or 784 numbers from 0 to 1"));
                return;
            }
            byte[] body = exchange.getRequestBody().readNBytes(MOST_BYTES + 1);
            try {
                if (body.length > MOST_BYTES) {
                    throw new IllegalArgumentException("more than " + MOST_BYTES + " bytes");
                }
                send(exchange, OK, json(probabilities(DigitImage.pixels(body))));
            } catch (IllegalArgumentException e) {
                send(exchange, BAD_REQUEST, error(Errors.line(e)));
            }
        }
    }

    /** How likely each digit is, by the model. Any thread may ask, as many at once as there are. */
    private float[] probabilities(float[] pixels) {
        try (var off = GradMode.noGrad();
                var request = Scope.open()) {
            Tensor x = Tensor.of(pixels).view(1, pixels.length); // [1, 784]
            return model.forward(x).softmax(1).toFloatArray(); // [1, 10]
        }
    }

    private static String json(float[] probabilities) {
        int digit = 0;
        StringJoiner list = new StringJoiner(",", "[", "]");
        for (int i = 0; i < probabilities.length; i++) {
            digit = probabilities[i] > probabilities[digit] ? i : digit;
            list.add(String.format(Locale.ROOT, "%.6f", probabilities[i]));
        }
        return "{\"digit\":" + digit + ",\"probabilities\":" + list + "}";
    }

    private static String error(String line) {
        return "{\"error\":\"" + line.replace("\\", "\\\\").replace("\"", "\\\"") + "\"}";
    }

    private static void send(HttpExchange exchange, int code, String text) throws IOException {
        byte[] bytes = (text + "\n").getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(code, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    /** Ends at once; requests that are being answered get no answer. */
    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
