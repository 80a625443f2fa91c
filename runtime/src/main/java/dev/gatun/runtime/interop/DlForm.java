package dev.gatun.runtime.interop;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The two forms of a managed tensor. */
enum DlForm {
    /** {@code DLManagedTensor}: the tensor, the maker's context, the deleter. */
    FIRST("DLManagedTensor", 0, 48, 56, 64),
    /** {@code DLManagedTensorVersioned}: the version, the maker's context, the deleter, flags, the tensor. */
    VERSIONED("DLManagedTensorVersioned", 32, 8, 16, 80);

    private static final int MAJOR = 1;
    private static final long MINOR_AT = 4;
    private static final long FLAGS_AT = 24;
    private static final long READ_ONLY = 1; // DLPACK_FLAG_BITMASK_READ_ONLY

    private final String struct;
    private final long tensorAt;
    private final long contextAt;
    private final long deleterAt;
    private final long bytes;

    DlForm(String struct, long tensorAt, long contextAt, long deleterAt, long bytes) {
        this.struct = struct;
        this.tensorAt = tensorAt;
        this.contextAt = contextAt;
        this.deleterAt = deleterAt;
        this.bytes = bytes;
    }

    String struct() {
        return struct;
    }

    long tensorAt() {
        return tensorAt;
    }

    long deleterAt() {
        return deleterAt;
    }

    long bytes() {
        return bytes;
    }

    /** Writes all but the tensor itself. */
    void write(MemorySegment to, MemorySegment deleter) {
        if (this == VERSIONED) {
            to.set(ValueLayout.JAVA_INT, 0, MAJOR);
            to.set(ValueLayout.JAVA_INT, MINOR_AT, 0);
            to.set(ValueLayout.JAVA_LONG, FLAGS_AT, 0);
        }
        to.set(ValueLayout.ADDRESS, contextAt, MemorySegment.NULL);
        to.set(ValueLayout.ADDRESS, deleterAt, deleter);
    }

    /** Of another major version nothing but the deleter may be read. */
    void requireReadable(MemorySegment struct) {
        if (this == FIRST) {
            return;
        }
        int major = struct.get(ValueLayout.JAVA_INT, 0);
        if (major != MAJOR) {
            throw new IllegalArgumentException(
                    "fromDlpack: DLPack's version is not " + MAJOR + ": " + Integer.toUnsignedString(major) + "."
                            + Integer.toUnsignedString(struct.get(ValueLayout.JAVA_INT, MINOR_AT)));
        }
        long flags = struct.get(ValueLayout.JAVA_LONG, FLAGS_AT);
        if ((flags & READ_ONLY) != 0) {
            throw new IllegalArgumentException("fromDlpack: memory is read-only, an array can be written: flags "
                    + flags + "; copy it on its side");
        }
    }
}
