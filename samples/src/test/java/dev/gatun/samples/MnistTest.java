package dev.gatun.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.Device;
import dev.gatun.runtime.random.Generator;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MnistTest {
    @TempDir
    private static Path root;

    private static Path data;

    @BeforeAll
    static void writeDigits() throws IOException {
        data = root.resolve("mnist");
        TinyMnist.write(data);
    }

    private static Run tiny(String... more) {
        String[] few = {"mnist", "--data", data.toString(), "--epochs", "2", "--batch-size", "100"};
        return Run.of(Stream.concat(Arrays.stream(few), Arrays.stream(more)).toArray(String[]::new));
    }

    @Test
    void mnist_tinyFiles_printsCostsAccuracyAndOnePrediction() {
        Run run = tiny();
        run.assertSucceeds();
        List<String> wanted = List.of(
                "Label of the first digit: \\d",
                "Epoch: 0001 cost = \\d\\.\\d{9}",
                "Epoch: 0002 cost = \\d\\.\\d{9}",
                "Learning finished",
                "Accuracy: [01]\\.\\d{4}",
                "Accuracy on pixels 0\\.\\.255 = [01]\\.\\d{4}",
                "Label: \\d",
                "Prediction: \\d");
        assertEquals(wanted.size(), run.lines().size(), run.out());
        for (int i = 0; i < wanted.size(); i++) {
            assertTrue(run.lines().get(i).matches(wanted.get(i)), run.lines().get(i));
        }
        assertEquals("", run.err());
    }

    @Test
    void mnist_rootOfAllData_isTakenToo() {
        Run run = Run.of("mnist", "--data", root.toString(), "--epochs", "1", "--hidden", "8");
        run.assertSucceeds();
        assertEquals(7, run.lines().size(), run.out());
    }

    @Test
    void mnist_sameSeed_sameDigitsForAnyNumberOfThreads() {
        int before = Device.cpu().threads();
        try {
            Run one = tiny("--threads", "1");
            Run two = tiny("--threads", "2");
            one.assertSucceeds();
            assertEquals(one.out(), two.out());
        } finally {
            Device.cpu().setThreads(before);
        }
        assertEquals(tiny().out(), tiny("--seed", "777").out());
        assertNotEquals(tiny().lines().get(1), tiny("--seed", "1").lines().get(1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--optimizer sgd --lr 0.1",
                "--optimizer AdamW",
                "--activation sigmoid",
                "--activation tanh",
                "--activation leakyrelu --hidden 8,8,8,8,8,8",
                "--batch-size 2147483647",
                "--device cpu",
            })
    void mnist_options_train(String options) {
        Run run = Run.of(("mnist --epochs 2 --data " + data + " " + options).split(" "));
        run.assertSucceeds();
        assertTrue(cost(run.lines().get(2)) < cost(run.lines().get(1)), run.out());
    }

    @ParameterizedTest
    @EnumSource(value = OptimizerName.class, mode = EnumSource.Mode.EXCLUDE, names = "SPARSEADAM")
    void mnist_everyOptimizer_trains(OptimizerName optimizer) {
        Run run = tiny("--optimizer", optimizer.toString());
        run.assertSucceeds();
        assertTrue(Double.isFinite(cost(run.lines().get(2))), run.out());
    }

    @Test
    void mnist_sparseAdam_refusesDenseGradients() {
        Run run = tiny("--optimizer", "SparseAdam");
        assertEquals(
                "mnist: sparseAdam: takes no dense gradients, Adam does: params[0] f32[256, 784]",
                run.err().strip());
        assertEquals(2, run.code());
    }

    @ParameterizedTest
    @EnumSource(ActivationName.class)
    void mnist_everyActivation_trains(ActivationName activation) {
        Run run = tiny("--activation", activation.toString());
        run.assertSucceeds();
        assertTrue(Double.isFinite(cost(run.lines().get(2))), run.out());
    }

    private static double cost(String line) {
        return Double.parseDouble(line.substring(line.indexOf('=') + 1));
    }

    @Test
    void mnist_terminal_drawsABarForEachEpoch() {
        Run run = Run.of(true, (files, screen) -> data, "mnist --epochs 2 --batch-size 100".split(" "));
        run.assertSucceeds();
        assertTrue(run.err().contains("Epoch 1/2"), run.err());
        assertTrue(run.err().contains("Epoch 2/2"), run.err());
        assertTrue(run.err().endsWith("\r"), run.err());
        assertEquals(tiny().out(), run.out());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "train-images-idx3-ubyte",
                "train-labels-idx1-ubyte",
                "t10k-images-idx3-ubyte",
                "t10k-labels-idx1-ubyte",
            })
    void mnist_brokenFile_saysWhereToGetThatOne(String name, @TempDir Path folder) throws IOException {
        TinyMnist.write(folder);
        try (Stream<Path> files = Files.list(folder)) {
            Path broken = files.filter(file -> file.getFileName().toString().startsWith(name))
                    .findFirst()
                    .orElseThrow();
            Files.writeString(broken, "no digits");
        }
        Run run = Run.of("mnist", "--data", folder.toString());
        assertTrue(run.err().matches("mnist: idx: .*; get it from \\S+/" + name + ".gz\\R"), run.err());
        assertEquals(2, run.code());
    }

    @Test
    void mnist_out_writesCostsPicturesAndWeights(@TempDir Path folder) throws IOException {
        Path out = folder.resolve("a/b");
        Run run = tiny("--out", out.toString());
        run.assertSucceeds();
        List<String> lines = Files.readAllLines(out.resolve("costs.csv"));
        assertEquals("epoch,cost", lines.get(0));
        assertEquals(run.lines().get(1), "Epoch: 0001 cost = " + lines.get(1).substring(2));
        assertEquals(run.lines().get(2), "Epoch: 0002 cost = " + lines.get(2).substring(2));
        try (Stream<Path> files = Files.list(out)) {
            assertEquals(
                    List.of("costs.csv", "costs.png", "digit.png", "gradients.png", "mnist.safetensors"),
                    files.map(file -> file.getFileName().toString()).sorted().toList());
        }
    }

    @Test
    void gradientNorms_sixHiddenLayers_vanishWithSigmoidAlone() {
        Generator.global().manualSeed(777);
        Tensor x = Tensor.rand(100, 784);
        Tensor y = Tensor.randint(0, 10, 100);
        List<Integer> hidden = List.of(256, 256, 128, 128, 64, 64);
        double[] relu = Mnist.gradientNorms(Mnist.perceptron(hidden, ActivationName.RELU), x, y);
        double[] sigmoid = Mnist.gradientNorms(Mnist.perceptron(hidden, ActivationName.SIGMOID), x, y);
        assertEquals(7, sigmoid.length);
        assertTrue(sigmoid[0] < sigmoid[6] / 1000, Arrays.toString(sigmoid));
        assertTrue(relu[0] > relu[6] / 100, Arrays.toString(relu));
    }

    @Test
    void mnist_outIsAFile_isRefused(@TempDir Path folder) throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        tiny("--out", file.toString()).assertRefuses("mnist: --out: not a folder: " + file);
        Path below = file.resolve("below");
        Run run = tiny("--out", below.toString());
        assertEquals(2, run.code());
        assertTrue(run.err().startsWith("mnist: --out: cannot be made: "), run.err());
        assertEquals(1, run.err().lines().count(), run.err());
    }

    @Test
    void mnist_folderWithoutFiles_isRefused(@TempDir Path empty) {
        Run run = Run.of("mnist", "--data", empty.toString());
        assertOneLine(run, "train-images-idx3-ubyte");
    }

    @Test
    void mnist_truncatedFile_isRefused(@TempDir Path folder) throws IOException {
        TinyMnist.write(folder);
        Path images = folder.resolve("train-images-idx3-ubyte");
        Files.write(images, Arrays.copyOf(Files.readAllBytes(images), 5000));
        assertOneLine(Run.of("mnist", "--data", folder.toString()), images.toString());
    }

    @Test
    void mnist_corruptGzip_isRefused(@TempDir Path folder) throws IOException {
        TinyMnist.write(folder);
        Path labels = folder.resolve("t10k-labels-idx1-ubyte.gz");
        byte[] bytes = Files.readAllBytes(labels);
        Arrays.fill(bytes, 10, bytes.length, (byte) 0x55);
        Files.write(labels, bytes);
        assertOneLine(Run.of("mnist", "--data", folder.toString()), labels.toString());
    }

    private static void assertOneLine(Run run, String named) {
        assertEquals(2, run.code(), run.err());
        assertEquals("", run.out());
        assertEquals(1, run.err().lines().count(), run.err());
        assertTrue(run.err().startsWith("mnist: ") && !run.err().startsWith("mnist: mnist: "), run.err());
        assertTrue(run.err().contains(named), run.err());
    }

    @Test
    void mnist_neitherDataNorNetwork_drawsDigitsAndSaysSo(@TempDir Path cache) throws IOException {
        int refusing;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            refusing = socket.getLocalPort(); // nobody listens once it is closed
        }
        List<URI> mirrors = List.of(URI.create("http://127.0.0.1:" + refusing + "/mnist/"));
        Run run = Run.of(
                false,
                (files, screen) -> dev.gatun.nn.data.Mnist.download(cache, mirrors),
                "mnist --epochs 2 --hidden 64".split(" "));
        run.assertSucceeds();
        assertTrue(run.err().startsWith("WARNING: no MNIST "), run.err());
        assertTrue(run.err().contains("; --data DIR names a folder with the files"), run.err());
        assertTrue(run.err().contains("digits that this program draws itself"), run.err());
        assertFalse(run.out().contains("Accuracy:"), run.out());
        String accuracy = run.lines().get(4);
        assertTrue(accuracy.startsWith("Accuracy (drawn digits): "), run.out());
        assertTrue(cost("=" + accuracy.substring(accuracy.indexOf(':') + 1)) > 0.9, run.out());
    }

    @Test
    void mnist_realData_learnsInOneEpoch() {
        Run run = Run.of("mnist", "--data", Run.realData(), "--epochs", "1");
        run.assertSucceeds();
        assertEquals("Label of the first digit: 5", run.lines().getFirst());
        double cost = cost(run.lines().get(1));
        assertTrue(cost >= 0.25 && cost <= 0.34, run.out());
        String accuracy = run.lines().get(3);
        assertTrue(accuracy.startsWith("Accuracy: "), run.out());
        assertTrue(Double.parseDouble(accuracy.substring("Accuracy: ".length())) >= 0.95, run.out());
    }
}
