package dev.gatun.testing.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gatun.runtime.DType;
import dev.gatun.runtime.Device;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.kernels.Kernels;
import dev.gatun.testing.Elements;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.function.Executable;

/** What the cases of one family of kernels share: operands, outputs that notice stray writes, and threads. */
abstract class FamilyContract {
    static final List<DType> FLOATS = List.of(DType.F32, DType.F64);

    static final List<DType> NUMBERS = List.of(DType.F32, DType.F64, DType.I64, DType.I32, DType.U8);
    /** The dtypes that comparisons and choices take. */
    static final List<DType> COMPUTABLE = List.of(DType.F32, DType.F64, DType.I64, DType.I32, DType.U8, DType.BOOL);

    /** Above what one thread keeps for itself, in every kernel. */
    static final int MANY = 300_007;

    /** Odd sizes less than a pack, a pack, with and without a tail, less and more than a block. */
    private static final Set<Integer> FEW_SIZES = Set.of(1, 5, 16, 33, 1003);

    /** What lies around an output, and in it before the call. */
    private static final double UNTOUCHED = 1;

    private final Device device;
    private final Seen seen;
    private final int mostThreads;
    private final int shrink;
    private final Scope scope = Scope.open(); // of one test: each has an instance of its own

    /**
     * The cases of a family.
     *
     * @param on what they run, and how
     */
    FamilyContract(Backend on) {
        this.device = on.device();
        this.seen = on.seen();
        this.mostThreads = on.mostThreads();
        this.shrink = on.shrink();
    }

    @AfterEach
    void closeScope() {
        scope.close();
    }

    final Kernels kernels() {
        return device.kernels();
    }

    /** A size of a case that is large: smaller, and odd, where the backend is emulated. */
    final int large(int size) {
        return shrink == 1 ? size : size / shrink | 1;
    }

    /** The forms of a family; only some of the odd sizes where the backend is emulated. */
    final List<Form> formsOf(Family family) {
        return shrink == 1 || family != Family.ODD_SIZES
                ? family.forms()
                : family.forms().stream()
                        .filter(form -> FEW_SIZES.contains(form.count()))
                        .toList();
    }

    final Device device() {
        return device;
    }

    /** Notes that a kernel was tried on a family. */
    final void saw(String kernel, Object op, Object family) {
        seen.add(kernel, op, family);
    }

    /** An operand that holds what a family asks for. */
    final NdArray operand(DType dtype, Form form, Family family, long seed) {
        NdArray x = Elements.allocate(device, dtype, form.layout(), form.room(), UNTOUCHED);
        // Elements that share a place are written in turn; what stays there is what counts, and is read back.
        if (dtype.isFloating()) {
            Elements.write(x, family.numbers(dtype, form.count(), seed));
        } else {
            Elements.write(x, family.integers(dtype, form.count(), seed));
        }
        return x;
    }

    /** A contiguous array with values. */
    final NdArray dense(DType dtype, double[] values, long... sizes) {
        NdArray x = output(dtype, Form.dense(sizes));
        Elements.write(x, values);
        return x;
    }

    /** A contiguous I64 array with values. */
    final NdArray dense(long[] values, long... sizes) {
        NdArray x = output(DType.I64, Form.dense(sizes));
        Elements.write(x, values);
        return x;
    }

    /** An array to be written. */
    final NdArray output(DType dtype, Form form) {
        return Elements.allocate(device, dtype, form.layout(), form.room(), UNTOUCHED);
    }

    /** The ways an output of these sizes may lie. */
    static List<Form> outputs(long... sizes) {
        return sizes.length == 0
                ? List.of(Form.dense(sizes))
                : List.of(Form.dense(sizes), Form.transposed(sizes), Form.stepped(sizes));
    }

    /** Fails where a kernel wrote between or behind the elements of an output. */
    static void checkNoStrayWrites(NdArray y, String what) {
        assertEquals(0, Elements.strayWrites(y, UNTOUCHED), what + ": elements outside the output were written");
    }

    /** What a bad index is refused with: by the call, or by whoever waits for the device. */
    final String refusal(Executable call) {
        return assertThrows(IllegalArgumentException.class, () -> {
                    call.execute();
                    device.synchronize();
                })
                .getMessage();
    }

    /** Fails unless a computation gives the same bits with 1 to several threads. */
    final void checkThreads(String what, Supplier<NdArray> compute) {
        int before = device.threads();
        try {
            device.setThreads(1);
            long[] alone = Elements.bits(compute.get());
            for (int threads = 2; threads <= mostThreads; threads++) {
                device.setThreads(threads);
                assertArrayEquals(alone, Elements.bits(compute.get()), what + " with " + threads + " threads");
            }
        } finally {
            device.setThreads(before);
        }
    }
}
