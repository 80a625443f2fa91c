package dev.gatun.testing.autograd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.Shape;
import dev.gatun.runtime.random.Generator;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tensors made like others: of their dtype, shape and device, contiguous and with no past. */
class LikeTest {
    private static final int MANY = 20_000;

    private final Scope scope = Scope.open(); // of one test: each has an instance of its own

    @AfterEach
    void closeScope() {
        scope.close();
    }

    private static void assertLike(Tensor x, Tensor y) {
        assertEquals(x.shape(), y.shape());
        assertEquals(x.dtype(), y.dtype());
        assertEquals(x.device(), y.device());
        assertTrue(y.isContiguous());
        assertFalse(y.requiresGrad());
    }

    @Test
    void fullLike_everyDtype_holdsTheValue() {
        for (DType dtype : DType.values()) {
            Tensor x = Tensor.zeros(3, 2).to(dtype).transpose(0, 1);
            Tensor y = Tensor.fullLike(x, 1);
            assertLike(x, y);
            assertArrayEquals(new double[] {1, 1, 1, 1, 1, 1}, y.to(DType.F64).toDoubleArray());
        }
        Tensor leaf = Tensor.ones(2).requiresGrad_();
        assertLike(leaf, Tensor.fullLike(leaf, -2.5));
        assertEquals(-2.5, Tensor.fullLike(Tensor.scalar(1), -2.5).item());
        assertEquals(Shape.of(0, 3), Tensor.fullLike(Tensor.empty(0, 3), 1).shape());
    }

    @Test
    void emptyLike_views_areMadeContiguous() {
        Tensor x = Tensor.arange(12).view(3, 4).transpose(0, 1);
        assertLike(x, Tensor.emptyLike(x));
        assertLike(x.to(DType.BF16), Tensor.emptyLike(x.to(DType.BF16)));
        Tensor expanded = Tensor.ones(1, 3).expand(4, 3);
        Tensor y = Tensor.emptyLike(expanded);
        assertLike(expanded, y);
        y.fill_(2); // each element has a place of its own
        assertEquals(24, y.sum().item());
    }

    @Test
    void randLike_andRandnLike_drawFromTheGlobalGenerator() {
        for (DType dtype : List.of(DType.F32, DType.F64)) {
            Tensor x = Tensor.zeros(MANY).to(dtype).requiresGrad_();
            Generator.global().manualSeed(5);
            Tensor uniform = Tensor.randLike(x);
            Tensor normal = Tensor.randnLike(x);
            assertLike(x, uniform);
            assertLike(x, normal);
            assertTrue(uniform.min().item() >= 0 && uniform.max().item() < 1);
            assertEquals(0.5, uniform.mean().item(), 0.02);
            assertEquals(0, normal.mean().item(), 0.04);
            assertEquals(1, normal.std().item(), 0.04);
            Generator.global().manualSeed(5);
            assertArrayEquals(uniform.toDoubleArray(), Tensor.randLike(x).toDoubleArray());
        }
        assertThrows(IllegalArgumentException.class, () -> Tensor.randLike(Tensor.of(1L, 2)));
        assertThrows(IllegalArgumentException.class, () -> Tensor.randnLike(Tensor.of(1L, 2)));
    }

    @Test
    void expandAs_smaller_isAViewWhoseGradientAddsUp() {
        Tensor x = Tensor.of(new float[][] {{1}, {2}, {3}}).requiresGrad_();
        Tensor y = x.expandAs(Tensor.empty(2, 3, 4));
        assertEquals(Shape.of(2, 3, 4), y.shape());
        assertArrayEquals(new long[] {0, 1, 0}, y.strides());
        y.sum().backward();
        assertArrayEquals(new double[] {8, 8, 8}, x.grad().toDoubleArray());
        assertThrows(IllegalArgumentException.class, () -> x.expandAs(Tensor.empty(2, 4)));
    }
}
