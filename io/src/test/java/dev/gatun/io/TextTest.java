package dev.gatun.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.autograd.Tensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextTest {
    @TempDir
    Path folder;

    @Test
    void words_punctuation_isStrippedAtBothEnds() {
        assertEquals(
                List.of("impossible", "mr", "bennet", "i'm", "well-known", ""),
                Text.words("“Impossible, Mr. Bennet;\n  _I'm_\twell-known ...\n"));
        assertEquals(List.of(), Text.words(" \n "));
    }

    @Test
    void read_mark_isLeftOut() throws IOException {
        Path file = folder.resolve("text.txt");
        Files.write(file, "\uFEFFGrüße, 안녕 🙂".getBytes(StandardCharsets.UTF_8));
        assertEquals("Grüße, 안녕 🙂", Text.read(file));
        Files.write(file, new byte[0]);
        assertEquals("", Text.read(file));
    }

    @Test
    void read_notUtf8_namesTheByte() throws IOException {
        Path file = folder.resolve("text.txt");
        Files.write(file, "Grüße".getBytes(StandardCharsets.ISO_8859_1));
        var e = assertThrows(IOException.class, () -> Text.read(file));
        assertEquals("text: not UTF-8 at byte 2: " + file, e.getMessage());
        byte[] whole = "Grüß".getBytes(StandardCharsets.UTF_8);
        Files.write(file, java.util.Arrays.copyOf(whole, whole.length - 1));
        e = assertThrows(IOException.class, () -> Text.read(file));
        assertEquals("text: not UTF-8 at byte 4: " + file, e.getMessage());
        Path missing = folder.resolve("missing.txt");
        e = assertThrows(IOException.class, () -> Text.read(missing));
        assertEquals("text: no such file: " + missing, e.getMessage());
    }

    @Test
    void vocabulary_encode_decodesToTheSame() {
        Vocabulary vocabulary = Vocabulary.of(List.of("b", "a", "c", "a"));
        assertEquals(List.of("a", "b", "c"), vocabulary.words());
        Tensor indexes = vocabulary.encode(List.of("c", "a", "a"));
        assertArrayEquals(new long[] {2, 0, 0}, indexes.toLongArray());
        assertEquals(List.of("c", "a", "a"), vocabulary.decode(indexes));
        assertFalse(vocabulary.contains("d"));
        var e = assertThrows(IllegalArgumentException.class, () -> vocabulary.index("d"));
        assertEquals("vocabulary: unknown word: 'd' is not among 3", e.getMessage());
        e = assertThrows(IllegalArgumentException.class, () -> vocabulary.word(3));
        assertEquals("vocabulary: index 3 is outside 0..2", e.getMessage());
    }

    @Test
    void vocabulary_unknownWords_shareOneNumber() {
        Vocabulary vocabulary = Vocabulary.of(List.of("b", "<unk>", "a"), "<unk>");
        assertEquals(List.of("<unk>", "a", "b"), vocabulary.words());
        assertArrayEquals(
                new long[] {0, 1, 0}, vocabulary.encode(List.of("x", "a", "y")).toLongArray());
        assertEquals(List.of("z", "a"), Vocabulary.ofOrdered(List.of("z", "a")).words());
        var e = assertThrows(IllegalArgumentException.class, () -> Vocabulary.ofOrdered(List.of("z", "z")));
        assertEquals("vocabulary: a word stands twice: 'z'", e.getMessage());
    }

    @Test
    void vocabulary_prideAndPrejudice_hasTheBooksNumbers() throws IOException {
        String book = Text.read(RealData.path("text/1342-0.txt"));
        // Who leaves the mark at its beginning has one word more, "\uFEFFthe", at the end.
        assertEquals(7261, Vocabulary.of(Text.words("\uFEFF" + book)).size());
        Vocabulary vocabulary = Vocabulary.of(Text.words(book));
        assertEquals(7260, vocabulary.size());
        assertEquals(3394, vocabulary.index("impossible"));
        List<String> words = Text.words("“Impossible, Mr. Bennet, impossible, when I am not acquainted with him");
        Tensor oneHot = vocabulary.encode(words).oneHot(vocabulary.size());
        assertEquals(11, oneHot.size(0));
        assertTrue(oneHot.select(0, 0).select(0, 3394).itemLong() == 1);
    }
}
