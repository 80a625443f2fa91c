package dev.gatun.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class ShapeTest {
    @Test
    void of_ordinary_countsElements() {
        Shape shape = Shape.of(64, 784);
        assertEquals(2, shape.rank());
        assertEquals(50_176, shape.count());
        assertEquals(784, shape.size(-1));
        assertEquals("[64, 784]", shape.toString());
        assertEquals(Shape.of(64, 784), shape);
        assertEquals(Shape.of(64, 784).hashCode(), shape.hashCode());
        assertNotEquals(Shape.of(784, 64), shape);
        assertEquals(1, Shape.scalar().count());
        assertSame(Shape.scalar(), Shape.of());
        assertEquals(0, Shape.of(3, 0, 2).count());
    }

    @Test
    void of_arrayChangedLater_staysAsItWas() {
        long[] sizes = {2, 3};
        Shape shape = Shape.of(sizes);
        sizes[0] = 7;
        shape.toArray()[1] = 7;
        assertEquals(Shape.of(2, 3), shape);
    }

    @Test
    void of_wrongSizes_saysWhich() {
        check("shape: a size is negative: [2, -1]", 2, -1);
        check("shape: rank is above 8: [1, 1, 1, 1, 1, 1, 1, 1, 1]", 1, 1, 1, 1, 1, 1, 1, 1, 1);
        check("shape: too many elements: [4294967296, 4294967296]", 1L << 32, 1L << 32);
        check("shape: too many elements: [3037000500, 3037000500]", 3_037_000_500L, 3_037_000_500L);
        check("shape: too many elements: [0, 4294967296, 4294967296]", 0, 1L << 32, 1L << 32);
    }

    private static void check(String message, long... sizes) {
        assertEquals(
                message,
                assertThrows(IllegalArgumentException.class, () -> Shape.of(sizes))
                        .getMessage());
    }

    @Test
    void dim_outside_saysTheRange() {
        var e = assertThrows(
                IllegalArgumentException.class, () -> Shape.of(2, 3).dim(2, "sum"));
        assertEquals("sum: dimension 2 is outside -2..1: shape [2, 3]", e.getMessage());
        assertEquals(0, Shape.of(2, 3).dim(-2, "sum"));
    }

    @Test
    void broadcast_pairs_followNumPy() {
        assertEquals(Shape.of(2, 3), Shape.broadcast("add", Shape.of(2, 3), Shape.of(3)));
        assertEquals(Shape.of(2, 3), Shape.broadcast("add", Shape.of(2, 1), Shape.of(1, 3)));
        assertEquals(Shape.of(2, 3), Shape.broadcast("add", Shape.scalar(), Shape.of(2, 3)));
        assertEquals(Shape.of(0, 3), Shape.broadcast("add", Shape.of(1, 3), Shape.of(0, 1)));
        var e = assertThrows(
                IllegalArgumentException.class, () -> Shape.broadcast("add", Shape.of(2, 3), Shape.of(2, 4)));
        assertEquals("add: shapes do not broadcast: [2, 3] and [2, 4] differ at dimension 1", e.getMessage());
    }

    @Test
    void promote_pairs_followPyTorch() {
        assertEquals(DType.F32, DType.promote(DType.I64, DType.F32));
        assertEquals(DType.I64, DType.promote(DType.I64, DType.I32));
        assertEquals(DType.F64, DType.promote(DType.F64, DType.F32));
        assertEquals(DType.U8, DType.promote(DType.BOOL, DType.U8));
        assertEquals(DType.F32, DType.promote(DType.BF16, DType.F16));
        assertEquals(DType.F16, DType.promote(DType.I64, DType.F16));
        assertEquals(DType.I32, DType.promote(DType.U8, DType.I32));
    }
}
