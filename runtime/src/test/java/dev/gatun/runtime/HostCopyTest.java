package dev.gatun.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gatun.runtime.kernels.HostCopy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HostCopyTest {
    private Scope scope;

    @BeforeEach
    void open() {
        scope = Scope.open();
    }

    @AfterEach
    void close() {
        scope.close();
    }

    private static NdArray array(DType dtype, long... shape) {
        return NdArray.allocate(Device.cpu(), dtype, Shape.of(shape));
    }

    @Test
    void writeAndRead_everyType_roundTrips() {
        float[] floats = {1.5f, Float.NaN, -0f};
        NdArray f32 = array(DType.F32, 3);
        HostCopy.write(floats, f32, 0);
        float[] floatsBack = new float[3];
        HostCopy.read(f32, 0, floatsBack);
        assertArrayEquals(floats, floatsBack);

        double[] doubles = {Math.PI, Double.MIN_VALUE};
        NdArray f64 = array(DType.F64, 2);
        HostCopy.write(doubles, f64, 0);
        double[] doublesBack = new double[2];
        HostCopy.read(f64, 0, doublesBack);
        assertArrayEquals(doubles, doublesBack);

        long[] longs = {Long.MIN_VALUE, 7};
        NdArray i64 = array(DType.I64, 2);
        HostCopy.write(longs, i64, 0);
        long[] longsBack = new long[2];
        HostCopy.read(i64, 0, longsBack);
        assertArrayEquals(longs, longsBack);

        int[] ints = {Integer.MIN_VALUE, 7};
        NdArray i32 = array(DType.I32, 2);
        HostCopy.write(ints, i32, 0);
        int[] intsBack = new int[2];
        HostCopy.read(i32, 0, intsBack);
        assertArrayEquals(ints, intsBack);

        byte[] bytes = {-1, 7};
        NdArray u8 = array(DType.U8, 2);
        HostCopy.write(bytes, u8, 0);
        byte[] bytesBack = new byte[2];
        HostCopy.read(u8, 0, bytesBack);
        assertArrayEquals(bytes, bytesBack);

        boolean[] booleans = {true, false, true};
        NdArray bool = array(DType.BOOL, 3);
        HostCopy.write(booleans, bool, 0);
        boolean[] booleansBack = new boolean[3];
        HostCopy.read(bool, 0, booleansBack);
        assertArrayEquals(booleans, booleansBack);

        short[] halves = {0x3c00, (short) 0xc000};
        for (DType dtype : new DType[] {DType.F16, DType.BF16}) {
            NdArray half = array(dtype, 2);
            HostCopy.write(halves, half, 0);
            short[] halvesBack = new short[2];
            HostCopy.read(half, 0, halvesBack);
            assertArrayEquals(halves, halvesBack);
        }
    }

    @Test
    void write_inTheMiddle_leavesTheRest() {
        NdArray array = array(DType.I32, 2, 3);
        HostCopy.write(new int[] {0, 0, 0}, array, 0);
        HostCopy.write(new int[] {3, 4, 5}, array, 3);
        HostCopy.write(new int[] {7}, array.alias(array.layout().select(0, 1)), 1);
        int[] all = new int[6];
        HostCopy.read(array, 0, all);
        assertArrayEquals(new int[] {0, 0, 0, 3, 7, 5}, all);
        int[] middle = new int[2];
        HostCopy.read(array, 3, middle);
        assertArrayEquals(new int[] {3, 7}, middle);
    }

    @Test
    void readOne_everyDType_decodes() {
        for (DType dtype : DType.values()) {
            NdArray one = array(dtype, 1, 1);
            Device.cpu().kernels().elementwise().fill(1, one);
            assertEquals(1.0, HostCopy.readDouble(one), dtype.toString());
            assertEquals(1, HostCopy.readLong(one), dtype.toString());
        }
        NdArray u8 = array(DType.U8);
        HostCopy.write(new byte[] {-1}, u8, 0);
        assertEquals(255, HostCopy.readLong(u8));
        NdArray half = array(DType.BF16);
        HostCopy.write(new short[] {(short) 0xc040}, half, 0);
        assertEquals(-3.0, HostCopy.readDouble(half));
        assertEquals(-3, HostCopy.readLong(half));
        NdArray i64 = array(DType.I64);
        HostCopy.write(new long[] {Long.MAX_VALUE}, i64, 0);
        assertEquals(Long.MAX_VALUE, HostCopy.readLong(i64));
    }

    @Test
    void wrongArguments_sayWhich() {
        NdArray array = array(DType.F32, 2, 3);
        check("write: Java array holds f64: f32[2, 3]", () -> HostCopy.write(new double[6], array, 0));
        check("write: Java array holds bf16: f32[2, 3]", () -> HostCopy.write(new short[6], array, 0));
        check("write: no 6 elements from 1 on: f32[2, 3]", () -> HostCopy.write(new float[6], array, 1));
        check("read: no 1 elements from -1 on: f32[2, 3]", () -> HostCopy.read(array, -1, new float[1]));
        check("item: not one element: f32[2, 3]", () -> HostCopy.readDouble(array));
        NdArray turned = array.alias(array.layout().transpose(0, 1));
        check("read: not contiguous: f32[3, 2]", () -> HostCopy.read(turned, 0, new float[6]));
        array.release();
        assertThrows(IllegalStateException.class, () -> HostCopy.read(array, 0, new float[6]));
    }

    private static void check(String message, Runnable action) {
        assertEquals(
                message,
                assertThrows(IllegalArgumentException.class, action::run).getMessage());
    }
}
