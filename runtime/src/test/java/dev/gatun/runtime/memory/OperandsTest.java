package dev.gatun.runtime.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.bindings.kernels.gt_dims;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Layout;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.Shape;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OperandsTest {
    private final FakeDevice device = new FakeDevice(1L << 40);
    private Operands o = Operands.of("test");

    @AfterEach
    void end() {
        o.end();
    }

    private Operands begin(String op) {
        o = Operands.of(op);
        return o;
    }

    @Test
    void collapse_contiguous_isFlat() {
        NdArray x = device.array(2, 3, 4);
        begin("test").add(x).add(device.array(2, 3, 4)).collapse();
        assertTrue(o.isFlat());
        assertEquals(24, o.count());
        assertEquals(1, gt_dims.rank(o.dims()));
    }

    @Test
    void collapse_samePermutation_isFlat() {
        Layout turned = Layout.contiguous(Shape.of(2, 3, 4)).permute(2, 0, 1);
        begin("test").add(device.array(turned)).add(device.array(turned)).collapse();
        assertTrue(o.isFlat());
        assertEquals(24, o.count());
    }

    @Test
    void collapse_expandedElement_isFlatButForIt() {
        Shape shape = Shape.of(2, 3);
        NdArray one = device.array(Layout.contiguous(Shape.scalar()).expand("test", shape));
        begin("test").add(one).add(device.array(2, 3)).add(device.array(2, 3)).collapse();
        assertFalse(o.isFlat());
        assertTrue(o.isFlatButFor(0));
        assertFalse(o.isFlatButFor(1));
        assertEquals(6, o.count());
    }

    @Test
    void collapse_scalar_isFlatButForIt() {
        begin("test")
                .add(device.array(2, 3))
                .addScalar(2, DType.F32)
                .add(device.array(2, 3))
                .collapse();
        assertTrue(o.isFlatButFor(1));
        assertEquals(2f, o.at(1).get(ValueLayout.JAVA_FLOAT, 0));
    }

    @Test
    void collapse_row_hasTwoDimensions() {
        Shape shape = Shape.of(5, 2, 3);
        NdArray row = device.array(Layout.contiguous(Shape.of(2, 3)).expand("test", shape));
        begin("test").add(row).add(device.array(5, 2, 3)).collapse();
        assertFalse(o.isFlat());
        MemorySegment dims = o.dims();
        assertEquals(2, gt_dims.rank(dims));
        assertEquals(List.of(5L, 6L), List.of(size(dims, 0), size(dims, 1)));
        assertEquals(List.of(0L, 1L), List.of(stride(dims, 0, 0), stride(dims, 0, 1)));
    }

    @Test
    void collapse_anyLayouts_visitsTheSamePlaces() {
        Random random = new Random(3);
        for (int i = 0; i < 2000; i++) {
            Shape shape = Layouts.randomShape(random, 5);
            int inputs = 1 + random.nextInt(3);
            begin("test");
            List<NdArray> arrays = new ArrayList<>();
            for (int k = 0; k < inputs; k++) {
                arrays.add(device.array(Layouts.randomView(random, shape, true)));
            }
            arrays.add(device.array(Layouts.randomView(random, shape, false)));
            arrays.forEach(o::add);
            o.collapse();
            assertEquals(shape.count(), o.count());
            assertEquals(naivePlaces(arrays), collapsedPlaces(o.dims(), arrays), () -> arrays.toString());
            if (o.isFlat()) {
                assertTrue(gt_dims.rank(o.dims()) <= 1);
            }
            o.end();
            arrays.forEach(NdArray::release);
        }
    }

    @Test
    void collapseReduction_anyLayouts_groupsTheSamePlaces() {
        Random random = new Random(4);
        for (int i = 0; i < 2000; i++) {
            Shape shape = Layouts.randomShape(random, 4);
            int reduced = random.nextInt(1 << shape.rank());
            long[] sizes = shape.toArray();
            for (int d = 0; d < sizes.length; d++) {
                sizes[d] = (reduced & 1 << d) != 0 ? 1 : sizes[d];
            }
            NdArray x = device.array(Layouts.randomView(random, shape, true));
            NdArray y = device.array(Layouts.randomView(random, Shape.of(sizes), false));
            boolean inOrder = random.nextBoolean();
            int kept = begin("test").add(x).add(y).collapseReduction(reduced, inOrder);
            Map<Long, List<Long>> naive = naiveGroups(x.layout(), y.layout(), reduced);
            Map<Long, List<Long>> found = collapsedGroups(o.dims(), kept, x.layout(), y.layout());
            if (!inOrder) {
                naive.values().forEach(places -> places.sort(null));
                found.values().forEach(places -> places.sort(null));
            }
            assertEquals(naive, found);
            o.end();
            x.release();
            y.release();
        }
    }

    @Test
    void collapse_differentShapes_saysBoth() {
        begin("add").add(device.array(2, 3)).add(device.array(3, 2));
        var e = assertThrows(IllegalArgumentException.class, o::collapse);
        assertEquals("add: shapes differ: f32[2, 3], f32[3, 2]", e.getMessage());
    }

    @Test
    void add_releasedArray_saysSoAndReleasesTheOthers() {
        NdArray x = device.array(2);
        NdArray gone = device.array(2);
        gone.release();
        begin("mul").add(x);
        var e = assertThrows(IllegalStateException.class, () -> o.add(gone));
        assertTrue(e.getMessage().startsWith("mul: f32[2] was released"), e.getMessage());
        assertFalse(x.storage("test").isUnshared());
        o.end();
        assertTrue(x.storage("test").isUnshared());
    }

    @Test
    void add_releasedByAnotherDuringTheCall_keepsTheMemory() throws InterruptedException {
        NdArray outside = device.array(2);
        begin("mul").add(outside);
        onAnotherThread(outside::release);
        assertTrue(device.used() > 0);
        o.end();
        assertEquals(0, device.used());
        try (var scope = Scope.open()) {
            NdArray inside = device.array(2);
            begin("mul").add(inside);
            onAnotherThread(inside::release);
            assertTrue(inside.isReleased());
            assertTrue(device.used() > 0);
            o.end();
        }
        assertEquals(0, device.used());
    }

    @Test
    void add_scopeOfAnotherThreadCloses_keepsTheMemory() throws InterruptedException {
        try (var scope = Scope.open()) {
            NdArray inside = device.array(2);
            onAnotherThread(() -> begin("mul").add(inside));
            scope.close();
            assertTrue(device.used() > 0);
            onAnotherThread(o::end);
            assertEquals(0, device.used());
        }
    }

    private static void onAnotherThread(Runnable action) throws InterruptedException {
        Thread other = new Thread(action);
        other.start();
        other.join();
    }

    @Test
    void add_layoutPastTheStorage_throws() {
        Shape four = Shape.of(4);
        List<Layout> wrong = List.of(
                Layout.contiguous(Shape.of(1 << 10)),
                Layout.of(four, new long[] {1}, 61),
                Layout.of(four, new long[] {1 << 10}, 0),
                Layout.of(four, new long[] {1}, Long.MAX_VALUE),
                Layout.of(four, new long[] {1}, Long.MAX_VALUE - 4));
        for (Layout layout : wrong) {
            assertThrows(IllegalArgumentException.class, () -> device.array(4).alias(layout), layout.toString());
            // 16 bytes asked for, 64 in the block
            NdArray array = new NdArray(device.pool().allocate(16), layout, DType.F32);
            begin("add");
            assertThrows(IllegalArgumentException.class, () -> o.add(array), layout.toString());
            o.end();
        }
    }

    @Test
    void writeScalar_everyDType_castsAsJavaDoes() {
        assertEquals(1L << 62, o.writeScalar(1L << 62, DType.I64).get(ValueLayout.JAVA_LONG, 0));
        assertEquals(-2, o.writeScalar(-2.9, DType.I32).get(ValueLayout.JAVA_INT, 0));
        assertEquals((byte) 200, o.writeScalar(200, DType.U8).get(ValueLayout.JAVA_BYTE, 0));
        assertEquals(1, o.writeScalar(0.5, DType.BOOL).get(ValueLayout.JAVA_BYTE, 0));
        assertEquals(0.1f, o.writeScalar(0.1, DType.F32).get(ValueLayout.JAVA_FLOAT, 0));
        assertEquals(0.1, o.writeScalar(0.1, DType.F64).get(ValueLayout.JAVA_DOUBLE, 0));
        assertEquals((short) 0x3c00, o.writeScalar(1, DType.F16).get(ValueLayout.JAVA_SHORT, 0));
        assertEquals((short) 0x3f80, o.writeScalar(1, DType.BF16).get(ValueLayout.JAVA_SHORT, 0));
        // halfway between 0x3f80 and 0x3f81 goes to the even one, halfway between 0x3f81 and 0x3f82 too
        assertEquals(
                (short) 0x3f80,
                o.writeScalar(Float.intBitsToFloat(0x3f808000), DType.BF16).get(ValueLayout.JAVA_SHORT, 0));
        assertEquals(
                (short) 0x3f82,
                o.writeScalar(Float.intBitsToFloat(0x3f818000), DType.BF16).get(ValueLayout.JAVA_SHORT, 0));
        assertTrue((o.writeScalar(Float.NaN, DType.BF16).get(ValueLayout.JAVA_SHORT, 0) & 0x7fff) > 0x7f80);
    }

    private static List<List<Long>> naivePlaces(List<NdArray> arrays) {
        List<long[]> columns = new ArrayList<>();
        arrays.forEach(array -> columns.add(Layouts.places(array.layout())));
        List<List<Long>> rows = new ArrayList<>();
        for (int i = 0; i < columns.getFirst().length; i++) {
            List<Long> row = new ArrayList<>();
            for (long[] column : columns) {
                row.add(column[i]);
            }
            rows.add(row);
        }
        rows.sort(OperandsTest::compareRows);
        return rows;
    }

    private static List<List<Long>> collapsedPlaces(MemorySegment dims, List<NdArray> arrays) {
        List<List<Long>> rows = new ArrayList<>();
        for (long[] index : indexes(dims, 0, (int) gt_dims.rank(dims))) {
            List<Long> row = new ArrayList<>();
            for (int k = 0; k < arrays.size(); k++) {
                row.add(place(dims, k, 0, index, arrays.get(k).layout()));
            }
            rows.add(row);
        }
        rows.sort(OperandsTest::compareRows);
        return rows;
    }

    private static Map<Long, List<Long>> naiveGroups(Layout x, Layout y, int reduced) {
        long[] sizes = x.shape().toArray();
        long[] strides = y.strides();
        for (int d = 0; d < sizes.length; d++) {
            strides[d] = (reduced & 1 << d) != 0 ? 0 : strides[d];
        }
        long[] from = Layouts.places(x);
        long[] to = Layouts.places(Layout.of(Shape.of(sizes), strides, y.offset()));
        Map<Long, List<Long>> groups = new HashMap<>();
        for (int i = 0; i < from.length; i++) {
            groups.computeIfAbsent(to[i], key -> new ArrayList<>()).add(from[i]);
        }
        return groups;
    }

    private static Map<Long, List<Long>> collapsedGroups(MemorySegment dims, int kept, Layout x, Layout y) {
        int rank = (int) gt_dims.rank(dims);
        Map<Long, List<Long>> groups = new HashMap<>();
        for (long[] outer : indexes(dims, 0, kept)) {
            for (long[] inner : indexes(dims, kept, rank)) {
                groups.computeIfAbsent(place(dims, 1, 0, outer, y), key -> new ArrayList<>())
                        .add(place(dims, 0, 0, outer, x) + place(dims, 0, kept, inner, x) - x.offset());
            }
        }
        return groups;
    }

    private static long place(MemorySegment dims, int operand, int from, long[] index, Layout layout) {
        long place = layout.offset();
        for (int d = 0; d < index.length; d++) {
            place += index[d] * stride(dims, operand, from + d);
        }
        return place;
    }

    private static List<long[]> indexes(MemorySegment dims, int from, int to) {
        long[] sizes = new long[to - from];
        Arrays.setAll(sizes, d -> size(dims, from + d));
        return Layouts.indexes(sizes);
    }

    // jextract's indexed getters count from the start of the struct instead of the field's.

    private static long size(MemorySegment dims, int dim) {
        return gt_dims.size(dims).getAtIndex(ValueLayout.JAVA_LONG, dim);
    }

    private static long stride(MemorySegment dims, int operand, int dim) {
        return gt_dims.stride(dims).getAtIndex(ValueLayout.JAVA_LONG, operand * Dims.MAX_RANK + dim);
    }

    private static int compareRows(List<Long> a, List<Long> b) {
        for (int i = 0; i < a.size(); i++) {
            int order = Long.compare(a.get(i), b.get(i));
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    @Test
    void add_arraysOfTwoDevices_isRefused() {
        FakeDevice other = new FakeDevice(1L << 30);
        NdArray here = device.array(2, 3);
        NdArray there = other.array(2, 3);
        long used = device.used();
        Operands o = Operands.of("add").add(here);
        var e = assertThrows(IllegalArgumentException.class, () -> o.add(there));
        assertEquals(
                "add: operands on different devices: f32[2, 3] on fake, f32[2, 3] on fake; to(device) copies",
                e.getMessage());
        here.release();
        assertTrue(device.used() < used, "the refused call still holds its operands");
    }
}
