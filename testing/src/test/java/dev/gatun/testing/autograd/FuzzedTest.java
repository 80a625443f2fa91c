package dev.gatun.testing.autograd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Device;
import dev.gatun.runtime.GatunException;
import dev.gatun.runtime.Scope;
import dev.gatun.testing.Memory;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What random calls found to be wrong, apart from messages. */
class FuzzedTest {
    private static final long LARGE = 1L << 61;

    @Test
    void absurdSizes_anywhere_areRefusedBeforeAnythingIsAllocated() {
        Device device = Device.cpu();
        long used = device.memory().used();
        for (Runnable call : List.<Runnable>of(
                () -> Tensor.ones(DType.F32, LARGE),
                () -> Tensor.linspace(0, 1, LARGE),
                () -> Tensor.logspace(0, 1, LARGE),
                () -> Tensor.arange(LARGE),
                () -> Tensor.arange(0.0, 1e300, 1),
                () -> Tensor.trilIndices(1L << 31, 1L << 31, 0),
                () -> Tensor.triuIndices(1L << 31, 1L << 31, 0),
                () -> Tensor.ones(2).repeatInterleave(1L << 50, 0),
                () -> Tensor.ones(2).pad(1L << 50, 0))) {
            try (Scope scope = Scope.open()) {
                var thrown = assertThrows(GatunException.class, call::run);
                assertTrue(thrown.getMessage().startsWith("memory: cpu is out of it: asked for "), thrown.getMessage());
            }
        }
        assertEquals(used, device.memory().used());
    }

    @Test
    void triangles_withoutARowOrColumn_areEmptyAtOnce() {
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            try (Scope scope = Scope.open()) {
                assertEquals(0, Tensor.trilIndices(Long.MAX_VALUE, 0, 3).size(1));
                assertEquals(
                        0, Tensor.trilIndices(Long.MAX_VALUE, 1, Long.MIN_VALUE).size(1));
                assertEquals(
                        0, Tensor.triuIndices(Long.MAX_VALUE, 1, Long.MAX_VALUE).size(1));
                assertArrayEquals(
                        new long[] {0, 0},
                        Tensor.triuIndices(Long.MAX_VALUE, 1, 0).toLongArray());
            }
        });
    }

    @Test
    void compare_numberThatTheDtypeLacks_isComparedAsItIs() {
        try (Scope scope = Scope.open()) {
            Tensor truth = Tensor.of(true, false);
            assertArrayEquals(new boolean[] {true, true}, truth.ne(2).toBooleanArray());
            assertArrayEquals(new boolean[] {false, false}, truth.eq(-3).toBooleanArray());
            assertArrayEquals(new boolean[] {true, true}, truth.lt(2).toBooleanArray());
            Tensor ints = Tensor.zeros(DType.I32, 1);
            assertArrayEquals(new boolean[] {true}, ints.lt(Long.MAX_VALUE).toBooleanArray());
            Tensor bytes = Tensor.zeros(DType.U8, 1);
            assertArrayEquals(new boolean[] {false}, bytes.le(-1).toBooleanArray());
            assertArrayEquals(new boolean[] {true}, bytes.lt(300).toBooleanArray());
        }
    }

    @Test
    void repeatInterleave_moreThanAFloatCounts_isExact() {
        try (Scope scope = Scope.open()) {
            assertEquals(
                    16_777_217,
                    Tensor.zeros(DType.U8, 1).repeatInterleave(16_777_217, 0).size(0));
            assertArrayEquals(
                    new int[] {0, 0, 2},
                    Tensor.arange(3).repeatInterleave(Tensor.of(2L, 0L, 1L), 0).toIntArray());
        }
    }

    @Test
    void reductions_ofRankZero_takeDimensionZero() {
        try (Scope scope = Scope.open()) {
            Tensor x = Tensor.scalar(3);
            for (int dim : new int[] {0, -1}) {
                assertEquals(3, x.sum(dim).item());
                assertEquals(3, x.mean(true, dim).item());
                assertEquals(1, x.any(dim).item());
                assertEquals(1, x.all(true, dim).item());
                assertEquals(1, x.countNonzero(dim).item());
                assertEquals(3, x.amax(false, dim).item());
                assertEquals(3, x.prod(dim).item());
                assertEquals(3, x.nansum(false, dim).item());
                assertEquals(3, x.logsumexp(dim).item());
                assertEquals(3, x.norm(2, false, dim).item());
            }
        }
    }

    @Test
    void polygamma_ofAnAbsurdOrder_comesBack() {
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            try (Scope scope = Scope.open()) {
                Tensor.of(1.125, 0.5, -2.5, 1e300).polygamma(Integer.MAX_VALUE).toDoubleArray();
            }
        });
    }

    @Test
    void buffers_readAndWritten_leaveNothing() {
        Memory.settle();
        long used = Device.cpu().memory().used();
        try (Scope scope = Scope.open()) {
            FloatBuffer buffer = FloatBuffer.wrap(new float[] {1, 2});
            Tensor.ofBuffer(buffer).toBuffer(buffer);
        }
        assertEquals(used, Device.cpu().memory().used());
    }
}
