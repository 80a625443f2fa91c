package dev.gatun.runtime.cuda;

import dev.gatun.runtime.DType;
import dev.gatun.runtime.Layout;
import dev.gatun.runtime.Shape;
import dev.gatun.runtime.memory.Operands;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Index values that kernels of one queue found out of range. Each call that checks some has a slot in pinned memory, which
 * its kernel writes to only then; whoever waits for the queue looks at the slots that were in use.
 */
final class BadIndexes {
    /** Slots of a queue: as many calls may be under way; then it is waited for. */
    static final int SLOTS = 1024;

    private static final long SLOT_BYTES = 3L * Long.BYTES; // gt_bad_index of device.cuh
    private static final long PLACE_AT = Long.BYTES;
    private static final long VALUE_AT = 2L * Long.BYTES;

    private final CudaQueue queue;
    private final Deque<Expected> expected = new ArrayDeque<>();
    private @Nullable MemorySegment slots;
    private long calls;
    private final List<Kept> watched = new ArrayList<>(); // of graphs that were put on the queue

    /** Calls of a graph: their kernels have the same slots at each repetition. */
    static final class Kept {
        private final @Nullable MemorySegment memory;
        private final List<Expected> calls;

        private Kept(@Nullable MemorySegment memory, List<Expected> calls) {
            this.memory = memory;
            this.calls = calls;
        }

        private @Nullable IllegalArgumentException look() {
            IllegalArgumentException failure = null;
            for (int i = 0; i < calls.size() && memory != null; i++) {
                IllegalArgumentException found = BadIndexes.look(memory, calls.get(i));
                failure = failure == null ? found : failure;
            }
            return failure;
        }
    }

    /** A call under way: which one, counted from the first, and what to say of it. */
    private record Expected(long number, Place place) {
        int slot() {
            return (int) (number % SLOTS);
        }
    }

    BadIndexes(CudaQueue queue) {
        this.queue = queue;
    }

    /**
     * What a message says of a bad value.
     *
     * @param op the operation
     * @param index what the index is called
     * @param layout of the index
     * @param unit what it counts
     * @param limit values are below
     * @param negative whether they may count from the end
     * @param within the array that is indexed, by its name
     * @param dtype of that array
     * @param shape of that array
     */
    record Place(
            String op,
            String index,
            Layout layout,
            String unit,
            long limit,
            boolean negative,
            String within,
            DType dtype,
            Shape shape) {
        /** Of operand {@code at}, whose values are from 0 on. */
        Place(Operands o, int at, String index, String unit, long limit, String within, DType dtype, Shape shape) {
            this(o.name(), index, o.layout(at), unit, limit, false, within, dtype, shape);
        }

        /** For a value at an offset from the index's first element. */
        IllegalArgumentException failure(long offset, long value) {
            String allowed = negative
                    ? "outside " + -limit + ".." + (limit - 1)
                    : limit == 0 ? "there are no " + unit : unit + " are 0.." + (limit - 1);
            return new IllegalArgumentException(op + ": " + index + layout.indexOf(offset) + " is " + value + ", "
                    + allowed + ": " + within + " " + dtype + shape);
        }
    }

    /** The address of a slot for a call that is put on the queue next. */
    synchronized long expect(Place place) {
        if (expected.size() == SLOTS) {
            queue.synchronize();
        }
        MemorySegment memory = slots;
        if (memory == null) {
            memory = queue.device().pinned(SLOTS * SLOT_BYTES);
            for (int slot = 0; slot < SLOTS; slot++) {
                clear(memory, slot);
            }
            slots = memory;
        }
        Expected call = new Expected(calls++, place);
        expected.add(call);
        return memory.address() + call.slot() * SLOT_BYTES;
    }

    private static void clear(MemorySegment memory, int slot) {
        memory.set(ValueLayout.JAVA_LONG, slot * SLOT_BYTES, 0);
        memory.set(ValueLayout.JAVA_LONG, slot * SLOT_BYTES + PLACE_AT, Long.MAX_VALUE);
    }

    /** How many calls there were, to be asked before the queue is waited for. */
    synchronized long count() {
        return calls;
    }

    /**
     * Looks at the calls that the queue has done by now.
     *
     * @param done how many of all
     * @throws IllegalArgumentException for the first one that found a bad value
     */
    synchronized void check(long done) {
        MemorySegment memory = slots;
        IllegalArgumentException failure = null;
        while (memory != null && !expected.isEmpty() && expected.getFirst().number() < done) {
            IllegalArgumentException found = look(memory, expected.removeFirst());
            failure = failure == null ? found : failure;
        }
        for (int i = 0; i < watched.size(); i++) {
            IllegalArgumentException found = watched.get(i).look();
            failure = failure == null ? found : failure;
        }
        if (failure != null) {
            throw failure;
        }
    }

    /** What a call found, which is said once. */
    private static @Nullable IllegalArgumentException look(MemorySegment memory, Expected call) {
        long at = call.slot() * SLOT_BYTES;
        long place = memory.get(ValueLayout.JAVA_LONG, at + PLACE_AT);
        if (place == Long.MAX_VALUE) {
            return null;
        }
        long value = memory.get(ValueLayout.JAVA_LONG, at + VALUE_AT);
        clear(memory, call.slot());
        return call.place().failure(place, value);
    }

    /** Takes the calls from a number on out, for the graph that has recorded them. */
    synchronized Kept keep(long from) {
        List<Expected> kept = new ArrayList<>();
        while (!expected.isEmpty() && expected.getLast().number() >= from) {
            kept.addFirst(expected.removeLast());
        }
        return new Kept(slots, kept);
    }

    /** Looks at the calls of a graph, too, from now on. */
    synchronized void watch(Kept kept) {
        if (!kept.calls.isEmpty() && !watched.contains(kept)) {
            watched.add(kept);
        }
    }

    synchronized void forget(Kept kept) {
        watched.remove(kept);
    }
}
