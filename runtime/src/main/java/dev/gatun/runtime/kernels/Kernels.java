package dev.gatun.runtime.kernels;

import dev.gatun.bindings.kernels.Gatun;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.RecurrentCell;
import dev.gatun.runtime.Reduction;
import dev.gatun.runtime.memory.Products;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything a backend does: one nested interface for each family. Outputs are parameters, allocated by the caller on
 * the same device; shapes, dtypes and devices were checked at the public door. In the docs, '=' writes an output
 * whatever it held, '+=' adds to it. Unless a method says otherwise operands have any strides, and an output is either
 * one of the inputs exactly or overlaps none, and does not overlap itself.
 */
public interface Kernels {
    /** Element operations. */
    Elementwise elementwise();

    /** Reductions over dimensions. */
    Reduce reduce();

    /** Running results along a dimension. */
    Scan scan();

    /** Matrix products. */
    Linalg linalg();

    /** Factors of matrices. */
    Lapack lapack();

    /** Softmax and the losses on it. */
    Norm norm();

    /** Convolutions. */
    Conv conv();

    /** The largest or mean element of windows. */
    Pool pool();

    /** Normalisation by mean and variance. */
    Normalize normalize();

    /** All steps of a recurrent layer in one pass, or {@code null} where this backend has none: then it is made of steps. */
    default @Nullable Recurrent recurrent() {
        return null;
    }

    /** Reading and writing by index. */
    Index index();

    /** Sorting and searching. */
    Sort sort();

    /** Random numbers. */
    Random random();

    /** Optimizer steps. */
    Update update();

    /** One element in, one out; operands have the output's shape, expanded (stride 0) where they were broadcast. */
    interface Elementwise {
        /** y = op(x), of one dtype. a, b: the operation's parameters, else ignored. y may be x. */
        void unary(UnaryOp op, NdArray x, NdArray y, double a, double b);

        /**
         * dx = the gradient of op at x where dy arrives, with y = op(x). x or y may be {@code null} where the row does
         * not use it, see {@link UnaryOp#saves()}. dx may be dy.
         */
        void unaryGrad(
                UnaryOp op, @Nullable NdArray x, @Nullable NdArray y, NdArray dy, NdArray dx, double a, double b);

        /** z = op(x, y), all of one dtype. z may be x or y. */
        void binary(BinaryOp op, NdArray x, NdArray y, NdArray z);

        /** z = op(x, y) with a scalar, cast to x's dtype. */
        void binary(BinaryOp op, NdArray x, Number y, NdArray z);

        /** z = op(x, y) with a scalar on the left. */
        void binary(BinaryOp op, Number x, NdArray y, NdArray z);

        /** out = op(x, y, z), all of one dtype. a: the operation's parameter, else ignored. out may be an input. */
        void ternary(TernaryOp op, NdArray x, NdArray y, NdArray z, NdArray out, double a);

        /** z (BOOL) = op(x, y), x and y of one dtype. */
        void compare(CompareOp op, NdArray x, NdArray y, NdArray z);

        /** z (BOOL) = op(x, y) with a scalar. */
        void compare(CompareOp op, NdArray x, Number y, NdArray z);

        /** z = condition (BOOL) ? x : y; x, y, z of one dtype. */
        void where(NdArray condition, NdArray x, NdArray y, NdArray z);

        /**
         * y = x, cast to y's dtype; every dtype. Float to integer truncates toward zero, to BOOL is x != 0. x and y do
         * not overlap.
         */
        void cast(NdArray x, NdArray y);

        /** y = value, cast to y's dtype; every dtype. */
        void fill(Number value, NdArray y);
    }

    /** Many elements in, one out. */
    interface Reduce {
        /**
         * y = reduction of x over dims. y has x's rank with size 1 at dims, or lacks them, and is of {@link
         * ReduceOp#result}.
         *
         * @param dims from the first, without repetition, ascending; none: each element by itself
         */
        void reduce(ReduceOp op, NdArray x, int[] dims, NdArray y);

        /** y (I64) = position of the first largest (MAX) or smallest (MIN) element along dims, row-major among them. */
        void argReduce(ReduceOp op, NdArray x, int[] dims, NdArray y);

        /**
         * var = the squared distances of x from their mean over dims, added up and divided by their count less correction,
         * by 0 where that is negative; mean = the mean. Both lie alike. Of nothing both are NaN. F32 and F64.
         *
         * @param dims one at least, as for {@link #reduce}
         * @param root whether var is to be its square root
         * @param mean or {@code null} where nobody asks
         */
        void variance(NdArray x, int[] dims, double correction, boolean root, NdArray var, @Nullable NdArray mean);

        /** y = log of the sum of e^x over dims, one at least; -infinity of nothing. F32 and F64. */
        void logSumExp(NdArray x, int[] dims, NdArray y);
    }

    /** Running results along one dimension; operands contiguous and of one shape, with that dimension. */
    interface Scan {
        /**
         * y = running sum (SUM) or product (PROD); numbers. y may be x.
         *
         * @param reverse whether from the last element on
         */
        void scan(ReduceOp op, boolean reverse, NdArray x, int dim, NdArray y);

        /** y = running extreme (MAX or MIN), place (I64) = where its last occurrence so far is; NaN wins; numbers. */
        void extreme(ReduceOp op, NdArray x, int dim, NdArray y, NdArray place);

        /**
         * y[i] = b[i] + a[i] y[i - 1] or, in reverse, y[i] = b[i] + a[i + 1] y[i + 1]: each the gradient of the other with
         * respect to b. F32 and F64. y may be b.
         */
        void linear(boolean reverse, NdArray a, NdArray b, int dim, NdArray y);
    }

    /** Matrix products; dtype F32 or F64 unless a method says otherwise. */
    interface Linalg {
        /**
         * c [m, n] = activation(a [m, k] b [k, n] + bias) or, accumulating, c += a b. a and b are any view whose rows
         * or columns are contiguous; c has contiguous rows.
         *
         * @param bias [n], or {@code null}
         * @param activation applied to each element, or {@code null}
         * @param parameter of the activation
         */
        void gemm(
                NdArray a,
                NdArray b,
                NdArray c,
                boolean accumulate,
                @Nullable NdArray bias,
                @Nullable UnaryOp activation,
                double parameter);

        /** c [batch, m, n] = or, accumulating, += a [batch, m, k] b [batch, k, n]; batch strides may be 0 in a and b. */
        void gemmBatch(NdArray a, NdArray b, NdArray c, boolean accumulate);

        /**
         * As {@link #gemmBatch} for I64, I32 and U8, which wrap around; a and b have any strides, c has contiguous rows.
         */
        void gemmIntegers(NdArray a, NdArray b, NdArray c, boolean accumulate);

        /** Whether {@link #gemm} takes this matrix as it lies: its last two dimensions, one of them with stride 1. */
        default boolean takes(NdArray matrix) {
            return Products.takes(matrix);
        }
    }

    /**
     * Factors of batches of matrices, and what is solved with them; dtype F32 or F64; operands contiguous but where a
     * method says otherwise. A method that returns a Failure returns {@code null} where every matrix has a result.
     */
    interface Lapack {
        /**
         * The first matrix of a batch without a result.
         *
         * @param matrix its place in the batch
         * @param order where it failed, from 1, as LAPACK counts; 0 where it holds NaN or infinity
         */
        record Failure(long matrix, int order) {}

        /**
         * a [batch, n, n] = its factors, pivots (I32 [batch, n]): both for {@link #luSolve} and {@link #luDeterminant}.
         *
         * @return the first singular matrix, whose factors are there all the same
         */
        @Nullable
        Failure lu(NdArray a, NdArray pivots);

        /** Each row of b [batch, k, n] = the solution x of a x = that row; transposed: of a' x. */
        void luSolve(boolean transposed, NdArray lu, NdArray pivots, NdArray b);

        /** det, sign, logAbs [batch] = the determinant, its sign, and the logarithm of its magnitude. */
        void luDeterminant(NdArray lu, NdArray pivots, NdArray det, NdArray sign, NdArray logAbs);

        /**
         * a [batch, n, n] = lower l with l l' = a, of which the lower triangle is read.
         *
         * @return the first matrix that is not positive definite, and which of its leading minors is not
         */
        @Nullable
        Failure cholesky(NdArray a);

        /**
         * b [batch, m, k] = x with a x = b (left) or x a = b. Of a one triangle is read and, unit, not its diagonal, which
         * is 1.
         *
         * @param a [batch, m, m] or, not left, [batch, k, k]: rows or columns contiguous; batch strides may be 0
         */
        void triangularSolve(boolean left, boolean upper, boolean unit, NdArray a, NdArray b);

        /**
         * q [batch, m, c], a's upper triangle = orthogonal q and upper r with q r = a; c from min(m, n) to m.
         *
         * @param a [batch, m, n]; below the triangle it then holds whatever
         * @param q or {@code null}
         */
        void qr(NdArray a, @Nullable NdArray q);

        /**
         * s [batch, k] = singular values of a [batch, m, n], descending, k = min(m, n); u, vh = the vectors.
         *
         * @param a destroyed
         * @param u [batch, m, k] or [batch, m, m], or {@code null} with vh
         * @param vh [batch, k, n] or [batch, n, n]
         * @return the first matrix that holds NaN or infinity, or for which the method did not converge
         */
        @Nullable
        Failure svd(NdArray a, @Nullable NdArray u, NdArray s, @Nullable NdArray vh);

        /**
         * w [batch, n] = eigenvalues of symmetric a [batch, n, n], ascending; vectors: its rows = eigenvectors.
         *
         * @param upper which triangle is read
         * @param a without vectors destroyed
         * @return the first matrix that holds NaN or infinity, or for which the method did not converge
         */
        @Nullable
        Failure eigh(boolean vectors, boolean upper, NdArray a, NdArray w);

        /**
         * The first n of each row of b [batch, k, max(m, n)] = the shortest x with the least |a x - row|, the row's first
         * m; rank (I64 [batch]) = a's, singular values below rcond times the largest counting as 0.
         *
         * @param a [batch, n, m], transposed; destroyed
         * @return the first matrix that holds NaN or infinity
         */
        @Nullable
        Failure leastSquares(double rcond, NdArray a, NdArray b, NdArray rank);
    }

    /** Softmax, log-softmax, cross-entropy; dtype F32 or F64; operands contiguous. */
    interface Norm {
        /** y = softmax (or its logarithm) of x over dim. y may be x. */
        void softmax(boolean log, NdArray x, int dim, NdArray y);

        /** dx = gradient from y, the forward's result, and dy. dx may be dy. */
        void softmaxGrad(boolean log, NdArray y, NdArray dy, int dim, NdArray dx);

        /**
         * loss = negative log likelihood of softmax(logits [rows, n]) at target (I64 [rows]); prob [rows, n] = the
         * softmax, weight (F64 []) = the rows that count, both for backward.
         *
         * @throws IllegalArgumentException if a target is neither in 0..n-1 nor ignoreIndex
         */
        void crossEntropy(
                Reduction reduction,
                NdArray logits,
                NdArray target,
                long ignoreIndex,
                NdArray loss,
                NdArray prob,
                NdArray weight);

        /** dlogits = gradient. dlogits may be prob. */
        void crossEntropyGrad(
                Reduction reduction,
                NdArray prob,
                NdArray target,
                long ignoreIndex,
                NdArray dloss,
                NdArray weight,
                NdArray dlogits);

        /** As {@link #crossEntropy}, for log probabilities. */
        void nllLoss(
                Reduction reduction, NdArray logProb, NdArray target, long ignoreIndex, NdArray loss, NdArray weight);

        /** dlogProb = gradient of {@link #nllLoss}. */
        void nllLossGrad(
                Reduction reduction, NdArray target, long ignoreIndex, NdArray dloss, NdArray weight, NdArray dlogProb);
    }

    /**
     * Convolutions over one to three spatial dimensions; dtype F32 or F64; operands contiguous and apart. x is [n, in, *],
     * weight [out, in / groups, *window], y [n, out, *]. Each method is linear in both of its arrays, and its gradients
     * are the other two. Denormals are flushed to zero.
     */
    interface Conv {
        /** y = convolution of x with weight, + bias [out]; relu: negative elements become 0. */
        void forward(
                Window window, long groups, NdArray x, NdArray weight, @Nullable NdArray bias, boolean relu, NdArray y);

        /**
         * y = max pool, two by two without overlap, of relu(convolution of x with weight + bias [out]), in one pass;
         * winner (U8, of y's shape) = which of the four it was, row by row, or 4 where none is positive.
         *
         * @param window over two dimensions
         * @return false, with nothing done, where this backend has no such pass for these sizes and dtype
         */
        boolean forwardPooled(
                Window window, NdArray x, NdArray weight, @Nullable NdArray bias, NdArray y, NdArray winner);

        /** dx, dweight, dbias = gradients of {@link #forwardPooled}; each may be {@code null}. */
        void gradPooled(
                Window window,
                NdArray x,
                NdArray weight,
                NdArray dy,
                NdArray winner,
                @Nullable NdArray dx,
                @Nullable NdArray dweight,
                @Nullable NdArray dbias);

        /** dx = gradient of x, from weight and dy: the transposed convolution. */
        void gradInput(Window window, long groups, NdArray weight, NdArray dy, NdArray dx);

        /** dweight = gradient of weight, from x and dy; dbias [out] = sum of dy, or {@code null}. */
        void gradWeight(Window window, long groups, NdArray x, NdArray dy, NdArray dweight, @Nullable NdArray dbias);
    }

    /** Pools over one to three spatial dimensions: x [n, channels, *] to y; dtype F32 or F64; operands contiguous. */
    interface Pool {
        /** y = largest element of each window, index (I64, of y's shape) = its place in x's plane. NaN wins. */
        void max(Window window, NdArray x, NdArray y, NdArray index);

        /** dx = sum of dy at index: the gradient of {@link #max}. */
        void maxGrad(NdArray dy, NdArray index, NdArray dx);

        /** y = x at index: the gradient of {@link #maxGrad}. */
        void maxGather(NdArray x, NdArray index, NdArray y);

        /** y = mean of each window; countPadding: padding counts; divisor: instead of the count, 0 for none. */
        void average(Window window, boolean countPadding, long divisor, NdArray x, NdArray y);

        /** dx = gradient of {@link #average}, from dy. */
        void averageGrad(Window window, boolean countPadding, long divisor, NdArray dy, NdArray dx);
    }

    /** Normalisation; dtype F32 or F64; operands contiguous. */
    interface Normalize {
        /** What batch normalisation uses beside its arrays. training: statistics of x; else the running ones. */
        record BatchNorm(boolean training, double momentum, double eps) {}

        /**
         * y = (x - mean) * invstd * weight + bias for each channel of x [n, channels, *]. In training mean and biased
         * variance are x's, and the running ones move by momentum (the variance unbiased). mean, invstd [channels] =
         * what was used. weight, bias, runningMean and runningVar are [channels] or {@code null}; the running ones are
         * there where training is false. y may be x.
         */
        void batchNorm(
                BatchNorm args,
                NdArray x,
                @Nullable NdArray weight,
                @Nullable NdArray bias,
                @Nullable NdArray runningMean,
                @Nullable NdArray runningVar,
                NdArray y,
                NdArray mean,
                NdArray invstd);

        /** dx, dweight, dbias = gradients, each may be {@code null}. dx may be dy. */
        void batchNormGrad(
                boolean training,
                NdArray x,
                @Nullable NdArray weight,
                NdArray mean,
                NdArray invstd,
                NdArray dy,
                @Nullable NdArray dx,
                @Nullable NdArray dweight,
                @Nullable NdArray dbias);
    }

    /**
     * A recurrent layer in one direction; dtype F32 or F64; operands contiguous and apart. With g = h weight' + bias of the
     * state h before a step, {@link RecurrentCell} says what the step makes of x and g. Denormals are flushed to zero.
     */
    interface Recurrent {
        /** Which steps. reverse: from the last to the first; keeps: {@link #grad} will follow. */
        record Walk(RecurrentCell cell, boolean reverse, boolean keeps) {}

        /**
         * y [steps, n, hidden] = h after each step; x [steps, n, gates * hidden] = the gates' values, for the gradient.
         *
         * @param weight [gates * hidden, hidden]
         * @param bias [gates * hidden], or {@code null}
         * @param h0 [n, hidden], or {@code null} for zeros
         * @param c0 for an LSTM [n, hidden], or {@code null} for zeros
         * @param kept where the cell {@linkplain RecurrentCell#keeps keeps} something, else {@code null}: = that of each
         *     step, [steps, n, hidden]; or, where walk.keeps is false, of the last, [n, hidden]
         */
        void forward(
                Walk walk,
                NdArray x,
                NdArray weight,
                @Nullable NdArray bias,
                @Nullable NdArray h0,
                @Nullable NdArray c0,
                NdArray y,
                @Nullable NdArray kept);

        /**
         * dx = gradient of x, from what {@link #forward} left and dy; dg = that of g; dh0 = that of h0.
         *
         * @param gates x, as the forward left it
         * @param dy [steps, n, hidden], the last dimension contiguous, the others with any strides that are not negative
         * @param carry [n, hidden] where the cell keeps something, else {@code null}. LSTM: the gradient of the last cell,
         *     = that of c0; GRU: zeros, = whatever
         * @param dg for a GRU, of dx's shape; else {@code null}: it is dx
         * @param dh0 [n, hidden], or {@code null}
         */
        void grad(
                Walk walk,
                NdArray gates,
                NdArray weight,
                @Nullable NdArray h0,
                @Nullable NdArray c0,
                NdArray y,
                @Nullable NdArray kept,
                NdArray dy,
                @Nullable NdArray carry,
                NdArray dx,
                @Nullable NdArray dg,
                @Nullable NdArray dh0);
    }

    /**
     * Reading and writing by index (I64) or mask (BOOL). A bad index value is an {@link IllegalArgumentException} that
     * names the first one; what is written in place is then as it was, a result may hold anything.
     */
    interface Index {
        /** Elements of a mask that {@link #maskStarts} counts together. */
        int MASK_CHUNK = Gatun.GT_MASK_CHUNK();

        /**
         * y [count, *] = rows of x [rows, *] at index [count]; every dtype, contiguous.
         *
         * @param op what asks for them, as errors name it
         */
        void gatherRows(String op, NdArray x, NdArray index, NdArray y);

        /**
         * y = elements of x at index along dim; every dtype.
         *
         * @param op what asks for them, as errors name it
         * @param x rank at least 1, and in no other dimension than dim smaller than y
         * @param dim from the first
         * @param index y's shape, or one dimension: one index for each entry of y's dim
         * @param y x's rank
         */
        void gather(String op, NdArray x, int dim, NdArray index, NdArray y);

        /**
         * Elements of x at index along dim op= y, in the order of index. SET: every dtype, the others: numbers.
         *
         * @param x rank at least 1, and in no other dimension than dim smaller than y
         * @param dim from the first
         * @param index y's shape, or one dimension: one index for each entry of y's dim
         * @param y x's rank; may be expanded; does not overlap x
         */
        void scatter(ScatterOp op, NdArray x, int dim, NdArray index, NdArray y);

        /** y = y * size + index, or first: y = index; a negative index counts from size. I64, one shape. */
        void linear(boolean first, NdArray index, long size, NdArray y);

        /** y = x with the dimensions reversed whose bit is set; every dtype, one shape. y does not overlap x. */
        void flip(NdArray x, int dims, NdArray y);

        /**
         * starts (I64 [count / MASK_CHUNK, rounded up, + 1]) = how many elements of the mask (contiguous) are set before
         * each chunk, and last how many in all.
         */
        void maskStarts(NdArray mask, NdArray starts);

        /** y (I64 [set, rank], contiguous) = where the mask, of rank 1 at least, is set, in row-major order. */
        void maskNonzero(NdArray mask, NdArray starts, NdArray y);

        /** y [set] = elements of x, contiguous and of the mask's count, where the mask is set; every dtype. */
        void maskSelect(NdArray x, NdArray mask, NdArray starts, NdArray y);

        /** Elements of x, contiguous and of the mask's count, where the mask is set = y [set]; every dtype. */
        void maskScatter(NdArray x, NdArray mask, NdArray starts, NdArray y);
    }

    /**
     * Orders of numbers (BOOL among them), and what stands on them; operands contiguous, rows in the last dimension. NaN is
     * the largest number, zeros of both signs are equal, equal elements keep their order.
     */
    interface Sort {
        /** values, order (I64) = the rows of x, sorted, and where their elements were. */
        void sort(boolean descending, NdArray x, NdArray values, NdArray order);

        /** values, order (I64) [*, k] = the k largest or smallest of each row of x [*, n], in order. */
        void topk(boolean largest, NdArray x, NdArray values, NdArray order);

        /**
         * values, order (I64) [*, k] = the elements that each row of x [*, n] has, once sorted, at some ranks (I64), and
         * where they are.
         *
         * @param ranks [k] for all rows, or [*, k]; each below n
         * @param nanWins whether a row with NaN gives its first NaN for every rank
         */
        void ranked(NdArray x, NdArray ranks, boolean nanWins, NdArray values, NdArray order);

        /**
         * From x [n], sorted, and its order: y = each value once, inverse (I64 [n]) = which of them an element is, counts
         * (I64) = how often it is there. y and counts have room for n.
         *
         * @return how many values there are
         */
        long unique(NdArray x, NdArray order, NdArray y, NdArray inverse, NdArray counts);

        /**
         * y (I64) = how many elements of its sorted row are smaller (right: not larger) than each of the values.
         *
         * @param sorted [n], or [*, n] for values [*, m]
         */
        void searchSorted(boolean right, NdArray sorted, NdArray values, NdArray y);

        /** counts (I64 [bins]) = how many of x (F32 or F64) lie in each of the even bins from low to high. */
        void histogram(NdArray x, double low, double high, NdArray counts);
    }

    /**
     * Random numbers by Philox 4x32-10: the same bits on every backend and for any number of threads. Outputs are
     * contiguous. seed and offset say where the generator stands; a call uses {@code ceil(count / 4)} offsets, or
     * twice as many where it draws F64 uniforms or normals, or I64 integers.
     */
    interface Random {
        /** y = uniform in [lo, hi). */
        void uniform(long seed, long offset, double lo, double hi, NdArray y);

        /** y = normal. */
        void normal(long seed, long offset, double mean, double std, NdArray y);

        /** y = 1 with probability p, else 0; every dtype but BF16 and F16. */
        void bernoulli(long seed, long offset, double p, NdArray y);

        /** y (I64) = integers in [lo, hi). */
        void randint(long seed, long offset, long lo, long hi, NdArray y);

        /** y (I64 [n]) = a permutation of 0..n-1. */
        void permutation(long seed, long offset, NdArray y);

        /** y = x / (1 - p) where kept, else 0; the same call on dy is the gradient. x contiguous; y may be x. */
        void dropout(long seed, long offset, double p, NdArray x, NdArray y);
    }

    /** Optimizer steps. */
    interface Update {
        /**
         * One step of all parameters of a group in one call. Each list has one array for each parameter, contiguous, F32
         * or F64, of one dtype. Parameters and states are updated in place; denormals are flushed to zero.
         *
         * @param rule with its numbers
         * @param states a list for each of {@link UpdateOp#states()}, in the rule's order
         */
        void step(
                UpdateRule rule,
                List<? extends NdArray> params,
                List<? extends NdArray> grads,
                List<? extends List<? extends NdArray>> states);
    }
}
