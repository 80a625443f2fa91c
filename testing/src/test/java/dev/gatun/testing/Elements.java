package dev.gatun.testing;

import dev.gatun.runtime.DType;
import dev.gatun.runtime.Device;
import dev.gatun.runtime.Layout;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.Shape;
import dev.gatun.runtime.kernels.HostCopy;
import java.util.Arrays;

/** The elements of an array of any layout, read and written by loops in Java: no kernel comes between. */
public final class Elements {
    private Elements() {}

    /** An array over a storage of so many elements, all of which hold a value; write sets those of the layout. */
    public static NdArray allocate(Device device, DType dtype, Layout layout, long room, double everywhere) {
        NdArray storage = NdArray.allocate(device, dtype, Shape.of(room));
        double[] values = new double[Math.toIntExact(room)];
        Arrays.fill(values, everywhere);
        writeFlat(storage, values);
        NdArray array = storage.alias(layout);
        storage.release();
        return array;
    }

    /** The elements in row-major order; I64 beyond 2^53 is rounded. */
    public static double[] doubles(NdArray x) {
        double[] flat = readFlat(x);
        int[] places = places(x.layout());
        double[] values = new double[places.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = flat[places[i]];
        }
        return values;
    }

    /** The elements of an integer or BOOL array in row-major order. */
    public static long[] longs(NdArray x) {
        long[] flat = readFlatLongs(x);
        int[] places = places(x.layout());
        long[] values = new long[places.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = flat[places[i]];
        }
        return values;
    }

    /** The bits of the elements in row-major order. */
    public static long[] bits(NdArray x) {
        if (x.dtype() == DType.F32) {
            double[] values = doubles(x);
            long[] bits = new long[values.length];
            for (int i = 0; i < bits.length; i++) {
                bits[i] = Float.floatToIntBits((float) values[i]);
            }
            return bits;
        }
        if (x.dtype() == DType.F64) {
            double[] values = doubles(x);
            long[] bits = new long[values.length];
            for (int i = 0; i < bits.length; i++) {
                bits[i] = Double.doubleToLongBits(values[i]);
            }
            return bits;
        }
        return longs(x);
    }

    /** Sets the elements, in row-major order. */
    public static void write(NdArray x, double[] values) {
        double[] flat = readFlat(x);
        int[] places = places(x.layout());
        for (int i = 0; i < values.length; i++) {
            flat[places[i]] = values[i];
        }
        writeFlat(x, flat);
    }

    /** Sets the elements of an integer or BOOL array, in row-major order. */
    public static void write(NdArray x, long[] values) {
        long[] flat = readFlatLongs(x);
        int[] places = places(x.layout());
        for (int i = 0; i < values.length; i++) {
            flat[places[i]] = values[i];
        }
        writeFlatLongs(x, flat);
    }

    /** How many elements of the storage, beyond those of the layout, do not hold a value. */
    public static int strayWrites(NdArray x, double everywhere) {
        double[] flat = readFlat(x);
        boolean[] ours = new boolean[flat.length];
        for (int place : places(x.layout())) {
            ours[place] = true;
        }
        int stray = 0;
        for (int i = 0; i < flat.length; i++) {
            stray += !ours[i] && Double.compare(flat[i], everywhere) != 0 ? 1 : 0;
        }
        return stray;
    }

    /** Where in the storage each element lies, in row-major order. */
    private static int[] places(Layout layout) {
        int count = Math.toIntExact(layout.shape().count());
        int[] places = new int[count];
        if (layout.isContiguous()) {
            int first = Math.toIntExact(layout.offset());
            java.util.Arrays.setAll(places, i -> first + i);
            return places;
        }
        long[] sizes = layout.shape().toArray();
        long[] index = new long[sizes.length];
        long place = layout.offset();
        for (int i = 0; i < count; i++) {
            places[i] = Math.toIntExact(place);
            for (int d = sizes.length - 1; d >= 0; d--) {
                place += layout.stride(d);
                if (++index[d] < sizes[d]) {
                    break;
                }
                place -= index[d] * layout.stride(d);
                index[d] = 0;
            }
        }
        return places;
    }

    private static NdArray whole(NdArray x) {
        return x.alias(Layout.contiguous(Shape.of(room(x))));
    }

    private static int room(NdArray x) {
        return Math.toIntExact(x.storage("test").bytes() / x.dtype().bytes());
    }

    private static double[] readFlat(NdArray x) {
        NdArray whole = whole(x);
        int room = room(x);
        double[] values = new double[room];
        switch (x.dtype()) {
            case F32 -> {
                float[] raw = new float[room];
                HostCopy.read(whole, 0, raw);
                for (int i = 0; i < room; i++) {
                    values[i] = raw[i];
                }
            }
            case F64 -> HostCopy.read(whole, 0, values);
            case BF16, F16 -> {
                short[] raw = new short[room];
                HostCopy.read(whole, 0, raw);
                for (int i = 0; i < room; i++) {
                    values[i] = x.dtype() == DType.F16
                            ? Float.float16ToFloat(raw[i])
                            : Float.intBitsToFloat(raw[i] << Short.SIZE);
                }
            }
            case I64, I32, U8, BOOL -> {
                long[] raw = readFlatLongs(x);
                for (int i = 0; i < room; i++) {
                    values[i] = raw[i];
                }
            }
        }
        whole.release();
        return values;
    }

    private static long[] readFlatLongs(NdArray x) {
        NdArray whole = whole(x);
        int room = room(x);
        long[] values = new long[room];
        switch (x.dtype()) {
            case I64 -> HostCopy.read(whole, 0, values);
            case I32 -> {
                int[] raw = new int[room];
                HostCopy.read(whole, 0, raw);
                for (int i = 0; i < room; i++) {
                    values[i] = raw[i];
                }
            }
            case U8 -> {
                byte[] raw = new byte[room];
                HostCopy.read(whole, 0, raw);
                for (int i = 0; i < room; i++) {
                    values[i] = Byte.toUnsignedLong(raw[i]);
                }
            }
            case BOOL -> {
                boolean[] raw = new boolean[room];
                HostCopy.read(whole, 0, raw);
                for (int i = 0; i < room; i++) {
                    values[i] = raw[i] ? 1 : 0;
                }
            }
            case BF16, F16 -> {
                short[] raw = new short[room];
                HostCopy.read(whole, 0, raw);
                for (int i = 0; i < room; i++) {
                    values[i] = raw[i];
                }
            }
            case F32, F64 -> throw new IllegalArgumentException("longs: not integers: " + x.describe());
        }
        whole.release();
        return values;
    }

    private static void writeFlat(NdArray x, double[] values) {
        NdArray whole = whole(x);
        switch (x.dtype()) {
            case F32 -> {
                float[] raw = new float[values.length];
                for (int i = 0; i < raw.length; i++) {
                    raw[i] = (float) values[i];
                }
                HostCopy.write(raw, whole, 0);
            }
            case F64 -> HostCopy.write(values, whole, 0);
            case BF16, F16 -> {
                short[] raw = new short[values.length];
                for (int i = 0; i < raw.length; i++) {
                    float value = (float) values[i];
                    raw[i] = x.dtype() == DType.F16
                            ? Float.floatToFloat16(value)
                            : (short) (Float.floatToRawIntBits(value) >>> Short.SIZE);
                }
                HostCopy.write(raw, whole, 0);
            }
            case I64, I32, U8, BOOL -> {
                long[] raw = new long[values.length];
                for (int i = 0; i < raw.length; i++) {
                    raw[i] = (long) values[i];
                }
                writeFlatLongs(x, raw);
            }
        }
        whole.release();
    }

    private static void writeFlatLongs(NdArray x, long[] values) {
        NdArray whole = whole(x);
        switch (x.dtype()) {
            case I64 -> HostCopy.write(values, whole, 0);
            case I32 -> {
                int[] raw = new int[values.length];
                for (int i = 0; i < raw.length; i++) {
                    raw[i] = (int) values[i];
                }
                HostCopy.write(raw, whole, 0);
            }
            case U8 -> {
                byte[] raw = new byte[values.length];
                for (int i = 0; i < raw.length; i++) {
                    raw[i] = (byte) values[i];
                }
                HostCopy.write(raw, whole, 0);
            }
            case BOOL -> {
                boolean[] raw = new boolean[values.length];
                for (int i = 0; i < raw.length; i++) {
                    raw[i] = values[i] != 0;
                }
                HostCopy.write(raw, whole, 0);
            }
            case F32, F64, BF16, F16 -> throw new IllegalArgumentException("longs: not integers: " + x.describe());
        }
        whole.release();
    }

    /** So many times the largest size of a finite value: what a tolerance is measured by where a sum mixes all of them. */
    public static double[] magnitudes(double[] values, int count) {
        double[] all = new double[count];
        Arrays.fill(
                all,
                Arrays.stream(values)
                        .filter(Double::isFinite)
                        .map(Math::abs)
                        .max()
                        .orElse(0));
        return all;
    }
}
