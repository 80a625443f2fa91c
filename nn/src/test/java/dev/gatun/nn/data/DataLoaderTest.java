package dev.gatun.nn.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.autograd.Tensor;
import dev.gatun.nn.data.DataLoader.Options;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Device;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class DataLoaderTest {
    private static final Options TENS = Options.defaults().withBatchSize(10);

    /** Sample i: data [i, -i], target i, made anew on each call. */
    private static class Numbers implements Dataset {
        private final int size;
        final Set<String> threads = ConcurrentHashMap.newKeySet();

        Numbers(int size) {
            this.size = size;
        }

        @Override
        public int size() {
            return size;
        }

        @Override
        public Sample get(int index) {
            threads.add(Thread.currentThread().getName());
            return new Sample(Tensor.of((float) index, -index), Tensor.scalar(index, DType.I64));
        }
    }

    /** The same numbers as tensors. */
    private static TensorDataset tensors(int size) {
        float[][] data = new float[size][];
        for (int i = 0; i < size; i++) {
            data[i] = new float[] {i, -i};
        }
        return new TensorDataset(
                Tensor.of(data), Tensor.of(LongStream.range(0, size).toArray()));
    }

    /** The targets of an epoch, batch after batch; checks that data go with them. */
    private static List<List<Long>> epoch(DataLoader loader) {
        List<List<Long>> batches = new ArrayList<>();
        for (Batch batch : loader) {
            float[] data = batch.data().toFloatArray();
            long[] target = batch.target().toLongArray();
            assertEquals(batch.size(), target.length);
            for (int i = 0; i < target.length; i++) {
                assertEquals((float) target[i], data[2 * i]);
                assertEquals((float) -target[i], data[2 * i + 1]);
            }
            batches.add(Arrays.stream(target).boxed().toList());
        }
        return batches;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 5})
    void epoch_anyNumberOfWorkers_givesTheSameBatchesInOrder(int workers) {
        Options options = TENS.withShuffle(true).withSeed(5).withWorkers(workers);
        try (var expected = new DataLoader(tensors(95), TENS.withShuffle(true).withSeed(5));
                var rows = new DataLoader(tensors(95), options);
                var samples = new DataLoader(new Numbers(95), options)) {
            for (int i = 0; i < 3; i++) {
                List<List<Long>> batches = epoch(expected);
                assertEquals(batches, epoch(rows));
                assertEquals(batches, epoch(samples));
            }
        }
    }

    @Test
    void epoch_notShuffled_isInOrder() {
        try (var loader = new DataLoader(tensors(25), TENS)) {
            List<List<Long>> batches = epoch(loader);
            assertEquals(3, loader.size());
            assertEquals(List.of(10, 10, 5), batches.stream().map(List::size).toList());
            assertEquals(
                    LongStream.range(0, 25).boxed().toList(),
                    batches.stream().flatMap(List::stream).toList());
        }
    }

    @Test
    void epoch_shuffled_visitsEachSampleOnceInANewOrder() {
        try (var loader = new DataLoader(tensors(40), TENS.withShuffle(true).withSeed(1));
                var other = new DataLoader(tensors(40), TENS.withShuffle(true).withSeed(2))) {
            List<List<Long>> first = epoch(loader);
            assertEquals(
                    LongStream.range(0, 40).boxed().collect(Collectors.toSet()),
                    first.stream().flatMap(List::stream).collect(Collectors.toSet()));
            assertNotEquals(first, epoch(loader));
            assertNotEquals(first, epoch(other));
        }
    }

    @Test
    void epoch_leftEarly_doesNotChangeTheNext() {
        Options options = TENS.withShuffle(true).withSeed(3);
        try (var whole = new DataLoader(tensors(40), options);
                var left = new DataLoader(tensors(40), options.withWorkers(2))) {
            epoch(whole);
            for (Batch batch : left) {
                assertEquals(10, batch.size());
                break;
            }
            assertEquals(epoch(whole), epoch(left));
        }
    }

    @Test
    void dropLast_unevenSize_leavesTheRestOut() {
        try (var loader = new DataLoader(new Numbers(25), TENS.withDropLast(true))) {
            assertEquals(2, loader.size());
            assertEquals(2, epoch(loader).size());
        }
        try (var empty = new DataLoader(new Numbers(9), TENS.withDropLast(true))) {
            assertEquals(0, empty.size());
            assertFalse(empty.iterator().hasNext());
            assertThrows(NoSuchElementException.class, () -> empty.iterator().next());
        }
    }

    @Test
    void sampler_given_ordersTheEpoch() {
        Sampler backwards = new Sampler() {
            @Override
            public int size() {
                return 3;
            }

            @Override
            public long[] order() {
                return new long[] {7, 5, 3};
            }
        };
        try (var loader = new DataLoader(tensors(8), TENS.withSampler(backwards))) {
            assertEquals(List.of(List.of(7L, 5L, 3L)), epoch(loader));
        }
        try (var loader = new DataLoader(tensors(6), TENS.withSampler(backwards))) {
            var e = assertThrows(IllegalStateException.class, loader::iterator);
            assertEquals("dataLoader: the sampler gives index 7 of 6 samples", e.getMessage());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void next_withoutKeep_releasesTheBatchBefore(int workers) {
        try (var loader = new DataLoader(tensors(30), TENS.withWorkers(workers))) {
            Iterator<Batch> batches = loader.iterator();
            Batch first = batches.next();
            Batch kept = batches.next().keep();
            Tensor view = kept.data().view(-1);
            assertTrue(first.data().isReleased() && first.target().isReleased());
            assertThrows(IllegalStateException.class, first::keep);
            batches.next();
            assertEquals(10, kept.target().toLongArray()[0]);
            assertEquals(10, view.toFloatArray()[0]);
        }
    }

    @Test
    void next_batchInUseByAGraph_takesOtherMemory() {
        try (var loader = new DataLoader(tensors(30), TENS)) {
            Iterator<Batch> batches = loader.iterator();
            Tensor factor = Tensor.ones(2).requiresGrad_(true);
            Tensor product = batches.next().data().mul(factor).sum();
            batches.next();
            product.backward();
            assertArrayEquals(new float[] {45, -45}, factor.grad().toFloatArray());
        }
    }

    @Test
    void next_insideAScope_belongsToTheLoader() {
        try (var loader = new DataLoader(tensors(20), TENS)) {
            Iterator<Batch> batches = loader.iterator();
            Batch batch;
            try (var scope = Scope.open()) {
                batch = batches.next();
                assertEquals(0, scope.count());
            }
            assertEquals(9, batch.target().max().itemLong());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void epochs_afterTheFirst_askTheSystemForNoMemory(int workers) {
        try (var loader =
                new DataLoader(tensors(1000), TENS.withShuffle(true).withSeed(1).withWorkers(workers))) {
            loader.forEachBatch(batch -> {});
            loader.forEachBatch(batch -> {});
            long before = Device.cpu().memory().systemAllocations();
            for (int i = 0; i < 5; i++) {
                loader.forEachBatch(batch -> batch.data().add(1));
            }
            assertEquals(before, Device.cpu().memory().systemAllocations());
        }
    }

    @Test
    void forEachBatch_tensorsOfAStep_dieWithIt() {
        List<Tensor> made = new ArrayList<>();
        try (var loader = new DataLoader(new Numbers(20), TENS)) {
            loader.forEachBatch(batch -> {
                assertTrue(made.stream().allMatch(Tensor::isReleased));
                made.add(batch.data().mul(2));
                made.add(batch.data());
            });
        }
        assertEquals(4, made.size());
        assertTrue(made.stream().allMatch(Tensor::isReleased));
    }

    @Test
    void forEachBatch_stepThrows_endsThePass() throws InterruptedException {
        try (var loader = new DataLoader(new Numbers(100), TENS.withWorkers(2))) {
            var e = assertThrows(
                    IllegalStateException.class,
                    () -> loader.forEachBatch(batch -> {
                        throw new IllegalStateException("step failed");
                    }));
            assertEquals("step failed", e.getMessage());
            assertWorkersEnd();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3})
    void get_fails_isReportedWithTheIndexInItsPlace(int workers) {
        Dataset broken = new Numbers(100) {
            @Override
            public Sample get(int index) {
                if (index == 47) {
                    throw new IllegalArgumentException("no such file");
                }
                return super.get(index);
            }
        };
        try (var loader = new DataLoader(broken, TENS.withWorkers(workers))) {
            Iterator<Batch> batches = loader.iterator();
            for (int i = 0; i < 4; i++) {
                batches.next();
            }
            var e = assertThrows(IllegalStateException.class, batches::next);
            assertEquals(
                    "dataLoader: sample 47 failed: java.lang.IllegalArgumentException: no such file", e.getMessage());
            assertTrue(e.getCause() instanceof IllegalArgumentException);
            assertThrows(IllegalStateException.class, batches::next);
        }
    }

    @Test
    void get_error_reachesTheLoop() {
        Dataset broken = new Numbers(10) {
            @Override
            public Sample get(int index) {
                throw new AssertionError("broken");
            }
        };
        try (var loader = new DataLoader(broken, TENS.withWorkers(2))) {
            assertEquals(
                    "broken",
                    assertThrows(AssertionError.class, () -> epoch(loader)).getMessage());
        }
    }

    @Test
    void collate_samplesDiffer_saysWhich() {
        Dataset uneven = new Numbers(20) {
            @Override
            public Sample get(int index) {
                return index == 3 ? new Sample(Tensor.of(1f), Tensor.scalar(0, DType.I64)) : super.get(index);
            }
        };
        try (var loader = new DataLoader(uneven, TENS)) {
            var e = assertThrows(IllegalStateException.class, () -> epoch(loader));
            assertEquals(
                    "dataLoader: sample 3 is not like the first of its batch: data f32[1], first f32[2]",
                    e.getMessage());
        }
    }

    @Test
    void collate_batchesOfDifferentShapes_areAllowed() {
        Dataset growing = new Numbers(30) {
            @Override
            public Sample get(int index) {
                return new Sample(Tensor.zeros(1 + index / 10, 2), Tensor.scalar(index, DType.I64));
            }
        };
        List<Shape> shapes = new ArrayList<>();
        try (var loader = new DataLoader(growing, TENS)) {
            loader.forEachBatch(batch -> shapes.add(batch.data().shape()));
        }
        assertEquals(List.of(Shape.of(10, 1, 2), Shape.of(10, 2, 2), Shape.of(10, 3, 2)), shapes);
    }

    @Test
    void get_tensorsTheDatasetKeeps_stayAlive() {
        Tensor shared = Tensor.of(1f, 2f);
        Dataset constant = new Numbers(20) {
            @Override
            public Sample get(int index) {
                return new Sample(shared, shared);
            }
        };
        try (var loader = new DataLoader(constant, TENS.withWorkers(2))) {
            loader.forEachBatch(batch -> assertEquals(30, batch.target().sum().item()));
        }
        assertFalse(shared.isReleased());
    }

    @Test
    void iterator_again_endsThePassBefore() {
        try (var loader = new DataLoader(tensors(30), TENS.withWorkers(2))) {
            Iterator<Batch> first = loader.iterator();
            Batch batch = first.next();
            Iterator<Batch> second = loader.iterator();
            assertTrue(batch.data().isReleased());
            assertThrows(IllegalStateException.class, first::next);
            assertEquals(0, second.next().target().toLongArray()[0]);
        }
    }

    @Test
    void close_inTheMiddle_endsWorkersAndReleasesTheBatch() {
        Numbers numbers = new Numbers(1000);
        DataLoader loader = new DataLoader(numbers, TENS.withWorkers(3));
        Batch batch = loader.iterator().next();
        loader.close();
        assertEquals(0, loaderThreads());
        assertTrue(batch.data().isReleased());
        assertTrue(numbers.threads.stream().allMatch(name -> name.startsWith("gatun-loader-")));
        assertThrows(IllegalStateException.class, loader::iterator);
        loader.close();
    }

    @Test
    void epoch_atItsEnd_endsItsWorkers() throws InterruptedException {
        try (var loader = new DataLoader(new Numbers(50), TENS.withWorkers(2))) {
            epoch(loader);
            assertWorkersEnd();
        }
    }

    @Test
    void loop_abandoned_endsItsWorkers() throws InterruptedException {
        DataLoader loader = new DataLoader(new Numbers(1000), TENS.withWorkers(2));
        Batch last = leaveAfterOne(loader);
        assertWorkersEnd();
        assertEquals(0, last.target().toLongArray()[0]); // the batch that is out stays
        assertSame(Numbers.class, loader.dataset().getClass());
    }

    private static Batch leaveAfterOne(DataLoader loader) {
        for (Batch batch : loader) {
            return batch;
        }
        throw new AssertionError("no batch");
    }

    private static long loaderThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("gatun-loader-"))
                .count();
    }

    private static void assertWorkersEnd() throws InterruptedException {
        for (int i = 0; i < 200 && loaderThreads() > 0; i++) {
            System.gc();
            Thread.sleep(20);
        }
        assertEquals(0, loaderThreads());
    }

    @Test
    void options_outOfRange_saySo() {
        assertMessage(
                "dataLoader: batchSize is below 1: 0", () -> Options.defaults().withBatchSize(0));
        assertMessage(
                "dataLoader: workers are below 0: -1", () -> Options.defaults().withWorkers(-1));
        assertMessage(
                "dataLoader: a sampler gives the order, so shuffle must be false",
                () -> Options.defaults().withShuffle(true).withSampler(new SequentialSampler(3)));
        assertMessage(
                "tensorDataset: first sizes differ: data f32[3, 2], target i64[2]",
                () -> new TensorDataset(Tensor.zeros(3, 2), Tensor.of(1L, 2L)));
        assertMessage("get: index 3 is outside 0..2", () -> tensors(3).get(3));
    }

    private static void assertMessage(String expected, org.junit.jupiter.api.function.Executable action) {
        assertEquals(
                expected, assertThrows(IllegalArgumentException.class, action).getMessage());
    }

    @Test
    void tensorDataset_sourcesReleased_livesOn() {
        TensorDataset dataset;
        try (var scope = Scope.open()) {
            dataset = new TensorDataset(
                    Tensor.of(new float[][] {{1, 2, 3}, {4, 5, 6}}).t(), Tensor.of(0L, 1L, 2L));
        }
        assertEquals(3, dataset.size());
        assertArrayEquals(new float[] {2, 5}, dataset.get(1).data().toFloatArray());
        assertEquals(1, dataset.get(1).target().itemLong());
    }
}
