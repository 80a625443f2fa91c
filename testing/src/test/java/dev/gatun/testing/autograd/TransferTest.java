package dev.gatun.testing.autograd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.Shape;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Values from Java and to Java: arrays of every primitive type and rank, buffers, streams of rows. */
class TransferTest {
    private final Scope scope = Scope.open(); // of one test: each has an instance of its own

    @AfterEach
    void closeScope() {
        scope.close();
    }

    private static void refused(String message, Executable call) {
        assertEquals(message, assertThrows(IllegalArgumentException.class, call).getMessage());
    }

    @Test
    void arrays_everyPrimitiveType_comeBack() {
        assertBack(DType.F32, new float[] {1.5f, -2});
        assertBack(DType.F64, new double[] {1.5, 1e300});
        assertBack(DType.I64, new long[] {1L << 62, -1});
        assertBack(DType.I32, new int[] {Integer.MIN_VALUE, 7});
        assertBack(DType.I32, new short[] {Short.MIN_VALUE, 7});
        assertBack(DType.I32, new char[] {'a', '\uffff'});
        assertBack(DType.U8, new byte[] {-1, 7});
        assertBack(DType.BOOL, new boolean[] {true, false});
    }

    private static void assertBack(DType dtype, Object array) {
        Tensor x = Tensor.ofArray(array);
        assertEquals(dtype, x.dtype());
        assertEquals(Shape.of(2), x.shape());
        assertArrayEquals(new Object[] {array}, new Object[] {x.toArray(array.getClass())});
    }

    @Test
    void arrays_everyRank_comeBack() {
        Tensor x = Tensor.arange(2 * 3 * 2).view(1, 2, 1, 3, 1, 1, 2, 1);
        long[][][][][][][][] eight = x.toArray(long[][][][][][][][].class);
        assertEquals(11, eight[0][1][0][2][0][0][1][0]);
        Tensor back = Tensor.ofArray(eight);
        assertEquals(x.shape(), back.shape());
        assertArrayEquals(x.toLongArray(), back.toLongArray());
        assertArrayEquals(
                new float[][] {{0, 2, 4}, {6, 8, 10}},
                x.view(2, 3, 2).select(2, 0).toArray(float[][].class));
        assertArrayEquals(new byte[] {0, 1, 2}, Tensor.arange(3).view(3, 1).toArray(byte[].class));
        assertArrayEquals(new short[] {0, 1}, Tensor.arange(2).toShortArray());
        assertArrayEquals(new double[2][0], Tensor.zeros(2, 0).toArray(double[][].class));
    }

    @Test
    void arrays_thatDoNotFit_areRefused() {
        refused("of: not an array of a primitive type: String", () -> Tensor.ofArray("text"));
        refused("of: not an array of a primitive type: String[][]", () -> Tensor.ofArray(new String[2][2]));
        refused(
                "of: inner arrays differ in length: 2 and 1 at depth 1",
                () -> Tensor.ofArray(new int[][] {{1, 2}, {1}}));
        refused(
                "toArray: no array of type float[][]: f32[3]",
                () -> Tensor.zeros(3).toArray(float[][].class));
        refused(
                "toArray: no array of type String: f32[3]",
                () -> Tensor.zeros(3).toArray(String.class));
    }

    @Test
    void buffers_heapDirectAndSwapped_areCopied() {
        List<Buffer> buffers = List.of(
                FloatBuffer.wrap(new float[] {9, 1, 2, 3}, 1, 3),
                DoubleBuffer.wrap(new double[] {1, 2, 3}),
                LongBuffer.wrap(new long[] {1, 2, 3}),
                IntBuffer.wrap(new int[] {1, 2, 3}),
                ByteBuffer.wrap(new byte[] {1, 2, 3}),
                ByteBuffer.allocateDirect(12)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .asFloatBuffer()
                        .put(new float[] {1, 2, 3})
                        .flip(),
                ByteBuffer.allocate(25)
                        .position(1)
                        .slice()
                        .order(ByteOrder.BIG_ENDIAN)
                        .asLongBuffer()
                        .put(new long[] {1, 2, 3})
                        .flip());
        List<DType> dtypes = List.of(DType.F32, DType.F64, DType.I64, DType.I32, DType.U8, DType.F32, DType.I64);
        for (int i = 0; i < buffers.size(); i++) {
            Buffer buffer = buffers.get(i);
            int position = buffer.position();
            Tensor x = Tensor.ofBuffer(buffer);
            assertEquals(dtypes.get(i), x.dtype());
            assertArrayEquals(new long[] {1, 2, 3}, x.toLongArray());
            assertEquals(position, buffer.position());
            x.add(x).toBuffer(buffer);
            assertEquals(0, buffer.remaining());
            assertArrayEquals(
                    new long[] {2, 4, 6},
                    Tensor.ofBuffer(buffer.position(position)).toLongArray());
        }
        Tensor matrix = Tensor.ofBuffer(IntBuffer.wrap(new int[6]), 2, 3);
        assertEquals(Shape.of(2, 3), matrix.shape());
        FloatBuffer wide = FloatBuffer.allocate(8);
        Tensor.arange(6).view(2, 3).t().toBuffer(wide); // cast, in the order of the view
        assertEquals(6, wide.position());
        assertArrayEquals(new float[] {0, 3, 1, 4, 2, 5, 0, 0}, wide.array());
    }

    @Test
    void buffers_thatDoNotFit_areRefused() {
        Tensor x = Tensor.zeros(3);
        refused("toBuffer: the buffer has room for 2 elements: f32[3]", () -> x.toBuffer(FloatBuffer.allocate(2)));
        refused(
                "toBuffer: the buffer is read-only: f32[3]",
                () -> x.toBuffer(FloatBuffer.allocate(3).asReadOnlyBuffer()));
        refused(
                "of: the buffer holds 3 elements, shape [2, 2] has 4",
                () -> Tensor.ofBuffer(FloatBuffer.allocate(3), 2, 2));
        var thrown = assertThrows(IllegalArgumentException.class, () -> Tensor.ofBuffer(CharBuffer.allocate(1)));
        assertEquals(
                "of: no dtype for a buffer of this type", thrown.getMessage().substring(0, 38));
    }

    @Test
    void rows_inAndOut_areStreams() {
        Tensor x = Tensor.ofRows(Stream.of(new float[] {1, 2}, new float[] {3, 4}, new float[] {5, 6}));
        assertEquals(Shape.of(3, 2), x.shape());
        assertArrayEquals(
                new double[] {3, 7, 11},
                x.rows().mapToDouble(row -> row.sum().item()).toArray());
        x.rows().skip(1).forEach(row -> row.mul_(2)); // rows are views
        assertArrayEquals(new float[] {1, 2, 6, 8, 10, 12}, x.toFloatArray());
        refused("rows: takes no rank 0: f32[]", () -> Tensor.scalar(1).rows());
        refused(
                "of: inner arrays differ in length: 1 and 2 at depth 1",
                () -> Tensor.ofRows(Stream.of(new float[1], new float[2])));
    }
}
