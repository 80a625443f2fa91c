package dev.gatun.runtime.interop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.runtime.DType;
import dev.gatun.runtime.Device;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.Shape;
import dev.gatun.runtime.kernels.BinaryOp;
import dev.gatun.runtime.kernels.HostCopy;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Managed tensors of both forms, out and in, right and hostile. */
class DlPackTest {
    private static final FunctionDescriptor DELETER = FunctionDescriptor.ofVoid(ValueLayout.ADDRESS);
    private static final long STRUCT_BYTES = 256;
    private static final long DATA_AT = 128;
    private static final AtomicLong DELETED = new AtomicLong(); // the struct that was deleted last

    private final Arena arena = Arena.ofConfined(); // of one test: each has an instance of its own
    private final Scope scope = Scope.open();
    private int out;

    @BeforeEach
    void count() {
        DELETED.set(0);
        out = DlExport.count();
    }

    @AfterEach
    void close() {
        scope.close();
        arena.close();
        assertEquals(out, DlExport.count(), "managed tensors that were not deleted");
    }

    private static NdArray floats(long... shape) {
        NdArray array = NdArray.allocate(Device.cpu(), DType.F32, Shape.of(shape));
        float[] values = new float[(int) array.count()];
        for (int i = 0; i < values.length; i++) {
            values[i] = i;
        }
        HostCopy.write(values, array, 0);
        return array;
    }

    /** Without a segment, which would hold the memory until the collector comes. */
    private static long address(NdArray array) {
        return array.storage("test").address()
                + array.layout().offset() * array.dtype().bytes();
    }

    private static MemorySegment export(NdArray array, DlForm form) {
        return form == DlForm.FIRST ? DlPack.toDlpack(array) : DlPack.toDlpackVersioned(array);
    }

    private static NdArray take(MemorySegment managed, DlForm form) {
        return form == DlForm.FIRST ? DlPack.fromDlpack(managed) : DlPack.fromDlpackVersioned(managed);
    }

    @SuppressWarnings("restricted")
    private static MemorySegment struct(MemorySegment managed) {
        return managed.reinterpret(STRUCT_BYTES);
    }

    /** As a consumer calls it. */
    @SuppressWarnings("restricted")
    private static void delete(MemorySegment managed, DlForm form) {
        MemorySegment deleter = struct(managed).get(ValueLayout.ADDRESS, form.deleterAt());
        MethodHandle call = Linker.nativeLinker().downcallHandle(deleter, DELETER);
        try {
            call.invokeExact(managed);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    @SuppressWarnings("UnusedMethod") // through its handle
    private static void deleted(MemorySegment managed) {
        DELETED.set(managed.address());
    }

    @SuppressWarnings("restricted")
    private MemorySegment deleter() {
        try {
            MethodHandle target = MethodHandles.lookup()
                    .findStatic(DlPackTest.class, "deleted", MethodType.methodType(void.class, MemorySegment.class));
            return Linker.nativeLinker().upcallStub(target, DELETER, Arena.global());
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("no deleter", e);
        }
    }

    @ParameterizedTest
    @EnumSource(DlForm.class)
    void export_view_describesItWhereItIs(DlForm form) {
        NdArray all = floats(4, 6);
        NdArray view = all.alias(all.layout().slice(1, 1, 6, 2).transpose(0, 1)); // [3, 4]
        MemorySegment managed = export(view, form);
        MemorySegment tensor = struct(managed).asSlice(form.tensorAt());
        assertEquals(address(all) + 4, tensor.get(ValueLayout.JAVA_LONG, 0));
        assertEquals(1, tensor.get(ValueLayout.JAVA_INT, 8));
        assertEquals(0, tensor.get(ValueLayout.JAVA_INT, 12));
        assertEquals(2, tensor.get(ValueLayout.JAVA_INT, 16));
        assertEquals(2, tensor.get(ValueLayout.JAVA_BYTE, 20));
        assertEquals(32, tensor.get(ValueLayout.JAVA_BYTE, 21));
        assertEquals(1, tensor.get(ValueLayout.JAVA_SHORT, 22));
        assertArrayEquals(new long[] {3, 4}, longs(tensor, 24));
        assertArrayEquals(new long[] {2, 6}, longs(tensor, 32));
        assertEquals(0, tensor.get(ValueLayout.JAVA_LONG, 40));
        delete(managed, form);
    }

    @SuppressWarnings("restricted")
    private static long[] longs(MemorySegment tensor, long at) {
        return tensor.get(ValueLayout.ADDRESS, at).reinterpret(16).toArray(ValueLayout.JAVA_LONG);
    }

    @Test
    void export_versioned_isOfVersionOneWithoutFlags() {
        MemorySegment managed = DlPack.toDlpackVersioned(floats(2));
        assertEquals(1, struct(managed).get(ValueLayout.JAVA_INT, 0));
        assertEquals(0, struct(managed).get(ValueLayout.JAVA_LONG, 24));
        delete(managed, DlForm.VERSIONED);
    }

    @ParameterizedTest
    @EnumSource(DlForm.class)
    void export_released_livesUntilTheDeleter(DlForm form) throws InterruptedException {
        NdArray array = floats(1000);
        var storage = array.storage("test");
        MemorySegment managed = export(array, form);
        array.release();
        NdArray other = floats(1000); // would get the memory
        NdArray back = take(managed, form);
        float[] last = new float[1];
        HostCopy.read(back, 999, last);
        assertEquals(999, last[0]);
        assertTrue(storage.tryRetain());
        storage.release();
        Thread thread = new Thread(() -> {
            NdArray view = back.alias(back.layout()); // the last one, of another thread
            back.release();
            view.release();
        });
        thread.start();
        thread.join();
        other.release();
    }

    @ParameterizedTest
    @EnumSource(DType.class)
    void roundTrip_everyDtype_isTheSameMemory(DType dtype) {
        NdArray array = NdArray.allocate(Device.cpu(), dtype, Shape.of(2, 3));
        for (DlForm form : DlForm.values()) {
            NdArray back = take(export(array, form), form);
            assertEquals(array.describe(), back.describe());
            assertEquals(address(array), address(back));
        }
    }

    @Test
    void roundTrip_emptyAndScalar_haveTheirShapes() {
        for (DlForm form : DlForm.values()) {
            assertEquals("f32[0, 3]", take(export(floats(0, 3), form), form).describe());
            NdArray scalar = take(export(floats(), form), form);
            assertEquals("f32[]", scalar.describe());
            assertEquals(0, HostCopy.readDouble(scalar));
        }
    }

    @Test
    void roundTrip_expanded_keepsItsZeroStride() {
        NdArray row = floats(3);
        NdArray expanded = row.alias(row.layout().expand("test", Shape.of(5, 3)));
        NdArray back = DlPack.fromDlpack(DlPack.toDlpack(expanded));
        assertArrayEquals(new long[] {0, 1}, back.strides());
        assertEquals(12, back.storage("test").bytes());
    }

    @Test
    void export_ofASegment_isRefused() {
        NdArray wrapped = Segments.wrap(arena.allocate(8, 4), DType.F32, 2);
        var e = assertThrows(IllegalArgumentException.class, () -> DlPack.toDlpack(wrapped));
        assertEquals(
                "toDlpack: wraps a segment, whose arena could close before the consumer is done: f32[2]; clone() copies it",
                e.getMessage());
        NdArray gone = floats(2);
        gone.release();
        assertThrows(IllegalStateException.class, () -> DlPack.toDlpackVersioned(gone));
    }

    @Test
    void export_deletedTwice_doesNoHarm() {
        MemorySegment managed = DlPack.toDlpack(floats(2));
        MemorySegment deleter = struct(managed).get(ValueLayout.ADDRESS, DlForm.FIRST.deleterAt());
        delete(managed, DlForm.FIRST);
        DlExport.callDeleter(deleter, managed);
        DlExport.callDeleter(deleter, MemorySegment.NULL);
    }

    /** A managed tensor as another library makes it: f32 2 x 3, from the third float of its memory on. */
    private MemorySegment foreign(DlForm form) {
        MemorySegment struct = arena.allocate(STRUCT_BYTES, 64);
        MemorySegment tensor = struct.asSlice(form.tensorAt(), DlTensor.BYTES);
        MemorySegment sizes = arena.allocateFrom(ValueLayout.JAVA_LONG, 2, 3);
        for (int i = 0; i < 8; i++) {
            struct.set(ValueLayout.JAVA_FLOAT, DATA_AT + 4L * i, i);
        }
        tensor.set(ValueLayout.JAVA_LONG, 0, struct.address() + DATA_AT);
        tensor.set(ValueLayout.JAVA_INT, 8, 1);
        tensor.set(ValueLayout.JAVA_INT, 16, 2);
        tensor.set(ValueLayout.JAVA_BYTE, 20, (byte) 2);
        tensor.set(ValueLayout.JAVA_BYTE, 21, (byte) 32);
        tensor.set(ValueLayout.JAVA_SHORT, 22, (short) 1);
        tensor.set(ValueLayout.ADDRESS, 24, sizes);
        tensor.set(ValueLayout.JAVA_LONG, 40, 8);
        form.write(struct, deleter());
        return struct;
    }

    @ParameterizedTest
    @EnumSource(DlForm.class)
    void take_foreign_isItsMemoryUntilTheLastUse(DlForm form) {
        MemorySegment struct = foreign(form);
        NdArray array = take(MemorySegment.ofAddress(struct.address()), form);
        assertEquals("f32[2, 3]", array.describe());
        assertTrue(array.isContiguous());
        assertEquals(struct.address() + DATA_AT + 8, address(array));
        Device.cpu().kernels().elementwise().binary(BinaryOp.ADD, array, 40, array);
        assertEquals(42, struct.get(ValueLayout.JAVA_FLOAT, DATA_AT + 8));
        assertEquals(1, struct.get(ValueLayout.JAVA_FLOAT, DATA_AT + 4)); // before the first
        NdArray view = array.alias(array.layout().select(0, 1));
        array.release();
        assertEquals(0, DELETED.get());
        view.release();
        assertEquals(struct.address(), DELETED.get());
    }

    @Test
    void take_withoutADeleter_endsQuietly() {
        MemorySegment struct = foreign(DlForm.FIRST);
        struct.set(ValueLayout.JAVA_LONG, DlForm.FIRST.deleterAt(), 0);
        NdArray array = DlPack.fromDlpack(struct);
        array.release();
        assertEquals(0, DELETED.get());
    }

    private static Arguments hostile(String why, Consumer<MemorySegment> change) {
        return Arguments.of(why, change);
    }

    static Stream<Arguments> hostile() {
        return Stream.of(
                hostile("rank is outside 0..8: -1", t -> t.set(ValueLayout.JAVA_INT, 16, -1)),
                hostile("rank is outside 0..8: 9", t -> t.set(ValueLayout.JAVA_INT, 16, 9)),
                hostile("rank is outside 0..8: 2147483647", t -> t.set(ValueLayout.JAVA_INT, 16, Integer.MAX_VALUE)),
                hostile("code 5, 64 bits, 1 lanes", t -> t.set(ValueLayout.JAVA_SHORT, 20, (short) 0x4005)),
                hostile("code 2, 32 bits, 4 lanes", t -> t.set(ValueLayout.JAVA_SHORT, 22, (short) 4)),
                hostile("code 2, 32 bits, 0 lanes", t -> t.set(ValueLayout.JAVA_SHORT, 22, (short) 0)),
                hostile("code 255, 255 bits", t -> t.set(ValueLayout.JAVA_SHORT, 20, (short) -1)),
                hostile("code 0, 16 bits", t -> t.set(ValueLayout.JAVA_SHORT, 20, (short) 0x1000)),
                hostile("shape is a null pointer: rank 2", t -> t.set(ValueLayout.JAVA_LONG, 24, 0)),
                hostile("shape is not aligned: address 3", t -> t.set(ValueLayout.JAVA_LONG, 24, 3)),
                hostile("strides is not aligned: address 9", t -> t.set(ValueLayout.JAVA_LONG, 32, 9)),
                hostile("data is a null pointer: f32[2, 3]", t -> t.set(ValueLayout.JAVA_LONG, 0, 0)),
                hostile("memory is not aligned to 4 bytes", t -> t.set(ValueLayout.JAVA_LONG, 40, 2)),
                hostile("byte offset is too large", t -> t.set(ValueLayout.JAVA_LONG, 40, -4)),
                hostile("device type 10, f32[2, 3]", t -> t.set(ValueLayout.JAVA_INT, 8, 10)),
                hostile("device type 0, f32[2, 3]", t -> t.set(ValueLayout.JAVA_INT, 8, 0)),
                hostile("number of the card is negative: -1", t -> {
                    t.set(ValueLayout.JAVA_INT, 8, 2);
                    t.set(ValueLayout.JAVA_INT, 12, -1);
                }));
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void take_hostile_isRefusedAndNotTakenOver(String why, Consumer<MemorySegment> change) {
        for (DlForm form : DlForm.values()) {
            MemorySegment struct = foreign(form);
            change.accept(struct.asSlice(form.tensorAt(), DlTensor.BYTES));
            var e = assertThrows(IllegalArgumentException.class, () -> take(struct, form));
            assertTrue(
                    e.getMessage().startsWith("fromDlpack: ") && e.getMessage().contains(why), e.getMessage());
            assertEquals(0, DELETED.get());
        }
    }

    @Test
    void take_hostileSizes_areRefused() {
        checkSizes("a size is negative: [-2, 3]", new long[] {-2, 3}, null);
        checkSizes("too many elements", new long[] {1L << 40, 1L << 40}, null);
        checkSizes("a stride is negative: f32[2, 3], strides [-3, 1]", new long[] {2, 3}, new long[] {-3, 1});
        checkSizes("strides reach too far", new long[] {2, 3}, new long[] {Long.MAX_VALUE, 1});
        checkSizes("strides reach too far", new long[] {1L << 61, 1}, null);
        NdArray one = DlPack.fromDlpack(withSizes(new long[] {1, 3}, new long[] {-7, 1})); // NumPy's freedom
        assertEquals("f32[1, 3]", one.describe());
    }

    private MemorySegment withSizes(long[] sizes, long[] strides) {
        MemorySegment struct = foreign(DlForm.FIRST);
        struct.set(ValueLayout.ADDRESS, 24, arena.allocateFrom(ValueLayout.JAVA_LONG, sizes));
        if (strides != null) {
            struct.set(ValueLayout.ADDRESS, 32, arena.allocateFrom(ValueLayout.JAVA_LONG, strides));
        }
        return struct;
    }

    private void checkSizes(String why, long[] sizes, long[] strides) {
        MemorySegment struct = withSizes(sizes, strides);
        var e = assertThrows(IllegalArgumentException.class, () -> DlPack.fromDlpack(struct));
        assertTrue(e.getMessage().startsWith("fromDlpack: ") && e.getMessage().contains(why), e.getMessage());
    }

    @Test
    void take_versionsAndFlags_areLookedAt() {
        MemorySegment next = foreign(DlForm.VERSIONED);
        next.set(ValueLayout.JAVA_INT, 0, 2);
        next.set(ValueLayout.JAVA_INT, 4, 5);
        var version = assertThrows(IllegalArgumentException.class, () -> DlPack.fromDlpackVersioned(next));
        assertEquals("fromDlpack: DLPack's version is not 1: 2.5", version.getMessage());
        MemorySegment fixed = foreign(DlForm.VERSIONED);
        fixed.set(ValueLayout.JAVA_LONG, 24, 1);
        var readOnly = assertThrows(IllegalArgumentException.class, () -> DlPack.fromDlpackVersioned(fixed));
        assertEquals(
                "fromDlpack: memory is read-only, an array can be written: flags 1; copy it on its side",
                readOnly.getMessage());
        MemorySegment copied = foreign(DlForm.VERSIONED);
        copied.set(ValueLayout.JAVA_LONG, 24, 2);
        assertEquals("f32[2, 3]", DlPack.fromDlpackVersioned(copied).describe());
    }

    @Test
    void take_pointersThatAreNone_areRefused() {
        checkPointer("is null: address 0, for a DLManagedTensor", MemorySegment.NULL);
        checkPointer("is on the heap", MemorySegment.ofArray(new long[8]));
        checkPointer("is not aligned: address 12", MemorySegment.ofAddress(12));
        checkPointer("has 63 bytes, not 64", arena.allocate(63, 8));
        MemorySegment late;
        try (Arena brief = Arena.ofConfined()) {
            late = brief.allocate(64, 8);
        }
        checkPointer("lies in a closed arena", late);
    }

    private static void checkPointer(String why, MemorySegment pointer) {
        var e = assertThrows(IllegalArgumentException.class, () -> DlPack.fromDlpack(pointer));
        assertTrue(e.getMessage().startsWith("fromDlpack: the pointer " + why), e.getMessage());
    }
}
