package dev.gatun.samples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.gatun.nn.data.PublicFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The table of public files, and how a sample gets one. */
@Timeout(60)
final class PublicFilesTest {
    private static final byte[] CONTENT = new byte[300_000];

    private final StringWriter err = new StringWriter();
    private final Screen terminal = new Screen(new PrintWriter(new StringWriter()), new PrintWriter(err), true);

    @TempDir
    private Path cache;

    private HttpServer server;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/good", exchange -> {
            exchange.sendResponseHeaders(200, CONTENT.length);
            exchange.getResponseBody().write(CONTENT);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private PublicFile file(String path) throws Exception {
        String sum = HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(CONTENT));
        URI address = URI.create("http://localhost:" + server.getAddress().getPort() + path);
        return new PublicFile("set", "file.bin", List.of(sum), List.of(address));
    }

    private static Stream<PublicFile> all() {
        return Stream.of(
                        List.of(PublicFiles.WINE, PublicFiles.BIKES, PublicFiles.TEXT, PublicFiles.DOG),
                        PublicFiles.CATS,
                        PublicFiles.VOLUME)
                .flatMap(List::stream);
    }

    @Test
    void table_realFiles_haveTheSumsThatAreRight() throws Exception {
        Path folder = Path.of(Run.realData());
        for (PublicFile file : all().toList()) {
            byte[] bytes = Files.readAllBytes(file.require(folder));
            String sum =
                    HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(bytes));
            assertEquals(file.md5(), List.of(sum), file.name());
        }
    }

    @Test
    void table_addresses_areSecure() {
        assertEquals(23, all().count());
        assertTrue(all().flatMap(file -> file.addresses().stream())
                .allMatch(address -> "https".equals(address.getScheme())));
    }

    @Test
    void fetch_missing_comesWithABar() throws Exception {
        PublicFile file = file("/good");
        assertEquals(cache, Downloads.into(cache).fetch(List.of(file), terminal));
        assertArrayEquals(CONTENT, Files.readAllBytes(cache.resolve("set/file.bin")));
        assertTrue(err.toString().contains("file.bin"), err.toString());
        assertTrue(err.toString().endsWith("\r"), err.toString());
    }

    @Test
    void fetch_environmentNamesNoFolder_isRefused() throws Exception {
        Path missing = cache.resolve("missing");
        Downloads downloads = Downloads.into(missing.toString(), cache);
        for (String sample : List.of("wine", "mnist")) {
            Run.of(false, downloads, sample)
                    .assertRefuses(sample + ": GATUN_DATA: no such folder: " + missing
                            + "; make it, or unset GATUN_DATA, and files are downloaded");
        }
        Run.of(false, downloads, "linear-regression", "--epochs", "1").assertSucceeds(); // needs no data
        PublicFile file = file("/good");
        assertEquals(cache, Downloads.into("", cache).fetch(List.of(file), terminal));
        assertEquals(cache, Downloads.into(cache.toString(), missing).fetch(List.of(file), terminal));
    }

    @Test
    void fetch_nobodyGivesIt_leavesNothing() throws Exception {
        PublicFile file = file("/none");
        var e = assertThrows(IOException.class, () -> Downloads.into(cache).fetch(List.of(file), terminal));
        assertTrue(e.getMessage().startsWith("download: nobody gives file.bin; http"), e.getMessage());
        assertTrue(e.getMessage().endsWith("/none: HTTP status 404"), e.getMessage());
        try (Stream<Path> left = Files.list(cache.resolve("set"))) {
            assertEquals(0, left.count());
        }
    }
}
