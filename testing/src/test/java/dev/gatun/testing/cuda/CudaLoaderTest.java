package dev.gatun.testing.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.autograd.Tensor;
import dev.gatun.nn.data.Batch;
import dev.gatun.nn.data.DataLoader;
import dev.gatun.nn.data.Dataset;
import dev.gatun.nn.data.Sample;
import dev.gatun.nn.data.TensorDataset;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Device;
import dev.gatun.runtime.Scope;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Loaders and cards: data that lies there is gathered there, other data is brought there ahead of its use. */
class CudaLoaderTest {
    private static final int SAMPLES = 23;
    private static final int FEATURES = 700;
    private static final int NONE = -1;
    private static final DataLoader.Options OPTIONS =
            DataLoader.Options.defaults().withBatchSize(5).withShuffle(true).withSeed(9);

    private final Device cuda = CudaStubs.device();

    private static TensorDataset rows(Device device) {
        Tensor data = Tensor.arange((long) SAMPLES * FEATURES).to(DType.F32).view(SAMPLES, FEATURES);
        return new TensorDataset(data.to(device), Tensor.arange(SAMPLES).to(device));
    }

    /** The rows one by one, of which one may fail. */
    private record BySample(TensorDataset all, int failing) implements Dataset {
        BySample(int failing) {
            this(rows(Device.cpu()), failing);
        }

        @Override
        public int size() {
            return SAMPLES;
        }

        @Override
        public Sample get(int index) {
            if (index == failing) {
                throw new IllegalStateException("no sample " + index);
            }
            return all.get(index);
        }
    }

    /** Batches of two epochs. */
    private static List<float[]> batches(Dataset dataset, DataLoader.Options options, Device expected) {
        List<float[]> seen = new ArrayList<>();
        try (var loader = new DataLoader(dataset, options)) {
            for (int epoch = 0; epoch < 2; epoch++) {
                for (Batch batch : loader) {
                    try (var step = Scope.open()) {
                        assertSame(expected, batch.data().device());
                        assertSame(expected, batch.target().device());
                        Tensor doubled = batch.data().mul(2); // still under way when the next batch is made
                        seen.add(batch.target().to(DType.F32).toFloatArray());
                        seen.add(doubled.sum(1).toFloatArray());
                    }
                }
            }
        }
        return seen;
    }

    private static void assertSameBatches(List<float[]> expected, List<float[]> seen) {
        assertEquals(expected.size(), seen.size());
        for (int i = 0; i < seen.size(); i++) {
            assertArrayEquals(expected.get(i), seen.get(i), 1e-6f * SAMPLES * FEATURES * FEATURES);
        }
    }

    @Test
    void loader_dataOnTheCard_isGatheredThereWithoutNewMemory() {
        TensorDataset there = rows(cuda);
        List<float[]> expected = batches(rows(Device.cpu()), OPTIONS, Device.cpu());
        assertSameBatches(expected, batches(there, OPTIONS, cuda));
        cuda.synchronize();
        var before = cuda.memory();
        assertSameBatches(expected, batches(there, OPTIONS, cuda));
        assertSameBatches(expected, batches(there, OPTIONS.withDevice(cuda), cuda)); // passes as it is
        assertEquals(before.systemAllocations(), cuda.memory().systemAllocations());
        assertEquals(before.used(), cuda.memory().used());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void loader_dataOnTheCpu_isBroughtAhead(int workers) {
        DataLoader.Options options = OPTIONS.withWorkers(workers);
        List<float[]> expected = batches(rows(Device.cpu()), options, Device.cpu());
        assertSameBatches(expected, batches(rows(Device.cpu()), options.withDevice(cuda), cuda));
        assertSameBatches(expected, batches(new BySample(NONE), options.withDevice(cuda), cuda));
    }

    @Test
    void loader_collated_isBroughtToo() {
        DataLoader.Options options = DataLoader.Options.defaults()
                .withBatchSize(4)
                .withDevice(cuda)
                .withCollate(samples -> new Sample(
                        samples.getFirst().data().view(1, FEATURES),
                        samples.getLast().target()));
        List<float[]> seen = batches(rows(Device.cpu()), options, cuda);
        assertArrayEquals(new float[] {3}, seen.getFirst());
        assertArrayEquals(
                new float[] {SAMPLES - 1}, seen.getLast().length == 1 ? seen.get(seen.size() - 2) : seen.getLast());
    }

    @Test
    void loader_keptBatch_staysAsItIs() {
        try (var loader =
                new DataLoader(rows(Device.cpu()), OPTIONS.withShuffle(false).withDevice(cuda))) {
            Batch first = null;
            for (Batch batch : loader) {
                first = first == null ? batch.keep() : first;
            }
            assertArrayEquals(
                    new float[] {0, 1, 2, 3, 4}, first.target().to(DType.F32).toFloatArray());
        }
    }

    @Test
    void loader_pinned_isReadWithoutWaiting() {
        try (var loader =
                new DataLoader(rows(Device.cpu()), OPTIONS.withShuffle(false).withPinMemory(true))) {
            List<Tensor> there = new ArrayList<>();
            for (Batch batch : loader) {
                assertTrue(batch.data().isPinned() && batch.target().isPinned());
                there.add(batch.target().to(cuda, true)); // not done when the memory is filled anew
            }
            assertArrayEquals(new long[] {0, 1, 2, 3, 4}, there.getFirst().toLongArray());
            assertArrayEquals(new long[] {20, 21, 22}, there.getLast().toLongArray());
        }
    }

    /** A sample that fails is said when its batch is asked for, not one batch before. */
    @Test
    void loader_failingSample_isSaidInItsTurn() {
        try (var loader =
                new DataLoader(new BySample(7), OPTIONS.withShuffle(false).withDevice(cuda))) {
            var batches = loader.iterator();
            assertEquals(5, batches.next().size());
            var e = assertThrows(IllegalStateException.class, batches::next);
            assertTrue(e.getMessage().contains("7"), e.getMessage());
        }
    }
}
