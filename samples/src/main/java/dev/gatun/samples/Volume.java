package dev.gatun.samples;

import dev.gatun.autograd.Tensor;
import dev.gatun.io.Dicom;
import dev.gatun.io.DicomSeries;
import dev.gatun.io.ImageGrid;
import dev.gatun.runtime.Device;
import dev.gatun.runtime.Scope;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** A computed tomography of a chest: slices on top of one another, as a volume with one channel. */
@Command(name = "volume", description = "A computed tomography: DICOM slices as one volume.")
final class Volume implements Callable<Integer> {
    private static final int AIR = -1000;
    private static final int BONE = 400;

    private final Screen screen;
    private final PrintWriter out;
    private final Downloads downloads;

    @Mixin
    private final SampleOptions options = new SampleOptions();

    Volume(Screen screen, Downloads downloads) {
        this.screen = screen;
        this.out = screen.out();
        this.downloads = downloads;
    }

    @Override
    public Integer call() throws IOException {
        Device device = options.device();
        Optional<Path> folder = options.out();
        Path data = options.data(PublicFiles.VOLUME, downloads, screen);
        try (var scope = Scope.open()) {
            DicomSeries series = series(data);
            Tensor vol = series.volume().to(device); // [1, 16, 512, 512]: one channel, as colours have three
            out.println(vol.squeeze(0).shape());
            out.println(vol.shape());
            out.printf(
                    Locale.ROOT,
                    "Hounsfield units from %.0f to %.0f%n",
                    vol.min().item(),
                    vol.max().item());
            if (folder.isPresent()) {
                draw(vol, series.numbers(), folder.get());
            }
        }
        return 0;
    }

    private DicomSeries series(Path data) throws IOException {
        try {
            // 16 of the scan's 99 slices: those between them are missing.
            Path first = PublicFiles.VOLUME.getFirst().require(data);
            return Dicom.readSeries(first.getParent(), true);
        } catch (IOException e) {
            throw options.badFile(PublicFiles.VOLUME, e);
        }
    }

    /** All slices, in shades from air, black, to bone, white. */
    private static void draw(Tensor vol, List<Integer> numbers, Path folder) throws IOException {
        Tensor shades = vol.clamp(AIR, BONE).sub(AIR).div(BONE - AIR);
        Tensor slices = shades.transpose(0, 1); // [16, 1, 512, 512]: as a batch of grey images
        Tensor halves = slices.slice(2, 0, slices.size(2), 2).slice(3, 0, slices.size(3), 2); // every other pixel
        var grid = new ImageGrid(
                "A chest, from %d (black) to %d Hounsfield units (white)".formatted(AIR, BONE), halves, 4);
        if (!numbers.isEmpty()) {
            grid.captions(numbers.stream()
                    .map(number -> "slice " + number + " of the scan")
                    .toList());
        }
        grid.save(folder.resolve("volume.png"));
    }
}
