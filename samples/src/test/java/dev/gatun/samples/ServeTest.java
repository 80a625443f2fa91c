package dev.gatun.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.autograd.Tensor;
import dev.gatun.nn.Module;
import dev.gatun.nn.io.SafeTensors;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ServeTest {
    private static final int SIDE = 28;

    private static DigitServer server;
    private static HttpClient client;
    private static Tensor digits;

    @BeforeAll
    static void start() throws IOException {
        Module model = Mnist.perceptron(List.of(16), ActivationName.RELU);
        digits = new DrawnDigits(3).draw(10).data();
        server = DigitServer.start(model, 0);
        client = HttpClient.newHttpClient();
    }

    @AfterAll
    static void stop() {
        client.close();
        server.close();
    }

    private static HttpRequest request(byte[] body) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + server.port() + "/digit"))
                .POST(BodyPublishers.ofByteArray(body))
                .build();
    }

    private static HttpResponse<String> post(byte[] body) throws Exception {
        return client.send(request(body), BodyHandlers.ofString());
    }

    private static float[] pixels(int digit) {
        return digits.select(0, digit).toFloatArray();
    }

    private static byte[] text(float[] pixels) {
        return Arrays.toString(pixels).getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] png(float[] pixels, int type, int scale) throws IOException {
        BufferedImage image = new BufferedImage(scale * SIDE, scale * SIDE, type);
        for (int i = 0; i < scale * SIDE * scale * SIDE; i++) {
            int x = i % (scale * SIDE);
            int y = i / (scale * SIDE);
            int value = Math.round(255 * pixels[y / scale * SIDE + x / scale]);
            if (type == BufferedImage.TYPE_BYTE_GRAY) {
                image.getRaster().setSample(x, y, 0, value);
            } else {
                image.setRGB(x, y, value << 16 | value << 8 | value);
            }
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(image, "png", out);
        return out.toByteArray();
    }

    @Test
    void post_pngOrNumbers_getsTheSameDigit() throws Exception {
        for (int digit = 0; digit < 10; digit++) {
            HttpResponse<String> numbers = post(text(pixels(digit)));
            assertEquals(200, numbers.statusCode(), numbers.body());
            assertTrue(
                    numbers.body().matches("\\{\"digit\":\\d,\"probabilities\":\\[(\\d\\.\\d{6},?){10}]}\n"),
                    numbers.body());
            assertEquals(
                    numbers.body(),
                    post(png(pixels(digit), BufferedImage.TYPE_BYTE_GRAY, 1)).body());
            assertEquals(
                    numbers.body(),
                    post(png(pixels(digit), BufferedImage.TYPE_INT_RGB, 1)).body());
            assertEquals(
                    200, post(png(pixels(digit), BufferedImage.TYPE_INT_RGB, 3)).statusCode());
        }
    }

    @Test
    void post_byManyAtOnce_getsEachItsOwn() throws Exception {
        List<String> expected = new ArrayList<>();
        for (int digit = 0; digit < 10; digit++) {
            expected.add(post(text(pixels(digit))).body());
        }
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            answers.add(client.sendAsync(request(text(pixels(i % 10))), BodyHandlers.ofString()));
        }
        for (int i = 0; i < 300; i++) {
            assertEquals(expected.get(i % 10), answers.get(i).get().body());
        }
    }

    private static void assertRefuses(String line, byte[] body) throws Exception {
        HttpResponse<String> answer = post(body);
        assertEquals(400, answer.statusCode());
        assertTrue(answer.body().startsWith("{\"error\":\"" + line), answer.body());
        assertEquals(1, answer.body().lines().count(), answer.body());
    }

    @Test
    void post_somethingElse_isRefusedInOneLine() throws Exception {
        assertRefuses("neither a PNG nor 784 numbers: 0 words", new byte[0]);
        assertRefuses("neither a PNG nor 784 numbers: 3 words", "no digit here".getBytes(StandardCharsets.UTF_8));
        assertRefuses("number 783 is none: x", ("0 ".repeat(783) + "x").getBytes(StandardCharsets.UTF_8));
        assertRefuses("number 783 is outside 0..1: 2", ("0 ".repeat(783) + "2").getBytes(StandardCharsets.UTF_8));
        assertRefuses("number 0 is outside 0..1: NaN", ("NaN" + " 0".repeat(783)).getBytes(StandardCharsets.UTF_8));
        byte[] good = png(pixels(1), BufferedImage.TYPE_BYTE_GRAY, 1);
        assertRefuses("not a proper PNG: ", Arrays.copyOf(good, 20));
        byte[] large = good.clone();
        large[16] = 0x7f; // its width
        assertRefuses("a PNG above 1024 x 1024: ", large);
        assertRefuses("more than 1048576 bytes", new byte[(1 << 20) + 1]);
        for (int i = 8; i < good.length; i++) {
            byte[] damaged = good.clone();
            damaged[i] ^= 0x55;
            int code = post(damaged).statusCode();
            assertTrue(code == 200 || code == 400, "code " + code + " where byte " + i + " is damaged");
        }
        HttpRequest get = HttpRequest.newBuilder(URI.create("http://localhost:" + server.port() + "/digit"))
                .build();
        assertEquals(405, client.send(get, BodyHandlers.ofString()).statusCode());
    }

    @Test
    void serve_savedModel_answersAsItWould(@TempDir Path folder) throws Exception {
        TinyMnist.write(folder.resolve("mnist"));
        Run run = Run.of(
                "mnist", "--data", folder.toString(), "--epochs", "1", "--hidden", "16", "--out", folder.toString());
        run.assertSucceeds();
        Path weights = folder.resolve("mnist.safetensors");
        assertEquals(4, SafeTensors.load(weights).tensors().size());
        StringWriter out = new StringWriter();
        AtomicInteger code = new AtomicInteger(-1);
        Thread main = new Thread(() -> {
            Screen screen = new Screen(new PrintWriter(out, true), new PrintWriter(out, true), false);
            code.set(Main.run(
                    screen,
                    (files, bar) -> folder,
                    "serve",
                    "--port",
                    "0",
                    "--hidden",
                    "16",
                    "--model",
                    weights.toString()));
        });
        main.start();
        while (!out.toString().contains("\n")) {
            assertTrue(main.isAlive(), out.toString());
            Thread.sleep(10);
        }
        String url = out.toString().strip().replace("Listening: ", "");
        HttpRequest ask = HttpRequest.newBuilder(URI.create(url))
                .POST(BodyPublishers.ofByteArray(text(pixels(1))))
                .build();
        assertEquals(200, client.send(ask, BodyHandlers.ofString()).statusCode());
        main.interrupt();
        main.join();
        assertEquals(0, code.get());
    }

    @Test
    void serve_badOptions_areRefusedInOneLine(@TempDir Path folder) throws IOException {
        Run.of("serve", "--port", "65536").assertRefuses("serve: --port: must be from 0 to 65535: 65536");
        Path file = folder.resolve("x.safetensors");
        Run.of("serve", "--model", file.toString()).assertRefuses("serve: --model: safetensors: no such file: " + file);
        Files.writeString(file, "a text of some length");
        Run broken = Run.of("serve", "--model", file.toString());
        assertEquals(2, broken.code());
        assertTrue(broken.err().startsWith("serve: --model: safetensors: a header of "), broken.err());
        SafeTensors.save(file, Mnist.perceptron(List.of(8), ActivationName.RELU).stateDict());
        Run other = Run.of("serve", "--hidden", "9", "--model", file.toString());
        assertEquals(2, other.code());
        assertTrue(other.err().contains("0.weight is f32[9, 784], given f32[8, 784]"), other.err());
        try (ServerSocket taken = new ServerSocket(0)) {
            Run run = Run.of("serve", "--hidden", "8", "--model", file.toString(), "--port", "" + taken.getLocalPort());
            assertEquals(1, run.code());
            assertEquals(1, run.err().lines().count(), run.err());
            String named = "serve: cannot listen at port " + taken.getLocalPort() + ": ";
            assertTrue(run.err().startsWith(named), run.err());
        }
    }
}
