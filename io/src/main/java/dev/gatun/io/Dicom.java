package dev.gatun.io;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Series of DICOM slices, such as a scan of computed tomography; {@code imageio.volread}. Files hold one slice each, grey
 * and not compressed.
 *
 * {@snippet :
 * if (Files.exists(folder.resolve("scan"))) {
 *     Tensor volume = Dicom.readSeries(folder.resolve("scan")).volume(); // [1, depth, height, width], Hounsfield units
 * }
 * }
 */
public final class Dicom {
    /** How far from the others a distance may be before a slice is taken to be missing. */
    private static final double UNEVEN = 0.1;

    private Dicom() {}

    /**
     * Reads the slices of a folder in the order of their instance numbers, or of their positions where they have no
     * numbers, each value times the file's rescale slope, plus its intercept. Files that are no DICOM, and are not called
     * so by {@code .dcm} at their end, are passed over.
     *
     * @param folder with the files of one series
     * @return the volume and its spacing
     * @throws IOException if there is no such folder or no slice in it, slices belong to several series, differ in size,
     *     or are missing between others, or a file is truncated, compressed or of another kind; one line that names the
     *     folder or file
     */
    public static DicomSeries readSeries(Path folder) throws IOException {
        return readSeries(folder, false);
    }

    /**
     * Reads the slices of a folder as {@link #readSeries(Path)} does, or also where some are missing.
     *
     * @param folder with the files of one series
     * @param gaps whether slices may be missing between others: those that are there then follow one another, and the
     *     distance between them is unknown
     * @return the volume and its spacing
     * @throws IOException if there is no such folder or no slice in it, slices belong to several series, differ in size, or
     *     are missing though gaps are not wanted, or a file is truncated, compressed or of another kind; one line that
     *     names the folder or file
     */
    public static DicomSeries readSeries(Path folder, boolean gaps) throws IOException {
        List<DicomSlice> slices = slices(folder);
        requireOneSeries(folder, slices);
        requireOneSize(slices);
        sort(folder, slices);
        requireDifferent(folder, slices);
        double depth = gaps ? Double.NaN : requireEveryPlace(folder, slices);
        DicomSlice first = slices.getFirst();
        try (var scope = Scope.open()) {
            Tensor volume = Tensor.empty(DType.F32, 1, slices.size(), first.rows(), first.columns());
            for (int i = 0; i < slices.size(); i++) {
                try (var step = Scope.open()) {
                    Tensor slice = Tensor.of(slices.get(i).values());
                    volume.select(1, i).copy_(slice.view(1, first.rows(), first.columns()));
                }
            }
            return new DicomSeries(
                    scope.keep(volume), numbers(slices), depth, first.rowSpacing(), first.columnSpacing());
        }
    }

    private static List<DicomSlice> slices(Path folder) throws IOException {
        List<Path> files;
        try (Stream<Path> found = Files.list(folder)) {
            files = found.filter(Files::isRegularFile).sorted().toList();
        } catch (NotDirectoryException | java.nio.file.NoSuchFileException e) {
            throw new IOException("dicom: no such folder: " + folder, e);
        }
        List<DicomSlice> slices = new ArrayList<>();
        for (Path file : files) {
            if (DicomSlice.isMeant(file)) {
                slices.add(DicomSlice.read(file));
            }
        }
        if (slices.isEmpty()) {
            throw new IOException("dicom: no slices among " + files.size() + " files: " + folder);
        }
        return slices;
    }

    private static void requireOneSeries(Path folder, List<DicomSlice> slices) throws IOException {
        Map<String, Long> series =
                slices.stream().collect(Collectors.groupingBy(DicomSlice::series, TreeMap::new, Collectors.counting()));
        if (series.size() > 1) {
            String list = series.entrySet().stream()
                    .limit(4)
                    .map(s -> (s.getKey().isEmpty() ? "no name" : s.getKey()) + " of " + s.getValue())
                    .collect(Collectors.joining(", "));
            throw new IOException("dicom: " + series.size() + " series in one folder: " + list + " slices"
                    + (series.size() > 4 ? ", ..." : "") + ": " + folder);
        }
    }

    private static void requireOneSize(List<DicomSlice> slices) throws IOException {
        DicomSlice first = slices.getFirst();
        for (DicomSlice slice : slices) {
            if (slice.rows() != first.rows() || slice.columns() != first.columns()) {
                throw new IOException("dicom: slices differ in size: " + first.rows() + " x " + first.columns() + " in "
                        + first.file().getFileName() + ", " + slice.rows() + " x " + slice.columns() + ": "
                        + slice.file());
            }
        }
    }

    private static void sort(Path folder, List<DicomSlice> slices) throws IOException {
        if (slices.stream().allMatch(s -> s.number().isPresent())) {
            slices.sort(Comparator.comparingInt(s -> s.number().getAsInt()));
        } else if (slices.stream().allMatch(s -> s.place().isPresent())) {
            slices.sort(Comparator.comparingDouble(s -> s.place().getAsDouble()));
        } else if (slices.size() > 1) {
            throw new IOException(
                    "dicom: slices say neither their instance numbers nor their positions, so their order is unknown: "
                            + folder);
        }
    }

    /** Either all slices have a number, or none is told. */
    private static List<Integer> numbers(List<DicomSlice> slices) {
        return slices.stream().allMatch(s -> s.number().isPresent())
                ? slices.stream().map(s -> s.number().getAsInt()).toList()
                : List.of();
    }

    private static void requireDifferent(Path folder, List<DicomSlice> slices) throws IOException {
        for (int i = 1; i < slices.size(); i++) {
            if (step(slices, i) == 0) {
                throw new IOException("dicom: two slices of one instance number: " + pair(slices, i) + ": " + folder);
            }
        }
    }

    /** From the number of the slice before to that of a slice; 1 where they have none. */
    private static long step(List<DicomSlice> slices, int i) {
        OptionalInt a = slices.get(i - 1).number();
        OptionalInt b = slices.get(i).number();
        return a.isPresent() && b.isPresent() ? (long) b.getAsInt() - a.getAsInt() : 1;
    }

    private static String pair(List<DicomSlice> slices, int i) {
        DicomSlice a = slices.get(i - 1);
        DicomSlice b = slices.get(i);
        return "number " + a.number().orElse(0) + " in " + a.file().getFileName() + ", then "
                + b.number().orElse(0) + " in " + b.file().getFileName();
    }

    /** Refuses gaps. Returns the distance of slices in mm, NaN where it is unknown. */
    private static double requireEveryPlace(Path folder, List<DicomSlice> slices) throws IOException {
        for (int i = 1; i < slices.size(); i++) {
            if (step(slices, i) != 1) {
                throw new IOException("dicom: slices are missing between others: " + pair(slices, i) + ": " + folder);
            }
        }
        if (slices.size() < 2 || !slices.stream().allMatch(s -> s.place().isPresent())) {
            return slices.getFirst().thickness();
        }
        double[] steps = new double[slices.size() - 1];
        for (int i = 0; i < steps.length; i++) {
            steps[i] = slices.get(i + 1).place().getAsDouble()
                    - slices.get(i).place().getAsDouble();
        }
        double[] sorted = steps.clone();
        Arrays.sort(sorted);
        double usual = sorted[sorted.length / 2];
        for (int i = 0; i < steps.length; i++) {
            if (!(Math.abs(steps[i] - usual) <= UNEVEN * Math.abs(usual)) || usual == 0) {
                throw new IOException(
                        "dicom: slices are missing between others: %.4g mm from %s to %s, elsewhere %.4g mm: %s"
                                .formatted(
                                        steps[i],
                                        slices.get(i).file().getFileName(),
                                        slices.get(i + 1).file().getFileName(),
                                        usual,
                                        folder));
            }
        }
        return Math.abs(usual);
    }
}
