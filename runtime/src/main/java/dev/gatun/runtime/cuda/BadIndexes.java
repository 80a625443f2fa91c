package dev.gatun.runtime.cuda;

import dev.gatun.runtime.DType;
import dev.gatun.runtime.Layout;
import dev.gatun.runtime.Shape;
import dev.gatun.runtime.memory.Operands;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.Deque;
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
            Expected call = expected.removeFirst();
            long at = call.slot() * SLOT_BYTES;
            long place = memory.get(ValueLayout.JAVA_LONG, at + PLACE_AT);
            if (place != Long.MAX_VALUE) {
                long value = memory.get(ValueLayout.JAVA_LONG, at + VALUE_AT);
                clear(memory, call.slot());
                failure = failure == null ? call.place().failure(place, value) : failure;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
