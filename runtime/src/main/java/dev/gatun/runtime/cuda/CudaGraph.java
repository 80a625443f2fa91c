package dev.gatun.runtime.cuda;

import dev.gatun.bindings.cuda.Cuda;
import dev.gatun.runtime.DeviceGraph;
import dev.gatun.runtime.GatunException;
import dev.gatun.runtime.Stream;
import dev.gatun.runtime.kernels.Unrepeatable;
import dev.gatun.runtime.memory.Storage;
import dev.gatun.runtime.random.Generator;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Cleaner;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Work that was captured on a queue of its own, whose memory nobody else is given, and that is put on any other. Arguments
 * that change (an optimizer's numbers, where random numbers begin) are set anew in their nodes before each launch.
 */
final class CudaGraph extends DeviceGraph {
    private static final Cleaner CLEANER = Cleaner.create();

    // Arguments of each kernel that draws: the seed, and the first counter.
    private static final int SEED_AT = 0;
    private static final int OFFSET_AT = Long.BYTES;

    // What cuStreamGetCaptureInfo answers.
    private static final int CAPTURE_ACTIVE = 1;
    private static final long NODES_AT = 24;
    private static final long NODE_COUNT_AT = 32;

    private final CudaDevice device;
    private final Recorded recorded;
    private final Cleaner.Cleanable cleanable;
    private final List<RepeatedLaunch> updates = new ArrayList<>();
    private final List<RepeatedLaunch> draws = new ArrayList<>();
    private final List<Storage> changed = new ArrayList<>(); // in place, by the recording; held
    private int renewed;
    private long drawn; // counters that each repetition takes
    private Generator.State placed = new Generator.State(0, 0); // where those of the next launch begin

    /** What is given back when the graph is closed or unreachable. */
    private static final class Recorded implements Runnable {
        private final CudaDevice device;
        private final CudaStream stream;
        private final IdentityHashMap<Storage, Integer> held = new IdentityHashMap<>(); // with the version that it had
        private MemorySegment graph = MemorySegment.NULL;
        private MemorySegment executable = MemorySegment.NULL;
        private BadIndexes.@Nullable Kept indexes;
        private boolean isOver;

        Recorded(CudaDevice device) {
            this.device = device;
            this.stream = device.newStream();
        }

        @Override
        public synchronized void run() {
            if (isOver) {
                return;
            }
            isOver = true;
            try {
                device.synchronize();
            } finally {
                release();
                stream.close();
            }
        }

        void release() {
            CudaThread.enter(device);
            if (executable.address() != 0) {
                Cuda.cuGraphExecDestroy(executable);
            }
            if (graph.address() != 0) {
                Cuda.cuGraphDestroy(graph);
            }
            executable = MemorySegment.NULL;
            graph = MemorySegment.NULL;
            BadIndexes.Kept kept = indexes;
            if (kept != null) {
                device.forget(kept);
            }
            held.keySet().forEach(Storage::release);
            held.clear();
            stream.queue().pool().hold(false);
        }
    }

    CudaGraph(CudaDevice device) {
        this.device = device;
        this.recorded = new Recorded(device);
        this.cleanable = CLEANER.register(this, recorded);
    }

    /**
     * Makes a call that has nothing to do with a graph, though this thread may be recording one: the driver refuses what
     * could be meant for it.
     */
    static int beside(IntSupplier call) {
        if (!CudaThread.isRecording()) {
            return call.getAsInt();
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment mode = arena.allocateFrom(ValueLayout.JAVA_INT, Cuda.CU_STREAM_CAPTURE_MODE_RELAXED());
            CudaStatus.check(Cuda.cuThreadExchangeStreamCaptureMode(mode), "cuThreadExchangeStreamCaptureMode");
            try {
                return call.getAsInt();
            } finally {
                CudaStatus.check(Cuda.cuThreadExchangeStreamCaptureMode(mode), "cuThreadExchangeStreamCaptureMode");
            }
        }
    }

    private void requireUsable(String op) {
        if (recorded.isOver) {
            throw Unrepeatable.closed(op);
        }
        CudaThread.refuseRecording(op);
        if (Thread.currentThread().isVirtual()) {
            throw new IllegalStateException(op + ": a virtual thread moves between the system's threads; use another");
        }
    }

    @Override
    public synchronized void rehearse(Runnable work) {
        requireUsable("rehearse");
        CudaQueue outside = device.queue();
        CudaQueue inside = recorded.stream.queue();
        device.order(outside, inside);
        try (Stream.Use use = recorded.stream.use()) {
            CudaThread.record(this);
            try {
                work.run();
            } finally {
                CudaThread.record(null);
            }
        } finally {
            device.order(inside, outside);
        }
    }

    @Override
    public synchronized void record(Runnable work) {
        requireUsable("record");
        if (recorded.executable.address() != 0) {
            throw Unrepeatable.second();
        }
        device.synchronize(); // what was put on streams before is not part of it
        CudaQueue queue = recorded.stream.queue();
        queue.pool().hold(true);
        try {
            capture(queue, work);
            instantiate();
        } catch (RuntimeException | Error e) {
            recorded.release();
            updates.clear();
            draws.clear();
            changed.clear();
            throw e;
        }
        put();
    }

    private void capture(CudaQueue queue, Runnable work) {
        Generator.State before = Generator.global().state();
        long calls = queue.badIndexes().count();
        try (Stream.Use use = recorded.stream.use()) {
            queue.beginCapture(this);
            int status;
            try {
                CudaThread.record(this);
                work.run();
            } finally {
                CudaThread.record(null);
                MemorySegment answer = CudaThread.enter(device).answer();
                status = queue.endCapture(answer);
                recorded.graph = answer.get(ValueLayout.ADDRESS, 0);
                recorded.indexes = queue.badIndexes().keep(calls);
            }
            device.check(status, "cuStreamEndCapture");
        }
        recorded.held.forEach((storage, version) -> {
            if (storage.version() != version) {
                changed.add(storage);
            }
        });
        drawn = Generator.global().state().offset() - before.offset();
        for (RepeatedLaunch draw : draws) {
            long place = draw.get(OFFSET_AT) - before.offset();
            if (draw.get(SEED_AT) != before.seed() || place < 0 || place >= drawn) {
                throw Unrepeatable.generator();
            }
            draw.set(OFFSET_AT, place); // from now on, from where a repetition begins
        }
        placed = before;
    }

    private void instantiate() {
        MemorySegment answer = CudaThread.enter(device).answer();
        device.check(Cuda.cuGraphInstantiateWithFlags(answer, recorded.graph, 0), "cuGraphInstantiate");
        recorded.executable = answer.get(ValueLayout.ADDRESS, 0);
    }

    /** Notes memory that the recording uses and that is not its own: it stays as long as the graph. */
    void hold(Storage storage) {
        if (!recorded.held.containsKey(storage)) {
            recorded.held.put(storage.retain(), storage.version());
        }
    }

    /** Notes an update that was recorded just now. */
    void noteUpdate(Launch launch, CudaQueue queue) {
        updates.add(launch.repeated(lastNode(queue)));
    }

    /** Notes a launch that draws random numbers. */
    void noteDraw(Launch launch, CudaQueue queue) {
        draws.add(launch.repeated(lastNode(queue)));
    }

    /** The node that the capture came to last. */
    @SuppressWarnings("restricted") // one node, as the count says
    private MemorySegment lastNode(CudaQueue queue) {
        MemorySegment answer = CudaThread.enter(device).answer();
        device.check(
                Cuda.cuStreamGetCaptureInfo_v2(
                        queue.handle(),
                        answer,
                        answer.asSlice(Long.BYTES),
                        answer.asSlice(2 * Long.BYTES),
                        answer.asSlice(NODES_AT),
                        answer.asSlice(NODE_COUNT_AT)),
                "cuStreamGetCaptureInfo");
        long count = answer.get(ValueLayout.JAVA_LONG, NODE_COUNT_AT);
        if (answer.get(ValueLayout.JAVA_INT, 0) != CAPTURE_ACTIVE || count != 1) {
            throw new GatunException("cuStreamGetCaptureInfo: not one last node, but " + count);
        }
        return answer.get(ValueLayout.ADDRESS, NODES_AT).reinterpret(Long.BYTES).get(ValueLayout.ADDRESS, 0);
    }

    /** Takes the numbers of an update that is not launched. */
    void renew(CudaFunction kernel, MemorySegment values, boolean isUpdate) {
        if (!isUpdate || renewed == updates.size()) {
            throw Unrepeatable.surplus(kernel.toString());
        }
        updates.get(renewed++).renew(kernel, values);
    }

    @Override
    public synchronized void launch(List<? extends Runnable> renewals) {
        requireUsable("launch");
        if (recorded.executable.address() == 0) {
            throw Unrepeatable.nothing();
        }
        renewed = 0;
        CudaThread.renew(this);
        try {
            for (Runnable renewal : renewals) {
                int before = renewed;
                renewal.run();
                if (renewed == before) {
                    throw Unrepeatable.missing(Integer.toString(before));
                }
            }
        } finally {
            CudaThread.renew(null);
        }
        if (renewed != updates.size()) {
            throw Unrepeatable.missing(Integer.toString(renewed));
        }
        Generator global = Generator.global();
        placed = new Generator.State(global.seed(), global.advance(drawn));
        put();
        changed.forEach(Storage::touch);
    }

    /** Puts the graph on the current stream, with the numbers that it has now. */
    private void put() {
        CudaThread.enter(device);
        for (RepeatedLaunch update : updates) {
            update.apply(device, recorded.executable);
        }
        for (RepeatedLaunch draw : draws) {
            long place = draw.get(OFFSET_AT);
            draw.set(SEED_AT, placed.seed());
            draw.set(OFFSET_AT, placed.offset() + place);
            draw.apply(device, recorded.executable);
            draw.set(OFFSET_AT, place);
        }
        CudaQueue on = device.queue();
        on.badIndexes().watch(Objects.requireNonNull(recorded.indexes));
        device.check(Cuda.cuGraphLaunch(recorded.executable, on.handle()), "cuGraphLaunch");
    }

    @Override
    public void close() {
        cleanable.clean();
    }
}
