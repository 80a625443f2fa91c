package dev.gatun.testing.autograd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gatun.autograd.PrintOptions;
import dev.gatun.autograd.PrintOptions.SciMode;
import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.Scope;
import dev.gatun.testing.fixtures.Fixtures;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random tensors of every dtype print under random options as PyTorch prints them. */
class PrintOptionsTest {
    /** A tensor, how it is printed, and the text. */
    record Print(PrintOptions options, Fixtures.Values values, String text) {
        @Override
        public String toString() {
            return values.dtype() + values.shape().toString() + " " + options;
        }
    }

    static List<Print> prints() {
        List<Print> prints = new ArrayList<>();
        for (String line : Fixtures.lines("prints.txt")) {
            if (line.startsWith("options ")) {
                prints.add(new Print(options(line.split(" ", -1)), Fixtures.values("in F32 [0]"), ""));
            } else if (line.startsWith("|")) {
                Print last = prints.removeLast();
                String before = last.text().isEmpty() ? "" : last.text() + "\n";
                prints.add(new Print(last.options(), last.values(), before + line.substring(1)));
            } else {
                prints.add(new Print(prints.removeLast().options(), Fixtures.values(line), ""));
            }
        }
        return prints;
    }

    private static PrintOptions options(String... words) {
        SciMode mode = switch (words[5]) {
            case "True" -> SciMode.ALWAYS;
            case "False" -> SciMode.NEVER;
            default -> SciMode.AUTO;
        };
        return new PrintOptions(
                Integer.parseInt(words[1]),
                Long.parseLong(words[2]),
                Integer.parseInt(words[3]),
                Integer.parseInt(words[4]),
                mode);
    }

    @ParameterizedTest
    @MethodSource("prints")
    void toString_randomTensor_isPyTorchs(Print print) {
        try (Scope scope = Scope.open()) {
            assertEquals(print.text(), print.values().tensor().toString(print.options()));
        }
    }

    @Test
    void setPrintOptions_holdForEveryTensor() {
        Tensor x = Tensor.of(1.23456f, 2f);
        try {
            Tensor.setPrintOptions(PrintOptions.DEFAULT.withPrecision(2));
            assertEquals("tensor([1.23, 2.00])", x.toString());
            assertEquals(2, Tensor.printOptions().precision());
        } finally {
            Tensor.setPrintOptions(PrintOptions.DEFAULT);
        }
        assertEquals("tensor([1.2346, 2.0000])", x.toString());
        PrintOptions narrow =
                PrintOptions.SHORT.withThreshold(3).withEdgeItems(1).withLineWidth(40);
        assertEquals("tensor([0,  ..., 4])", Tensor.arange(5).toString(narrow.withSciMode(SciMode.NEVER)));
        assertEquals(
                5000 * 6,
                Tensor.arange(5000)
                                .toString(PrintOptions.FULL.withLineWidth(1_000_000))
                                .length()
                        - 8);
    }

    @Test
    void printOptions_tooSmall_areRefused() {
        var thrown = assertThrows(IllegalArgumentException.class, () -> PrintOptions.DEFAULT.withEdgeItems(0));
        assertEquals(
                "printOptions: a number is too small: precision 4, threshold 1000, edgeItems 0, lineWidth 80",
                thrown.getMessage());
    }
}
