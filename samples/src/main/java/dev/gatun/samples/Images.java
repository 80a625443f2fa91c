package dev.gatun.samples;

import dev.gatun.autograd.Index;
import dev.gatun.autograd.Tensor;
import dev.gatun.io.Figure;
import dev.gatun.io.Histogram;
import dev.gatun.io.ImageGrid;
import dev.gatun.nn.data.PublicFile;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Device;
import dev.gatun.runtime.Scope;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * Pictures as tensors: a dog turned from H x W x C to C x H x W by a view, and three cats in one batch whose channels are
 * brought to mean 0 and deviation 1, each written in place.
 */
@Command(name = "images", description = "A dog and three cats as tensors, each channel normalised in place.")
final class Images implements Callable<Integer> {
    private static final List<String> CHANNELS = List.of("red", "green", "blue");
    private static final int[] COLOURS = {0xC62F36, 0x2A9134, 0x1F77B4};
    private static final List<PublicFile> FILES =
            Stream.concat(Stream.of(PublicFiles.DOG), PublicFiles.CATS.stream()).toList();

    private final Screen screen;
    private final PrintWriter out;
    private final Downloads downloads;

    @Mixin
    private final SampleOptions options = new SampleOptions();

    Images(Screen screen, Downloads downloads) {
        this.screen = screen;
        this.out = screen.out();
        this.downloads = downloads;
    }

    @Override
    public Integer call() throws IOException {
        Device device = options.device();
        Optional<Path> folder = options.out();
        options.data(FILES, downloads, screen);
        try (var scope = Scope.open()) {
            Tensor img = read(PublicFiles.DOG, 720, 1280).permute(1, 2, 0); // rows of pixels of colours
            out.println(img.shape());
            Tensor dog = img.permute(2, 0, 1); // channels first, as convolutions want it; no pixel moves
            out.println(dog.shape());

            Tensor batch = Tensor.zeros(DType.U8, 3, 3, 256, 256);
            out.println(batch.shape());
            for (int i = 0; i < PublicFiles.CATS.size(); i++) {
                batch.set(i, read(PublicFiles.CATS.get(i), 256, 256));
            }
            Tensor pixels = batch.to(device).to(DType.F32).div_(255.0); // from 0 to 1
            Tensor normalised = pixels.clone();
            normalise(normalised);

            if (folder.isPresent()) {
                new ImageGrid("A dog", dog, 1).save(folder.get().resolve("images-dog.png"));
                new ImageGrid("Three cats", batch, 3).save(folder.get().resolve("images-cats.png"));
                drawChannels(pixels, normalised, folder.get());
            }
        }
        return 0;
    }

    /** U8 [3, height, width]. */
    private Tensor read(PublicFile image, long height, long width) throws IOException {
        return options.read(image, downloads, screen, file -> {
            Tensor pixels = dev.gatun.io.Images.read(file);
            if (pixels.size(1) != height || pixels.size(2) != width) {
                throw new IOException(file + ": expected " + height + " rows of " + width + " pixels: it has "
                        + pixels.size(1) + " of " + pixels.size(2));
            }
            return pixels;
        });
    }

    private void normalise(Tensor batch) {
        for (int c = 0; c < batch.size(1); c++) {
            List<Index> at = List.of(Index.all(), Index.at(c)); // [:, c]
            Tensor channel = batch.index(Index.all(), Index.at(c)); // [3, 256, 256], a view
            Tensor mean = channel.mean();
            Tensor std = channel.std();
            batch.set(at, channel.sub(mean).div(std)); // batch[:, c] = ..., which the view sees
            out.printf(
                    Locale.ROOT,
                    "%s: mean %.4f, deviation %.4f; normalised: mean %.4f, deviation %.4f%n",
                    CHANNELS.get(c),
                    mean.item(),
                    std.item(),
                    Math.abs(channel.mean().item()), // 0, but for rounding of either sign
                    channel.std().item());
        }
    }

    private static void drawChannels(Tensor before, Tensor after, Path folder) throws IOException {
        Histogram left = new Histogram("Channels of the cats, as read", "value");
        Histogram right = new Histogram("Normalised", "deviations from the mean");
        for (int c = 0; c < CHANNELS.size(); c++) {
            left.add(CHANNELS.get(c), before.select(1, c), COLOURS[c]);
            right.add(CHANNELS.get(c), after.select(1, c), COLOURS[c]);
        }
        new Figure("", 2).add(left).add(right).save(folder.resolve("images-channels.png"));
    }
}
