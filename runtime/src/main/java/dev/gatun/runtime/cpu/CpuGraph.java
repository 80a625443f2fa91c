package dev.gatun.runtime.cpu;

import dev.gatun.runtime.DeviceGraph;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.kernels.Kernels;
import dev.gatun.runtime.kernels.Unrepeatable;
import dev.gatun.runtime.memory.Context;
import dev.gatun.runtime.memory.Storage;
import dev.gatun.runtime.random.Generator;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Work that was recorded as calls of {@link Kernels}, each with its arguments, and that is called again: what is left out is
 * all that Java did between them. The arrays are handles of the graph's own, so that no address in it is anybody else's. As
 * on a card, an optimizer's numbers and the place of random numbers are others at each repetition.
 */
final class CpuGraph extends DeviceGraph {
    private static final String REDIRECT = "redirect";
    private static final ThreadLocal<@Nullable CpuGraph> CURRENT = new ThreadLocal<>();
    private static final Object LOCK = new Object();

    /** Threads that have a current graph: while there are none, nobody looks for one. */
    private static volatile int threads;

    /** What is done with the calls of the thread whose current graph this is. */
    private enum Mode {
        REHEARSE,
        RECORD,
        RENEW
    }

    private final CpuKernels kernels;
    private final Kernels noting;
    private final Map<String, Object> families = new HashMap<>();
    private final List<RecordedCall> calls = new ArrayList<>();
    private final IdentityHashMap<Storage, Integer> versions =
            new IdentityHashMap<>(); // of all memory, when a call first had it
    private final IdentityHashMap<Storage, Integer> counts = new IdentityHashMap<>(); // of our own handles
    private final List<Storage> changed = new ArrayList<>(); // in place, by the recording
    private final IdentityHashMap<Storage, RecordedInput> inputs =
            new IdentityHashMap<>(); // those that were to be redirected

    private Mode mode = Mode.REHEARSE;
    private Generator.State begin = new Generator.State(0, 0); // where the recording's random numbers began
    private long drawn; // counters that each repetition takes
    private @Nullable RecordedCall renewing; // the update that waits for its numbers
    private boolean isRecorded;
    private boolean isClosed;

    CpuGraph(CpuKernels kernels) {
        this.kernels = kernels;
        this.noting = (Kernels) noting(Kernels.class, this::family);
    }

    /** The kernels as this thread is to see them: those given, but where it works for a graph. */
    static Kernels kernels(CpuKernels plain) {
        if (threads == 0) {
            return plain;
        }
        CpuGraph graph = CURRENT.get();
        return graph == null ? plain : graph.noting;
    }

    /** Refuses what a graph cannot repeat. */
    static void refuse(String op) {
        if (threads != 0 && CURRENT.get() != null) {
            throw Unrepeatable.work(op);
        }
    }

    /** What a call of a contract's method becomes. */
    @FunctionalInterface
    private interface Note {
        @Nullable
        Object of(Method method, Object[] arguments);
    }

    private static Object noting(Class<?> contract, Note note) {
        Object[] none = new Object[0];
        return Proxy.newProxyInstance(
                contract.getClassLoader(),
                new Class<?>[] {contract},
                (proxy, method, arguments) -> note.of(method, arguments == null ? none : arguments));
    }

    /** One of the contract's families, whose calls are noted. */
    private Object family(Method getter, Object[] none) {
        return families.computeIfAbsent(getter.getName(), name -> {
            Object plain = new RecordedCall(kernels, getter, none, 0).run();
            return noting(getter.getReturnType(), (method, arguments) -> note(plain, method, arguments));
        });
    }

    private @Nullable Object note(Object family, Method method, Object[] arguments) {
        Generator.State now = Generator.global().state();
        RecordedCall call = new RecordedCall(family, method, arguments, now.offset() - begin.offset());
        if (mode == Mode.RENEW) {
            renew(call);
            return null;
        }
        if (!call.isRepeatable()) {
            throw Unrepeatable.work(call.name());
        }
        call.countFrom(begin);
        leave(); // what the call calls is part of it
        try {
            Object result = call.run();
            boolean isQuestion = method.isDefault() || Boolean.FALSE.equals(result); // false: nothing was done
            if (mode == Mode.RECORD && !isQuestion) {
                RecordedCall kept = call.kept();
                kept.handles().forEach(handle -> {
                    Storage storage = handle.storage(call.name());
                    versions.putIfAbsent(storage, storage.version()); // a write is counted when its call is over
                    counts.merge(storage, 1, Integer::sum);
                });
                calls.add(kept);
            }
            return result;
        } finally {
            enter();
        }
    }

    /** Takes the numbers of an update that is not called. */
    private void renew(RecordedCall call) {
        RecordedCall recorded = renewing;
        if (recorded == null || !call.isUpdate()) {
            throw Unrepeatable.surplus(call.name());
        }
        recorded.renew(call);
        renewing = null;
    }

    private void enter() {
        CURRENT.set(this);
        synchronized (LOCK) {
            threads++;
        }
    }

    private static void leave() {
        CURRENT.remove();
        synchronized (LOCK) {
            threads--;
        }
    }

    private void run(Mode how, Runnable work) {
        mode = how;
        begin = Generator.global().state();
        enter();
        try {
            work.run();
        } finally {
            leave();
        }
    }

    private void requireUsable(String op) {
        if (isClosed) {
            throw Unrepeatable.closed(op);
        }
        refuse(op);
    }

    @Override
    public synchronized void rehearse(Runnable work) {
        requireUsable("rehearse");
        run(Mode.REHEARSE, work);
    }

    @Override
    public synchronized void record(Runnable work) {
        requireUsable("record");
        if (isRecorded) {
            throw Unrepeatable.second();
        }
        Context context = Context.current();
        context.recorded(counts);
        try {
            run(Mode.RECORD, work);
            drawn = Generator.global().state().offset() - begin.offset();
            versions.forEach((storage, version) -> {
                if (storage.version() != version) {
                    changed.add(storage);
                }
            });
            isRecorded = true;
        } finally {
            context.recorded(null);
            if (!isRecorded) {
                release();
            }
        }
    }

    /** An update has its numbers only once what comes before it has succeeded. */
    @Override
    public synchronized void launch(List<? extends Runnable> renewals) {
        requireUsable("launch");
        if (!isRecorded) {
            throw Unrepeatable.nothing();
        }
        Generator global = Generator.global();
        Generator.State placed = new Generator.State(global.seed(), global.advance(drawn));
        int renewed = 0;
        int at = 0;
        try {
            for (; at < calls.size(); at++) {
                RecordedCall call = calls.get(at);
                if (call.isUpdate()) {
                    renew(call, renewed < renewals.size() ? renewals.get(renewed) : () -> {});
                    renewed++;
                }
                call.runFrom(placed);
            }
        } finally {
            inputs.values().forEach(RecordedInput::restore);
            if (at < calls.size()) {
                takeBack(placed, calls.get(at).drawn());
            }
        }
        changed.forEach(Storage::touch);
    }

    private void renew(RecordedCall update, Runnable renewal) {
        renewing = update;
        try {
            run(Mode.RENEW, renewal);
            if (renewing != null) {
                throw Unrepeatable.missing(update.name());
            }
        } finally {
            renewing = null;
        }
    }

    /** After an error: the random numbers that work as usual would not have come to; but where others drew meanwhile. */
    private void takeBack(Generator.State placed, long used) {
        Generator global = Generator.global();
        synchronized (global) {
            if (global.state().equals(new Generator.State(placed.seed(), placed.offset() + drawn))) {
                global.setState(new Generator.State(placed.seed(), placed.offset() + used));
            }
        }
    }

    /**
     * Not where the recording writes the input or has it in a list, as optimizers do, and not to an array with gaps, of
     * somebody else's memory, or in memory that the recording itself uses.
     */
    @Override
    public synchronized boolean redirect(NdArray input, NdArray given) {
        Storage own = input.storage(REDIRECT);
        Storage other = given.storage(REDIRECT);
        RecordedInput recorded = inputs.computeIfAbsent(own, storage -> new RecordedInput(storage, calls));
        boolean can = recorded.isMovable()
                && !changed.contains(own)
                && given.device() instanceof CpuDevice
                && given.isContiguous()
                && !other.isLent()
                && other.lender() == null
                && !versions.containsKey(other);
        if (can) {
            recorded.redirect(given);
        } else {
            recorded.restore(); // what a run that failed before its launch may have left
        }
        return can;
    }

    private void release() {
        inputs.values().forEach(RecordedInput::restore);
        inputs.clear();
        calls.forEach(RecordedCall::release);
        calls.clear();
        versions.clear();
        counts.clear();
        changed.clear();
    }

    @Override
    public synchronized void close() {
        if (!isClosed) {
            isClosed = true;
            release();
        }
    }
}
