package dev.gatun.samples;

import dev.gatun.nn.data.PublicFile;
import dev.gatun.runtime.Device;
import dev.gatun.runtime.GatunException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The options of every sample; one that has no use for an option accepts and ignores it. A {@link Mixin}; what a single
 * sample takes besides stands in that sample.
 */
final class SampleOptions {
    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec sample;

    private @Nullable Path data;
    private int epochs;
    private int threads;
    private @Nullable Path out;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Shows this.")
    @SuppressWarnings("UnusedVariable") // read by picocli
    private boolean help;

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
        Errors.require(sample, isNamed(folder) && Files.isDirectory(folder), "--data", "no such folder", folder);
        data = folder;
    }

    @Option(
            names = "--epochs",
            paramLabel = "N",
            description = "Passes over the training data, for a sample that trains; each has its own default.")
    void setEpochs(int count) {
        Errors.require(sample, count >= 1, "--epochs", "must be at least 1", count);
        epochs = count;
    }

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "How many threads compute; default one for each core. The results do not depend on it.")
    void setThreads(int count) {
        Errors.require(sample, count >= 1, "--threads", "must be at least 1", count);
        threads = count;
    }

    @Option(names = "--out", paramLabel = "DIR", description = "A folder to write results to, made if missing.")
    void setOut(Path folder) {
        boolean usable = isNamed(folder) && (Files.isDirectory(folder) || !Files.exists(folder));
        Errors.require(sample, usable, "--out", "not a folder", folder);
        out = folder;
    }

    /** An empty path would be the current folder. */
    private static boolean isNamed(Path folder) {
        return !folder.toString().isEmpty();
    }

    /** The exception that ends the sample with this line and exit code 2. */
    ParameterException badInput(String message, @Nullable Throwable cause) {
        return Errors.badInput(sample, message, cause);
    }

    /**
     * The exception that ends the sample since a file cannot be used: why, and where to get the right one, which is the
     * one of these that the reason names, else the first.
     */
    ParameterException badFile(List<PublicFile> files, Exception why) {
        String reason = Errors.line(why);
        PublicFile file = files.stream()
                .filter(each -> reason.contains(each.name().replaceFirst("\\.gz$", "")))
                .findFirst()
                .orElseGet(files::getFirst);
        return badInput(reason + "; get it from " + file.addresses().getFirst(), why);
    }

    /**
     * The folder that holds the sample's files: the one that {@code --data} names, else where a download put them.
     *
     * @param files that the sample reads
     * @param downloads gets them where no folder is named
     * @param screen shows how a download goes on
     * @return for {@link PublicFile#require}
     * @throws IOException if no folder is named and a file cannot be had either
     * @throws ParameterException if a file is not in the folder that is named
     */
    Path data(List<PublicFile> files, Downloads downloads, Screen screen) throws IOException {
        if (data == null) {
            try {
                return downloads.fetch(files, screen);
            } catch (IOException e) {
                throw new IOException(Errors.line(e) + "; --data DIR names a folder with the files", e);
            }
        }
        for (PublicFile file : files) {
            try {
                file.require(data);
            } catch (FileNotFoundException e) {
                throw badInput(Errors.line(e), e);
            }
        }
        return data;
    }

    /** The file that {@link #data(List, Downloads, Screen)} finds. */
    Path data(PublicFile file, Downloads downloads, Screen screen) throws IOException {
        return file.require(data(List.of(file), downloads, screen));
    }

    /** Makes something of a file. */
    @FunctionalInterface
    interface FileReader<T> {
        /**
         * Reads it.
         *
         * @throws IOException if it is not what is expected; one line that names it and says what is
         */
        T read(Path file) throws IOException;
    }

    /**
     * Reads the file that {@link #data(PublicFile, Downloads, Screen)} finds.
     *
     * @throws ParameterException if it is missing, or not what the reader expects: the reader's line, and where to get
     *     the right one
     */
    <T> T read(PublicFile file, Downloads downloads, Screen screen, FileReader<T> reader) throws IOException {
        Path found = data(file, downloads, screen);
        try {
            return reader.read(found);
        } catch (IOException | IllegalArgumentException e) {
            throw badFile(List.of(file), e);
        }
    }

    /**
     * How often to pass over the training data.
     *
     * @param usual where nothing was asked for
     */
    int epochs(int usual) {
        return epochs > 0 ? epochs : usual;
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
        Errors.require(sample, Files.isWritable(out), "--out", "cannot be written to", out);
        return Optional.of(out);
    }

    /**
     * The device that was asked for, with as many threads as were asked for. Where there is a card and none was asked for, a
     * line says which one it is.
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
            String line = Errors.line(e);
            throw badInput(line.startsWith("cuda: ") ? "--device " + line : "--device cuda: " + line, e);
        }
        if (device == DeviceName.AUTO && sample != null && Device.cudaCount() > 0) {
            sample.commandLine().getErr().println("device: " + chosen.describe()); // there was a choice
        }
        if (threads > 0) {
            chosen.setThreads(threads);
        }
        return chosen;
    }
}
