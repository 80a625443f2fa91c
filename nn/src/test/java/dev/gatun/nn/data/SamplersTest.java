package dev.gatun.nn.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.autograd.Tensor;
import dev.gatun.nn.data.DataLoader.Options;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class SamplersTest {
    private static TensorDataset numbers(int size) {
        Tensor all = Tensor.of(LongStream.range(0, size).toArray());
        return new TensorDataset(all, all);
    }

    private static List<List<Long>> batches(DataLoader loader) {
        List<List<Long>> all = new ArrayList<>();
        loader.forEachBatch(batch ->
                all.add(Arrays.stream(batch.target().toLongArray()).boxed().toList()));
        return all;
    }

    private static void assertMessage(String expected, Executable action) {
        assertEquals(
                expected, assertThrows(IllegalArgumentException.class, action).getMessage());
    }

    private static long[] counts(long[] order, int size) {
        long[] counts = new long[size];
        for (long index : order) {
            counts[(int) index]++;
        }
        return counts;
    }

    @Test
    void random_withReplacement_drawsFromAll() {
        RandomSampler sampler = new RandomSampler(4, true, 40_000, 3);
        assertEquals(40_000, sampler.size());
        long[] first = sampler.order();
        for (long count : counts(first, 4)) {
            assertEquals(10_000.0, (double) count, 500.0);
        }
        assertFalse(Arrays.equals(first, sampler.order()));
        assertArrayEquals(first, new RandomSampler(4, true, 40_000, 3).order());
    }

    @Test
    void random_moreOrFewerThanThereAre_repeatsOrCutsPermutations() {
        assertArrayEquals(new long[] {2, 2, 2, 2, 2}, counts(new RandomSampler(5, false, 10, 1).order(), 5));
        long[] some = new RandomSampler(5, false, 13, 1).order();
        assertEquals(13, some.length);
        assertTrue(Arrays.stream(counts(some, 5)).allMatch(c -> c == 2 || c == 3));
        long[] few = new RandomSampler(100, false, 7, 1).order();
        assertEquals(7, Arrays.stream(few).distinct().count());
    }

    @Test
    void random_emptyDataSet_givesNoBatches() {
        assertArrayEquals(new long[0], new RandomSampler(0).order());
        assertArrayEquals(new long[0], new RandomSampler(0, true, 0, 1).order());
        try (var loader = new DataLoader(numbers(0), 10, true)) {
            assertEquals(0, loader.size());
            assertEquals(List.of(), batches(loader));
        }
    }

    @Test
    void random_badNumbers_saySo() {
        assertMessage("randomSampler: a number is negative: size -1, numSamples -1", () -> new RandomSampler(-1));
        assertMessage(
                "randomSampler: a number is negative: size 3, numSamples -2", () -> new RandomSampler(3, true, -2, 1));
        assertMessage("randomSampler: 5 samples of an empty data set", () -> new RandomSampler(0, true, 5, 1));
        assertMessage("sequentialSampler: the size is negative: -3", () -> new SequentialSampler(-3));
    }

    @Test
    void weighted_withReplacement_followsTheWeights() {
        var sampler = new WeightedRandomSampler(new double[] {1, 0, 3, 4}, 80_000, true, 5);
        long[] counts = counts(sampler.order(), 4);
        assertEquals(10_000.0, (double) counts[0], 500.0);
        assertEquals(0, counts[1]);
        assertEquals(30_000.0, (double) counts[2], 700.0);
        assertEquals(40_000.0, (double) counts[3], 700.0);
    }

    @Test
    void weighted_withoutReplacement_givesEachOnce() {
        var sampler = new WeightedRandomSampler(new double[] {1, 0, 3, 4}, 3, false, 5);
        assertArrayEquals(new long[] {1, 0, 1, 1}, counts(sampler.order(), 4));
        assertArrayEquals(new long[] {1, 0, 1, 1}, counts(sampler.order(), 4));
    }

    @Test
    void weighted_badWeights_saySo() {
        assertMessage(
                "weightedRandomSampler: weight 1 is negative, infinite or NaN: -0.5",
                () -> new WeightedRandomSampler(new double[] {1, -0.5}, 2));
        assertMessage(
                "weightedRandomSampler: weight 0 is negative, infinite or NaN: NaN",
                () -> new WeightedRandomSampler(new double[] {Double.NaN}, 2));
        assertMessage(
                "weightedRandomSampler: numSamples is below 1: 0",
                () -> new WeightedRandomSampler(new double[] {1}, 0));
        assertMessage(
                "weightedRandomSampler: too few weights above 0: 0 for 2 samples",
                () -> new WeightedRandomSampler(new double[] {0, 0}, 2));
        assertMessage(
                "weightedRandomSampler: too few weights above 0: 1 for 2 samples without replacement",
                () -> new WeightedRandomSampler(new double[] {0, 2}, 2, false, 1));
        assertMessage(
                "weightedRandomSampler: too few weights above 0: 0 for 1 samples",
                () -> new WeightedRandomSampler(new double[0], 1));
        assertMessage(
                "weightedRandomSampler: the sum of the weights is infinite",
                () -> new WeightedRandomSampler(new double[] {1e308, 1e308}, 1));
    }

    @Test
    void subset_epochs_areTheIndexesInOtherOrders() {
        var sampler = new SubsetRandomSampler(new long[] {9, 2, 7, 4, 1, 30}, 8);
        long[] first = sampler.order();
        long[] second = sampler.order();
        assertFalse(Arrays.equals(first, second));
        Arrays.sort(first);
        Arrays.sort(second);
        assertArrayEquals(new long[] {1, 2, 4, 7, 9, 30}, first);
        assertArrayEquals(first, second);
        assertEquals(6, new SubsetRandomSampler(9, 2, 7, 4, 1, 30).size());
    }

    @Test
    void custom_order_isKept() {
        try (var loader =
                new DataLoader(numbers(5), Options.defaults().withBatchSize(2).withSampler(Sampler.of(4, 4, 0)))) {
            assertEquals(List.of(List.of(4L, 4L), List.of(0L)), batches(loader));
        }
    }

    @Test
    void batchSampler_ofASampler_isTheLoadersOwn() {
        BatchSampler tens = BatchSampler.of(new SequentialSampler(25), 10, false);
        assertEquals(3, tens.size());
        assertEquals(
                List.of(10, 10, 5), tens.batches().stream().map(b -> b.length).toList());
        assertEquals(2, BatchSampler.of(new SequentialSampler(25), 10, true).size());
        assertMessage(
                "batchSampler: batchSize is below 1: 0", () -> BatchSampler.of(new SequentialSampler(3), 0, false));
        try (var own = new DataLoader(numbers(25), Options.defaults().withBatchSampler(tens));
                var usual = new DataLoader(numbers(25), Options.defaults().withBatchSize(10))) {
            assertEquals(3, own.size());
            assertEquals(batches(usual), batches(own));
        }
    }

    private static BatchSampler batches(long[]... batches) {
        return new BatchSampler() {
            @Override
            public int size() {
                return batches.length;
            }

            @Override
            public List<long[]> batches() {
                return List.of(batches);
            }
        };
    }

    @Test
    void batchSampler_ofUnevenBatches_isFollowed() {
        BatchSampler uneven = batches(new long[] {3}, new long[] {0, 1, 4}, new long[] {2, 2});
        for (int workers : new int[] {0, 2}) {
            Options options = Options.defaults().withWorkers(workers).withBatchSampler(uneven);
            try (var rows = new DataLoader(numbers(5), options);
                    var samples = new DataLoader(numbers(5).withTransform((x, draws) -> x), options)) {
                List<List<Long>> expected = List.of(List.of(3L), List.of(0L, 1L, 4L), List.of(2L, 2L));
                assertEquals(expected, batches(rows));
                assertEquals(expected, batches(samples));
            }
        }
    }

    @Test
    void batchSampler_badBatches_saySo() {
        assertMessage(
                "dataLoader: a batch sampler gives the batches, so there is no batchSize, shuffle, dropLast or sampler",
                () -> Options.defaults().withBatchSampler(batches()).withBatchSize(2));
        try (var outside = new DataLoader(numbers(5), Options.defaults().withBatchSampler(batches(new long[] {5})));
                var empty = new DataLoader(numbers(5), Options.defaults().withBatchSampler(batches(new long[0])))) {
            var e = assertThrows(IllegalStateException.class, outside::iterator);
            assertEquals("dataLoader: the sampler gives index 5 of 5 samples", e.getMessage());
            e = assertThrows(IllegalStateException.class, empty::iterator);
            assertEquals("dataLoader: the sampler's batch 0 is empty", e.getMessage());
        }
    }
}
