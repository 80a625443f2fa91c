package dev.gatun.runtime.cpu;

import dev.gatun.runtime.DeviceGraph;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.kernels.Kernels;
import dev.gatun.runtime.kernels.Unrepeatable;
import dev.gatun.runtime.random.Generator;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Work that was recorded as calls of {@link Kernels}, each with its arguments, and that is called again: what is left out is
 * all that Java did between them. The arrays are handles of the graph's own, so that no address in it is anybody else's. As
 * on a card, an optimizer's numbers and the place of random numbers are others at each repetition.
 */
final class CpuGraph extends DeviceGraph {
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
    private Mode mode = Mode.REHEARSE;
    private final List<RecordedCall> updates = new ArrayList<>(); // those among the calls
    private final List<RecordedCall.Use> uses = new ArrayList<>(); // of the inputs, once they are asked for
    private int firstUpdate; // its place among the calls, their count where there is none
    private int renewed; // updates that have the numbers of this repetition
    private long drawn; // counters that each repetition takes
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
            Object plain = new RecordedCall(kernels, getter, none).run();
            return noting(getter.getReturnType(), (method, arguments) -> note(new RecordedCall(plain, method, arguments)));
        });
    }

    private @Nullable Object note(RecordedCall call) {
        if (mode == Mode.RENEW) {
            renew(call);
            return null;
        }
        if (!call.isRepeatable()) {
            throw Unrepeatable.work(call.name());
        }
        leave(); // what the call calls is part of it
        try {
            Object result = call.run();
            if (mode == Mode.RECORD && !Boolean.FALSE.equals(result)) { // false: nothing was done
                calls.add(call.kept());
            }
            return result;
        } finally {
            enter();
        }
    }

    /** Takes the numbers of an update that is not called. */
    private void renew(RecordedCall call) {
        if (!call.isUpdate() || renewed == updates.size()) {
            throw Unrepeatable.surplus(call.name());
        }
        updates.get(renewed++).renew(call);
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
        Generator.State before = Generator.global().state();
        try {
            run(Mode.RECORD, work);
            drawn = Generator.global().state().offset() - before.offset();
            calls.forEach(call -> call.countFrom(before, drawn));
            isRecorded = true;
        } finally {
            if (!isRecorded) {
                release();
            }
        }
        calls.stream().filter(RecordedCall::isUpdate).forEach(updates::add);
        firstUpdate = updates.isEmpty() ? calls.size() : calls.indexOf(updates.getFirst());
    }

    /** An update has its numbers only once what comes before it has succeeded: after an error no step was counted. */
    @Override
    public synchronized void launch(Runnable renewal) {
        requireUsable("launch");
        if (!isRecorded) {
            throw Unrepeatable.nothing();
        }
        Generator global = Generator.global();
        Generator.State placed = new Generator.State(global.seed(), global.advance(drawn));
        run(0, firstUpdate, placed);
        renewed = 0;
        run(Mode.RENEW, renewal);
        if (renewed != updates.size()) {
            throw Unrepeatable.missing(renewed, updates.size());
        }
        run(firstUpdate, calls.size(), placed);
    }

    private void run(int from, int to, Generator.State placed) {
        for (int i = from; i < to; i++) {
            calls.get(i).runFrom(placed);
        }
    }

    /** Not to an array with gaps, or on a card. No input lies in a list: those are an optimizer's. */
    @Override
    public synchronized boolean redirect(List<? extends NdArray> inputs, List<? extends NdArray> given) {
        if (isRecorded && uses.isEmpty()) {
            for (RecordedCall call : calls) {
                for (int i = 0; i < inputs.size(); i++) {
                    call.addUses(inputs.get(i), i, uses);
                }
            }
        }
        boolean can = true;
        for (NdArray array : given) {
            can &= array.device() instanceof CpuDevice && array.isContiguous();
        }
        for (RecordedCall.Use use : uses) {
            if (can) {
                use.redirect(given);
            } else {
                use.restore();
            }
        }
        return can;
    }

    private void release() {
        uses.forEach(RecordedCall.Use::restore);
        uses.clear();
        calls.forEach(RecordedCall::release);
        calls.clear();
        updates.clear();
    }

    @Override
    public synchronized void close() {
        if (!isClosed) {
            isClosed = true;
            release();
        }
    }
}
