package dev.gatun.nn.data;

import dev.gatun.autograd.Tensor;
import dev.gatun.nn.data.transforms.Transform;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Scope;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/**
 * The MNIST digits of Yann LeCun, Corinna Cortes and Chris Burges: 60,000 to train on and 10,000 to test, 28 by 28 grey
 * pixels each. The data sets have data F32 [n, 1, 28, 28] in 0..1 and targets I64 [n] in 0..9, as
 * {@code torchvision.datasets.MNIST} with {@code ToTensor}. With a transform of one's own, images reach it as they are in
 * the file:
 *
 * <p>Other data in the same files, such as Fashion-MNIST, are read in the same way from a folder of their own.
 *
 * {@snippet :
 * Path data = Mnist.dataFolder(); // ~/.cache/gatun/data, or what XDG_CACHE_HOME names
 * if (Mnist.isIn(data)) { // Mnist.download() puts the files there
 *     TensorDataset digits = Mnist.train(data);
 *     Dataset centered = Mnist.train(data, new Compose(new ToTensor(), new Normalize(0.5, 0.5)));
 * }
 * }
 */
public final class Mnist {
    private static final int SIDE = 28;

    private static final List<URI> MIRRORS = List.of(
            URI.create("https://ossci-datasets.s3.amazonaws.com/mnist/"),
            URI.create("https://storage.googleapis.com/cvdf-datasets/mnist/"));

    // The official sum, and that of a re-packed copy with the same images.
    private static final PublicFile TRAIN_IMAGES = published(
            "train-images-idx3-ubyte.gz", "f68b3c2dcbeaaa9fbdd348bbdeb94873", "fa58340b3e35b28a58fc2cd8918a76f1");
    private static final PublicFile TRAIN_LABELS =
            published("train-labels-idx1-ubyte.gz", "d53e105ee54ea40749a09fcbcd1e9432");
    private static final PublicFile TEST_IMAGES =
            published("t10k-images-idx3-ubyte.gz", "9fb629c4189551a2d022fa330f9573f3");
    private static final PublicFile TEST_LABELS =
            published("t10k-labels-idx1-ubyte.gz", "ec29112dd5afa0611ce80d1b7f02629c");
    private static final List<PublicFile> FILES = List.of(TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS);

    private Mnist() {}

    private static PublicFile published(String name, String... md5) {
        return new PublicFile("mnist", name, List.of(md5), at(MIRRORS, name));
    }

    private static List<URI> at(List<URI> mirrors, String name) {
        return mirrors.stream().map(mirror -> mirror.resolve(name)).toList();
    }

    /**
     * The four files, for a program that finds or downloads them in its own way.
     *
     * @return images and labels to train on, then those to test on
     */
    public static List<PublicFile> files() {
        return FILES;
    }

    /**
     * Reads the training digits.
     *
     * @param folder that holds the files, gzipped or not, or a folder {@code mnist} with them
     * @return 60,000 samples
     * @throws IOException if a file is missing, truncated or corrupt; one line that names it
     */
    public static TensorDataset train(Path folder) throws IOException {
        return read(folder, TRAIN_IMAGES, TRAIN_LABELS);
    }

    /**
     * Reads the test digits.
     *
     * @param folder that holds the files, gzipped or not, or a folder {@code mnist} with them
     * @return 10,000 samples
     * @throws IOException if a file is missing, truncated or corrupt; one line that names it
     */
    public static TensorDataset test(Path folder) throws IOException {
        return read(folder, TEST_IMAGES, TEST_LABELS);
    }

    /**
     * Reads the training digits, with a transform of each image.
     *
     * @param folder that holds the files, gzipped or not, or a folder {@code mnist} with them
     * @param transform from U8 [28, 28], 0 for black, such as {@link dev.gatun.nn.data.transforms.ToTensor}; it runs
     *     whenever a sample is read
     * @return 60,000 samples
     * @throws IOException if a file is missing, truncated or corrupt; one line that names it
     */
    public static Dataset train(Path folder, Transform transform) throws IOException {
        return raw(folder, TRAIN_IMAGES, TRAIN_LABELS).withTransform(transform);
    }

    /**
     * Reads the test digits, with a transform of each image.
     *
     * @param folder that holds the files, gzipped or not, or a folder {@code mnist} with them
     * @param transform from U8 [28, 28], 0 for black, such as {@link dev.gatun.nn.data.transforms.ToTensor}; it runs
     *     whenever a sample is read
     * @return 10,000 samples
     * @throws IOException if a file is missing, truncated or corrupt; one line that names it
     */
    public static Dataset test(Path folder, Transform transform) throws IOException {
        return raw(folder, TEST_IMAGES, TEST_LABELS).withTransform(transform);
    }

    /** Makes the data of images. */
    @FunctionalInterface
    private interface Images {
        Tensor read(Path file) throws IOException;
    }

    private static TensorDataset read(Path folder, PublicFile images, PublicFile labels) throws IOException {
        return read(folder, images, labels, file -> Idx.images(file, SIDE, SIDE));
    }

    private static TensorDataset raw(Path folder, PublicFile images, PublicFile labels) throws IOException {
        return read(folder, images, labels, file -> Idx.pixels(file, SIDE, SIDE, DType.U8));
    }

    private static TensorDataset read(Path folder, PublicFile images, PublicFile labels, Images reader)
            throws IOException {
        Path imageFile = images.require(folder);
        Path labelFile = labels.require(folder);
        try (var temporaries = Scope.open()) {
            Tensor data = reader.read(imageFile);
            long labelled = Idx.labelCount(labelFile);
            if (data.size(0) != labelled) {
                throw new IOException("mnist: counts differ: " + data.size(0) + " images in " + imageFile + ", "
                        + labelled + " labels in " + labelFile);
            }
            return new TensorDataset(data, Idx.labels(labelFile));
        }
    }

    /**
     * Whether a folder, or its folder {@code mnist}, holds all four files.
     *
     * @param folder to look in
     * @return true if {@link #train} and {@link #test} find their files
     */
    public static boolean isIn(Path folder) {
        return FILES.stream().allMatch(file -> file.find(folder).isPresent());
    }

    /**
     * The folder for public data where none is given.
     *
     * @return {@code GATUN_DATA} of the environment, else {@code gatun/data} below its {@code XDG_CACHE_HOME}, else
     *     below {@code .cache} in the user's home
     */
    public static Path dataFolder() {
        String asked = System.getenv("GATUN_DATA");
        if (asked != null && !asked.isBlank()) {
            return Path.of(asked);
        }
        String cache = System.getenv("XDG_CACHE_HOME");
        // A relative one is to be ignored: XDG base directory specification.
        Path base = cache != null && Path.of(cache).isAbsolute()
                ? Path.of(cache)
                : Path.of(System.getProperty("user.home"), ".cache");
        return base.resolve("gatun").resolve("data");
    }

    /**
     * Downloads what is missing in {@link #dataFolder()}, 11.6 MB in all.
     *
     * @return the folder, for {@link #train} and {@link #test}
     * @throws IOException if a file can neither be found nor downloaded; one line that says why
     */
    public static Path download() throws IOException {
        return download(dataFolder(), MIRRORS);
    }

    /**
     * Downloads what is missing in a folder into its folder {@code mnist}. A file comes from the first mirror that
     * gives one with the right MD5 sum, and appears all at once.
     *
     * @param folder that holds the files, or will hold a folder {@code mnist} with them
     * @param mirrors web folders with the four gzipped files, tried in order
     * @return {@code folder}
     * @throws IOException if a file can neither be found nor downloaded; one line that says why
     */
    public static Path download(Path folder, List<URI> mirrors) throws IOException {
        for (PublicFile file : FILES) {
            file.from(at(mirrors, file.name())).download(folder, (bytes, total) -> {});
        }
        return folder;
    }
}
