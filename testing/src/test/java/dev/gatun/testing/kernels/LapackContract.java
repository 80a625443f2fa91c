package dev.gatun.testing.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.runtime.DType;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.kernels.Kernels.Lapack.Failure;
import dev.gatun.testing.Elements;
import dev.gatun.testing.Tolerance;
import dev.gatun.testing.naive.NaiveMatrix;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Factors of matrices: multiplied out again by loops in double they give the matrices, and what must be orthogonal is.
 * The magnitude of an error is measured at the sums of the magnitudes that are added up.
 */
abstract class LapackContract extends FamilyContract {
    /** Matrices of a batch. */
    private static final int BATCH = 3;
    /** Backward errors of factors grow with a low power of the size. */
    private static final double FACTOR = 8;

    LapackContract(Backend on) {
        super(on);
    }

    private static List<int[]> sizes(Family family) {
        return switch (family) {
            case ORDINARY, LARGE -> List.of(new int[] {4, 4}, new int[] {17, 9}, new int[] {9, 17}, new int[] {40, 40});
            case SIZE_ONE -> List.of(new int[] {1, 1}, new int[] {5, 1}, new int[] {1, 5});
            case ZERO_SIZE -> List.of(new int[] {0, 0}, new int[] {3, 0}, new int[] {0, 3});
            case ODD_SIZES -> List.of(new int[] {33, 33}, new int[] {65, 31}, new int[] {3, 127});
            case NOT_FINITE -> List.of(new int[] {6, 6}, new int[] {7, 4});
            case RANK_ZERO, TRANSPOSED, STEPPED, BROADCAST -> List.of();
        };
    }

    private static List<Integer> sides(Family family) {
        return sizes(family).stream().filter(s -> s[0] == s[1]).map(s -> s[0]).toList();
    }

    private NdArray matrices(DType dtype, Family family, int rows, int columns, long seed) {
        double[] values = family.numbers(dtype, BATCH * rows * columns, seed);
        if (family == Family.NOT_FINITE && rows > 0 && columns > 0) {
            values[0] = Double.NaN;
            values[values.length - 1] = Double.POSITIVE_INFINITY;
        }
        return dense(dtype, values, BATCH, rows, columns);
    }

    private NdArray copy(NdArray x) {
        return dense(x.dtype(), Elements.doubles(x), x.shape().toArray());
    }

    private NdArray room(DType dtype, long... sizes) {
        return output(dtype, Form.dense(sizes));
    }

    private static void same(NdArray expected, NaiveMatrix actual, int which, String what) {
        NaiveMatrix wanted = NaiveMatrix.of(expected, which);
        double[] magnitudes = new double[wanted.values().length];
        Arrays.fill(magnitudes, actual.magnitude());
        Tolerance.of(expected.dtype(), Math.max(wanted.rows(), wanted.columns()))
                .times(FACTOR)
                .check(wanted.values(), actual.values(), magnitudes, what);
    }

    private static void orthogonal(NaiveMatrix q, DType dtype, String what) {
        NaiveMatrix unit = q.transposed().times(q);
        Tolerance.of(dtype, q.rows())
                .times(FACTOR)
                .check(
                        NaiveMatrix.unit(q.columns()).values(),
                        unit.values(),
                        NaiveMatrix.ones(unit.values().length),
                        what);
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void lu_everyFamily_solvesBothWaysAndHasTheDeterminant(Family family) {
        for (DType dtype : FLOATS) {
            for (int n : sides(family)) {
                NdArray a = matrices(dtype, family, n, n, 71);
                NdArray b = dense(dtype, Family.ORDINARY.numbers(dtype, BATCH * 2 * n, 72), BATCH, 2, n);
                NdArray lu = copy(a);
                NdArray pivots = room(DType.I32, BATCH, n);
                checkThreads("lu", () -> {
                    Elements.write(lu, Elements.doubles(a));
                    assertNull(kernels().lapack().lu(lu, pivots));
                    return lu;
                });
                for (boolean transposed : new boolean[] {false, true}) {
                    NdArray x = copy(b);
                    kernels().lapack().luSolve(transposed, lu, pivots, x);
                    for (int i = 0; i < BATCH && family != Family.NOT_FINITE; i++) {
                        NaiveMatrix m = NaiveMatrix.of(a, i);
                        same(b, NaiveMatrix.of(x, i).times(transposed ? m : m.transposed()), i, "luSolve " + n);
                    }
                }
                checkDeterminant(a, lu, pivots, family);
            }
        }
        saw("Lapack.lu", "lu", family);
        saw("Lapack.luSolve", "luSolve", family);
        saw("Lapack.luDeterminant", "luDeterminant", family);
    }

    private void checkDeterminant(NdArray a, NdArray lu, NdArray pivots, Family family) {
        DType dtype = a.dtype();
        NdArray det = room(dtype, BATCH);
        NdArray sign = room(dtype, BATCH);
        NdArray log = room(dtype, BATCH);
        kernels().lapack().luDeterminant(lu, pivots, det, sign, log);
        for (int i = 0; i < BATCH; i++) {
            double expected = NaiveMatrix.of(a, i).determinant();
            if (family == Family.NOT_FINITE) {
                boolean touched = i == 0 || i == BATCH - 1;
                assertTrue(!touched || !Double.isFinite(Elements.doubles(det)[i]), "det of NaN or infinity");
                continue;
            }
            double[] got = {Elements.doubles(det)[i], Elements.doubles(sign)[i], Elements.doubles(log)[i]};
            double[] wanted = {expected, Math.signum(expected), Math.log(Math.abs(expected))};
            Tolerance wide = Tolerance.of(dtype, a.size(1)).times(FACTOR * Math.max(1, a.size(1)));
            double[] magnitudes = {0, 0, Math.max(1, a.size(1))};
            if (Math.abs(expected) < Float.MAX_VALUE) {
                wide.check(wanted, got, magnitudes, "luDeterminant");
            } else {
                wide.check(
                        new double[] {wanted[1], wanted[2]},
                        new double[] {got[1], got[2]},
                        new double[] {0, magnitudes[2]},
                        "luDeterminant");
            }
        }
    }

    @Test
    void lu_singularMatrix_isNamedAndItsDeterminantIsZero() {
        for (DType dtype : FLOATS) {
            NdArray a = dense(dtype, new double[] {1, 2, 3, 4, 1, 2, 2, 4, 0, 0, 0, 0}, 3, 2, 2);
            NdArray pivots = room(DType.I32, 3, 2);
            assertEquals(new Failure(1, 2), kernels().lapack().lu(a, pivots));
            NdArray det = room(dtype, 3);
            kernels().lapack().luDeterminant(a, pivots, det, room(dtype, 3), room(dtype, 3));
            assertEquals(0, Elements.doubles(det)[1]);
            assertEquals(0, Elements.doubles(det)[2]);
        }
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void cholesky_everyFamily_multipliesBack(Family family) {
        for (DType dtype : FLOATS) {
            for (int n : sides(family)) {
                NdArray root = matrices(dtype, family, n, n, 73);
                double[] values = new double[BATCH * n * n];
                for (int i = 0; i < BATCH; i++) {
                    NaiveMatrix m = NaiveMatrix.of(root, i);
                    NaiveMatrix square = m.times(m.transposed());
                    for (int j = 0; j < n * n; j++) {
                        values[i * n * n + j] = square.values()[j] + (j % (n + 1) == 0 ? square.magnitude() : 0);
                    }
                }
                NdArray a = dense(dtype, values, BATCH, n, n);
                NdArray l = copy(a);
                if (family == Family.NOT_FINITE) {
                    assertEquals(0, kernels().lapack().cholesky(l).matrix());
                    continue;
                }
                checkThreads("cholesky", () -> {
                    Elements.write(l, Elements.doubles(a));
                    assertNull(kernels().lapack().cholesky(l));
                    return l;
                });
                for (int i = 0; i < BATCH; i++) {
                    NaiveMatrix lower = NaiveMatrix.of(l, i);
                    same(a, lower.times(lower.transposed()), i, "cholesky " + n);
                    assertTrue(
                            Arrays.equals(lower.values(), lower.triangle(false).values()), "zeros above the diagonal");
                }
            }
            NdArray bad = dense(dtype, new double[] {4, 0, 0, 4, 4, 0, 0, -1}, 2, 2, 2);
            assertEquals(new Failure(1, 2), kernels().lapack().cholesky(bad));
        }
        saw("Lapack.cholesky", "cholesky", family);
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void triangularSolve_everyFamily_multipliesBack(Family family) {
        for (DType dtype : FLOATS) {
            for (int n : sides(family == Family.TRANSPOSED ? Family.ORDINARY : family)) {
                for (int choice = 0; choice < 16; choice++) {
                    boolean left = (choice & 1) != 0;
                    boolean upper = (choice & 2) != 0;
                    boolean unit = (choice & 4) != 0;
                    double[] values = family.numbers(dtype, BATCH * n * n, 74);
                    for (int i = 0; i < values.length; i++) { // well conditioned
                        values[i] =
                                i / Math.max(1, n) % n == i % Math.max(1, n) ? 2 + Math.abs(values[i]) : values[i] / n;
                    }
                    NdArray a = dense(dtype, values, BATCH, n, n);
                    NdArray read = (choice & 8) != 0 ? a.alias(a.layout().transpose(1, 2)) : a;
                    NdArray b = dense(
                            dtype,
                            Family.ORDINARY.numbers(dtype, BATCH * 5 * n, 75),
                            left ? new long[] {BATCH, n, 5} : new long[] {BATCH, 5, n});
                    NdArray x = copy(b);
                    checkThreads("triangularSolve", () -> {
                        Elements.write(x, Elements.doubles(b));
                        kernels().lapack().triangularSolve(left, upper, unit, read, x);
                        return x;
                    });
                    for (int i = 0; i < BATCH && family != Family.NOT_FINITE && family != Family.LARGE; i++) {
                        NaiveMatrix m = NaiveMatrix.of(read, i).triangle(upper);
                        m = unit ? m.withUnitDiagonal() : m;
                        NaiveMatrix y = NaiveMatrix.of(x, i);
                        same(b, left ? m.times(y) : y.times(m), i, "triangularSolve " + n + ", " + choice);
                    }
                }
            }
        }
        saw("Lapack.triangularSolve", "triangularSolve", family);
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void qr_everyFamily_multipliesBack(Family family) {
        for (DType dtype : FLOATS) {
            for (int[] s : sizes(family)) {
                for (int columns : new int[] {Math.min(s[0], s[1]), s[0]}) {
                    NdArray a = matrices(dtype, family, s[0], s[1], 76);
                    NdArray r = copy(a);
                    NdArray q = room(dtype, BATCH, s[0], columns);
                    checkThreads("qr", () -> {
                        Elements.write(r, Elements.doubles(a));
                        kernels().lapack().qr(r, q);
                        return q;
                    });
                    for (int i = 0; i < BATCH && family != Family.NOT_FINITE && s[1] > 0; i++) {
                        NaiveMatrix orthogonal = NaiveMatrix.of(q, i);
                        orthogonal(orthogonal, dtype, "q");
                        same(
                                a,
                                orthogonal.times(
                                        NaiveMatrix.of(r, i).triangle(true).top(columns)),
                                i,
                                "qr");
                    }
                }
            }
        }
        saw("Lapack.qr", "qr", family);
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void svd_everyFamily_multipliesBack(Family family) {
        for (DType dtype : FLOATS) {
            for (int[] s : sizes(family)) {
                for (boolean full : new boolean[] {false, true}) {
                    int k = Math.min(s[0], s[1]);
                    NdArray a = matrices(dtype, family, s[0], s[1], 77);
                    NdArray u = room(dtype, BATCH, s[0], full ? s[0] : k);
                    NdArray values = room(dtype, BATCH, k);
                    NdArray vh = room(dtype, BATCH, full ? s[1] : k, s[1]);
                    if (family == Family.NOT_FINITE) {
                        assertEquals(new Failure(0, 0), kernels().lapack().svd(copy(a), u, values, vh));
                        continue;
                    }
                    checkThreads("svd", () -> {
                        assertNull(kernels().lapack().svd(copy(a), u, values, vh));
                        return u;
                    });
                    NdArray alone = room(dtype, BATCH, k);
                    assertNull(kernels().lapack().svd(copy(a), null, alone, null));
                    for (int i = 0; i < BATCH && k > 0; i++) {
                        NaiveMatrix left = NaiveMatrix.of(u, i);
                        NaiveMatrix right = NaiveMatrix.of(vh, i);
                        orthogonal(left, dtype, "u");
                        orthogonal(right.transposed(), dtype, "vh");
                        double[] sigma = Arrays.copyOfRange(Elements.doubles(values), i * k, (i + 1) * k);
                        double[] largest = new double[k];
                        Arrays.fill(largest, sigma[0]);
                        Tolerance.of(dtype, s[0] + s[1])
                                .times(FACTOR)
                                .check(
                                        sigma,
                                        Arrays.copyOfRange(Elements.doubles(alone), i * k, (i + 1) * k),
                                        largest,
                                        "values alone");
                        same(a, left.columns(k).scaled(sigma).times(right.top(k)), i, "svd");
                        for (int j = 1; j < k; j++) {
                            assertTrue(sigma[j - 1] >= sigma[j] && sigma[j] >= 0, "descending");
                        }
                    }
                }
            }
        }
        saw("Lapack.svd", "svd", family);
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void eigh_everyFamily_multipliesBack(Family family) {
        for (DType dtype : FLOATS) {
            for (int n : sides(family)) {
                for (boolean upper : new boolean[] {false, true}) {
                    NdArray a = matrices(dtype, family, n, n, 78);
                    NdArray rows = copy(a);
                    NdArray w = room(dtype, BATCH, n);
                    if (family == Family.NOT_FINITE) {
                        assertEquals(new Failure(0, 0), kernels().lapack().eigh(true, upper, rows, w));
                        continue;
                    }
                    checkThreads("eigh", () -> {
                        Elements.write(rows, Elements.doubles(a));
                        assertNull(kernels().lapack().eigh(true, upper, rows, w));
                        return rows;
                    });
                    NdArray alone = room(dtype, BATCH, n);
                    assertNull(kernels().lapack().eigh(false, upper, copy(a), alone));
                    for (int i = 0; i < BATCH && n > 0; i++) {
                        NaiveMatrix v = NaiveMatrix.of(rows, i).transposed();
                        double[] values = Arrays.copyOfRange(Elements.doubles(w), i * n, (i + 1) * n);
                        double[] largest = new double[n];
                        Arrays.fill(largest, Math.max(Math.abs(values[0]), Math.abs(values[n - 1])));
                        Tolerance.of(dtype, n)
                                .times(FACTOR)
                                .check(
                                        values,
                                        Arrays.copyOfRange(Elements.doubles(alone), i * n, (i + 1) * n),
                                        largest,
                                        "values alone");
                        orthogonal(v, dtype, "eigenvectors");
                        NaiveMatrix half = NaiveMatrix.of(a, i).triangle(upper);
                        NaiveMatrix whole = v.scaled(values).times(v.transposed());
                        double[] magnitudes = new double[n * n];
                        Arrays.fill(magnitudes, whole.magnitude());
                        Tolerance.of(dtype, n)
                                .times(FACTOR)
                                .check(half.values(), whole.triangle(upper).values(), magnitudes, "eigh");
                        assertTrue(
                                Arrays.equals(
                                        values, Arrays.stream(values).sorted().toArray()),
                                "ascending");
                    }
                }
            }
        }
        saw("Lapack.eigh", "eigh", family);
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void leastSquares_everyFamily_leavesWhatIsOrthogonal(Family family) {
        for (DType dtype : FLOATS) {
            for (int[] s : sizes(family)) {
                int m = s[0];
                int n = s[1];
                NdArray turned = matrices(dtype, family, n, m, 79);
                NdArray b = dense(
                        dtype,
                        Family.ORDINARY.numbers(dtype, BATCH * 2 * Math.max(m, n), 80),
                        BATCH,
                        2,
                        Math.max(m, n));
                NdArray x = copy(b);
                NdArray rank = room(DType.I64, BATCH);
                Failure failure = kernels().lapack().leastSquares(1e-6, copy(turned), x, rank);
                if (family == Family.NOT_FINITE) {
                    assertEquals(new Failure(0, 0), failure);
                    continue;
                }
                assertNull(failure);
                checkThreads("leastSquares", () -> {
                    Elements.write(x, Elements.doubles(b));
                    kernels().lapack().leastSquares(1e-6, copy(turned), x, rank);
                    return x;
                });
                for (int i = 0; i < BATCH; i++) {
                    assertEquals(Math.min(m, n), Elements.longs(rank)[i], "rank");
                    if (m > 0 && n > 0) {
                        NaiveMatrix a = NaiveMatrix.of(turned, i); // rows are columns of the matrix
                        NaiveMatrix rest = NaiveMatrix.of(x, i)
                                .columns(n)
                                .times(a)
                                .minus(NaiveMatrix.of(b, i).columns(m));
                        NaiveMatrix zero = rest.times(a.transposed());
                        double[] magnitudes = new double[zero.values().length];
                        Arrays.fill(magnitudes, Math.max(m, n) * rest.magnitude() * a.magnitude());
                        Tolerance.of(dtype, m + n)
                                .times(FACTOR)
                                .check(new double[magnitudes.length], zero.values(), magnitudes, "leastSquares");
                    }
                }
            }
        }
        saw("Lapack.leastSquares", "leastSquares", family);
    }
}
