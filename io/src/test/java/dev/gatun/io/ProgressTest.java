package dev.gatun.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.autograd.Tensor;
import dev.gatun.nn.data.DataLoader;
import dev.gatun.nn.data.TensorDataset;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgressTest {
    @Test
    void over_drawn_showsRateAndTimeLeftInOneLine() throws InterruptedException {
        StringWriter drawn = new StringWriter();
        Progress progress = new Progress(new PrintWriter(drawn, true), true);
        List<Integer> seen = new ArrayList<>();
        for (int item : progress.over("Epoch 1/2", List.of(1, 2, 3, 4, 5), 5)) {
            seen.add(item);
            Thread.sleep(300); // a rate is there after the first second
        }
        assertEquals(List.of(1, 2, 3, 4, 5), seen);
        String text = drawn.toString();
        assertTrue(text.contains("Epoch 1/2"), text);
        assertTrue(text.matches("(?s).*/5 \\(0:00:0\\d / 0:00:0\\d\\).*\\d\\.\\d/s.*"), text);
        assertTrue(text.lines().allMatch(line -> line.length() < 80), text);
    }

    @Test
    void over_loopIsShort_barIsDrawnAndErased() {
        for (int i = 0; i < 300; i++) {
            StringWriter drawn = new StringWriter();
            for (int item : new Progress(new PrintWriter(drawn, true), true).over("Epoch 1/2", List.of(1, 2), 2)) {
                assertTrue(item > 0);
            }
            String text = drawn.toString();
            assertTrue(text.startsWith("\rEpoch 1/2 "), text);
            assertTrue(text.endsWith("\r" + " ".repeat(79) + "\r"), text);
        }
    }

    @Test
    void over_notDrawn_isTheItemsThemselves() {
        StringWriter drawn = new StringWriter();
        Progress progress = new Progress(new PrintWriter(drawn, true), false);
        List<Integer> items = List.of(1, 2);
        assertSame(items, progress.over("a", items, 2));
        try (var transfer = progress.transfer("file")) {
            transfer.at(1, 2);
        }
        assertEquals("", drawn.toString());
    }

    @Test
    void over_loader_makesTheSameBatches() {
        var data = new TensorDataset(Tensor.arange(0, 10, 1), Tensor.zeros(10));
        var options =
                DataLoader.Options.defaults().withBatchSize(4).withShuffle(true).withSeed(1);
        List<String> plain = batches(new DataLoader(data, options), false);
        assertEquals(3, plain.size());
        assertEquals(plain, batches(new DataLoader(data, options), true));
    }

    private static List<String> batches(DataLoader loader, boolean isDrawn) {
        Progress progress = new Progress(new PrintWriter(new StringWriter(), true), isDrawn);
        List<String> batches = new ArrayList<>();
        for (var batch : progress.over("a", loader)) {
            batches.add(batch.data().toString());
        }
        return batches;
    }

    @Test
    void transfer_drawn_showsTheFile() throws InterruptedException {
        StringWriter drawn = new StringWriter();
        try (var transfer = new Progress(new PrintWriter(drawn, true), true).transfer("digits.gz")) {
            transfer.at(1_000_000, 4_000_000);
            Thread.sleep(250);
        }
        assertTrue(drawn.toString().contains("digits.gz"), drawn.toString());
    }
}
