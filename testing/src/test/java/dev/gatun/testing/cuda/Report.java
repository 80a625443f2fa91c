package dev.gatun.testing.cuda;

import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.Conv;
import dev.gatun.autograd.ops.ConvParams;
import dev.gatun.runtime.Device;
import dev.gatun.runtime.GatunException;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.cuda.CudaLibraries;
import dev.gatun.runtime.cuda.CudaSearch;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * A program that says what there is of CUDA, then asks for a card, then for one with the libraries of a folder alone: for
 * {@link CudaProcessTest}.
 */
final class Report {
    private Report() {}

    /** What a convolution says. */
    private static String convolution(Device device) {
        try (var scope = Scope.open()) {
            Tensor image = Tensor.zeros(1, 1, 3, 3).to(device);
            return Conv.conv2d(image, image, null, ConvParams.defaults()).describe();
        } catch (GatunException e) {
            return String.valueOf(e.getMessage());
        }
    }

    public static void main(String[] args) {
        Device.report().forEach(System.out::println);
        System.out.println("count " + Device.cudaCount());
        System.out.println("best " + Device.best());
        try {
            System.out.println("asked " + Device.cuda().describe());
            System.out.println("convolution " + convolution(Device.cuda()));
        } catch (GatunException e) {
            System.out.println("asked " + e.getMessage());
        }
        var libraries = new CudaLibraries(
                () -> new CudaSearch(Map.of(), args[0], Path.of(args[0]), (soname, symbol) -> Optional.empty()));
        try {
            libraries.requireAll();
            System.out.println("alone, all are there");
        } catch (GatunException e) {
            System.out.println("alone, " + e.getMessage());
        }
    }
}
