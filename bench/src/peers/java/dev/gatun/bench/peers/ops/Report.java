package dev.gatun.bench.peers.ops;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What was measured, as text and as JSON. */
final class Report {
    /** Below this ratio an entry is named. */
    private static final double SLOW = 0.7;

    private record Entry(Op op, int size, Timing timing) {}

    private final List<Entry> entries = new ArrayList<>();
    private final PrintStream out;
    private final int[] sizes;

    Report(PrintStream out, int... sizes) {
        this.out = out;
        this.sizes = sizes;
        out.print("Microseconds of a call in Gatun and in DJL, and their ratio; * : DJL by a script\n");
        out.printf("%-22s", "elements");
        for (int size : sizes) {
            out.printf("  %24s", name(size));
        }
        out.println();
    }

    /** A size as people write it. */
    static String name(int size) {
        return size % (1 << 20) == 0 ? (size >> 20) + "Mi" : size % 1024 == 0 ? (size >> 10) + "Ki" : "" + size;
    }

    void start(Op op) {
        out.printf("%-22s", op.name() + (op.how() == Op.How.SCRIPT ? " *" : ""));
    }

    void add(Op op, int size, Timing timing) {
        entries.add(new Entry(op, size, timing));
        out.printf(Locale.ROOT, "  %8s %8s %5.2fx", micros(timing.ours()), micros(timing.theirs()), timing.ratio());
        out.flush();
    }

    void end() {
        out.println();
    }

    private static String micros(double seconds) {
        double micros = seconds * 1e6;
        return String.format(Locale.ROOT, micros < 10 ? "%.2f" : micros < 1000 ? "%.1f" : "%.0f", micros);
    }

    /** Geometric means, and who is slow. */
    void summary() {
        out.print(
                "\nGeometric mean of the ratios (only where DJL has a method), slowest, entries below " + SLOW + "\n");
        for (int size : sizes) {
            List<Entry> own = entries.stream().filter(e -> e.size() == size).toList();
            List<Entry> methods =
                    own.stream().filter(e -> e.op().how() == Op.How.METHOD).toList();
            double slowest =
                    own.stream().mapToDouble(e -> e.timing().ratio()).min().orElse(Double.NaN);
            out.printf(
                    Locale.ROOT,
                    "%8s  %6.2fx (%.2fx)  slowest %.2fx  %d of %d%n",
                    name(size),
                    mean(own),
                    mean(methods),
                    slowest,
                    own.stream().filter(e -> e.timing().ratio() < SLOW).count(),
                    own.size());
        }
        List<Entry> slow =
                entries.stream().filter(e -> e.timing().ratio() < SLOW).toList();
        out.printf(Locale.ROOT, "Below %.1fx: %d of %d%n", SLOW, slow.size(), entries.size());
        for (Entry e : slow) {
            out.printf(
                    Locale.ROOT,
                    "  %s at %s: %.2fx%n",
                    e.op().name(),
                    name(e.size()),
                    e.timing().ratio());
        }
    }

    private static double mean(List<Entry> entries) {
        return Math.exp(entries.stream()
                .mapToDouble(e -> Math.log(e.timing().ratio()))
                .average()
                .orElse(Double.NaN));
    }

    void write(Path json) throws IOException {
        List<String> lines = new ArrayList<>();
        for (Entry e : entries) {
            lines.add(String.format(
                    Locale.ROOT,
                    "  {\"op\": \"%s\", \"size\": %d, \"script\": %b, \"gatun_s\": %.4g, \"djl_s\": %.4g, \"ratio\": %.4g}",
                    e.op().name(),
                    e.size(),
                    e.op().how() == Op.How.SCRIPT,
                    e.timing().ours(),
                    e.timing().theirs(),
                    e.timing().ratio()));
        }
        List<String> means = new ArrayList<>();
        for (int size : sizes) {
            List<Entry> own = entries.stream().filter(e -> e.size() == size).toList();
            means.add(String.format(Locale.ROOT, "\"%d\": %.4g", size, mean(own)));
        }
        Files.writeString(
                json,
                "{\"geometric_mean\": {" + String.join(", ", means) + "},\n \"entries\": [\n"
                        + String.join(",\n", lines) + "\n]}\n");
    }
}
