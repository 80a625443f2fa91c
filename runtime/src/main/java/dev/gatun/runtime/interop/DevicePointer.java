package dev.gatun.runtime.interop;

import dev.gatun.runtime.DType;
import dev.gatun.runtime.Device;
import dev.gatun.runtime.Layout;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.cpu.CpuDevice;
import dev.gatun.runtime.cuda.CudaDevice;
import dev.gatun.runtime.memory.Storage;
import java.util.OptionalLong;

/**
 * Elements by their address, on a card or the CPU: what other native code needs to read and write an array, and what it
 * gives to be read and written as one. Nothing is ever copied. The counterpart is {@code torch.Tensor.data_ptr}.
 *
 * {@snippet :
 * Tensor tensor = Tensor.of(1f, 2f);
 * try (var pointer = DevicePointer.of(tensor)) {
 *     System.out.println(pointer.address() != 0); // true
 * }
 * }
 *
 * @param device that holds the elements
 * @param address of the memory from which the layout counts, as the device sees it
 * @param dtype of the elements
 * @param layout of the elements from that address on, in elements
 * @param stream the driver's handle (a {@code CUstream}, which is the runtime's {@code cudaStream_t} too) of the stream in
 *     whose order the elements are used, 0 for the default stream of the process; 0 on the CPU
 * @param owner kept reachable as long as anybody here uses the memory
 */
public record DevicePointer(Device device, long address, DType dtype, Layout layout, long stream, Object owner)
        implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("dev.gatun");

    /**
     * Where an array's elements are. The memory lives until the pointer is closed or unreachable, whatever becomes of the
     * array. On
     * a card the stream is this thread's current one: work of others goes behind it ({@code cudaStreamWaitEvent}, or
     * {@link dev.gatun.runtime.Stream#synchronize}), and this stream must wait for theirs before it goes on. Writes are not
     * seen by autograd's check for values that were changed in place. {@code torch.Tensor.data_ptr}.
     *
     * @param array on any device, of any layout
     * @return its pointer; the layout has offset 0
     * @throws IllegalStateException if the array was released
     */
    public static DevicePointer of(NdArray array) {
        if (array.device() instanceof CpuDevice cpu) {
            cpu.beforeHostAccess("devicePointer"); // a card's user works in the stream's order
        }
        NdArray held = array.alias(array.layout());
        held.own();
        Layout layout = array.layout();
        long offset = layout.offset();
        return new DevicePointer(
                array.device(),
                held.storage("devicePointer").address() + offset * array.dtype().bytes(),
                array.dtype(),
                layout.shifted(-offset),
                array.device() instanceof CudaDevice card ? card.streamHandle() : 0,
                new Held(held));
    }

    /** Lets go of the memory that {@link #of} holds on to; nothing for a pointer of another owner. */
    @Override
    public void close() {
        if (owner instanceof Held held) {
            held.array.release();
        }
    }

    /**
     * An array over this memory, which stays its owner's. On a card, this thread's current stream waits for what is on the
     * pointer's stream now, and that stream for all work of ours before the callback is called.
     *
     * @param release called once, on any thread, when no array, view or graph uses the memory any more
     * @return an array that belongs to the open scope like any other; both sides see what the other writes
     * @throws IllegalArgumentException if the address is null or not aligned to the dtype, or on another device, or the
     *     layout reaches beyond all memory
     */
    public NdArray wrap(Runnable release) {
        String what = dtype + layout.shape().toString();
        boolean empty = layout.shape().count() == 0;
        require(layout.isWithin(Long.MAX_VALUE / dtype.bytes()), "the layout reaches too far", what + ", " + layout);
        require(empty || address != 0, "the address is null", what);
        require(
                address % dtype.bytes() == 0,
                "memory is not aligned to " + dtype.bytes() + " bytes",
                "address 0x" + Long.toHexString(address) + ", " + what);
        OptionalLong follows = OptionalLong.empty();
        if (device instanceof CudaDevice card && !empty) {
            card.requireMemory("devicePointer", address, what);
            card.waitFor(stream);
            follows = OptionalLong.of(stream);
        }
        var loan = new Loan(owner, release, follows);
        return new NdArray(Storage.borrow(device.pool(), address, layout.end() * dtype.bytes(), loan), layout, dtype);
    }

    private static void require(boolean holds, String problem, String got) {
        if (!holds) {
            throw new IllegalArgumentException("devicePointer: " + problem + ": " + got);
        }
    }

    /** An array for the pointer's sake. */
    private record Held(NdArray array) {}

    /** What is lent to us. */
    private record Loan(Object owner, Runnable release, OptionalLong stream) implements Storage.Lender {
        @Override
        public void takeBack() {
            try {
                release.run();
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.WARNING, "gatun: devicePointer: the release of " + owner + " failed", e);
            }
        }
    }
}
