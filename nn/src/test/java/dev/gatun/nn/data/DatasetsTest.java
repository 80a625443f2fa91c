package dev.gatun.nn.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gatun.autograd.Tensor;
import dev.gatun.nn.data.DataLoader.Options;
import dev.gatun.nn.data.transforms.Compose;
import dev.gatun.nn.data.transforms.Lambda;
import dev.gatun.nn.data.transforms.RandomCrop;
import dev.gatun.nn.data.transforms.RandomHorizontalFlip;
import dev.gatun.runtime.random.Generator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class DatasetsTest {
    private static TensorDataset numbers(int from, int to) {
        Tensor all = Tensor.of(LongStream.range(from, to).toArray());
        return new TensorDataset(all, all);
    }

    private static long[] targets(Dataset dataset) {
        long[] targets = new long[dataset.size()];
        for (int i = 0; i < targets.length; i++) {
            targets[i] = dataset.get(i).target().itemLong();
        }
        return targets;
    }

    private static void assertMessage(String expected, Executable action) {
        assertEquals(
                expected, assertThrows(IllegalArgumentException.class, action).getMessage());
    }

    @Test
    void subset_indexes_chooseSamples() {
        TensorDataset all = numbers(100, 110);
        Subset some = new Subset(all, 7, 0, 7);
        assertArrayEquals(new long[] {107, 100, 107}, targets(some));
        assertSame(all, some.dataset());
        assertArrayEquals(new long[] {7, 0, 7}, some.indices());
        assertArrayEquals(new long[] {100}, targets(new Subset(some, 1)));
        assertMessage("subset: indices[1] is 10 of 10 samples", () -> new Subset(all, 0, 10));
        assertMessage("subset: indices[0] is -1 of 10 samples", () -> new Subset(all, -1));
        assertMessage("get: index 3 of 3 samples", () -> some.get(3));
        assertMessage("get: index -1 of 3 samples", () -> some.get(-1));
    }

    @Test
    void subset_ofTensors_isLoadedAsItsSamples() {
        Dataset nested = new Subset(new Subset(numbers(0, 20), 19, 3, 5, 7, 11), 4, 0, 2);
        Dataset slow = nested.withTargetTransform((x, draws) -> x);
        Options options = Options.defaults().withBatchSize(2).withShuffle(true).withSeed(4);
        List<Long> rows = new ArrayList<>();
        List<Long> samples = new ArrayList<>();
        try (var fast = new DataLoader(nested, options);
                var other = new DataLoader(slow, options)) {
            fast.forEachBatch(b -> Arrays.stream(b.target().toLongArray()).forEach(rows::add));
            other.forEachBatch(b -> Arrays.stream(b.target().toLongArray()).forEach(samples::add));
        }
        assertEquals(samples, rows);
        assertEquals(List.of(5L, 11L, 19L), rows.stream().sorted().toList());
    }

    @Test
    void randomSplit_lengths_partTheSamples() {
        List<Subset> parts = Subset.randomSplit(numbers(0, 10), new Generator(1), 7, 0, 3);
        assertEquals(List.of(7, 0, 3), parts.stream().map(Subset::size).toList());
        long[] all = parts.stream()
                .flatMapToLong(part -> Arrays.stream(part.indices()))
                .toArray();
        assertNotEquals(Arrays.toString(LongStream.range(0, 10).toArray()), Arrays.toString(all));
        Arrays.sort(all);
        assertArrayEquals(LongStream.range(0, 10).toArray(), all);
        assertArrayEquals(
                parts.get(0).indices(),
                Subset.randomSplit(numbers(0, 10), new Generator(1), 7, 3)
                        .get(0)
                        .indices());
        assertEquals(2, Subset.randomSplit(numbers(0, 10), 5, 5).size());
    }

    @Test
    void randomSplit_badParts_saySo() {
        TensorDataset ten = numbers(0, 10);
        assertMessage(
                "randomSplit: lengths do not sum to the size: [7, 4] of 10 samples",
                () -> Subset.randomSplit(ten, 7, 4));
        assertMessage(
                "randomSplit: lengths do not sum to the size: [7, 2] of 10 samples",
                () -> Subset.randomSplit(ten, 7, 2));
        assertMessage(
                "randomSplit: lengths do not sum to the size: [11, -1] of 10 samples",
                () -> Subset.randomSplit(ten, 11, -1));
        assertMessage(
                "randomSplit: fractions in 0..1 that sum to 1 are wanted: [0.5, 0.4]",
                () -> Subset.randomSplit(ten, 0.5, 0.4));
        assertMessage(
                "randomSplit: fractions in 0..1 that sum to 1 are wanted: [1.5, -0.5]",
                () -> Subset.randomSplit(ten, 1.5, -0.5));
        assertMessage(
                "randomSplit: fractions in 0..1 that sum to 1 are wanted: [NaN, 0.5]",
                () -> Subset.randomSplit(ten, Double.NaN, 0.5));
        assertEquals(
                List.of(0, 0),
                Subset.randomSplit(numbers(0, 0), 0.5, 0.5).stream()
                        .map(Subset::size)
                        .toList());
    }

    @Test
    void concat_several_followOneAnother() {
        Dataset all = new ConcatDataset(numbers(0, 3), numbers(0, 0), numbers(50, 52));
        assertArrayEquals(new long[] {0, 1, 2, 50, 51}, targets(all));
        assertMessage("get: index 5 of 5 samples", () -> all.get(5));
        assertMessage("get: index -1 of 5 samples", () -> all.get(-1));
        assertMessage("concatDataset: there are no data sets", ConcatDataset::new);
        Dataset huge = new Dataset() {
            @Override
            public int size() {
                return Integer.MAX_VALUE;
            }

            @Override
            public Sample get(int index) {
                throw new AssertionError();
            }
        };
        assertMessage(
                "concatDataset: more than 2147483647 samples up to data set 1", () -> new ConcatDataset(huge, huge));
    }

    @Test
    void withTransform_dataAndTarget_areChanged() {
        Dataset changed =
                numbers(0, 4).withTransform(new Lambda(x -> x.mul(10))).withTargetTransform((x, draws) -> x.add(1));
        assertEquals(30, changed.get(3).data().itemLong());
        assertEquals(4, changed.get(3).target().itemLong());
    }

    @Test
    void randomTransforms_oneSeed_giveTheSameWithAnyWorkers() {
        Tensor images = Tensor.rand(new Generator(1), 40, 1, 6, 6);
        Dataset dataset = new ConcatDataset(new Subset(
                new TensorDataset(images, Tensor.arange(40))
                        .withTransform(new Compose(new RandomHorizontalFlip(), new RandomCrop(4))),
                LongStream.range(0, 40).toArray()));
        Options options = Options.defaults().withBatchSize(7).withShuffle(true).withSeed(9);
        List<String> expected = pixels(dataset, options);
        assertEquals(expected, pixels(dataset, options.withWorkers(1)));
        assertEquals(expected, pixels(dataset, options.withWorkers(3)));
        assertNotEquals(expected, pixels(dataset, options.withSeed(10)));
        // Not the same in each epoch, nor for each sample.
        assertNotEquals(expected.subList(0, 40), expected.subList(40, 80));
    }

    /** Each sample of two epochs by its number, as text. */
    private static List<String> pixels(Dataset dataset, Options options) {
        List<String> all = new ArrayList<>();
        try (var loader = new DataLoader(dataset, options)) {
            for (int epoch = 0; epoch < 2; epoch++) {
                String[] samples = new String[dataset.size()];
                loader.forEachBatch(batch -> {
                    for (int i = 0; i < batch.size(); i++) {
                        samples[(int) batch.target().toLongArray()[i]] =
                                Arrays.toString(batch.data().select(0, i).toFloatArray());
                    }
                });
                all.addAll(List.of(samples));
            }
        }
        return all;
    }
}
