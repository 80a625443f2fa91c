package dev.gatun.io;

import dev.gatun.autograd.Tensor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Words and their numbers, from 0; {@code torchtext.vocab.Vocab}.
 *
 * {@snippet :
 * Vocabulary vocabulary = Vocabulary.of(Text.words("to be or not to be"));
 * Tensor indexes = vocabulary.encode(Text.words("not to be"));
 * System.out.println(vocabulary.decode(indexes) + " " + indexes); // [not, to, be] tensor([1, 3, 0])
 * Tensor oneHot = indexes.oneHot(vocabulary.size());
 * }
 */
public final class Vocabulary {
    private final List<String> words;
    private final Map<String, Integer> indexes = new HashMap<>();
    private final Optional<String> unknown;

    private Vocabulary(List<String> words, Optional<String> unknown) {
        this.words = List.copyOf(words);
        this.unknown = unknown;
        for (int i = 0; i < words.size(); i++) {
            if (indexes.put(words.get(i), i) != null) {
                throw new IllegalArgumentException("vocabulary: a word stands twice: '" + words.get(i) + "'");
            }
        }
    }

    /**
     * The different words of a text, in the order of their characters.
     *
     * @param words any, each as often as it comes
     * @return the vocabulary, which knows no other words
     */
    public static Vocabulary of(Collection<String> words) {
        return new Vocabulary(List.copyOf(new TreeSet<>(words)), Optional.empty());
    }

    /**
     * The different words of a text in the order of their characters, behind one that stands for all others.
     *
     * @param words any, each as often as it comes
     * @param unknown number 0, which all other words get, such as {@code <unk>}
     * @return the vocabulary
     */
    public static Vocabulary of(Collection<String> words, String unknown) {
        TreeSet<String> different = new TreeSet<>(words);
        different.remove(unknown);
        List<String> all = new ArrayList<>();
        all.add(unknown);
        all.addAll(different);
        return new Vocabulary(all, Optional.of(unknown));
    }

    /**
     * Words in a given order, such as those of a file.
     *
     * @param words all different
     * @return the vocabulary, which knows no other words
     * @throws IllegalArgumentException if a word stands twice
     */
    public static Vocabulary ofOrdered(List<String> words) {
        return new Vocabulary(words, Optional.empty());
    }

    /**
     * How many words there are, with the one for unknown words.
     *
     * @return at least 0
     */
    public int size() {
        return words.size();
    }

    /**
     * The words by their numbers.
     *
     * @return all of them
     */
    public List<String> words() {
        return words;
    }

    /**
     * Whether a word has a number of its own.
     *
     * @param word any
     * @return whether it does
     */
    public boolean contains(String word) {
        return indexes.containsKey(word);
    }

    /**
     * A word's number.
     *
     * @param word any
     * @return from 0; that of the unknown word where it has none of its own
     * @throws IllegalArgumentException if it has none, and there is none for unknown words
     */
    public int index(String word) {
        Integer index = indexes.get(unknown.isPresent() && !indexes.containsKey(word) ? unknown.get() : word);
        if (index == null) {
            throw new IllegalArgumentException("vocabulary: unknown word: '" + word + "' is not among " + size());
        }
        return index;
    }

    /**
     * The word with a number.
     *
     * @param index from 0 up to, not including, the size
     * @return the word
     * @throws IllegalArgumentException if there is none
     */
    public String word(long index) {
        if (index < 0 || index >= words.size()) {
            throw new IllegalArgumentException("vocabulary: index " + index + " is outside 0.." + (size() - 1));
        }
        return words.get((int) index);
    }

    /**
     * The numbers of words.
     *
     * @param text words in their order
     * @return I64 [n]
     * @throws IllegalArgumentException if a word has no number, and there is none for unknown words
     */
    public Tensor encode(List<String> text) {
        return Tensor.of(text.stream().mapToLong(this::index).toArray());
    }

    /**
     * The words of numbers.
     *
     * @param indexes integers of any shape, in row-major order
     * @return the words
     * @throws IllegalArgumentException if a number has no word
     */
    public List<String> decode(Tensor indexes) {
        List<String> text = new ArrayList<>();
        for (long index : indexes.toLongArray()) {
            text.add(word(index));
        }
        return text;
    }
}
