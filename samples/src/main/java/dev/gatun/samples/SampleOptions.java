package dev.gatun.samples;

import dev.gatun.runtime.Device;
import dev.gatun.runtime.GatunException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of every sample; one that has no use for an option accepts and ignores it. A {@link Mixin}. */
final class SampleOptions {
    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec sample;

    private @Nullable Path data;
    private int epochs;
    private int batchSize;
    private double lr;
    private List<Integer> hidden = List.of();
    private int threads;
    private @Nullable Path out;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Shows this.")
    @SuppressWarnings("UnusedVariable") // read by picocli
    private boolean help;

    @Option(
            names = "--optimizer",
            paramLabel = "NAME",
            defaultValue = "adam",
            description = "${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
    private OptimizerName optimizer = OptimizerName.ADAM;

    @Option(
            names = "--activation",
            paramLabel = "NAME",
            defaultValue = "relu",
            description = "${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
    private ActivationName activation = ActivationName.RELU;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "777",
            description = "Of all random numbers: the same seed gives the same digits; default ${DEFAULT-VALUE}.")
    private long seed;

    @Option(
            names = "--device",
            paramLabel = "NAME",
            defaultValue = "auto",
            description = "${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
    private DeviceName device = DeviceName.AUTO;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "The folder with the sample's files, or the one that holds mnist/, tabular/ and so on;"
                    + " default GATUN_DATA of the environment, then a download.")
    void setData(Path folder) {
        require(Files.isDirectory(folder), "--data", "no such folder", folder);
        data = folder;
    }

    @Option(
            names = "--epochs",
            paramLabel = "N",
            defaultValue = "15",
            description = "Passes over the training data; default ${DEFAULT-VALUE}.")
    void setEpochs(int count) {
        require(count >= 1, "--epochs", "must be at least 1", count);
        epochs = count;
    }

    @Option(
            names = "--batch-size",
            paramLabel = "N",
            defaultValue = "100",
            description = "Samples in a step; default ${DEFAULT-VALUE}.")
    void setBatchSize(int size) {
        require(size >= 1, "--batch-size", "must be at least 1", size);
        batchSize = size;
    }

    @Option(
            names = "--lr",
            paramLabel = "X",
            defaultValue = "1e-3",
            description = "The learning rate; default ${DEFAULT-VALUE}.")
    void setLr(double rate) {
        require(rate > 0 && Double.isFinite(rate), "--lr", "must be a positive number", rate);
        lr = rate;
    }

    @Option(
            names = "--hidden",
            paramLabel = "N,N",
            defaultValue = "256,256",
            description = "The sizes of the hidden layers; default ${DEFAULT-VALUE}.")
    void setHidden(String sizes) {
        String problem = "must be sizes of at least 1, as in 256,256";
        try {
            hidden = Stream.of(sizes.split(",", -1)).map(Integer::valueOf).toList();
        } catch (NumberFormatException e) {
            require(false, "--hidden", problem, sizes);
        }
        require(hidden.stream().allMatch(size -> size >= 1), "--hidden", problem, sizes);
    }

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "How many threads compute; default one for each core. The results do not depend on it.")
    void setThreads(int count) {
        require(count >= 1, "--threads", "must be at least 1", count);
        threads = count;
    }

    @Option(names = "--out", paramLabel = "DIR", description = "A folder to write results to, made if missing.")
    void setOut(Path folder) {
        require(Files.isDirectory(folder) || !Files.exists(folder), "--out", "not a folder", folder);
        out = folder;
    }

    private void require(boolean holds, String option, String problem, Object got) {
        if (!holds) {
            throw badInput(option + ": " + problem + ": " + got, null);
        }
    }

    /** The exception that ends the sample with this line and exit code 2. */
    ParameterException badInput(String message, @Nullable Throwable cause) {
        if (sample == null) {
            throw new IllegalStateException("options: not mixed into a sample");
        }
        return new ParameterException(sample.commandLine(), message, cause);
    }

    Optional<Path> data() {
        return Optional.ofNullable(data);
    }

    int epochs() {
        return epochs;
    }

    int batchSize() {
        return batchSize;
    }

    double lr() {
        return lr;
    }

    OptimizerName optimizer() {
        return optimizer;
    }

    ActivationName activation() {
        return activation;
    }

    /** The sizes of the hidden layers, at least one. */
    List<Integer> hidden() {
        return hidden;
    }

    long seed() {
        return seed;
    }

    /**
     * The folder to write to, which exists from now on.
     *
     * @throws ParameterException if it cannot be made or written to
     */
    Optional<Path> out() {
        if (out == null) {
            return Optional.empty();
        }
        try {
            Files.createDirectories(out);
        } catch (IOException e) {
            throw badInput("--out: cannot be made: " + Errors.line(e), e);
        }
        require(Files.isWritable(out), "--out", "cannot be written to", out);
        return Optional.of(out);
    }

    /**
     * The device that was asked for, with as many threads as were asked for.
     *
     * @throws ParameterException if it was asked for by name and cannot be used
     */
    Device device() {
        Device chosen;
        try {
            chosen = Device.of(device.toString());
        } catch (GatunException e) {
            if (device != DeviceName.CUDA) {
                throw e;
            }
            throw badInput("--device cuda: " + e.getMessage(), e);
        }
        if (threads > 0) {
            chosen.setThreads(threads);
        }
        return chosen;
    }
}
