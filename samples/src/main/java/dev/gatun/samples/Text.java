package dev.gatun.samples;

import dev.gatun.autograd.GradMode;
import dev.gatun.autograd.Tensor;
import dev.gatun.io.LinePlot;
import dev.gatun.nn.Embedding;
import dev.gatun.nn.GRU;
import dev.gatun.nn.Linear;
import dev.gatun.nn.Module;
import dev.gatun.nn.data.Batch;
import dev.gatun.nn.data.DataLoader;
import dev.gatun.nn.data.TensorDataset;
import dev.gatun.nn.loss.CrossEntropyLoss;
import dev.gatun.nn.optim.Adam;
import dev.gatun.runtime.Device;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.random.Generator;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * Pride and Prejudice as numbers: a line as one-hot letters and as one-hot words. Then letters get vectors of their own
 * that are learned, and a recurrent network writes on in the novel's manner, letter by letter.
 */
@Command(name = "text", description = "A novel as one-hot letters and words, and a network that writes on.")
final class Text implements Callable<Integer> {
    private static final Pattern SPACE = Pattern.compile("[\\s\\x1c-\\x1f]+", Pattern.UNICODE_CHARACTER_CLASS);
    private static final String PUNCTUATION = ".,;:\"!?”“_-";
    private static final int ASCII = 128;

    private static final int LINE = 200;
    private static final int LETTERS = 10_000;
    private static final long MOST_BYTES = 8 << 20;

    private static final int STEPS = 64;
    private static final int BATCH = 32;
    private static final int HIDDEN = 128;
    private static final double TEMPERATURE = 0.7;
    private static final int EPOCHS = 3;
    private static final double LR = 3e-3;

    private final PrintWriter out;
    private final Screen screen;
    private final Downloads downloads;

    @Mixin
    private final SampleOptions options = new SampleOptions();

    Text(Screen screen, Downloads downloads) {
        this.screen = screen;
        this.out = screen.out();
        this.downloads = downloads;
    }

    @Override
    public Integer call() throws IOException {
        Device device = options.device();
        Optional<Path> folder = options.out();
        Generator.global().manualSeed(options.seed());
        String text = options.read(PublicFiles.TEXT, downloads, screen, Text::novel);
        String line = text.split("\n", -1)[LINE];
        try (var scope = Scope.open()) {
            letters(line);
            words(text, line);
            learn(text, line, device, folder);
        }
        return 0;
    }

    private static String novel(Path file) throws IOException {
        if (Files.size(file) > MOST_BYTES) {
            throw new IOException(
                    file + ": expected a novel, of at most " + MOST_BYTES + " bytes: it has " + Files.size(file));
        }
        String text;
        try {
            text = Files.readString(file);
        } catch (CharacterCodingException e) {
            throw new IOException(file + ": expected text in UTF-8", e);
        }
        String[] lines = text.split("\n", -1);
        if (lines.length <= LINE || lines[LINE].isBlank() || text.length() < LETTERS) {
            throw new IOException(
                    file + ": expected a novel, of at least " + LETTERS + " letters and with words in line " + LINE);
        }
        return text;
    }

    // ---- one-hot letters ----

    private void letters(String line) {
        out.println("'" + line + "'");
        Tensor letterT = Tensor.zeros(line.length(), ASCII);
        out.println(letterT.shape());
        String lower = line.toLowerCase(Locale.ROOT).strip();
        for (int i = 0; i < lower.length(); i++) {
            char letter = lower.charAt(i);
            int letterIndex = letter < ASCII ? letter : 0; // the quotation marks of the novel are no ASCII
            letterT.get(i).set(letterIndex, 1); // get gives a view, and what is written there stands in letterT
        }
        out.println("ones: " + (long) letterT.sum().item());
    }

    // ---- one-hot words ----

    private static List<String> cleanWords(String text) {
        String trimmed = text.toLowerCase(Locale.ROOT).strip();
        return SPACE.splitAsStream(trimmed).map(Text::withoutPunctuation).toList();
    }

    private static String withoutPunctuation(String word) {
        int from = 0;
        int to = word.length();
        while (from < to && PUNCTUATION.indexOf(word.charAt(from)) >= 0) {
            from++;
        }
        while (to > from && PUNCTUATION.indexOf(word.charAt(to - 1)) >= 0) {
            to--;
        }
        return word.substring(from, to);
    }

    private void words(String text, String line) {
        List<String> wordsInLine = cleanWords(line);
        out.println("('" + line + "',");
        out.println(wordsInLine.stream().collect(Collectors.joining("', '", "['", "'])")));
        Map<String, Integer> word2index = new HashMap<>();
        for (String word : new TreeSet<>(cleanWords(text))) {
            word2index.put(word, word2index.size());
        }
        out.println("(" + word2index.size() + ", " + word2index.get("impossible") + ")");

        Tensor wordT = Tensor.zeros(wordsInLine.size(), word2index.size());
        for (int i = 0; i < wordsInLine.size(); i++) {
            String word = wordsInLine.get(i);
            int wordIndex = word2index.get(word);
            wordT.get(i).set(wordIndex, 1);
            out.printf(Locale.ROOT, "%2d %4d %s%n", i, wordIndex, word);
        }
        out.println(wordT.shape());
    }

    // ---- learned letters: an embedding, and a network that remembers ----

    /** From the letters so far to scores for the next. */
    private static final class Novelist extends Module {
        private final Embedding embedding;
        private final GRU gru;
        private final Linear scores;

        Novelist(int letters) {
            embedding = add("embedding", new Embedding(letters, 32));
            gru = add("gru", new GRU(32, HIDDEN, GRU.Options.defaults().withBatchFirst(true)));
            scores = add("scores", new Linear(HIDDEN, letters));
        }

        /** From letters [n, steps] to scores [n, steps, letters]. */
        @Override
        public Tensor forward(Tensor x) {
            return scores.forward(gru.forward(embedding.forward(x)));
        }

        /** Writes on, letter by letter: each is drawn by the scores after all before it. */
        String write(String start, int count, String alphabet, Device device) {
            StringBuilder text = new StringBuilder(start);
            try (var off = GradMode.noGrad();
                    var scope = Scope.open()) {
                Tensor read = indexes(start, alphabet).unsqueeze(0).to(device); // [1, steps]
                Tensor state = Tensor.zeros(1, 1, HIDDEN).to(device);
                for (int i = 0; i < count; i++) {
                    GRU.Result now = gru.forwardWithState(embedding.forward(read), state);
                    Tensor next = scores.forward(now.output().select(1, -1)) // [1, letters]
                            .div(TEMPERATURE)
                            .softmax(1)
                            .multinomial(1, true); // [1, 1]
                    text.append(alphabet.charAt((int) next.itemLong()));
                    read = next;
                    state = now.hN();
                }
            }
            return text.toString();
        }
    }

    /** Where each letter stands in the alphabet, I64 [n]. */
    private static Tensor indexes(String text, String alphabet) {
        return Tensor.of(text.chars().mapToLong(alphabet::indexOf).toArray());
    }

    private void learn(String text, String line, Device device, Optional<Path> folder) throws IOException {
        String alphabet =
                text.chars().distinct().sorted().mapToObj(Character::toString).collect(Collectors.joining());
        // Windows of 64 letters, and for each letter the one that follows it; a twentieth is held back.
        Tensor windows =
                indexes(text, alphabet).unfold(0, STEPS + 1, STEPS); // [windows, 65], each begins where one ends
        windows = windows.index(Tensor.randperm(windows.size(0)));
        long held = windows.size(0) / 20;

        Novelist model = new Novelist(alphabet.length());
        model.to(device);
        out.println(model);
        var loader = new DataLoader(pairs(windows.narrow(0, 0, windows.size(0) - held)), BATCH, true);
        var heldLoader = new DataLoader(pairs(windows.narrow(0, windows.size(0) - held, held)), BATCH, false);
        var optimizer = new Adam(model.parameters(), LR);
        out.println("Untrained:");
        out.println(model.write(line, 60, alphabet, device));
        List<Double> losses = new ArrayList<>();
        List<Double> heldLosses = new ArrayList<>();
        double running = Math.log(alphabet.length()); // what guessing costs; single batches jump about
        int epochs = options.epochs(EPOCHS);
        for (int epoch = 1; epoch <= epochs; epoch++) {
            double trainLoss = 0;
            for (var batch : screen.progress("Epoch %d/%d".formatted(epoch, epochs), loader)) {
                try (var step = Scope.open()) {
                    optimizer.zeroGrad();
                    Tensor loss = lossOf(model, batch, device);
                    loss.backward();
                    optimizer.step();
                    running = 0.95 * running + 0.05 * loss.item();
                    losses.add(running);
                    trainLoss += loss.item() / loader.size();
                }
            }
            double heldLoss = 0;
            try (var off = GradMode.noGrad()) {
                for (var batch : heldLoader) {
                    try (var step = Scope.open()) {
                        heldLoss += lossOf(model, batch, device).item() * batch.size() / held;
                    }
                }
            }
            heldLosses.add(heldLoss);
            out.printf(Locale.ROOT, "Epoch %d, Training loss %.4f, Validation loss %.4f%n", epoch, trainLoss, heldLoss);
        }
        out.println("Trained:");
        out.println(model.write(line, 400, alphabet, device));
        if (folder.isPresent()) {
            double[] ends = IntStream.rangeClosed(1, epochs)
                    .mapToDouble(epoch -> epoch * loader.size())
                    .toArray();
            double[] atEnds =
                    heldLosses.stream().mapToDouble(Double::doubleValue).toArray();
            new LinePlot(
                            "A network learns to write",
                            "step (32 windows of 64 letters)",
                            "cross entropy (nats per letter)")
                    .line("training, running mean", 1, losses)
                    .points("held back, at the end of an epoch", ends, atEnds)
                    .save(folder.get().resolve("text-losses.png"));
        }
    }

    private static TensorDataset pairs(Tensor windows) {
        return new TensorDataset(windows.narrow(1, 0, STEPS), windows.narrow(1, 1, STEPS));
    }

    /** The mean loss of all letters of a batch. */
    private static Tensor lossOf(Novelist model, Batch batch, Device device) {
        Tensor scores = model.forward(batch.data().to(device)); // [batch, 64, letters]
        Tensor target = batch.target().to(device); // [batch, 64]
        return new CrossEntropyLoss().forward(scores.flatten(0, 1), target.flatten());
    }
}
