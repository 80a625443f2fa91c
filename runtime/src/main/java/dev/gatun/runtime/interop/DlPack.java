package dev.gatun.runtime.interop;

import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.memory.Storage;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Arrays of other libraries, and arrays for them, as DLPack describes them: NumPy, PyTorch, CuPy, JAX and others speak it.
 * Nothing is ever copied. A managed tensor is a struct that is handed over once: who gets it calls its deleter when it is
 * done with it. It comes in two forms, {@code DLManagedTensor} and, since DLPack 1.0, {@code DLManagedTensorVersioned};
 * Python calls a capsule of the first {@code "dltensor"}, of the second {@code "dltensor_versioned"}.
 *
 * <p>On a card work is put on streams: an array that goes out has been written once this thread's current stream has done
 * what is on it, and who takes one in puts its work behind the maker's, by an event or by waiting ({@link DevicePointer}
 * has the streams' handles). Writes of the other side are not seen by autograd's check for values that were changed in
 * place. {@code torch.utils.dlpack}.
 *
 * {@snippet :
 * MemorySegment managed = DlPack.toDlpack(Tensor.of(1f, 2f)); // for a capsule of Python's, or for C
 * Tensor back = Tensor.wrap(DlPack.fromDlpack(managed));
 * System.out.println(back); // tensor([1., 2.])
 * }
 *
 * @see <a href="https://dmlc.github.io/dlpack/latest/c_api.html">DLPack's C API</a>
 */
public final class DlPack {
    private DlPack() {}

    /**
     * An array in the first form. Its memory lives until the deleter is called, whatever becomes of the array; the deleter
     * may be called by any thread, also one that Java does not know.
     *
     * @param array of any dtype, layout and device
     * @return a pointer to a {@code DLManagedTensor}, to be handed over
     * @throws IllegalArgumentException if the array wraps a segment, whose arena could close before the deleter is called
     * @throws IllegalStateException if the array was released
     */
    public static MemorySegment toDlpack(NdArray array) {
        return DlExport.of(array, DlForm.FIRST);
    }

    /**
     * An array in the form of DLPack 1.0: it may be written, and is no copy.
     *
     * @param array of any dtype, layout and device
     * @return a pointer to a {@code DLManagedTensorVersioned}, to be handed over
     * @throws IllegalArgumentException as {@link #toDlpack}
     * @throws IllegalStateException as {@link #toDlpack}
     */
    public static MemorySegment toDlpackVersioned(NdArray array) {
        return DlExport.of(array, DlForm.VERSIONED);
    }

    /**
     * An array over the memory of a {@code DLManagedTensor}, which is taken over: its deleter is called when no array, view
     * or graph uses the memory any more, by any thread; on a card, after the work that uses it. Where this throws, nothing
     * was taken over.
     *
     * @param managed the pointer, as native code returned it; a BOOL's bytes must be 0 or 1
     * @return an array that belongs to the open scope like any other; both sides see what the other writes
     * @throws IllegalArgumentException if it is no such pointer, or describes what no array can be: another device or
     *     dtype, negative strides, a rank above 8, memory that is not aligned or read-only
     * @throws dev.gatun.runtime.GatunException if it is on a card that cannot be used
     */
    public static NdArray fromDlpack(MemorySegment managed) {
        return take(managed, DlForm.FIRST);
    }

    /**
     * As {@link #fromDlpack}, of a {@code DLManagedTensorVersioned}.
     *
     * @param managed the pointer, as native code returned it
     * @return as {@link #fromDlpack}
     * @throws IllegalArgumentException as {@link #fromDlpack}, or if its version is not 1, or its memory is read-only
     * @throws dev.gatun.runtime.GatunException as {@link #fromDlpack}
     */
    public static NdArray fromDlpackVersioned(MemorySegment managed) {
        return take(managed, DlForm.VERSIONED);
    }

    private static NdArray take(MemorySegment managed, DlForm form) {
        MemorySegment struct = struct(managed, form);
        form.requireReadable(struct);
        DlTensor tensor = DlTensor.read(struct.asSlice(form.tensorAt(), DlTensor.BYTES));
        MemorySegment deleter = struct.get(ValueLayout.ADDRESS, form.deleterAt());
        Storage storage = Storage.borrow(
                tensor.pool(), tensor.address(), tensor.bytes(), () -> DlExport.callDeleter(deleter, struct));
        return new NdArray(storage, tensor.layout(), tensor.dtype());
    }

    /** What a pointer points to, as far as that can be told. */
    @SuppressWarnings("restricted") // as large as the form says
    private static MemorySegment struct(MemorySegment managed, DlForm form) {
        String problem = !managed.isNative()
                ? "is on the heap"
                : !managed.scope().isAlive()
                        ? "lies in a closed arena"
                        : managed.address() == 0
                                ? "is null"
                                : managed.address() % Long.BYTES != 0
                                        ? "is not aligned"
                                        : managed.byteSize() != 0 && managed.byteSize() < form.bytes()
                                                ? "has " + managed.byteSize() + " bytes, not " + form.bytes()
                                                : "";
        if (!problem.isEmpty()) {
            throw new IllegalArgumentException("fromDlpack: the pointer " + problem + ": address "
                    + Long.toUnsignedString(managed.address()) + ", for a " + form.struct());
        }
        return MemorySegment.ofAddress(managed.address()).reinterpret(form.bytes());
    }
}
