package dev.gatun.io;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Text in UTF-8 files, and its words. The counterpart is {@code torchtext.data.utils.get_tokenizer}.
 *
 * {@snippet :
 * Path book = folder.resolve("book.txt");
 * Files.writeString(book, "“Impossible, Mr. Bennet, impossible!”");
 * System.out.println(Text.words(Text.read(book))); // [impossible, mr, bennet, impossible]
 * }
 */
public final class Text {
    private static final String MARK = "\uFEFF";
    private static final Pattern SPACE = Pattern.compile("(?U)\\s+");
    private static final String PUNCTUATION = ".,;:\"!?“”_-";

    private Text() {}

    /**
     * Reads a file; a byte order mark at its beginning is left out.
     *
     * @param file in UTF-8
     * @return all of it
     * @throws IOException if there is no such file, or it is not UTF-8; one line that names the file, and the first byte
     *     that is wrong
     */
    public static String read(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new FileNotFoundException("text: no such file: " + file);
        }
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        CharBuffer text = CharBuffer.allocate(bytes.remaining());
        CoderResult result = decoder.decode(bytes, text, true);
        if (result.isError()) {
            throw new IOException("text: not UTF-8 at byte " + bytes.position() + ": " + file);
        }
        text.flip();
        String all = text.toString();
        return all.startsWith(MARK) ? all.substring(1) : all;
    }

    /**
     * The words of a text in their order: what stands between blanks, in small letters, without punctuation marks at both
     * ends. A word that is all punctuation becomes the empty word.
     *
     * @param text any
     * @return its words
     */
    public static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        for (String word : SPACE.split(text.toLowerCase(Locale.ROOT), -1)) {
            if (!word.isEmpty()) {
                words.add(strip(word));
            }
        }
        return words;
    }

    private static String strip(String word) {
        int from = 0;
        int to = word.length();
        while (from < to && PUNCTUATION.indexOf(word.charAt(from)) >= 0) {
            from++;
        }
        while (from < to && PUNCTUATION.indexOf(word.charAt(to - 1)) >= 0) {
            to--;
        }
        return word.substring(from, to);
    }
}
