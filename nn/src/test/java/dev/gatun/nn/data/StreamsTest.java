package dev.gatun.nn.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.autograd.Tensor;
import dev.gatun.nn.data.DataLoader.Options;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Device;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Iterable data sets and collate functions. */
@Timeout(60)
class StreamsTest {
    private static final Options TENS = Options.defaults().withBatchSize(10);

    private static Sample sample(int i) {
        return new Sample(Tensor.of((float) i, -i), Tensor.scalar(i, DType.I64));
    }

    private static IterableDataset stream(int size) {
        return stream(size, StreamsTest::sample);
    }

    private static IterableDataset stream(int size, IntFunction<Sample> maker) {
        return () -> IntStream.range(0, size).mapToObj(maker).iterator();
    }

    private static List<List<Long>> batches(DataLoader loader) {
        List<List<Long>> all = new ArrayList<>();
        for (Batch batch : loader) {
            assertEquals(batch.size(), batch.data().size(0));
            all.add(Arrays.stream(batch.target().toLongArray()).boxed().toList());
        }
        return all;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4})
    void stream_anyNumberOfWorkers_isReadOnceInOrder(int workers) {
        for (int size : new int[] {0, 1, 9, 10, 11, 95}) {
            try (var loader = new DataLoader(stream(size), TENS.withWorkers(workers))) {
                for (int epoch = 0; epoch < 2; epoch++) {
                    List<List<Long>> batches = batches(loader);
                    assertEquals((size + 9) / 10, batches.size());
                    assertEquals(
                            IntStream.range(0, size).mapToObj(i -> (long) i).toList(),
                            batches.stream().flatMap(List::stream).toList());
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3})
    void stream_dropLast_leavesTheRestOut(int workers) {
        Options options = TENS.withDropLast(true).withWorkers(workers);
        try (var loader = new DataLoader(stream(25), options);
                var tiny = new DataLoader(stream(9), options)) {
            assertEquals(2, batches(loader).size());
            assertEquals(0, batches(tiny).size());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3})
    void stream_sampleFails_isReportedWithItsNumber(int workers) {
        IterableDataset broken = stream(100, i -> {
            if (i == 47) {
                throw new IllegalArgumentException("no such file");
            }
            return sample(i);
        });
        try (var loader = new DataLoader(broken, TENS.withWorkers(workers))) {
            Iterator<Batch> batches = loader.iterator();
            for (int i = 0; i < 4; i++) {
                batches.next();
            }
            var e = assertThrows(IllegalStateException.class, batches::next);
            assertEquals(
                    "dataLoader: sample 47 failed: java.lang.IllegalArgumentException: no such file", e.getMessage());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void error_inASample_isMarkedWithItsNumber(int workers) {
        IterableDataset broken = stream(30, StreamsTest::brokenAtTwelve);
        Dataset indexed = new Dataset() {
            @Override
            public int size() {
                return 30;
            }

            @Override
            public Sample get(int index) {
                return brokenAtTwelve(index);
            }
        };
        try (var streamed = new DataLoader(broken, TENS.withWorkers(workers));
                var loaded = new DataLoader(indexed, TENS.withWorkers(workers))) {
            for (DataLoader loader : List.of(streamed, loaded)) {
                var e = assertThrows(AssertionError.class, () -> batches(loader));
                assertEquals("broken", e.getMessage());
                assertEquals("dataLoader: sample 12 failed", e.getSuppressed()[0].getMessage());
            }
        }
    }

    private static Sample brokenAtTwelve(int index) {
        if (index == 12) {
            throw new AssertionError("broken");
        }
        return sample(index);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void stream_thatCanBeClosed_isClosedOnce(int workers) {
        AtomicInteger closed = new AtomicInteger();
        class Source implements Iterator<Sample>, AutoCloseable {
            private int next;

            @Override
            public boolean hasNext() {
                return next < 25;
            }

            @Override
            public Sample next() {
                return sample(next++);
            }

            @Override
            public void close() {
                closed.incrementAndGet();
            }
        }
        try (var loader = new DataLoader(Source::new, TENS.withWorkers(workers))) {
            batches(loader);
            assertEquals(1, closed.get());
            loader.iterator().next();
        }
        assertEquals(2, closed.get());
    }

    @Test
    void stream_hasNextAsked_keepsTheBatchThatIsOut() {
        try (var loader = new DataLoader(stream(25), TENS)) {
            Iterator<Batch> batches = loader.iterator();
            assertTrue(batches.hasNext());
            Batch first = batches.next();
            assertTrue(batches.hasNext());
            assertEquals(0, first.target().toLongArray()[0]);
            batches.next();
            assertTrue(first.data().isReleased());
            batches.next();
            assertFalse(batches.hasNext());
            assertThrows(NoSuchElementException.class, batches::next);
        }
    }

    @Test
    void stream_epochsAfterTheFirst_askTheSystemForNoMemory() {
        try (var loader = new DataLoader(stream(1000), TENS)) {
            loader.forEachBatch(batch -> {});
            loader.forEachBatch(batch -> {});
            long before = Device.cpu().memory().systemAllocations();
            loader.forEachBatch(batch -> {});
            loader.forEachBatch(batch -> {});
            assertEquals(before, Device.cpu().memory().systemAllocations());
        }
    }

    @Test
    void stream_asksForAnOrder_isRefused() {
        String line = "dataLoader: an iterable data set has its own order, so there is no shuffle or sampler";
        for (Options options : List.of(TENS.withShuffle(true), TENS.withSampler(new SequentialSampler(3)))) {
            var e = assertThrows(IllegalArgumentException.class, () -> new DataLoader(stream(3), options));
            assertEquals(line, e.getMessage());
        }
        try (var loader = new DataLoader(stream(3), TENS)) {
            assertEquals(
                    "size: an iterable data set does not tell how many samples it has",
                    assertThrows(IllegalStateException.class, loader::size).getMessage());
            assertEquals(
                    "dataset: this loader reads an iterable data set",
                    assertThrows(IllegalStateException.class, loader::dataset).getMessage());
        }
    }

    /** Sequences of 1 to 5 steps. */
    private static Dataset sequences(int size) {
        return new Dataset() {
            @Override
            public int size() {
                return size;
            }

            @Override
            public Sample get(int index) {
                return new Sample(Tensor.full(index, 1 + index % 5, 2), Tensor.scalar(index, DType.I64));
            }
        };
    }

    /** Steps first, cut to the shortest. */
    private static Sample cut(List<Sample> samples) {
        long steps = samples.stream().mapToLong(s -> s.data().size(0)).min().orElse(0);
        Sample stacked = Collate.stack(samples.stream()
                .map(s -> new Sample(s.data().narrow(0, 0, steps), s.target()))
                .toList());
        return new Sample(stacked.data().transpose(0, 1), stacked.target());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void collate_ofOnesOwn_makesAnyShape(int workers) {
        Options options =
                Options.defaults().withBatchSize(3).withWorkers(workers).withCollate(StreamsTest::cut);
        List<String> shapes = new ArrayList<>();
        try (var loader = new DataLoader(sequences(8), options)) {
            for (Batch batch : loader) {
                shapes.add(batch.size() + " " + batch.data().shape() + " "
                        + batch.data().select(0, 0).select(1, 0).sum().item());
            }
        }
        assertEquals(List.of("3 [1, 3, 2] 3.0", "3 [1, 3, 2] 12.0", "2 [2, 2, 2] 13.0"), shapes);
    }

    @Test
    void collate_handsOnWhatTheDataSetKeeps_releasesNothing() {
        Tensor shared = Tensor.of(1f, 2f);
        Options options = Options.defaults().withCollate(samples -> new Sample(shared, shared));
        try (var loader = new DataLoader(sequences(3), options)) {
            loader.forEachBatch(batch -> assertEquals(3, batch.data().sum().item()));
        }
        assertFalse(shared.isReleased());
        assertEquals(3, shared.sum().item());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void collate_fails_saysWhichBatch(int workers) {
        Options options =
                Options.defaults().withBatchSize(2).withWorkers(workers).withCollate(Collate::stack);
        try (var loader = new DataLoader(sequences(4), options)) {
            var e = assertThrows(IllegalStateException.class, () -> batches(loader));
            assertEquals(
                    "dataLoader: batch 0 was not collated: java.lang.IllegalArgumentException: stack: sample 1 is not"
                            + " like the first: data f32[2, 2], target i64[], first f32[1, 2], i64[]",
                    e.getMessage());
        }
        assertEquals(
                "stack: there are no samples",
                assertThrows(IllegalArgumentException.class, () -> Collate.stack(List.of()))
                        .getMessage());
    }

    @Test
    void collate_ofTensors_isAskedToo() {
        TensorDataset tensors = new TensorDataset(Tensor.arange(6), Tensor.arange(6));
        Options options = Options.defaults()
                .withBatchSize(3)
                .withCollate(samples -> new Sample(
                        Collate.stack(samples).data().mul(10),
                        Collate.stack(samples).target()));
        List<Long> sums = new ArrayList<>();
        try (var loader = new DataLoader(tensors, options)) {
            loader.forEachBatch(batch -> sums.add(batch.data().sum().itemLong()));
        }
        assertEquals(List.of(30L, 120L), sums);
    }
}
