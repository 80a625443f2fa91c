package dev.gatun.testing.cuda;

import dev.gatun.runtime.Device;
import dev.gatun.runtime.GatunException;
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

    public static void main(String[] args) {
        Device.report().forEach(System.out::println);
        System.out.println("count " + Device.cudaCount());
        System.out.println("best " + Device.best());
        try {
            System.out.println("asked " + Device.cuda().describe());
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
