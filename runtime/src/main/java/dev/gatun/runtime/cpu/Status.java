package dev.gatun.runtime.cpu;

import dev.gatun.bindings.kernels.Gatun;
import dev.gatun.runtime.GatunException;
import dev.gatun.runtime.memory.Operands;
import java.lang.foreign.ValueLayout;

/** From the status of a kernel to an exception. */
final class Status {
    private static final String[] NAMES = new String[7];

    static {
        NAMES[Gatun.GT_OK()] = "GT_OK";
        NAMES[Gatun.GT_BAD_CODE()] = "GT_BAD_CODE";
        NAMES[Gatun.GT_BAD_ARGUMENT()] = "GT_BAD_ARGUMENT";
        NAMES[Gatun.GT_UNSUPPORTED()] = "GT_UNSUPPORTED";
        NAMES[Gatun.GT_BAD_INDEX()] = "GT_BAD_INDEX";
        NAMES[Gatun.GT_OUT_OF_MEMORY()] = "GT_OUT_OF_MEMORY";
        NAMES[Gatun.GT_NOT_BOUND()] = "GT_NOT_BOUND";
    }

    private Status() {}

    /**
     * Does nothing after success.
     *
     * @throws GatunException after anything else, with the operation, the code and the operands
     */
    static void check(int status, Operands o) {
        if (status != Gatun.GT_OK()) {
            throw failure(status, o.name(), o.describe());
        }
    }

    /**
     * As {@link #check}, for a kernel that checks the values of an index and stores the offset of a bad one from the first.
     *
     * @param status of the kernel
     * @param o the operands
     * @param index which of them is the index, I64
     * @param place what the index is called and what it may be: {@code "target", "classes"}
     * @param limit the values are 0 to one below
     * @param within the array that is indexed, as messages give it
     * @throws IllegalArgumentException if a value was out of range, with its position
     */
    static void checkIndex(int status, Operands o, int index, Place place, long limit, String within) {
        if (status == Gatun.GT_BAD_INDEX()) {
            long offset = o.badPosition();
            long value = o.segment(index).getAtIndex(ValueLayout.JAVA_LONG, offset);
            String allowed = limit == 0 ? "there are no " + place.unit() : place.unit() + " are 0.." + (limit - 1);
            throw new IllegalArgumentException(o.name() + ": " + place.index()
                    + o.layout(index).indexOf(offset) + " is " + value + ", " + allowed + ": " + within);
        }
        check(status, o);
    }

    /** What messages call an index and what it counts. */
    record Place(String index, String unit) {}

    /** The exception for a status other than GT_OK. */
    static GatunException failure(int status, String op, String what) {
        String name = status >= 0 && status < NAMES.length ? NAMES[status] : "unknown status";
        return new GatunException(op + ": " + name + " (" + status + "): " + what);
    }
}
