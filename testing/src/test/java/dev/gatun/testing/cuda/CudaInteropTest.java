package dev.gatun.testing.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Device;
import dev.gatun.runtime.Layout;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.Shape;
import dev.gatun.runtime.Stream;
import dev.gatun.runtime.interop.DevicePointer;
import dev.gatun.runtime.interop.DlPack;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Memory of a card that is shared by its address. */
class CudaInteropTest {
    private static final int COUNT = 1000;

    private final Device cuda = CudaStubs.device();
    private final Scope scope = Scope.open();

    @AfterEach
    void close() {
        scope.close();
    }

    private Tensor numbers() {
        return Tensor.arange(COUNT).to(DType.F32).to(cuda);
    }

    @Test
    void pointer_outAndIn_isTheSameMemoryUntilTheLastUse() {
        Tensor x = numbers();
        DevicePointer out = DevicePointer.of(x.slice(0, 10, COUNT, 1));
        assertEquals(DevicePointer.of(x).address() + 40, out.address());
        assertEquals(0, out.layout().offset());
        AtomicInteger released = new AtomicInteger();
        Layout evens = Layout.of(Shape.of(5), new long[] {2}, 2);
        Tensor y = Tensor.wrap(new DevicePointer(cuda, out.address(), DType.F32, evens, out.stream(), x)
                .wrap(released::incrementAndGet));
        y.mul_(-1);
        assertArrayEquals(new float[] {-12, -14, -16, -18, -20}, y.toFloatArray());
        assertEquals(-14, x.select(0, 14).item());
        assertEquals(13, x.select(0, 13).item());
        Tensor view = y.select(0, 0);
        y.release();
        view.release();
        scope.close();
        assertEquals(1, released.get());
    }

    @Test
    void pointer_released_keepsTheMemory() {
        Tensor x = numbers();
        DevicePointer out = DevicePointer.of(x);
        x.release();
        Tensor other = Tensor.zeros(COUNT).to(cuda);
        Tensor back = Tensor.wrap(out.wrap(() -> {}));
        assertEquals(COUNT - 1, back.select(0, COUNT - 1).item());
        assertEquals(0, other.select(0, COUNT - 1).item());
    }

    /** What the owner's stream does before is seen here, and ours by what it does later; nobody waits on the host. */
    @Test
    void pointer_ofAnotherStream_isUsedInOrder() {
        AtomicInteger released = new AtomicInteger();
        try (Stream theirs = cuda.newStream()) {
            Tensor x;
            DevicePointer out;
            try (Stream.Use use = theirs.use()) {
                x = numbers();
                x.add_(1); // not done yet
                out = DevicePointer.of(x);
            }
            try (var inner = Scope.open()) {
                Tensor y = Tensor.wrap(out.wrap(released::incrementAndGet));
                y.mul_(2); // not done yet
            }
            try (Stream.Use use = theirs.use()) {
                float[] values = x.toFloatArray();
                assertEquals(2, values[0]);
                assertEquals(2 * COUNT, values[COUNT - 1]);
            }
        }
        assertEquals(1, released.get());
    }

    @Test
    void pointer_ofTheDefaultStream_isTaken() {
        Tensor x = numbers();
        cuda.synchronize();
        long address = DevicePointer.of(x).address();
        var pointer = new DevicePointer(cuda, address, DType.F32, Layout.contiguous(Shape.of(3)), 0, x);
        assertArrayEquals(
                new float[] {0, 1, 2}, Tensor.wrap(pointer.wrap(() -> {})).toFloatArray());
    }

    @Test
    void pointer_thatIsNone_isRefused() {
        Tensor x = numbers();
        checkPointer("the address is null: f32[2]", 0, new long[] {1});
        checkPointer(
                "memory is not aligned to 4 bytes: address 0x",
                DevicePointer.of(x).address() + 2,
                new long[] {1});
        checkPointer("the layout reaches too far: f32[2]", DevicePointer.of(x).address(), new long[] {Long.MAX_VALUE});
        Tensor host = Tensor.ones(2);
        checkPointer(
                "memory is not on cuda:0: address 0x", DevicePointer.of(host).address(), new long[] {1});
        if (Device.cudaCount() > 1) {
            Tensor other = Tensor.ones(2).to(Device.cuda(1));
            long address = DevicePointer.of(other).address();
            checkPointer(
                    "memory is not on cuda:0: address 0x" + Long.toHexString(address) + " is on cuda:1, f32[2]",
                    address,
                    new long[] {1});
        }
    }

    private void checkPointer(String why, long address, long[] strides) {
        Layout layout = Layout.of(Shape.of(2), strides, 0);
        var pointer = new DevicePointer(cuda, address, DType.F32, layout, 0, this);
        var e = assertThrows(IllegalArgumentException.class, () -> pointer.wrap(() -> {}));
        assertTrue(e.getMessage().startsWith("devicePointer: " + why), e.getMessage());
    }

    @Test
    @SuppressWarnings("restricted")
    void dlpack_outAndIn_isTheSameMemory() {
        Tensor x = numbers().view(10, 100).transpose(0, 1);
        MemorySegment managed = DlPack.toDlpack(x);
        MemorySegment tensor = managed.reinterpret(48);
        assertEquals(2, tensor.get(ValueLayout.JAVA_INT, 8)); // kDLCUDA
        assertEquals(0, tensor.get(ValueLayout.JAVA_INT, 12));
        x.release();
        Tensor back = Tensor.wrap(DlPack.fromDlpack(managed));
        assertEquals(cuda, back.device());
        assertEquals(
                tensor.get(ValueLayout.JAVA_LONG, 0), DevicePointer.of(back).address());
        assertArrayEquals(new long[] {1, 100}, back.strides());
        assertEquals(199, back.select(0, 99).select(0, 1).item());
        Tensor versioned = Tensor.wrap(DlPack.fromDlpackVersioned(DlPack.toDlpackVersioned(back)));
        assertEquals(
                DevicePointer.of(back).address(), DevicePointer.of(versioned).address());
    }

    /** The deleter is called once the card is done with the memory. */
    @Test
    void dlpack_usedAndReleased_waitsForTheCard() {
        Tensor x = numbers();
        try (var inner = Scope.open()) {
            Tensor y = Tensor.wrap(DlPack.fromDlpack(DlPack.toDlpack(x)));
            y.add_(1);
            y.add_(1);
        }
        assertTrue(cuda.stream().isDone());
        assertEquals(2, x.select(0, 0).item());
    }

    @Test
    @SuppressWarnings("restricted")
    void dlpack_ofTheWrongDevice_isRefused() {
        Tensor host = Tensor.ones(2);
        MemorySegment managed = DlPack.toDlpack(host);
        MemorySegment tensor = managed.reinterpret(48);
        tensor.set(ValueLayout.JAVA_INT, 8, 2);
        var e = assertThrows(IllegalArgumentException.class, () -> DlPack.fromDlpack(managed));
        assertTrue(e.getMessage().startsWith("fromDlpack: memory is not on cuda:0: address 0x"), e.getMessage());
        tensor.set(ValueLayout.JAVA_INT, 8, 1);
        Tensor.wrap(DlPack.fromDlpack(managed)).release();
    }
}
