package dev.gatun.runtime.interop;

import dev.gatun.runtime.DType;
import dev.gatun.runtime.Device;
import dev.gatun.runtime.GatunException;
import dev.gatun.runtime.Layout;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.Shape;
import dev.gatun.runtime.cpu.FilePages;
import dev.gatun.runtime.memory.Storage;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Arrays over memory of the caller, and memory of arrays for the caller: never a copy, on the CPU alone. The
 * counterparts are {@code torch.from_numpy} and {@code Tensor.numpy}.
 *
 * {@snippet :
 * try (var arena = Arena.ofConfined()) {
 *     MemorySegment memory = arena.allocateFrom(ValueLayout.JAVA_FLOAT, 1, 2, 3, 4);
 *     Tensor tensor = Tensor.wrap(Segments.wrap(memory, DType.F32, 2, 2));
 *     tensor.mul_(10);
 *     System.out.println(memory.getAtIndex(ValueLayout.JAVA_FLOAT, 3)); // 40.0
 * }
 * }
 */
public final class Segments {
    private Segments() {}

    /**
     * An array over a caller's native memory: both see what the other writes. The memory stays the caller's. It must
     * stay open as long as the array, or a view of it, is used: after its arena is closed every use throws {@link
     * IllegalStateException}. The array keeps an automatic arena reachable. A confined arena serves its own thread
     * alone.
     *
     * @param memory of exactly the shape's bytes, aligned to the dtype; a BOOL's bytes must be 0 or 1
     * @param dtype of the elements
     * @param shape of the array, row-major
     * @return an array that belongs to the open scope like any other
     * @throws IllegalArgumentException if the memory is on the heap, read-only, not aligned or of another size
     * @throws IllegalStateException if its arena is closed
     */
    public static NdArray wrap(MemorySegment memory, DType dtype, long... shape) {
        Shape sizes = Shape.of(shape);
        String what = dtype + sizes.toString();
        if (!memory.isNative()) {
            throw new IllegalArgumentException("wrap: memory is on the heap, where the collector moves it: " + what
                    + "; use native memory (Arena.allocate, ByteBuffer.allocateDirect)");
        }
        if (memory.isReadOnly()) {
            throw new IllegalArgumentException("wrap: memory is read-only, an array can be written: " + what);
        }
        if (!memory.scope().isAlive()) {
            throw new IllegalStateException("wrap: the memory's arena is closed: " + what);
        }
        if (sizes.count() > dtype.elementsIn(Long.MAX_VALUE) || memory.byteSize() != sizes.count() * dtype.bytes()) {
            throw new IllegalArgumentException("wrap: memory has " + memory.byteSize() + " bytes, not those of " + what
                    + "; pass a slice of the right size");
        }
        if (memory.address() % dtype.bytes() != 0) {
            throw new IllegalArgumentException("wrap: memory is not aligned to " + dtype.bytes() + " bytes: address "
                    + memory.address() + ", " + what);
        }
        return new NdArray(Storage.lend(Device.cpu().pool(), memory), Layout.contiguous(sizes), dtype);
    }

    /**
     * An array over a direct buffer, from its position to its limit; the array keeps the buffer's memory reachable.
     *
     * @param buffer direct, writable, in native byte order where elements have several bytes
     * @param dtype of the elements
     * @param shape of the array, row-major
     * @return as {@link #wrap(MemorySegment, DType, long...)}
     * @throws IllegalArgumentException if the buffer is on the heap, read-only, in the other byte order, not aligned
     *     or of another size
     */
    public static NdArray wrap(ByteBuffer buffer, DType dtype, long... shape) {
        if (dtype.bytes() > 1 && buffer.order() != ByteOrder.nativeOrder()) {
            throw new IllegalArgumentException("wrap: buffer is " + buffer.order() + ", this machine is "
                    + ByteOrder.nativeOrder() + "; buffer.order(ByteOrder.nativeOrder()) sets it, or swap the bytes");
        }
        return wrap(MemorySegment.ofBuffer(buffer), dtype, shape);
    }

    /**
     * The contents of a file as memory, without a copy: pages are read when first touched and shared with other
     * processes. It may be {@linkplain #wrap wrapped} and written: a page that is written becomes this process's own,
     * and the file never changes. Whether the file's later changes are seen is up to the system; one that is
     * <em>shortened</em> while it is mapped ends the process at the next touch beyond its end, so replace files by
     * renaming another over them, as {@code SafeTensors.save} does.
     *
     * @param file a regular file that can be read and is not empty
     * @return its bytes, as long as the segment, or an array over it, is reachable
     * @throws IOException if it cannot be mapped; one line that names it
     */
    public static MemorySegment map(Path file) throws IOException {
        return FilePages.map(file);
    }

    /**
     * The memory of an array's elements: both see what the other writes. It belongs to the array's storage, which
     * lives on until the segment (with everything made from it) is unreachable too, whatever becomes of the array. For
     * an array that wraps a caller's memory it is that memory, under the caller's arena. Writes are not seen by
     * autograd's check for values that were changed in place.
     *
     * @param array contiguous, on the CPU
     * @return its elements, row-major, in native byte order
     * @throws IllegalArgumentException if the array is not contiguous
     * @throws IllegalStateException if the array was released
     * @throws GatunException if the array is on another device
     */
    @SuppressWarnings("restricted") // the storage is that large, and retained until the segment is gone
    public static MemorySegment segment(NdArray array) {
        if (!array.device().equals(Device.cpu())) {
            throw new GatunException("segment: not on the CPU: " + array.describe() + " on " + array.device());
        }
        if (!array.isContiguous()) {
            throw new IllegalArgumentException("segment: not contiguous: " + array.describe() + ", strides "
                    + Arrays.toString(array.strides()) + "; contiguous() copies");
        }
        array.device().beforeHostAccess("segment");
        Storage storage = array.storage("segment");
        long bytes = array.count() * array.dtype().bytes();
        MemorySegment start = storage.at(array.layout().offset() * array.dtype().bytes());
        if (storage.isLent()) {
            return start.asSlice(0, bytes);
        }
        storage.retain();
        return start.reinterpret(bytes, Arena.ofAuto(), gone -> storage.release());
    }
}
