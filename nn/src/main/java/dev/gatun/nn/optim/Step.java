package dev.gatun.nn.optim;

import static java.util.Objects.requireNonNull;

import dev.gatun.autograd.GradMode;
import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.Device;
import dev.gatun.runtime.DeviceGraph;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.kernels.HostCopy;
import dev.gatun.runtime.memory.Storage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A training step that is recorded once and then repeated: forward, backward and update without what Java does around
 * them. On a card it is a CUDA graph, put on the stream by one call; on the CPU the recorded kernels are called one after
 * the other, without modules, gradient functions and allocations in between. {@code torch.cuda.CUDAGraph}, for the whole
 * step.
 *
 * <p>Each {@link #run} is one step with the results of the function called as it is, bit for bit. The first run calls the
 * function as usual, the second records it, the others repeat what was recorded, on the current stream. Random numbers of
 * the {@linkplain dev.gatun.runtime.random.Generator#global global} generator, learning rates, schedules and counts of steps
 * go on. All else that Java decides stays as it was at the second run: which branches were taken, the modules' mode, numbers
 * in operations.
 *
 * <p>What cannot be captured ends the first run with a line: what waits for the device or is read by Java ({@code item()},
 * printing, {@code nonzero}, {@link LBFGS}), and copies from or to the host and Java's arrays, with which {@code arange} and
 * what stands on it are made; make such tensors before. Work of other threads that the function starts is not part of a
 * step. Gradients are set to zero inside the function, or only ever added to in place; those of a parameter of two steps
 * are, to who reads them, of the step that was recorded last. What else the function leaves outside, in a field, is of the
 * recorded run. A class out of range is reported as ever, on a card
 * where something waits, on the CPU by {@link #run} itself, and what comes behind it is not done.
 *
 * <p>The memory of a captured step is its own until it is closed, all that a step allocates at once; gradients of its
 * parameters lie there. A step is used by one thread at a time.
 *
 * {@snippet :
 * Device device = Device.best();
 * model.to(device);
 * try (Step step = Step.capture(device, (x, y) -> {
 *     optimizer.zeroGrad();
 *     Tensor loss = criterion.forward(model.forward(x), y);
 *     loss.backward();
 *     optimizer.step();
 *     return loss;
 * })) {
 *     for (Batch batch : loader) {
 *         Tensor loss = step.run(batch.data(), batch.target());
 *     }
 * }
 * }
 */
public final class Step implements AutoCloseable {
    private static final String STEP = "step";
    private static final ThreadLocal<@Nullable Step> RECORDED = new ThreadLocal<>();

    private final Device device;
    private final Function<List<Tensor>, Tensor> body;
    private final @Nullable DeviceGraph graph;
    private final List<RepeatedUpdate<?>> updates = new ArrayList<>();
    private final List<Runnable> renewals = new ArrayList<>(); // of the updates
    private List<Tensor> inputs = List.of(); // on the device, of the graph
    private @Nullable List<String> shapes;
    private @Nullable Tensor result;
    private boolean isRehearsed;
    private boolean isRecorded;
    private boolean returnsInput;
    private boolean isClosed;

    private Step(Device device, Function<List<Tensor>, Tensor> body) {
        this.device = device;
        this.body = body;
        this.graph = device.newGraph().orElse(null);
    }

    /**
     * A step of a batch and its targets.
     *
     * @param device of the model
     * @param step makes a whole step and returns its loss, or another tensor
     * @return to be run
     */
    public static Step capture(Device device, BiFunction<Tensor, Tensor, Tensor> step) {
        return capture(device, inputs -> step.apply(inputs.get(0), inputs.get(1)));
    }

    /**
     * A step of any number of inputs.
     *
     * @param device of the model
     * @param step makes a whole step of what {@link #run} gets, and returns its loss, or another tensor
     * @return to be run
     */
    public static Step capture(Device device, Function<List<Tensor>, Tensor> step) {
        return new Step(device, step);
    }

    /** The step that this thread records now. */
    static @Nullable Step recorded() {
        return RECORDED.get();
    }

    /** Notes an optimizer's call. */
    void add(RepeatedUpdate<?> update) {
        updates.add(update);
        renewals.add(update::renew);
    }

    /** Whether the next run repeats what was recorded. */
    public boolean isCaptured() {
        return isRecorded;
    }

    /**
     * Makes one step.
     *
     * @param given the step's inputs, on its device or the CPU, of the first run's shapes and dtypes; the function gets
     *     copies of them, without gradient, or, captured on the CPU, reads them where they lie; from {@linkplain
     *     Tensor#pinMemory pinned} memory a card copies them without waiting, and they must not change meanwhile
     * @return what the function returned, without its graph; the next run overwrites or releases it
     * @throws IllegalArgumentException if an input is not of the first run's shape and dtype; such a batch, the last of a
     *     loader that does not drop it, takes a step of its own
     * @throws IllegalStateException if the step does what cannot be captured, or was closed
     */
    public Tensor run(Tensor... given) {
        if (isClosed) {
            throw new IllegalStateException("step: run after it was closed");
        }
        checkShapes(given);
        DeviceGraph recording = graph;
        if (recording == null) {
            call(List.of(given));
        } else {
            fill(given);
            if (isRecorded) {
                recording.launch(renewals);
            } else if (isRehearsed) {
                record(recording);
            } else {
                recording.rehearse(() -> call(inputs));
                isRehearsed = true;
            }
        }
        return requireNonNull(result);
    }

    private void record(DeviceGraph recording) {
        RECORDED.set(this);
        try {
            recording.record(() -> call(inputs));
            isRecorded = true;
            returnsInput = liesInAnInput(requireNonNull(result));
        } finally {
            RECORDED.remove();
            if (!isRecorded) {
                forgetUpdates();
            }
        }
    }

    private void checkShapes(Tensor[] given) {
        List<String> now = new ArrayList<>();
        for (Tensor input : given) {
            now.add(input.describe());
        }
        List<String> first = shapes;
        if (first == null) {
            shapes = now;
        } else if (!first.equals(now)) {
            throw new IllegalArgumentException("step: inputs differ from the first run's: " + String.join(", ", now)
                    + ", then " + String.join(", ", first));
        }
    }

    /** Copies the inputs to where the graph reads them, or lets it read them where they are. */
    private void fill(Tensor[] given) {
        try (var off = GradMode.noGrad();
                var temporaries = Scope.open()) {
            if (inputs.isEmpty()) {
                List<Tensor> made = new ArrayList<>();
                for (Tensor input : given) {
                    Tensor own = Tensor.empty(device, input.dtype(), input.shape());
                    own.own();
                    made.add(own);
                }
                inputs = made;
            }
            Tensor[] from = given.clone();
            for (int i = 0; i < given.length; i++) {
                if (liesInAnInput(given[i])) {
                    from[i] = given[i].clone(); // a result that the copies below would write into
                }
            }
            for (int i = 0; i < given.length; i++) {
                if (isRecorded && !returnsInput && requireNonNull(graph).redirect(inputs.get(i), given[i])) {
                    continue;
                }
                if (from[i].device() == device) {
                    inputs.get(i).copy_(from[i]);
                } else {
                    HostCopy.copy(from[i].contiguous(), inputs.get(i));
                }
            }
        }
    }

    private boolean liesInAnInput(Tensor x) {
        Storage storage = x.storage(STEP);
        return inputs.stream().anyMatch(input -> input.storage(STEP) == storage);
    }

    private void call(List<Tensor> with) {
        releaseResult();
        try (var temporaries = Scope.open()) {
            Tensor out = body.apply(with);
            if (out == null) {
                throw new IllegalStateException("step: the function returned nothing");
            }
            try (var off = GradMode.noGrad()) {
                Tensor own = out.detach();
                own.own();
                result = own;
            }
        }
    }

    private void releaseResult() {
        Tensor last = result;
        result = null;
        if (last != null) {
            last.release();
        }
    }

    private void forgetUpdates() {
        updates.forEach(RepeatedUpdate::release);
        updates.clear();
        renewals.clear();
    }

    /** Gives the memory back, with the last result; waits for the device. Closing twice is harmless. */
    @Override
    public void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        releaseResult();
        forgetUpdates();
        inputs.forEach(Tensor::release);
        inputs = List.of();
        if (graph != null) {
            graph.close();
        }
    }
}
