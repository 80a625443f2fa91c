package dev.gatun.samples;

import dev.gatun.runtime.Device;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;

/** What there is to compute on: the CPU, the libraries that CUDA needs and where they are, and each card. */
@Command(
        name = "devices",
        description = "What can be computed on: the CPU, CUDA's libraries or what is missing of them, and cards.")
final class Devices implements Callable<Integer> {
    private final Screen screen;

    @Mixin
    @SuppressWarnings("UnusedVariable") // accepted, as by every sample
    private final SampleOptions options = new SampleOptions();

    Devices(Screen screen) {
        this.screen = screen;
    }

    @Override
    public Integer call() {
        Device.report().forEach(screen.out()::println);
        return ExitCode.OK;
    }
}
