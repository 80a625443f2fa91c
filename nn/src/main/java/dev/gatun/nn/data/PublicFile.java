package dev.gatun.nn.data;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A file of a public data set: what it is called, which contents are right, and who gives it. The counterpart is
 * {@code torchvision.datasets.utils.download_url}.
 *
 * {@snippet :
 * PublicFile images = Mnist.files().getFirst();
 * System.out.println(images.name()); // train-images-idx3-ubyte.gz
 * System.out.println(images.find(folder).isPresent()); // false
 * }
 *
 * @param folder the folder inside a data folder that it belongs into, such as {@code mnist}
 * @param name of the file; one that ends in {@code .gz} may also lie there unpacked, without the ending
 * @param md5 the sums of the contents that are right, in hexadecimal digits
 * @param addresses that give it, tried in order; at least one
 */
public record PublicFile(String folder, String name, List<String> md5, List<URI> addresses) {
    private static final String PACKED = ".gz";

    /** Hears how a download goes on, on a thread of the download's. */
    @FunctionalInterface
    public interface Progress {
        /**
         * More has arrived.
         *
         * @param bytes so far from this address
         * @param total how many there will be; -1 where the server does not say
         */
        void at(long bytes, long total);
    }

    /**
     * Copies both lists.
     *
     * @throws IllegalArgumentException if there is no address or no sum
     */
    public PublicFile {
        md5 = List.copyOf(md5);
        addresses = List.copyOf(addresses);
        if (addresses.isEmpty() || md5.isEmpty()) {
            throw new IllegalArgumentException("publicFile: no address or no sum: " + name);
        }
    }

    /**
     * Looks for the file.
     *
     * @param data a folder that holds it, or the folder that it belongs into
     * @return the file, packed or not; empty if it is not there
     */
    public Optional<Path> find(Path data) {
        return Stream.of(data, data.resolve(folder))
                .flatMap(in -> names().map(in::resolve))
                .filter(Files::isRegularFile)
                .findFirst();
    }

    private Stream<String> names() {
        return name.endsWith(PACKED)
                ? Stream.of(name, name.substring(0, name.length() - PACKED.length()))
                : Stream.of(name);
    }

    /**
     * The file, which must be there.
     *
     * @param data a folder that holds it, or the folder that it belongs into
     * @return the file, packed or not
     * @throws FileNotFoundException if it is not there; one line that names the places, and an address to get it
     */
    public Path require(Path data) throws FileNotFoundException {
        return find(data)
                .orElseThrow(() -> new FileNotFoundException(name + ": not in " + data + ", nor in its folder " + folder
                        + (name.endsWith(PACKED) ? ", packed or not" : "") + "; get it from " + addresses.getFirst()));
    }

    /**
     * Finds the file, or downloads it from the first address that gives the right contents. It appears all at once.
     *
     * @param data a folder that holds it, or whose folder {@link #folder} will hold it
     * @param progress hears how the download goes on
     * @return the file
     * @throws IOException if it is not there and no address gives it; one line that says for each why
     */
    public Path download(Path data, Progress progress) throws IOException {
        Optional<Path> found = find(data);
        if (found.isPresent()) {
            return found.get();
        }
        Path target = data.resolve(folder).resolve(name);
        Download.fetch(target, addresses, md5, progress);
        return target;
    }

    /**
     * The same file from elsewhere.
     *
     * @param others addresses that give it, tried in order
     * @return a new description
     */
    public PublicFile from(List<URI> others) {
        return new PublicFile(folder, name, md5, others);
    }
}
