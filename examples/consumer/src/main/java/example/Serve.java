package example;

import com.sun.net.httpserver.HttpServer;
import dev.gatun.autograd.GradMode;
import dev.gatun.autograd.Tensor;
import dev.gatun.nn.io.SafeTensors;
import dev.gatun.runtime.Scope;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Executors;

public final class Serve {
    public static void main(String[] args) throws IOException {
        Net model = new Net();
        model.loadStateDict(SafeTensors.load(Path.of("model.safetensors")).tensors());
        model.eval();

        int port = args.length > 0 ? Integer.parseInt(args[0]) : 8080;
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> {
            String body;
            int status = 200;
            try {
                String[] numbers = String.valueOf(exchange.getRequestURI().getQuery()).split(",");
                double p = answer(model, Float.parseFloat(numbers[0]), Float.parseFloat(numbers[1]));
                body = String.format(Locale.ROOT, "%.3f%n", p);
            } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
                status = 400;
                body = "Ask for two numbers, as in /?0.5,-0.3\n";
            }
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            try (var out = exchange.getResponseBody()) {
                out.write(bytes);
            }
        });
        server.start();
        System.out.println("Listening: http://localhost:" + server.getAddress().getPort() + "/?0.5,-0.3");
    }

    /** One model for all threads, without a lock: nothing is recorded, and the scope is the request's own. */
    private static double answer(Net model, float a, float b) {
        try (var request = Scope.open();
                var off = GradMode.noGrad()) {
            return model.forward(Tensor.of(new float[][] {{a, b}})).sigmoid().item();
        }
    }
}
