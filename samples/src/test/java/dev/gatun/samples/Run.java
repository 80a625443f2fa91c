package dev.gatun.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;

/** A sample's run inside this process: its exit code and what it wrote. */
record Run(int code, String out, String err) {
    /** Runs a sample with no terminal; nothing can be downloaded. */
    static Run of(String... args) {
        return of(
                false,
                (files, screen) -> {
                    throw new IOException("download: not in this test");
                },
                args);
    }

    static Run of(boolean isTerminal, Downloads downloads, String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        Screen screen = new Screen(new PrintWriter(out, true), new PrintWriter(err, true), isTerminal);
        int code = Main.run(screen, downloads, args);
        return new Run(code, out.toString(), err.toString());
    }

    /** The folder with the public files; a test that asks for it is skipped where there is none. */
    static String realData() {
        String folder = System.getenv("GATUN_DATA");
        assumeTrue(folder != null, "needs the public files: set GATUN_DATA");
        return folder;
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
