package dev.gatun.testing.autograd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.Factor;
import dev.gatun.autograd.ops.Solve;
import dev.gatun.autograd.ops.Spectrum;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Device;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.Shape;
import dev.gatun.runtime.random.Generator;
import dev.gatun.testing.Memory;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Products, diagonals and LAPACK: what rows of a table do not show, such as dtypes, empty matrices and views. */
class LinalgValueTest {
    private final Scope scope = Scope.open(); // of one test: each has an instance of its own

    @AfterEach
    void closeScope() {
        scope.close();
    }

    private static Tensor random(long seed, long... sizes) {
        return Tensor.randn(new Generator(seed), sizes).to(DType.F64);
    }

    private static void near(Tensor expected, Tensor actual) {
        assertEquals(expected.shape(), actual.shape());
        double[] wanted = expected.toDoubleArray();
        double[] got = actual.toDoubleArray();
        for (int i = 0; i < wanted.length; i++) {
            assertEquals(wanted[i], got[i], 1e-9 * Math.max(1, Math.abs(wanted[i])), "element " + i);
        }
    }

    @Test
    void matmul_integers_wrapAroundAndKeepTheirDtype() {
        for (DType dtype : List.of(DType.I64, DType.I32, DType.U8)) {
            Tensor a = Tensor.of(new long[][] {{1, 2, 3}, {200, 5, 6}}).to(dtype);
            Tensor b = Tensor.of(new long[][] {{1, 0}, {0, 2}, {1, 100}}).to(dtype);
            Tensor y = a.matmul(b);
            assertEquals(dtype, y.dtype());
            long[] expected = {4, 304, 206, 610};
            long[] wrapped = Arrays.stream(expected)
                    .map(v -> dtype == DType.U8 ? v & 255 : v)
                    .toArray();
            assertArrayEquals(wrapped, y.to(DType.I64).toLongArray());
            assertArrayEquals(wrapped, b.t().matmul(a.t()).t().to(DType.I64).toLongArray());
            assertArrayEquals(
                    wrapped, Tensor.einsum("ij,jk", a, b).to(DType.I64).toLongArray());
            assertArrayEquals(
                    wrapped,
                    a.expand(2, 2, 3).matmul(b).select(0, 1).to(DType.I64).toLongArray());
            assertEquals(dtype, a.select(0, 0).dot(b.select(1, 0)).dtype());
            Tensor sum = Tensor.of(1L, 3L)
                    .to(dtype)
                    .addmv(b.t(), Tensor.of(2L, 2L, 1L).to(dtype), 2, 1);
            assertArrayEquals(new long[] {5, 110}, sum.to(DType.I64).toLongArray());
        }
    }

    @Test
    void matmul_empty_givesZerosOrNothing() {
        assertEquals(
                Shape.of(2, 3), Tensor.zeros(2, 0).matmul(Tensor.zeros(0, 3)).shape());
        assertEquals(0, Tensor.ones(2, 0).matmul(Tensor.ones(0, 3)).sum().item());
        assertEquals(
                0,
                Tensor.zeros(DType.I64, 2, 0)
                        .matmul(Tensor.zeros(DType.I64, 0, 3))
                        .sum()
                        .itemLong());
        assertEquals(
                Shape.of(0, 3), Tensor.zeros(0, 2).matmul(Tensor.zeros(2, 3)).shape());
        assertEquals(
                Shape.of(4, 0, 3),
                Tensor.zeros(4, 0, 2).matmul(Tensor.zeros(2, 3)).shape());
        assertEquals(0, Tensor.zeros(0).dot(Tensor.zeros(0)).item());
        assertEquals(Shape.of(3), Tensor.zeros(3, 0).mv(Tensor.zeros(0)).shape());
        assertEquals(
                7,
                Tensor.full(7, 1).addmm(Tensor.zeros(1, 0), Tensor.zeros(0, 1)).item());
    }

    @Test
    void addmm_betaZero_doesNotReadItsInput() {
        Tensor x = Tensor.full(Double.NaN, 2, 2);
        Tensor a = Tensor.eye(2);
        assertArrayEquals(new float[] {1, 0, 0, 1}, x.addmm(a, a, 0, 1).toFloatArray());
        assertArrayEquals(new float[] {2, 0, 0, 2}, x.addmm_(a, a, 0, 2).toFloatArray());
        assertArrayEquals(
                new float[] {1, 1},
                x.select(0, 0).fill_(Double.NaN).addmv(a, Tensor.ones(2), 0, 1).toFloatArray());
    }

    @Test
    void einsum_attention_isWhatMatmulGives() {
        Tensor q = random(1, 2, 5, 3, 4); // [batch, time, head, depth]
        Tensor k = random(2, 2, 6, 3, 4);
        Tensor expected = q.transpose(1, 2).matmul(k.transpose(1, 2).mT());
        near(expected, Tensor.einsum("bqhd, bkhd -> bhqk", q, k));
        near(
                random(3, 2, 3).mul(2),
                Tensor.einsum("...,", random(3, 2, 3), Tensor.scalar(2).to(DType.F64)));
        near(random(4, 3, 3).t(), Tensor.einsum("Ba", random(4, 3, 3)).t());
        near(random(4, 3, 3).t(), Tensor.einsum("ba", random(4, 3, 3)));
    }

    @Test
    void einsum_sameLetters_isAView() {
        Tensor x = Tensor.zeros(2, 3);
        Tensor.einsum("ij->ji", x).fill_(5);
        assertEquals(30, x.sum().item());
        Tensor.einsum("ij", x).fill_(1);
        assertEquals(6, x.sum().item());
        Tensor square = Tensor.zeros(3, 3);
        Tensor.einsum("ii->i", square).fill_(2);
        assertEquals(6, square.trace().item());
    }

    @Test
    void diagonal_writtenInPlace_isRecordedOnItsBase() {
        Tensor x = random(5, 3, 3).requiresGrad_();
        Tensor y = x.mul(1);
        y.diagonal().mul_(3);
        y.sum().backward();
        near(Tensor.ones(3, 3).add(Tensor.eye(3).mul(2)).to(DType.F64), x.grad());
    }

    @Test
    void tril_integersAndBool_keepTheirDtype() {
        Tensor x = Tensor.ones(DType.I64, 2, 3, 3);
        assertEquals(12, x.tril().sum().itemLong());
        assertEquals(6, x.triu(1).sum().itemLong());
        assertEquals(DType.BOOL, x.to(DType.BOOL).tril().dtype());
        assertEquals(0, x.tril(Long.MIN_VALUE).sum().itemLong());
        assertEquals(18, x.tril(Long.MAX_VALUE).sum().itemLong());
        assertEquals(18, x.triu(Long.MIN_VALUE).sum().itemLong());
        assertEquals(Shape.of(0, 3), Tensor.zeros(0, 3).tril().shape());
        Tensor nan = Tensor.full(Double.NaN, 2, 2).tril();
        assertEquals(0, nan.select(0, 0).select(0, 1).item());
    }

    @Test
    void inverse_ofViews_isThatOfTheirCopies() {
        Tensor wide = random(6, 3, 8, 8);
        Tensor x = wide.slice(1, 0, 8, 2).slice(2, 1, 8, 2).mT();
        near(x.clone().inverse(), x.inverse());
        near(x.clone().det(), x.det());
        near(x.matmul(x.inverse()), Tensor.eye(4).to(DType.F64).expand(3, 4, 4));
        Tensor b = random(7, 5, 3, 4).permute(1, 2, 0);
        near(b, x.matmul(x.solve(b)));
        near(b.mT(), x.solve(b.mT(), false).matmul(x));
        near(x.clone().qr().r(), x.qr().r());
        near(x.clone().svdvals(), x.svdvals());
        near(x.clone().add(x.clone().mT()).eigvalsh(), x.add(x.mT()).eigvalsh());
    }

    @Test
    void lapack_emptyMatrices_haveEmptyResults() {
        Tensor none = Tensor.zeros(2, 0, 0);
        assertEquals(Shape.of(2, 0, 0), none.inverse().shape());
        assertArrayEquals(new float[] {1, 1}, none.det().toFloatArray());
        assertArrayEquals(new float[] {0, 0}, none.slogdet().logAbsDet().toFloatArray());
        assertEquals(Shape.of(2, 0, 3), none.solve(Tensor.zeros(2, 0, 3)).shape());
        assertEquals(Shape.of(2, 0, 0), none.cholesky().shape());
        assertEquals(Shape.of(2, 0), none.eigvalsh().shape());
        assertEquals(Shape.of(0), Tensor.zeros(0, 3, 3).det().shape());
        assertEquals(Shape.of(0, 3, 3), Tensor.zeros(0, 3, 3).inverse().shape());
        Factor.Qr qr = Tensor.zeros(3, 0).qr(true);
        assertArrayEquals(Tensor.eye(3).toFloatArray(), qr.q().toFloatArray());
        assertEquals(Shape.of(3, 0), qr.r().shape());
        Spectrum.Svd svd = Tensor.zeros(0, 3).svd(true);
        assertEquals(Shape.of(0, 0), svd.u().shape());
        assertArrayEquals(Tensor.eye(3).toFloatArray(), svd.vh().toFloatArray());
        assertEquals(Shape.of(3, 0), Tensor.zeros(0, 3).pinv().shape());
        assertEquals(
                Shape.of(3, 2),
                Tensor.zeros(0, 3).lstsq(Tensor.zeros(0, 2)).solution().shape());
    }

    @Test
    void notFinite_anywhere_neitherHangsNorCrashes() {
        for (double value : new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
            for (long n : new long[] {2, 40, 130}) {
                for (long place : new long[] {0, n * n / 2, n * n - 1}) {
                    Tensor x = random(8, n, n);
                    x.view(-1).set(place, value);
                    assertFalse(Double.isFinite(x.det().item()) && Double.isNaN(value));
                    assertEquals(Shape.of(n, n), x.inverse().shape());
                    assertEquals(Shape.of(n, 2), x.solve(random(9, n, 2)).shape());
                    assertEquals(Shape.of(n, n), x.qr().r().shape());
                    assertEquals(
                            Shape.of(n, 2),
                            x.solveTriangular(random(9, n, 2), true).shape());
                }
            }
        }
    }

    @Test
    void det_singular_hasTheGradientOfItsCofactors() {
        Tensor x = Tensor.of(new double[][] {{1, 2, 3}, {2, 4, 6}, {1, 0, 1}}).requiresGrad_();
        x.det().backward();
        near(Tensor.of(new double[][] {{4, 4, -4}, {-2, -2, 2}, {0, 0, 0}}), x.grad());
        assertEquals(0, x.slogdet().sign().item());
        assertEquals(Double.NEGATIVE_INFINITY, x.logdet().item());
        assertTrue(Double.isNaN(Tensor.of(new double[][] {{-1, 0}, {0, 1}})
                .logdet()
                .item()));
    }

    @Test
    void slogdet_largeMatrix_doesNotOverflow() {
        Tensor x = Tensor.eye(400).mul(-20);
        assertEquals(1, x.slogdet().sign().item());
        assertEquals(400 * Math.log(20), x.slogdet().logAbsDet().item(), 1e-3);
        assertEquals(Double.POSITIVE_INFINITY, x.det().item());
    }

    @Test
    void lstsq_lineThroughPoints_isTheTextbooks() {
        Tensor a = Tensor.of(new double[][] {{1, 0}, {1, 1}, {1, 2}, {1, 3}});
        Solve.LeastSquares y = a.lstsq(Tensor.of(-1, 0.2, 0.9, 2.1));
        near(Tensor.of(-0.95, 1), y.solution());
        near(Tensor.of(0.05), y.residuals());
        assertEquals(2, y.rank().itemLong());
        Solve.LeastSquares flat = Tensor.ones(3, 2).to(DType.F64).lstsq(Tensor.of(2.0, 2, 2));
        near(Tensor.of(1.0, 1), flat.solution());
        assertEquals(1, flat.rank().itemLong());
        assertEquals(0, flat.residuals().count());
        assertEquals(1, Tensor.ones(3, 2).matrixRank().itemLong());
    }

    @Test
    void solve_gradientOfOneInput_leavesNothing() {
        Tensor a = random(10, 2, 6, 6).requiresGrad_();
        Tensor b = random(11, 2, 6, 3);
        a.solve(b).sum().backward();
        Memory.settle();
        long used = Device.cpu().memory().used();
        try (Scope inner = Scope.open()) {
            a.solve(b).sum().backward();
        }
        assertEquals(used, Device.cpu().memory().used());
    }

    @Test
    void solve_mistakeInTheMiddle_leavesNothing() {
        Memory.settle();
        long used = Device.cpu().memory().used();
        try (Scope inner = Scope.open()) {
            Tensor x = Tensor.zeros(3, 20, 20);
            for (Runnable call : List.<Runnable>of(x::inverse, x::cholesky, () -> x.solve(x))) {
                org.junit.jupiter.api.Assertions.assertThrows(IllegalArgumentException.class, call::run);
            }
        }
        assertEquals(used, Device.cpu().memory().used());
    }
}
