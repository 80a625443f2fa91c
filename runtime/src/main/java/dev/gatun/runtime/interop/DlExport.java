package dev.gatun.runtime.interop;

import dev.gatun.runtime.Device;
import dev.gatun.runtime.GatunException;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.cpu.CpuDevice;
import dev.gatun.runtime.memory.Storage;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What is out with a consumer: the memory of the elements, and of the struct that describes them.
 *
 * @param data retained until the deleter is called
 * @param block where the struct lies, with the sizes and strides behind it
 */
record DlExport(Storage data, Storage block) {
    private static final System.Logger LOG = System.getLogger("dev.gatun");
    private static final FunctionDescriptor DELETER = FunctionDescriptor.ofVoid(ValueLayout.ADDRESS);
    private static final ConcurrentHashMap<Long, DlExport> OUT = new ConcurrentHashMap<>(); // by the struct's address

    /** The native side: made when first needed, for as long as the process runs. */
    private static final class Native {
        static final MethodHandle CALL = call();
        static final MemorySegment DELETE = delete();

        private Native() {}

        @SuppressWarnings("restricted") // a deleter takes its struct
        private static MethodHandle call() {
            return Linker.nativeLinker().downcallHandle(DELETER);
        }

        @SuppressWarnings("restricted") // as above
        private static MemorySegment delete() {
            try {
                MethodHandle target = MethodHandles.lookup()
                        .findStatic(DlExport.class, "delete", MethodType.methodType(void.class, MemorySegment.class));
                return Linker.nativeLinker().upcallStub(target, DELETER, Arena.global());
            } catch (ReflectiveOperationException e) {
                throw new LinkageError("the deleter is not found", e);
            }
        }
    }

    /** How many managed tensors have not been deleted yet. */
    static int count() {
        return OUT.size();
    }

    /** A managed tensor over an array's memory. */
    static MemorySegment of(NdArray array, DlForm form) {
        if (array.device() instanceof CpuDevice cpu) {
            cpu.beforeHostAccess("toDlpack"); // a card's consumer works in the stream's order
        }
        Storage data = array.storage("toDlpack");
        if (data.isLent()) {
            throw new IllegalArgumentException(
                    "toDlpack: wraps a segment, whose arena could close before the consumer is" + " done: "
                            + array.describe() + "; clone() copies it");
        }
        long bytes = form.bytes() + DlTensor.tailBytes(array.rank());
        MemorySegment deleter = Native.DELETE;
        data.retain();
        Storage block;
        try {
            block = Device.cpu().pool().allocate(bytes);
        } catch (RuntimeException | Error e) {
            data.release();
            throw e;
        }
        MemorySegment struct = bounded(block, bytes);
        form.write(struct, deleter);
        DlTensor.write(
                struct.asSlice(form.tensorAt(), DlTensor.BYTES),
                struct.asSlice(form.bytes(), bytes - form.bytes()),
                array,
                data);
        OUT.put(block.address(), new DlExport(data, block));
        return MemorySegment.ofAddress(block.address());
    }

    @SuppressWarnings("restricted") // as long as it was asked for
    private static MemorySegment bounded(Storage block, long bytes) {
        return MemorySegment.ofAddress(block.address()).reinterpret(bytes);
    }

    /** What consumers call. An exception would end the process. */
    @SuppressWarnings("UnusedMethod") // through its handle
    private static void delete(MemorySegment struct) {
        try {
            DlExport out = OUT.remove(struct.address());
            if (out == null) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "gatun: toDlpack: a deleter was called twice, or with another pointer");
            } else {
                out.data.release();
                out.block.release();
            }
        } catch (Throwable e) {
            LOG.log(System.Logger.Level.ERROR, "gatun: toDlpack: memory could not be given back", e);
        }
    }

    /** Tells whoever made a managed tensor that it is not needed any more. */
    static void callDeleter(MemorySegment deleter, MemorySegment struct) {
        if (deleter.address() == 0) {
            return; // a maker who needs no word
        }
        try {
            Native.CALL.invokeExact(deleter, struct);
        } catch (Throwable e) {
            throw new GatunException("fromDlpack: the deleter cannot be called: " + e, e);
        }
    }
}
