package dev.gatun.testing.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Device;
import dev.gatun.runtime.Event;
import dev.gatun.runtime.GatunException;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.Shape;
import dev.gatun.runtime.Stream;
import dev.gatun.runtime.cuda.CudaDevice;
import dev.gatun.runtime.kernels.HostCopy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Cards as devices: by index, their memory, copies, streams and events, and what fails. */
class CudaDeviceTest {
    private static final int INVALID_VALUE = 1;
    private static final long MIB = 1 << 20;

    private final CudaDevice cuda = CudaStubs.device();
    private final Scope scope = Scope.open(); // of one test: each has an instance of its own

    @AfterEach
    void close() {
        scope.close();
    }

    private NdArray allocate(DType dtype, long... shape) {
        return NdArray.allocate(cuda, dtype, Shape.of(shape));
    }

    @Test
    void device_byIndexAndName_isOne() {
        assertSame(cuda, Device.cuda());
        assertSame(cuda, Device.cuda(0));
        assertSame(cuda, Device.of("cuda"));
        assertSame(cuda, Device.of("CUDA:0"));
        assertEquals("cuda:0", cuda.toString());
        assertTrue(Device.cudaCount() >= 1);
    }

    @Test
    void device_thatIsNotThere_saysHowManyAre() {
        var e = assertThrows(GatunException.class, () -> Device.cuda(99));
        int count = Device.cudaCount();
        assertEquals("cuda: no card 99: there " + (count == 1 ? "is 1" : "are " + count), e.getMessage());
        var negative = assertThrows(IllegalArgumentException.class, () -> Device.cuda(-1));
        assertEquals("cuda: the index is negative: -1", negative.getMessage());
        var name = assertThrows(IllegalArgumentException.class, () -> Device.of("cuda:x"));
        assertEquals("device: not one of auto, cpu, cuda, cuda:1: 'cuda:x'", name.getMessage());
    }

    @Test
    void report_withACard_namesLibrariesAndCard() {
        String report = String.join("\n", Device.report());
        assertTrue(report.startsWith("cpu, "), report);
        assertTrue(report.contains("\ndriver "), report);
        assertTrue(report.contains("\nNVRTC "), report);
        assertTrue(report.contains("\ncuBLAS "), report);
        assertTrue(report.contains("\ncuda:0, "), report);
        assertTrue(report.contains("GiB, compute capability "), report);
    }

    @Test
    void copies_everyDtype_comeBack() {
        NdArray floats = allocate(DType.F32, 3);
        HostCopy.write(new float[] {1, 2, 3}, floats, 0);
        float[] three = new float[3];
        HostCopy.read(floats, 0, three);
        assertArrayEquals(new float[] {1, 2, 3}, three);
        NdArray flags = allocate(DType.BOOL, 2, 2);
        HostCopy.write(new boolean[] {true, false}, flags, 2);
        boolean[] two = new boolean[2];
        HostCopy.read(flags, 2, two);
        assertArrayEquals(new boolean[] {true, false}, two);
        NdArray one = allocate(DType.F16);
        HostCopy.write(new short[] {Float.floatToFloat16(-2.5f)}, one, 0);
        assertEquals(-2.5, HostCopy.readDouble(one));
        NdArray long1 = allocate(DType.I64, 1);
        HostCopy.write(new long[] {Long.MIN_VALUE}, long1, 0);
        assertEquals(Long.MIN_VALUE, HostCopy.readLong(long1));
    }

    /** More than both halves of the pinned buffer, and not a whole number of them. */
    @Test
    void copies_large_comeBack() {
        int count = (int) (5 * MIB / 4 * 3 + 7);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = i;
        }
        NdArray x = allocate(DType.F32, count);
        HostCopy.write(values, x, 0);
        values[0] = -1; // is ours again
        float[] back = new float[count];
        HostCopy.read(x, 0, back);
        values[0] = 0;
        assertArrayEquals(values, back);
    }

    @Test
    void tensors_toACardAndBack_areTheSame() {
        Tensor x = Tensor.ofArray(new float[][] {{1, 2, 3}, {4, 5, 6}});
        Tensor there = x.to(cuda);
        assertSame(cuda, there.device());
        assertSame(there, there.to(cuda));
        assertArrayEquals(new float[] {1, 2, 3, 4, 5, 6}, there.to(Device.cpu()).toFloatArray());
        assertArrayEquals(new double[] {1, 2, 3, 4, 5, 6}, there.toDoubleArray());
        Tensor turned = x.transpose(0, 1).to(cuda);
        assertArrayEquals(new float[] {1, 4, 2, 5, 3, 6}, turned.toFloatArray());
        assertEquals(0, Tensor.zeros(0, 3).to(cuda).toFloatArray().length);
    }

    @Test
    void gradients_throughACopy_comeBack() {
        Tensor x = Tensor.ofArray(new float[] {2, 3}).requiresGrad_();
        x.to(cuda).to(Device.cpu()).mul(x).sum().backward();
        assertArrayEquals(new float[] {4, 6}, x.grad().toFloatArray());
        assertSame(Device.cpu(), x.grad().device());
    }

    @Test
    void pinned_copies_waitOnlyIfAsked() {
        Tensor x = Tensor.arange(1000).to(DType.F32);
        assertFalse(x.isPinned());
        Tensor pinned = x.pinMemory();
        assertTrue(pinned.isPinned());
        assertSame(pinned, pinned.pinMemory());
        assertSame(Device.cpu(), pinned.device());
        assertArrayEquals(x.toFloatArray(), pinned.to(cuda).toFloatArray());
        Tensor there = pinned.to(cuda, true);
        assertArrayEquals(x.toFloatArray(), there.toFloatArray());
        var e = assertThrows(IllegalArgumentException.class, there::pinMemory);
        assertEquals("pinMemory: not on the CPU, but on cuda:0: f32[1000]", e.getMessage());
    }

    /** A copy that is under way reads the memory late: nobody else gets it before. */
    @Test
    void pinned_releasedWhileItIsCopied_isNotReusedTooEarly() {
        for (int i = 0; i < 5; i++) {
            Tensor pinned = Tensor.full(i, 1000).pinMemory();
            Tensor there = pinned.to(cuda, true);
            pinned.release();
            Tensor next = Tensor.full(-1, 1000).pinMemory();
            float[] values = there.toFloatArray();
            assertEquals(i, values[0]);
            assertEquals(i, values[999]);
            next.release();
        }
    }

    @Test
    void memory_released_isHandedOutAgain() {
        allocate(DType.F32, 1024, 1024).release();
        allocate(DType.F32, 3).release();
        long before = cuda.memory().systemAllocations();
        for (int i = 0; i < 100; i++) {
            allocate(DType.F32, 1024, 1024).release();
            allocate(DType.F32, 3).release();
        }
        assertEquals(before, cuda.memory().systemAllocations());
    }

    @Test
    void memory_thatIsNotThere_isAnExceptionAndTheProgramGoesOn() {
        long limit = cuda.memory().limit();
        var e = assertThrows(GatunException.class, () -> allocate(DType.F32, limit));
        assertTrue(
                e.getMessage().startsWith("memory: cuda:0 is out of it: asked for " + 4 * limit + " bytes"),
                e.getMessage());
        assertTrue(e.getMessage().contains("-Dgatun.cuda.memory.limit"), e.getMessage());
        NdArray half = allocate(DType.U8, limit / 2);
        assertThrows(GatunException.class, () -> allocate(DType.U8, limit / 2 + 64 * MIB));
        half.release();
        NdArray large = allocate(DType.U8, limit / 2 + 64 * MIB);
        large.release();
        cuda.trim();
        assertTrue(cuda.memory().mapped() < limit / 2);
    }

    @Test
    void memory_cachedByAnotherStream_isGivenUpForThisOne() {
        long limit = cuda.memory().limit();
        long most = limit / 4 * 3;
        try (Stream other = cuda.newStream()) {
            try (Stream.Use use = other.use()) {
                allocate(DType.U8, most).release();
            }
            NdArray x = allocate(DType.U8, most);
            x.release();
        }
        cuda.trim();
    }

    @Test
    void streams_current_isPerThread() throws InterruptedException {
        Stream before = cuda.stream();
        try (Stream own = cuda.newStream()) {
            try (Stream.Use use = own.use()) {
                assertSame(own, cuda.stream());
                Thread other = new Thread(() -> assertSame(before, cuda.stream()));
                other.start();
                other.join();
                var e = assertThrows(IllegalStateException.class, own::close);
                assertEquals("close: the stream is the current one of this thread", e.getMessage());
            }
            assertSame(before, cuda.stream());
        }
        Stream closed = cuda.newStream();
        closed.close();
        closed.close();
        var e = assertThrows(IllegalStateException.class, closed::record);
        assertEquals("record: the stream was closed", e.getMessage());
        try (Stream next = cuda.newStream()) {
            assertNotSame(closed, next);
        }
    }

    @Test
    void events_ofWork_happen() {
        Stream stream = cuda.stream();
        Event start = stream.record();
        allocate(DType.F32, 4);
        Event end = stream.record();
        assertTrue(end.secondsSince(start) >= 0);
        assertTrue(end.isDone());
        stream.synchronize();
        assertTrue(stream.isDone());
        cuda.synchronize();
        Event ofCpu = Device.cpu().stream().record();
        var e = assertThrows(IllegalArgumentException.class, () -> stream.waitFor(ofCpu));
        assertEquals("waitFor: the event is of cpu, the stream of cuda:0", e.getMessage());
        assertThrows(IllegalArgumentException.class, () -> end.secondsSince(ofCpu));
        assertThrows(IllegalArgumentException.class, () -> ofCpu.secondsSince(end));
        end.close();
        assertThrows(IllegalStateException.class, end::isDone);
    }

    @Test
    void events_ofTheCpu_haveHappened() {
        Device cpu = Device.cpu();
        Event start = cpu.stream().record();
        try (Stream stream = cpu.newStream()) {
            stream.waitFor(start);
            assertTrue(stream.isDone());
            assertTrue(stream.record().secondsSince(start) >= 0);
        }
        cpu.synchronize();
        assertTrue(start.isDone());
    }

    @Test
    void calls_thatFail_areNamed() {
        CudaStubs.require();
        cuda.synchronize();
        CudaStubs.fail("cuStreamSynchronize", INVALID_VALUE, 0);
        var e = assertThrows(GatunException.class, cuda::synchronize);
        assertEquals("cuStreamSynchronize: CUDA_ERROR_INVALID_VALUE (1), said by the stub", e.getMessage());
        cuda.synchronize();
        NdArray x = allocate(DType.F32, 4);
        CudaStubs.fail("cuMemcpyHtoDAsync", INVALID_VALUE, 0);
        var copy = assertThrows(GatunException.class, () -> HostCopy.write(new float[4], x, 0));
        assertEquals("cuMemcpyHtoDAsync: CUDA_ERROR_INVALID_VALUE (1), said by the stub: 16 bytes", copy.getMessage());
        cuda.trim();
        CudaStubs.fail("cuMemAlloc", INVALID_VALUE, 0);
        long bytes = 100 * MIB;
        var memory = assertThrows(GatunException.class, () -> allocate(DType.U8, bytes));
        assertTrue(memory.getMessage().startsWith("cuMemAlloc: CUDA_ERROR_INVALID_VALUE (1)"), memory.getMessage());
        allocate(DType.U8, bytes).release();
        cuda.trim();
    }

    @Test
    void devices_several_haveTheirOwnMemory() {
        CudaStubs.require();
        Device other = Device.cuda(1);
        assertEquals("cuda:1", other.name());
        Tensor x = Tensor.ofArray(new float[] {1, 2}).to(other);
        long used = cuda.memory().used();
        assertTrue(other.memory().used() > 0);
        assertArrayEquals(new float[] {1, 2}, x.to(cuda).toFloatArray());
        assertTrue(cuda.memory().used() >= used);
        assertFalse(other.stream().equals(cuda.stream()));
    }
}
