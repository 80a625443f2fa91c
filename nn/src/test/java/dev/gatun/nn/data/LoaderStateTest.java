package dev.gatun.nn.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gatun.autograd.Tensor;
import dev.gatun.nn.StateDict;
import dev.gatun.runtime.Scope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A loader that takes over another one's state gives the batches that the other one would. */
class LoaderStateTest {
    private static final int SAMPLES = 20;

    private Scope scope;

    @BeforeEach
    void open() {
        scope = Scope.open();
    }

    @AfterEach
    void close() {
        scope.close();
    }

    private static Sample sample(int index) {
        return new Sample(Tensor.scalar((double) index), Tensor.scalar(0));
    }

    private static Dataset numbers() {
        return new Dataset() {
            @Override
            public int size() {
                return SAMPLES;
            }

            @Override
            public Sample get(int index) {
                return sample(index);
            }
        }.withTransform((x, draws) -> x.add(Tensor.rand(draws, 1).view().div(4)));
    }

    private static DataLoader.Options options() {
        return DataLoader.Options.defaults().withBatchSize(3);
    }

    static Stream<Supplier<DataLoader>> loaders() {
        double[] weights = IntStream.range(0, SAMPLES).mapToDouble(i -> i + 1).toArray();
        long[] some = {3, 5, 7, 11, 13, 17, 19, 2};
        return Stream.of(
                () -> new DataLoader(numbers(), options()),
                () -> new DataLoader(numbers(), options().withShuffle(true)),
                () -> new DataLoader(numbers(), options().withShuffle(true).withWorkers(2)),
                () -> new DataLoader(numbers(), options().withSampler(new WeightedRandomSampler(weights, 30))),
                () -> new DataLoader(numbers(), options().withSampler(new SubsetRandomSampler(some))),
                () -> new DataLoader(
                        numbers(),
                        DataLoader.Options.defaults()
                                .withBatchSampler(BatchSampler.of(new RandomSampler(SAMPLES), 4, false))),
                () -> new DataLoader(
                        (IterableDataset) () -> IntStream.range(0, SAMPLES)
                                .mapToObj(LoaderStateTest::sample)
                                .iterator(),
                        options()));
    }

    /** The next batches, through as many passes as they need. */
    private static List<String> take(DataLoader loader, int count) {
        List<String> taken = new ArrayList<>();
        while (taken.size() < count) {
            for (var batches = loader.iterator(); batches.hasNext() && taken.size() < count; ) {
                taken.add(Arrays.toString(batches.next().data().toDoubleArray()));
            }
        }
        return taken;
    }

    @ParameterizedTest
    @MethodSource("loaders")
    void loadStateDict_anywhere_goesOnWithTheSameBatches(Supplier<DataLoader> make) {
        for (int given : new int[] {0, 1, 2}) {
            try (DataLoader loader = make.get();
                    DataLoader other = make.get()) {
                loader.forEachBatch(batch -> {}); // a pass before
                Iterator<Batch> pass = given == 0 ? Collections.emptyIterator() : loader.iterator();
                for (int i = 0; i < given; i++) {
                    pass.next();
                }
                StateDict state = loader.stateDict();
                take(other, 2);
                other.loadStateDict(state);
                assertEquals(state.values(), other.stateDict().values());
                List<String> rest = new ArrayList<>();
                while (pass.hasNext()) {
                    rest.add(Arrays.toString(pass.next().data().toDoubleArray()));
                }
                rest.addAll(take(loader, 9));
                assertEquals(rest, take(other, rest.size()));
            }
        }
    }

    @Test
    void loadStateDict_whatDoesNotFit_isRefused() {
        DataLoader loader = new DataLoader(numbers(), options().withShuffle(true));
        StateDict state = new StateDict().put("batches", 7).put("order.sampler.generator", "1,0");
        assertRefuses("loadStateDict: does not fit the loader: 7 batches were given, a pass has 7", loader, state);
        state = new StateDict().put("batches", -1).put("order.sampler.generator", "1,0");
        assertRefuses("loadStateDict: does not fit the loader: -1 batches were given", loader, state);
        assertRefuses("stateDict: no value 'batches'", loader, new StateDict());
        assertRefuses("stateDict: no value 'generator'", loader, new StateDict().put("batches", 1));
        state = new StateDict().put("batches", 1).put("order.sampler.generator", "one");
        assertRefuses("stateDict: 'generator' is not a generator's state: 'one'", loader, state);
    }

    private static void assertRefuses(String message, DataLoader loader, StateDict state) {
        assertEquals(
                message,
                assertThrows(IllegalArgumentException.class, () -> loader.loadStateDict(state))
                        .getMessage());
    }
}
