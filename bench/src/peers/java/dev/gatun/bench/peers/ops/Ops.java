package dev.gatun.bench.peers.ops;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** The program of {@code bench/ops}: {@code --sizes LIST --seconds N --threads N --only REGEX [--json FILE]}. */
public final class Ops {
    private Ops() {}

    /** Measures, prints, and ends with 1 where the libraries do not give the same numbers, with 2 for a bad option. */
    public static void main(String[] arguments) throws IOException {
        Map<String, String> options = new HashMap<>();
        for (int i = 0; i + 1 < arguments.length; i += 2) {
            options.put(arguments[i], arguments[i + 1]);
        }
        List<Op> ops;
        try {
            ops = chosen(options.getOrDefault("--only", ""));
        } catch (IllegalArgumentException e) {
            System.err.println("ops: " + e.getMessage());
            System.exit(2);
            return;
        }
        int[] sizes = Arrays.stream(options.getOrDefault("--sizes", "1").split(","))
                .mapToInt(Integer::parseInt)
                .toArray();
        double seconds = Double.parseDouble(options.getOrDefault("--seconds", "4"));
        // Read when the engine loads.
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("ai.djl.pytorch.num_threads", options.getOrDefault("--threads", "2"));
        System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
        Report report = new Report(System.out, sizes);
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            for (Op op : ops) {
                report.start(op);
                for (int size : sizes) {
                    measure(manager, op, size, seconds, report);
                }
                report.end();
            }
        }
        report.summary();
        if (options.containsKey("--json")) {
            report.write(Path.of(options.get("--json")));
        }
    }

    private static List<Op> chosen(String only) {
        Pattern pattern;
        try {
            pattern = Pattern.compile(only);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("--only " + only + ": not a regular expression", e);
        }
        List<Op> ops = Catalog.all().stream()
                .filter(op -> pattern.matcher(op.name()).find())
                .toList();
        if (ops.isEmpty()) {
            throw new IllegalArgumentException("--only " + only + ": no operation is called so");
        }
        return ops;
    }

    private static void measure(NDManager manager, Op op, int size, double seconds, Report report) {
        try (Inputs inputs = new Inputs(manager, size)) {
            Op.Calls calls = op.on().apply(inputs);
            String difference = op.compared() ? Comparison.difference(calls) : "";
            if (!difference.isEmpty()) {
                System.err.println("ops: " + op.name() + " at " + Report.name(size) + ": " + difference);
                System.exit(1);
            }
            report.add(op, size, Timing.of(calls, seconds));
        }
    }
}
