package dev.gatun.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;

/** What a sample printed beside what its document prints, where a run of blanks counts as one, as on a web page. */
final class Printed {
    private Printed() {}

    /** Asserts that the run printed these blocks of whole lines, one after the other, with anything between them. */
    static void assertBlocks(Run run, String... blocks) {
        String printed = "\n" + plain(run.out()) + "\n";
        int from = 0;
        for (String block : blocks) {
            String wanted = "\n" + plain(block) + "\n";
            int at = printed.indexOf(wanted, from);
            if (at < 0) {
                fail("not printed: " + block + "\nin: " + printed.substring(from));
            }
            from = at + wanted.length() - 1;
        }
    }

    private static String plain(String text) {
        return text.lines().map(line -> line.strip().replaceAll("\\s+", " ")).collect(Collectors.joining("\n"));
    }

    /** The number that the group of a pattern finds. */
    static double number(Run run, String pattern) {
        Matcher found = Pattern.compile(pattern).matcher(run.out());
        assertTrue(found.find(), "no " + pattern + " in: " + run.out());
        return Double.parseDouble(found.group(1));
    }

    /** Asserts that a folder holds pictures that can be read. */
    static void assertPictures(Path folder, String... names) throws IOException {
        for (String name : names) {
            assertNotNull(ImageIO.read(folder.resolve(name).toFile()), name);
        }
    }

    /** Asserts that the run ended with exit code 2 and one line, which names this and says where to get the right one. */
    static void assertRefused(Run run, Path named) {
        assertEquals(2, run.code(), run.err());
        assertEquals("", run.out());
        assertEquals(1, run.err().lines().count(), run.err());
        assertTrue(run.err().contains(named.toString()), run.err());
        assertTrue(run.err().contains("https://"), run.err());
    }
}
