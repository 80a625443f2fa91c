package dev.gatun.autograd.ops;

import dev.gatun.autograd.Graph;
import dev.gatun.autograd.Input;
import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.Shape;
import java.util.List;

/**
 * Products made of others: of Kronecker, of chains, and of a matrix with itself. The counterparts are those of {@code
 * torch.linalg}, as {@code torch.linalg.multi_dot}.
 *
 * {@snippet :
 * Tensor a = Tensor.rand(100, 5);
 * Tensor y = Chain.multiDot(List.of(a, a.t(), a)); // in the order that costs least
 * System.out.println(y.shape() + " " + Chain.matrixPower(Tensor.eye(2).mul(2), 3).trace().item()); // [100, 5] 16.0
 * }
 */
public final class Chain {
    private Chain() {}

    /**
     * The Kronecker product: every element of a times all of b. {@code torch.kron}.
     *
     * @param a rank 4 at most
     * @param b rank 4 at most; the one of lower rank gets sizes of 1 in front
     * @return of the promoted dtype; each size is the product of the two
     */
    public static Tensor kron(Tensor a, Tensor b) {
        int rank = Math.max(a.rank(), b.rank());
        Checks.require(2 * rank <= Shape.MAX_RANK, "kron", "takes rank " + Shape.MAX_RANK / 2 + " at most", a, b);
        long[] left = new long[2 * rank];
        long[] right = new long[2 * rank];
        long[] sizes = new long[rank];
        for (int i = 0; i < rank; i++) {
            int behind = rank - i;
            left[2 * i] = behind <= a.rank() ? a.size(-behind) : 1;
            left[2 * i + 1] = 1;
            right[2 * i] = 1;
            right[2 * i + 1] = behind <= b.rank() ? b.size(-behind) : 1;
            sizes[i] = left[2 * i] * right[2 * i + 1];
        }
        return View.view(Elementwise.mul(View.reshape(a, left), View.reshape(b, right)), sizes);
    }

    /**
     * The product of several matrices, multiplied in the order that takes the fewest multiplications. {@code
     * torch.linalg.multi_dot}.
     *
     * @param matrices two at least; the first and the last may be vectors: a row and a column
     * @return a matrix, a vector where one of them was a vector, rank 0 where both were
     */
    public static Tensor multiDot(List<Tensor> matrices) {
        int count = matrices.size();
        if (count < 2) {
            throw new IllegalArgumentException("multiDot: takes two matrices at least: " + count);
        }
        Tensor first = matrices.getFirst();
        Tensor last = matrices.getLast();
        Tensor[] chain = matrices.toArray(Tensor[]::new);
        chain[0] = first.rank() == 1 ? View.unsqueeze(first, 0) : first;
        chain[count - 1] = last.rank() == 1 ? View.unsqueeze(last, 1) : last;
        long[] sizes = new long[count + 1];
        for (int i = 0; i < count; i++) {
            Checks.require(chain[i].rank() == 2, "multiDot", "no matrix at " + i, matrices.get(i));
            Checks.sameNumbers("multiDot", chain[0], chain[i]);
            Checks.require(
                    i == 0 || sizes[i] == chain[i].size(0),
                    "multiDot",
                    "inner sizes differ",
                    chain[Math.max(0, i - 1)],
                    chain[i]);
            sizes[i] = chain[i].size(0);
            sizes[i + 1] = chain[i].size(1);
        }
        Tensor y = multiplied(chain, order(sizes), 0, count - 1);
        y = last.rank() == 1 ? View.squeeze(y, -1) : y;
        return first.rank() == 1 ? View.squeeze(y, 0) : y;
    }

    /** For each stretch of the chain where it is split in two; Cormen and others, "Introduction to Algorithms", 15.2. */
    private static int[][] order(long... sizes) {
        int count = sizes.length - 1;
        double[][] cost = new double[count][count];
        int[][] split = new int[count][count];
        for (int length = 2; length <= count; length++) {
            for (int i = 0; i + length <= count; i++) {
                int j = i + length - 1;
                cost[i][j] = Double.POSITIVE_INFINITY;
                for (int k = i; k < j; k++) {
                    double here = cost[i][k] + cost[k + 1][j] + (double) sizes[i] * sizes[k + 1] * sizes[j + 1];
                    if (here < cost[i][j]) {
                        cost[i][j] = here;
                        split[i][j] = k;
                    }
                }
            }
        }
        return split;
    }

    private static Tensor multiplied(Tensor[] chain, int[][] split, int first, int last) {
        if (first == last) {
            return chain[first];
        }
        int at = split[first][last];
        return Linalg.mm(multiplied(chain, split, first, at), multiplied(chain, split, at + 1, last));
    }

    /** The product of several matrices. {@code torch.chain_matmul}. */
    public static Tensor chainMatmul(Tensor... matrices) {
        return matrices.length == 1 ? matrices[0] : multiDot(List.of(matrices));
    }

    /**
     * Square matrices multiplied with themselves, by squaring. {@code torch.matrix_power}.
     *
     * @param x [*, n, n]
     * @param n 0 gives the unit matrix, below 0 powers of the inverse, which are F32 or F64
     */
    public static Tensor matrixPower(Tensor x, long n) {
        Checks.require(x.rank() >= 2 && x.size(-1) == x.size(-2), "matrixPower", "takes square matrices", x);
        Checks.computable("matrixPower", x);
        Checks.number("matrixPower", x);
        if (n == 0) {
            Tensor unit = Matrices.identity(x, x.size(-1));
            return Graph.records(x)
                    ? Graph.record("CopyBackwards", unit, null, Input.of(x, g -> Tensor.zerosLike(g)))
                    : unit;
        }
        Tensor base = n < 0 ? Solve.inverse(x) : x;
        Tensor y = power(base, Math.abs(Math.max(n, -Long.MAX_VALUE)));
        return y == x ? Elementwise.clone(x) : y;
    }

    private static Tensor power(Tensor x, long n) {
        if (n == 1) {
            return x;
        }
        Tensor half = power(x, n / 2);
        Tensor square = Linalg.matmul(half, half);
        return n % 2 == 0 ? square : Linalg.matmul(square, x);
    }
}
