package dev.gatun.nn.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A public file, fetched from the first mirror that gives the right one. */
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
     * @param mirrors folders that may hold a file of the target's name, tried in order; each ends in a slash
     * @param md5 the sums that are right, in hexadecimal digits
     * @throws IOException if no mirror gives the file; the line says for each why
     */
    static void fetch(Path target, List<URI> mirrors, Set<String> md5) throws IOException {
        Path folder = target.toAbsolutePath().getParent();
        Files.createDirectories(folder);
        StringBuilder failures = new StringBuilder();
        try (HttpClient client = HttpClient.newBuilder()
                .connectTimeout(CONNECT)
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build()) {
            for (URI mirror : mirrors) {
                URI address = mirror.resolve(target.getFileName().toString());
                Path part = Files.createTempFile(folder, target.getFileName().toString(), ".part");
                try {
                    LOG.log(System.Logger.Level.INFO, "download: " + address);
                    receive(client, address, part);
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
        throw new IOException("download: no mirror gives " + target.getFileName() + failures);
    }

    private static void receive(HttpClient client, URI address, Path part) throws IOException {
        HttpRequest request = HttpRequest.newBuilder(address).build();
        try {
            int status = client.sendAsync(request, HttpResponse.BodyHandlers.ofFile(part))
                    .get(MINUTES, TimeUnit.MINUTES)
                    .statusCode();
            if (status != OK) {
                throw new IOException("HTTP status " + status);
            }
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            String text = cause.getMessage();
            throw new IOException(text == null ? cause.getClass().getSimpleName() : text, cause);
        } catch (TimeoutException e) {
            throw new IOException("not there after " + MINUTES + " minutes", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("download: interrupted: " + address);
        }
    }

    private static void requireSum(Path file, Set<String> md5) throws IOException {
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
