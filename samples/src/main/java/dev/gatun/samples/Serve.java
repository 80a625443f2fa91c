package dev.gatun.samples;

import dev.gatun.nn.Module;
import dev.gatun.nn.io.SafeTensors;
import dev.gatun.runtime.Device;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.random.Generator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Answers images of digits that are posted to it, by the network of {@link Mnist}, until it is stopped. */
@Command(name = "serve", description = "An HTTP server that reads the digits posted to it, one model for all threads.")
final class Serve implements Callable<Integer> {
    private static final int HIGHEST_PORT = 65535;

    private final Screen screen;
    private final Downloads downloads;

    @Mixin
    private final SampleOptions options = new SampleOptions();

    @Mixin
    private final MnistOptions network = new MnistOptions();

    @Option(
            names = "--port",
            paramLabel = "N",
            defaultValue = "8080",
            description =
                    "Where to listen, on this machine only; 0 for any port that is free; default ${DEFAULT-VALUE}.")
    private int port;

    @Option(
            names = "--model",
            paramLabel = "FILE",
            description =
                    "The weights, as 'samples/run mnist --out DIR' leaves them in DIR/mnist.safetensors; a network is"
                            + " trained where none are given.")
    private @Nullable Path file;

    Serve(Screen screen, Downloads downloads) {
        this.screen = screen;
        this.downloads = downloads;
    }

    @Override
    public Integer call() throws IOException {
        if (port < 0 || port > HIGHEST_PORT) {
            throw options.badInput("--port: must be from 0 to " + HIGHEST_PORT + ": " + port, null);
        }
        Device device = options.device();
        Generator.global().manualSeed(options.seed());
        Module model = Mnist.perceptron(network.hidden(), network.activation());
        if (file != null) {
            load(model, file);
        } else {
            MnistDigits digits = MnistDigits.loadOrDraw(options, downloads, screen);
            Mnist.train(model.to(device), digits.train(), device, screen, network, options.epochs(Mnist.EPOCHS));
        }
        try (DigitServer server = DigitServer.start(model, port)) {
            screen.out().println("Listening: http://localhost:" + server.port() + "/digit");
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return 0;
    }

    /** Over the mapped file: there at once, and in memory once for all processes that serve it. */
    private void load(Module model, Path weights) {
        try (var handles = Scope.open()) {
            model.assignStateDict(SafeTensors.map(weights).tensors());
        } catch (IOException | IllegalArgumentException e) {
            throw options.badInput("--model: " + Errors.line(e), e);
        }
    }
}
