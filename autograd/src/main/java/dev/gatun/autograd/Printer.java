package dev.gatun.autograd;

import dev.gatun.runtime.DType;
import dev.gatun.runtime.Scope;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Text of a tensor, as PyTorch prints it: aligned, summarised where it is large. */
final class Printer {
    private static final String PREFIX = "tensor(";
    private static final double SCI_RATIO = 1000;
    private static final double SCI_LARGE = 1e8;
    private static final double SCI_SMALL = 1e-4;

    private final PrintOptions options;
    private final DType dtype;
    private final boolean floating;
    private final boolean summarise;
    private boolean integral = true;
    private boolean scientific;
    private int width = 1;

    private Printer(Tensor x, PrintOptions options) {
        this.options = options;
        dtype = x.dtype();
        floating = dtype.isFloating();
        summarise = x.count() > options.threshold();
    }

    static String print(Tensor x, PrintOptions options) {
        if (x.isReleased()) {
            return PREFIX + x.describe() + ", released)";
        }
        List<String> suffixes = new ArrayList<>();
        if (!x.device().name().equals("cpu")) {
            suffixes.add("device='" + x.device().name() + "'");
        }
        if (x.count() == 0 && x.rank() != 1) {
            suffixes.add("size=("
                    + Arrays.stream(x.shape().toArray())
                            .mapToObj(Long::toString)
                            .collect(Collectors.joining(", "))
                    + ")");
        }
        boolean seen = x.count() > 0 && (x.dtype() == DType.BOOL || x.dtype() == DType.I64); // from the elements
        boolean usual = x.dtype() == DType.F32 || seen;
        if (!usual) {
            suffixes.add("dtype=torch." + x.dtype().torchName());
        }
        if (x.gradFn().isPresent()) {
            suffixes.add("grad_fn=" + x.gradFn().get());
        } else if (x.requiresGrad()) {
            suffixes.add("requires_grad=True");
        }
        return join(PREFIX + body(x, options), suffixes, options.lineWidth());
    }

    private static String join(String text, List<String> suffixes, int width) {
        StringBuilder all = new StringBuilder(text);
        int lineLength = text.length() - text.lastIndexOf('\n') + 1;
        for (String suffix : suffixes) {
            if (lineLength + suffix.length() + 2 > width) {
                all.append(",\n").append(" ".repeat(PREFIX.length())).append(suffix);
                lineLength = PREFIX.length() + suffix.length();
            } else {
                all.append(", ").append(suffix);
                lineLength += suffix.length() + 2;
            }
        }
        return all.append(')').toString();
    }

    private static String body(Tensor x, PrintOptions options) {
        if (x.count() == 0) {
            return "[]";
        }
        Printer printer = new Printer(x, options);
        try (var scope = Scope.open();
                GradMode off = GradMode.noGrad()) {
            Tensor values = x.detach();
            if (printer.floating && values.dtype() != DType.F64) {
                values = values.to(DType.F32);
            }
            printer.measure(values);
            return printer.text(values, PREFIX.length());
        }
    }

    /** Finds the mode and the width from what is shown. */
    private void measure(Tensor x) {
        List<Tensor> shown = new ArrayList<>();
        collect(x, shown);
        double largest = 0;
        double smallest = Double.POSITIVE_INFINITY;
        List<Double> values = new ArrayList<>();
        for (Tensor row : shown) {
            if (!floating) {
                for (long value : row.to(DType.I64).toLongArray()) {
                    width = Math.max(width, whole(value).length());
                }
                continue;
            }
            for (double value : row.to(DType.F64).toDoubleArray()) {
                if (value != 0 && Double.isFinite(value)) {
                    values.add(value);
                    largest = Math.max(largest, Math.abs(value));
                    smallest = Math.min(smallest, Math.abs(value));
                    integral &= value == Math.ceil(value);
                }
            }
        }
        if (values.isEmpty()) {
            return;
        }
        scientific = largest / smallest > SCI_RATIO || largest > SCI_LARGE || !integral && smallest < SCI_SMALL;
        for (double value : values) {
            width = Math.max(width, number(value).length());
        }
        if (options.sciMode() != PrintOptions.SciMode.AUTO) { // the width stays, as PyTorch's does
            scientific = options.sciMode() == PrintOptions.SciMode.ALWAYS;
        }
    }

    /** The rows that are printed: all, or the edges. */
    private void collect(Tensor x, List<Tensor> rows) {
        if (x.rank() == 0) {
            rows.add(x);
            return;
        }
        long size = x.size(0);
        boolean cut = summarise && size > 2L * options.edgeItems();
        if (x.rank() == 1) {
            if (cut) {
                rows.add(x.narrow(0, 0, options.edgeItems()));
                rows.add(x.narrow(0, size - options.edgeItems(), options.edgeItems()));
            } else {
                rows.add(x);
            }
            return;
        }
        for (long i = 0; i < size; i++) {
            if (cut && i == options.edgeItems()) {
                i = size - options.edgeItems();
            }
            collect(x.select(0, i), rows);
        }
    }

    private String text(Tensor x, int indent) {
        if (x.rank() == 0) {
            return elements(x).getFirst();
        }
        if (x.rank() == 1) {
            return vector(x, indent);
        }
        List<String> slices = new ArrayList<>();
        long size = x.size(0);
        boolean cut = summarise && size > 2L * options.edgeItems();
        for (long i = 0; i < size; i++) {
            if (cut && i == options.edgeItems()) {
                slices.add("...");
                i = size - options.edgeItems();
            }
            slices.add(text(x.select(0, i), indent + 1));
        }
        String separator = "," + "\n".repeat(x.rank() - 1) + " ".repeat(indent + 1);
        return "[" + String.join(separator, slices) + "]";
    }

    private String vector(Tensor x, int indent) {
        List<String> elements = new ArrayList<>();
        long size = x.size(0);
        int edge = options.edgeItems();
        if (summarise && size > 2L * edge) {
            elements.addAll(elements(x.narrow(0, 0, edge)));
            elements.add(" ...");
            elements.addAll(elements(x.narrow(0, size - edge, edge)));
        } else {
            elements.addAll(elements(x));
        }
        int perLine = Math.max(1, (options.lineWidth() - indent) / (width + 2));
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < elements.size(); i += perLine) {
            lines.add(String.join(", ", elements.subList(i, Math.min(elements.size(), i + perLine))));
        }
        return "[" + String.join(",\n" + " ".repeat(indent + 1), lines) + "]";
    }

    private List<String> elements(Tensor x) {
        Stream<String> texts = floating
                ? Arrays.stream(x.toDoubleArray()).mapToObj(this::number)
                : Arrays.stream(x.toLongArray()).mapToObj(this::whole);
        return texts.map(text -> " ".repeat(Math.max(0, width - text.length())) + text)
                .toList();
    }

    private String whole(long value) {
        return dtype != DType.BOOL ? Long.toString(value) : value != 0 ? "True" : "False";
    }

    private String number(double value) {
        if (Double.isNaN(value)) {
            return "nan";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "inf" : "-inf";
        }
        String sign = Double.doubleToRawLongBits(value) < 0 ? "-" : "";
        BigDecimal digits = new BigDecimal(Math.abs(value)); // %f of Java rounds another way, and pads with zeros
        if (scientific) {
            return sign + scientific(digits);
        }
        if (integral) {
            return sign + digits.setScale(0, RoundingMode.HALF_EVEN) + ".";
        }
        return sign
                + digits.setScale(options.precision(), RoundingMode.HALF_EVEN).toPlainString();
    }

    private String scientific(BigDecimal value) {
        int precision = options.precision();
        String point = precision == 0 ? "" : ".";
        if (value.signum() == 0) {
            return "0" + point + "0".repeat(precision) + "e+00";
        }
        BigDecimal rounded = value.round(new MathContext(precision + 1, RoundingMode.HALF_EVEN));
        int exponent = rounded.precision() - rounded.scale() - 1;
        String digits = rounded.unscaledValue().toString();
        digits += "0".repeat(Math.max(0, precision + 1 - digits.length()));
        return digits.charAt(0) + point + digits.substring(1, precision + 1) + "e" + (exponent < 0 ? "-" : "+")
                + (Math.abs(exponent) < 10 ? "0" : "") + Math.abs(exponent);
    }
}
