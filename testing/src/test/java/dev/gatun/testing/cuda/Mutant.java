package dev.gatun.testing.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A mistake that somebody could have made.
 *
 * @param file of the sources
 * @param group of the checks that must notice
 * @param what is wrong
 * @param from the text as it stands, once
 * @param to what stands there instead
 */
record Mutant(String file, String group, String what, String from, String to) {
    private static final String GIVES_WAY = "\n>\n";

    /** Reads a list: paragraphs that begin with {@code = }, and end where the next begins. */
    static List<Mutant> read(Path list) throws IOException {
        List<Mutant> mutants = new ArrayList<>();
        for (String paragraph : Files.readString(list).split("\n\n= ", -1)) {
            if (paragraph.startsWith("#")) {
                continue;
            }
            int end = paragraph.indexOf('\n');
            String[] head = paragraph.substring(0, end).split(", |: ", 3);
            String texts = paragraph.substring(end + 1).stripTrailing() + "\n";
            int at = texts.indexOf(GIVES_WAY);
            String to = texts.substring(at + GIVES_WAY.length()).stripTrailing();
            mutants.add(new Mutant(head[0], head[1], head[2], texts.substring(0, at), to));
        }
        return mutants;
    }

    /** Writes the file with the mistake in it. */
    void seed(Path source, Path target) throws IOException {
        String text = Files.readString(source);
        int at = text.indexOf(from);
        assertFalse(at < 0, "the text is not there any more");
        assertEquals(at, text.lastIndexOf(from), "the text is there more than once");
        Files.writeString(target, text.substring(0, at) + to + text.substring(at + from.length()));
    }

    @Override
    public String toString() {
        return group + ": " + what;
    }
}
