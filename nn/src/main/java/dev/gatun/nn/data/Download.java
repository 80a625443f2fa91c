package dev.gatun.nn.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A public file, fetched from the first address that gives the right one. */
final class Download {
    private static final System.Logger LOG = System.getLogger("dev.gatun");
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final long MINUTES = 10;
    private static final int OK = 200;

    private Download() {}

    /**
     * Fetches a file into its place, which holds either all of it or what it held before.
     *
     * @param target to write
     * @param addresses that give the file, tried in order
     * @param md5 the sums that are right, in hexadecimal digits
     * @param progress hears how each transfer goes on
     * @throws IOException if no address gives the file; the line says for each why
     */
    static void fetch(Path target, List<URI> addresses, Collection<String> md5, PublicFile.Progress progress)
            throws IOException {
        Path folder = target.toAbsolutePath().getParent();
        Files.createDirectories(folder);
        StringBuilder failures = new StringBuilder();
        try (HttpClient client = HttpClient.newBuilder()
                .connectTimeout(CONNECT)
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build()) {
            for (URI address : addresses) {
                Path part = Files.createTempFile(folder, target.getFileName().toString(), ".part");
                part.toFile().deleteOnExit(); // Ctrl-C runs no finally
                try {
                    LOG.log(System.Logger.Level.INFO, "download: " + address);
                    receive(client, address, part, progress);
                    requireSum(part, md5);
                    Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
                    return;
                } catch (InterruptedIOException e) {
                    client.shutdownNow();
                    throw e;
                } catch (IOException e) {
                    failures.append("; ").append(address).append(": ").append(e.getMessage());
                } finally {
                    Files.deleteIfExists(part);
                }
            }
            client.shutdownNow(); // a transfer that timed out would keep close() waiting
        }
        throw new IOException("download: nobody gives " + target.getFileName() + failures);
    }

    private static void receive(HttpClient client, URI address, Path part, PublicFile.Progress progress)
            throws IOException {
        HttpRequest request = HttpRequest.newBuilder(address).build();
        try {
            int status = client.sendAsync(
                            request,
                            head -> new Counted(
                                    HttpResponse.BodySubscribers.ofFile(part),
                                    head.headers()
                                            .firstValueAsLong("Content-Length")
                                            .orElse(-1),
                                    progress))
                    .get(MINUTES, TimeUnit.MINUTES)
                    .statusCode();
            if (status != OK) {
                throw new IOException("HTTP status " + status);
            }
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IOException(reason(cause), cause);
        } catch (TimeoutException e) {
            throw new IOException("not there after " + MINUTES + " minutes", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("download: interrupted: " + address);
        }
    }

    /** Java says hardly more than a class where there is no network. */
    private static String reason(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnresolvedAddressException) {
                return "no such host, or no network";
            }
        }
        String text = e.getMessage();
        return e instanceof ConnectException ? "no connection" : text == null ? "broken off" : text;
    }

    /** Tells what it passes on. */
    private static final class Counted implements HttpResponse.BodySubscriber<Path> {
        private final HttpResponse.BodySubscriber<Path> file;
        private final long total;
        private final PublicFile.Progress progress;
        private long received;

        Counted(HttpResponse.BodySubscriber<Path> file, long total, PublicFile.Progress progress) {
            this.file = file;
            this.total = total;
            this.progress = progress;
        }

        @Override
        public CompletionStage<Path> getBody() {
            return file.getBody();
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            file.onSubscribe(subscription);
        }

        @Override
        public void onNext(List<ByteBuffer> buffers) {
            for (ByteBuffer buffer : buffers) {
                received += buffer.remaining();
            }
            file.onNext(buffers);
            progress.at(received, total);
        }

        @Override
        public void onError(Throwable problem) {
            file.onError(problem);
        }

        @Override
        public void onComplete() {
            file.onComplete();
        }
    }

    private static void requireSum(Path file, Collection<String> md5) throws IOException {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has MD5", e);
        }
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        String found = HexFormat.of().formatHex(digest.digest());
        if (!md5.contains(found)) {
            throw new IOException("wrong md5: expected " + String.join(" or ", md5) + ", found " + found + " in "
                    + Files.size(file) + " bytes");
        }
    }
}
