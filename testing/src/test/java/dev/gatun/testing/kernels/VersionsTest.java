package dev.gatun.testing.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.gatun.runtime.DType;
import dev.gatun.runtime.Device;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.Shape;
import dev.gatun.runtime.kernels.ReduceOp;
import dev.gatun.runtime.kernels.UnaryOp;
import dev.gatun.testing.Elements;
import dev.gatun.testing.naive.NaiveUnary;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Versions of the CPU's functions for different processors give the same bits where the library says so. */
class VersionsTest {
    private static final String[] NAMES = {"avx512", "avx2", "plain"};
    private static final int COUNT = 10_007;

    @ParameterizedTest
    @EnumSource(UnaryOp.class)
    void unary_everyVersion_sameBits(UnaryOp op) {
        for (DType dtype : FamilyContract.FLOATS) {
            if (!op.kinds().takes(dtype)) {
                continue;
            }
            checkVersions("unary " + op, () -> {
                NdArray x = filled(dtype, Family.NOT_FINITE);
                Device.cpu().kernels().elementwise().unary(op, x, x, NaiveUnary.a(op), NaiveUnary.b(op));
                return x;
            });
        }
    }

    @Test
    void sum_everyVersion_sameBits() {
        checkVersions("sum", () -> {
            NdArray x = filled(DType.F32, Family.ORDINARY);
            NdArray y = NdArray.allocate(Device.cpu(), DType.F32, Shape.scalar());
            Device.cpu().kernels().reduce().reduce(ReduceOp.SUM, x, new int[] {0}, y);
            return y;
        });
    }

    @Test
    void random_everyVersion_sameBits() {
        for (DType dtype : FamilyContract.FLOATS) {
            checkVersions("normal", () -> {
                NdArray x = filled(dtype, Family.ORDINARY);
                Device.cpu().kernels().random().normal(3, 5, 0, 1, x);
                return x;
            });
        }
    }

    @Test
    void select_unknownName_isRefused() {
        assertFalse(Version.use("mmx"));
    }

    private static NdArray filled(DType dtype, Family family) {
        NdArray x = NdArray.allocate(Device.cpu(), dtype, Shape.of(COUNT));
        Elements.write(x, family.numbers(dtype, COUNT, 3));
        return x;
    }

    private static void checkVersions(String what, Supplier<NdArray> compute) {
        String before = Version.current();
        long[] first = null;
        try (Scope scope = Scope.open()) {
            for (String name : NAMES) {
                if (Version.use(name)) {
                    long[] bits = Elements.bits(compute.get());
                    if (first != null) {
                        assertArrayEquals(first, bits, what + " in the version " + name);
                    }
                    first = bits;
                }
            }
        } finally {
            Version.use(before);
        }
    }
}
