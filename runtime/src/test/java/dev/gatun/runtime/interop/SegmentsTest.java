package dev.gatun.runtime.interop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.runtime.DType;
import dev.gatun.runtime.Device;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.Shape;
import dev.gatun.runtime.kernels.BinaryOp;
import dev.gatun.runtime.kernels.HostCopy;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentsTest {
    private static void addOne(NdArray x) {
        Device.cpu().kernels().elementwise().binary(BinaryOp.ADD, x, 1, x);
    }

    @Test
    void wrap_segment_sharesTheMemory() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(ValueLayout.JAVA_FLOAT, 6);
            memory.setAtIndex(ValueLayout.JAVA_FLOAT, 5, 41);
            NdArray array = Segments.wrap(memory, DType.F32, 2, 3);
            addOne(array);
            assertEquals(42, memory.getAtIndex(ValueLayout.JAVA_FLOAT, 5));
            assertEquals(memory.address(), Segments.segment(array).address());
            assertEquals(24, Segments.segment(array).byteSize());
            array.release();
            memory.setAtIndex(ValueLayout.JAVA_FLOAT, 0, 1); // still the caller's
        }
    }

    @Test
    void wrap_buffer_sharesFromPositionToLimit() {
        ByteBuffer buffer = ByteBuffer.allocateDirect(32).order(ByteOrder.nativeOrder());
        buffer.putLong(8, 41).position(8).limit(24);
        NdArray array = Segments.wrap(buffer, DType.I64, 2);
        addOne(array);
        assertEquals(42, buffer.getLong(8));
        assertEquals(1, buffer.getLong(16));
        array.release();
    }

    @Test
    void wrap_unfitMemory_saysWhy() {
        checkRefused("on the heap", MemorySegment.ofArray(new float[4]), DType.F32, 4);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(16, 8);
            checkRefused("read-only", memory.asReadOnly(), DType.F32, 4);
            checkRefused("memory has 16 bytes, not those of f32[5]", memory, DType.F32, 5);
            checkRefused("memory has 16 bytes, not those of f32[3]", memory, DType.F32, 3);
            checkRefused("not aligned to 4 bytes", memory.asSlice(1, 8), DType.F32, 2);
            checkRefused("not those of", memory, DType.F32, 1L << 62);
        }
        ByteBuffer other = ByteBuffer.allocateDirect(8);
        other.order(ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        var e = assertThrows(IllegalArgumentException.class, () -> Segments.wrap(other, DType.F32, 2));
        assertTrue(e.getMessage().startsWith("wrap: buffer is " + other.order()), e.getMessage());
        assertThrows(IllegalArgumentException.class, () -> Segments.wrap(ByteBuffer.allocate(8), DType.U8, 8));
    }

    private static void checkRefused(String why, MemorySegment memory, DType dtype, long... shape) {
        var e = assertThrows(IllegalArgumentException.class, () -> Segments.wrap(memory, dtype, shape));
        assertTrue(e.getMessage().startsWith("wrap: ") && e.getMessage().contains(why), e.getMessage());
        assertFalse(e.getMessage().contains("\n"));
    }

    @Test
    void use_arenaClosed_throws() {
        NdArray confined;
        NdArray shared;
        try (Arena first = Arena.ofConfined();
                Arena second = Arena.ofShared()) {
            confined = Segments.wrap(first.allocate(16, 8), DType.F32, 4);
            shared = Segments.wrap(second.allocate(16, 8), DType.F32, 4);
            addOne(confined);
            addOne(shared);
        }
        for (NdArray array : new NdArray[] {confined, shared}) {
            var e = assertThrows(IllegalStateException.class, () -> addOne(array));
            assertTrue(
                    e.getMessage().startsWith("add: f32[4] wraps memory of the caller whose arena is closed"),
                    e.getMessage());
            assertThrows(IllegalStateException.class, () -> HostCopy.read(array, 0, new float[4]));
            array.release();
        }
    }

    @Test
    void use_confinedArenaOfAnotherThread_throws() throws InterruptedException {
        try (Arena arena = Arena.ofConfined()) {
            NdArray array = Segments.wrap(arena.allocate(16, 8), DType.F32, 4);
            AtomicReference<Throwable> thrown = new AtomicReference<>();
            Thread other = new Thread(() -> thrown.set(assertThrows(IllegalStateException.class, () -> addOne(array))));
            other.start();
            other.join();
            assertTrue(thrown.get().getMessage().contains("belongs to another thread"));
            array.release();
        }
    }

    /** Another thread closes the arena while kernels run: each use ends well or in an exception, never in a crash. */
    @Test
    void use_arenaClosedMeanwhile_neverCrashes() throws InterruptedException {
        for (int round = 0; round < 50; round++) {
            Arena arena = Arena.ofShared();
            NdArray array = Segments.wrap(arena.allocate(4 << 12, 64), DType.F32, 1 << 12);
            AtomicInteger uses = new AtomicInteger();
            Thread user = new Thread(() -> {
                try {
                    while (true) {
                        addOne(array);
                        uses.incrementAndGet();
                    }
                } catch (IllegalStateException | AssertionError e) {
                    uses.incrementAndGet(); // refused by the check, or by the call itself just after it
                }
            });
            user.start();
            while (uses.get() < 10) {
                Thread.onSpinWait();
            }
            close(arena);
            user.join();
            array.release();
        }
    }

    /** Closing a shared arena fails while a call holds it. */
    private static void close(Arena arena) {
        while (true) {
            try {
                arena.close();
                return;
            } catch (IllegalStateException e) {
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void segment_ownArray_outlivesIt() throws InterruptedException {
        MemorySegment segment;
        long used = Device.cpu().memory().used();
        try (var scope = Scope.open()) {
            NdArray array = NdArray.allocate(Device.cpu(), DType.F32, Shape.of(3));
            HostCopy.write(new float[] {1, 2, 3}, array, 0);
            segment = Segments.segment(array);
            addOne(array);
            assertEquals(12, segment.byteSize());
        }
        assertTrue(Device.cpu().memory().used() > used);
        assertEquals(4f, segment.getAtIndex(ValueLayout.JAVA_FLOAT, 2));
        assertThrows(IndexOutOfBoundsException.class, () -> segment.getAtIndex(ValueLayout.JAVA_FLOAT, 3));
    }

    @Test
    void segment_unreachable_givesTheStorageBack() throws InterruptedException {
        long bytes = 3 << 20;
        long used = Device.cpu().memory().used();
        takeAndForget(bytes);
        assertTrue(Device.cpu().memory().used() >= used + bytes);
        for (int i = 0; i < 50 && Device.cpu().memory().used() >= used + bytes; i++) {
            System.gc();
            Thread.sleep(20);
        }
        assertTrue(Device.cpu().memory().used() < used + bytes);
    }

    private static void takeAndForget(long bytes) {
        NdArray array = NdArray.allocate(Device.cpu(), DType.U8, Shape.of(bytes));
        Segments.segment(array);
        array.release();
    }

    @Test
    void segment_unfitArray_saysWhy() {
        NdArray array = NdArray.allocate(Device.cpu(), DType.F32, Shape.of(2, 3));
        NdArray turned = array.alias(array.layout().transpose(0, 1));
        var e = assertThrows(IllegalArgumentException.class, () -> Segments.segment(turned));
        assertEquals("segment: not contiguous: f32[3, 2], strides [1, 3]; contiguous() copies", e.getMessage());
        array.release();
        assertThrows(IllegalStateException.class, () -> Segments.segment(array));
        turned.release();
    }

    @Test
    void map_written_leavesTheFile(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("é file");
        Files.write(file, new byte[] {1, 2, 3, 4});
        file.toFile().setReadOnly();
        MemorySegment memory = Segments.map(file);
        NdArray array = Segments.wrap(memory, DType.U8, 4);
        addOne(array);
        assertArrayEquals(new byte[] {2, 3, 4, 5}, memory.toArray(ValueLayout.JAVA_BYTE));
        assertArrayEquals(new byte[] {1, 2, 3, 4}, Files.readAllBytes(file));
        array.release();
    }

    @Test
    void map_noFile_saysWhy(@TempDir Path folder) throws IOException {
        Path empty = Files.createFile(folder.resolve("empty"));
        checkNotMapped("map: an empty file: " + empty, empty);
        checkNotMapped("map: not a regular file: " + folder, folder);
        checkNotMapped("map: no such file: " + folder.resolve("no"), folder.resolve("no"));
    }

    private static void checkNotMapped(String message, Path file) {
        assertEquals(
                message,
                assertThrows(IOException.class, () -> Segments.map(file)).getMessage());
    }
}
