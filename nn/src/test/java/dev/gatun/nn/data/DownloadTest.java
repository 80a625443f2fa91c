package dev.gatun.nn.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Downloads from a server of this test's own. */
@Timeout(60)
class DownloadTest {
    private static final byte[] CONTENT = "the right contents".getBytes(StandardCharsets.UTF_8);
    private static final String SUM = "f7667f3e2a6fb59e652be7fd21cc3db9";

    @TempDir
    Path folder;

    private HttpServer server;
    private final AtomicInteger requests = new AtomicInteger();
    private final Map<Long, Long> reached = new ConcurrentHashMap<>();

    @BeforeEach
    void startServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        serve("/good/", 200, CONTENT);
        serve("/wrong/", 200, "other contents".getBytes(StandardCharsets.UTF_8));
        serve("/none/", 404, new byte[0]);
        server.start();
    }

    private void serve(String path, int status, byte[] body) {
        server.createContext(path, exchange -> {
            requests.incrementAndGet();
            exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
    }

    @AfterEach
    void stopServer() {
        server.stop(0);
    }

    private URI mirror(String path) {
        return URI.create("http://localhost:" + server.getAddress().getPort() + path);
    }

    private URI file(String path) {
        return mirror(path).resolve("file.gz");
    }

    private List<String> filesIn(Path in) throws IOException {
        try (var files = Files.list(in)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    @Test
    void fetch_goodMirror_putsTheFileInPlace() throws IOException {
        Path target = folder.resolve("new").resolve("file.gz");
        Download.fetch(target, List.of(file("/good/")), Set.of(SUM), reached::put);
        assertEquals(Map.of((long) CONTENT.length, (long) CONTENT.length), reached);
        assertArrayEquals(CONTENT, Files.readAllBytes(target));
        assertEquals(List.of("file.gz"), filesIn(target.getParent()));
    }

    @Test
    void fetch_badMirrorsFirst_takesTheNext() throws IOException {
        Path target = folder.resolve("file.gz");
        Download.fetch(
                target, List.of(file("/none/"), file("/wrong/"), file("/good/")), Set.of("0", SUM), reached::put);
        assertArrayEquals(CONTENT, Files.readAllBytes(target));
        assertEquals(3, requests.get());
    }

    @Test
    void fetch_noMirror_saysWhyForEachAndLeavesNothing() throws IOException {
        URI none = file("/none/");
        URI wrong = file("/wrong/");
        server.createContext("/closed/", exchange -> exchange.close());
        URI closed = file("/closed/");
        Path target = folder.resolve("file.gz");
        var e = assertThrows(
                IOException.class,
                () -> Download.fetch(target, List.of(none, wrong, closed), Set.of(SUM), reached::put));
        String line = e.getMessage();
        assertTrue(
                line.startsWith("download: nobody gives file.gz; " + none + ": HTTP status 404; " + wrong
                        + ": wrong md5: expected " + SUM + ", found "),
                line);
        assertTrue(line.contains(" in 14 bytes; " + closed + ": "), line);
        assertEquals(List.of(), filesIn(folder));
    }

    @Test
    void fetch_nobodyListens_saysSoInWords() throws IOException {
        URI silent;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            silent = URI.create("http://127.0.0.1:" + socket.getLocalPort() + "/file.gz"); // closed: nobody listens
        }
        Path target = folder.resolve("file.gz");
        var e = assertThrows(
                IOException.class, () -> Download.fetch(target, List.of(silent), Set.of(SUM), reached::put));
        assertEquals("download: nobody gives file.gz; " + silent + ": no connection", e.getMessage());
    }

    @Test
    void download_wrongFiles_areRefusedByOfficialSum() {
        var e = assertThrows(IOException.class, () -> Mnist.download(folder, List.of(mirror("/good/"))));
        assertTrue(
                e.getMessage()
                        .contains("wrong md5: expected f68b3c2dcbeaaa9fbdd348bbdeb94873 or"
                                + " fa58340b3e35b28a58fc2cd8918a76f1"),
                e.getMessage());
    }

    @Test
    void download_allThere_asksNobody() throws IOException {
        for (String name : List.of("train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1")) {
            Files.createFile(folder.resolve(name + "-ubyte.gz"));
        }
        assertEquals(folder, Mnist.download(folder, List.of(mirror("/good/"))));
        assertEquals(0, requests.get());
        assertTrue(Mnist.isIn(folder));
    }
}
