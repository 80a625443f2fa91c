package dev.gatun.nn.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.autograd.Tensor;
import dev.gatun.nn.BatchNorm1d;
import dev.gatun.nn.Dropout;
import dev.gatun.nn.Linear;
import dev.gatun.nn.Module;
import dev.gatun.nn.ReLU;
import dev.gatun.nn.Sequential;
import dev.gatun.nn.StateDict;
import dev.gatun.nn.data.DataLoader;
import dev.gatun.nn.data.TensorDataset;
import dev.gatun.nn.loss.CrossEntropyLoss;
import dev.gatun.nn.optim.Adam;
import dev.gatun.nn.optim.Optimizer;
import dev.gatun.runtime.Device;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.random.Generator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckpointTest {
    @TempDir
    private Path folder;

    /** A training whose every step draws random numbers: the order of samples, noise on each, the dropout. */
    private static final class Training implements AutoCloseable {
        final Generator generator = Generator.global();
        final Module model =
                new Sequential(new Linear(6, 8), new BatchNorm1d(8), new ReLU(), new Dropout(0.3), new Linear(8, 3));
        final Optimizer optimizer = new Adam(model.parameters(), 0.01);
        final DataLoader loader;
        final Checkpoint checkpoint;

        Training(int workers) {
            Tensor x = Tensor.randn(new Generator(1), 50, 6);
            Tensor y = Tensor.randint(new Generator(2), 0, 3, 50);
            x.own();
            y.own();
            loader = new DataLoader(
                    new TensorDataset(x, y).withTransform((sample, draws) -> sample.add(Tensor.randn(draws, 6))),
                    DataLoader.Options.defaults()
                            .withBatchSize(8)
                            .withShuffle(true)
                            .withWorkers(workers));
            checkpoint = new Checkpoint()
                    .with("model", model)
                    .with("optimizer", optimizer)
                    .with("loader", loader)
                    .with("generator", generator);
        }

        void step(Tensor x, Tensor y) {
            try (var scope = Scope.open()) {
                optimizer.zeroGrad();
                new CrossEntropyLoss().forward(model.forward(x), y).backward();
                optimizer.step();
            }
        }

        /** Goes on for some batches, through as many passes as these need, and saves after some of them. */
        void run(int batches, int saveAfter, Path file) throws IOException {
            int done = 0;
            if (saveAfter == 0) {
                checkpoint.save(file, new StateDict().put("batch", done));
            }
            while (done < batches) {
                var pass = loader.iterator();
                while (done < batches && pass.hasNext()) {
                    var batch = pass.next();
                    step(batch.data(), batch.target());
                    if (++done == saveAfter) {
                        checkpoint.save(file, new StateDict().put("batch", done));
                    }
                }
            }
        }

        StateDict state() {
            StateDict state = new StateDict();
            model.stateDict().forEach(state::put);
            return state.put("optimizer", optimizer.stateDict());
        }

        @Override
        public void close() {
            loader.close();
        }
    }

    private static void assertSame(StateDict expected, StateDict found) {
        assertEquals(expected.values(), found.values());
        assertEquals(expected.tensors().keySet(), found.tensors().keySet());
        expected.tensors()
                .forEach((name, x) -> assertArrayEquals(
                        x.toDoubleArray(), found.getTensor(name).toDoubleArray(), name));
    }

    /** 50 samples make 7 batches: 14 is the end of a pass, 17 is inside one. */
    @ParameterizedTest
    @CsvSource({"0, 0", "14, 0", "17, 0", "17, 2"})
    void load_inANewTraining_goesOnWithTheSameBits(int saved, int workers) throws IOException {
        Path file = folder.resolve("training.safetensors");
        try (var scope = Scope.open();
                var whole = new Training(0);
                var resumed = new Training(workers)) {
            whole.run(saved + 10, saved, file);
            StateDict expected = snapshot(whole.state());
            double drawn = Tensor.rand(1).item();
            resumed.run(3, -1, file);
            assertEquals(saved, resumed.checkpoint.load(file).getLong("batch"));
            resumed.run(10, -1, file);
            assertSame(expected, resumed.state());
            assertEquals(drawn, Tensor.rand(1).item());
        }
    }

    private static StateDict snapshot(StateDict state) {
        StateDict copy = new StateDict();
        state.tensors().forEach((name, x) -> copy.put(name, x.clone()));
        state.values().forEach(copy::put);
        return copy;
    }

    @Test
    void load_whatDoesNotFit_changesNoPart() throws IOException {
        Path file = folder.resolve("x.safetensors");
        try (var scope = Scope.open();
                var training = new Training(0);
                var other = new Training(0)) {
            training.run(3, -1, file);
            other.run(2, -1, file);
            StateDict before = snapshot(training.state());
            // The model fits, the optimizer does not: it is one of fewer parameters.
            new Checkpoint()
                    .with("model", other.model)
                    .with("optimizer", new Adam(new Linear(1, 1).parameters()))
                    .with("loader", other.loader)
                    .with("generator", other.generator)
                    .save(file);
            var e = assertThrows(IllegalArgumentException.class, () -> training.checkpoint.load(file));
            assertEquals(
                    "checkpoint: part 'optimizer' of " + file
                            + ": loadStateDict: does not fit adam: 6 parameters, given 2",
                    e.getMessage());
            assertSame(before, training.state());
            SafeTensors.save(file, Map.of("model.0.weight", Tensor.zeros(8, 5)));
            e = assertThrows(IllegalArgumentException.class, () -> training.checkpoint.load(file));
            assertTrue(e.getMessage().contains("part 'model'"), e.getMessage());
            assertTrue(e.getMessage().contains("missing 0.bias, 1.weight"), e.getMessage());
            assertTrue(e.getMessage().contains("0.weight is f32[8, 6], given f32[8, 5]"), e.getMessage());
            Files.writeString(file, "no checkpoint at all");
            assertThrows(IOException.class, () -> training.checkpoint.load(file));
            assertSame(before, training.state());
        }
    }

    @Test
    void with_badName_isRefused() {
        Module model = new Linear(1, 1);
        Checkpoint checkpoint = new Checkpoint().with("model", model);
        for (String name : new String[] {"", "a.b", "model"}) {
            assertThrows(IllegalArgumentException.class, () -> checkpoint.with(name, model));
        }
        var e = assertThrows(
                IllegalArgumentException.class,
                () -> checkpoint.save(folder.resolve("x"), new StateDict().put("model.x", 1)));
        assertEquals("checkpoint: the name belongs to a part: 'model.x'", e.getMessage());
    }

    @Test
    void saveAndLoad_again_leaveNothingBehind() throws IOException {
        Path file = folder.resolve("x.safetensors");
        Module model = new Linear(100, 100);
        Checkpoint checkpoint = new Checkpoint().with("model", model);
        long used = Device.cpu().memory().used();
        for (int i = 0; i < 20; i++) {
            checkpoint.save(file);
            try (var more = Scope.open()) {
                checkpoint.load(file);
            }
        }
        assertTrue(Device.cpu().memory().used() <= used); // less where the collector ran
    }
}
