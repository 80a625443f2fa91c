package dev.gatun.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;

/** A sample's run inside this process: its exit code and what it wrote. */
record Run(int code, String out, String err) {
    /** Runs a sample with no terminal; MNIST cannot be downloaded. */
    static Run of(String... args) {
        return of(
                false,
                () -> {
                    throw new IOException("download: not in this test");
                },
                args);
    }

    static Run of(boolean isTerminal, MnistDigits.Download download, String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        Screen screen = new Screen(new PrintWriter(out, true), new PrintWriter(err, true), isTerminal);
        int code = Main.run(screen, download, args);
        return new Run(code, out.toString(), err.toString());
    }

    List<String> lines() {
        return out.lines().toList();
    }

    void assertSucceeds() {
        assertEquals(0, code, err);
    }

    /** Bad input: exit code 2 and this one line, nothing else. */
    void assertRefuses(String line) {
        assertEquals(line + System.lineSeparator(), err);
        assertEquals("", out);
        assertEquals(2, code);
    }
}
