package dev.gatun.bindings;

import dev.gatun.bindings.kernels.Gatun;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The flat element calls once more, for arrays so small that telling the JVM of a call into native code costs as much as
 * the work. The JVM cannot reach a safepoint meanwhile, so a call must end within microseconds and never wait: up to
 * {@link #MOST} elements no leaf shares its work with another thread.
 */
public final class ShortCalls {
    /** The largest number of elements: 2 microseconds at the 10 ns of the slowest functions. */
    public static final long MOST = 200;

    private static final MethodHandle UNARY =
            shortCall(Gatun.gt_unary_flat$address(), Gatun.gt_unary_flat$descriptor());
    private static final MethodHandle BINARY =
            shortCall(Gatun.gt_binary_flat$address(), Gatun.gt_binary_flat$descriptor());

    private ShortCalls() {}

    @SuppressWarnings("restricted") // the descriptor is the one that jextract read from the header
    private static MethodHandle shortCall(MemorySegment address, FunctionDescriptor descriptor) {
        return Linker.nativeLinker().downcallHandle(address, descriptor, Linker.Option.critical(false));
    }

    /** As {@link Gatun#gt_unary_flat}, of at most {@link #MOST} elements. */
    public static int unaryFlat(int op, int dtype, long n, MemorySegment x, MemorySegment y, double a, double b) {
        try {
            return (int) UNARY.invokeExact(op, dtype, n, x, y, a, b);
        } catch (Throwable e) {
            throw new AssertionError("unaryFlat: a native call threw", e);
        }
    }

    /** As {@link Gatun#gt_binary_flat}, of at most {@link #MOST} elements. */
    public static int binaryFlat(
            int op, int dtype, int scalar, long n, MemorySegment x, MemorySegment y, MemorySegment z) {
        try {
            return (int) BINARY.invokeExact(op, dtype, scalar, n, x, y, z);
        } catch (Throwable e) {
            throw new AssertionError("binaryFlat: a native call threw", e);
        }
    }
}
