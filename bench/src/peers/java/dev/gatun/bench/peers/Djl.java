package dev.gatun.bench.peers;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import dev.gatun.bench.compare.Samples;
import dev.gatun.bench.compare.TimedRun;
import dev.gatun.bench.compare.Work;
import java.util.Locale;

/**
 * DJL's program in {@code bench/compare}. Beside the options of {@link Work}: {@code --threads 1|2}, {@code --supply
 * prebuilt|slice|gather}, {@code --denormals flush|keep}.
 */
public final class Djl {
    private Djl() {}

    /** Runs one work and prints one line. */
    public static void main(String[] arguments) throws Throwable {
        Work work = Work.parse(arguments);
        if (work.extra("denormals", "flush").equals("flush")) {
            Denormals.flush(); // before the engine loads, so that its threads inherit it
        }
        // Read when the engine loads. Interop threads would only wait: a step is one chain of operations.
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("ai.djl.pytorch.num_threads", work.extra("threads", "2"));
        System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
        DjlBatches.Supply supply =
                DjlBatches.Supply.valueOf(work.extra("supply", "prebuilt").toUpperCase(Locale.ROOT));
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            DjlBatches batches = new DjlBatches(manager, Samples.of(work), work, supply);
            TimedRun.print(work, () -> new DjlTraining(work, batches));
        }
    }
}
