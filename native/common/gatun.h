/*
 * The C ABI of libgatun, by family. Java reads it through jextract, the CPU backend implements it.
 *
 * Every function is a leaf: it returns a gt_status, does not print, exit or allocate, and keeps no state but the
 * thread pool and the bound BLAS. Shapes, dtypes and layouts were checked in Java; a leaf still refuses a code it
 * does not know. Index values are checked here: the first bad position is reported, nothing is read or written there.
 *
 * '=' marks an output that is overwritten, '+=' one that is accumulated into. Sizes and strides count elements,
 * not bytes. Pointers are aligned to their element. A zero size is an ordinary size.
 */
#ifndef GATUN_H
#define GATUN_H

#include "portable.h"

#if defined(__CUDACC__)
#define GT_API __device__ /* the codes and structs alone are used there */
#elif defined(__GNUC__)
#define GT_API __attribute__((visibility("default")))
#else
#define GT_API
#endif

enum gt_status {
    GT_OK = 0,
    GT_BAD_CODE = 1,      /* an operation or dtype code outside its table: a bug in the caller */
    GT_BAD_ARGUMENT = 2,  /* a negative size, a null pointer with a size, a rank above GT_MAX_RANK */
    GT_UNSUPPORTED = 3,   /* a valid operation that has no loop for this dtype */
    GT_BAD_INDEX = 4,     /* an index value out of range; its position was stored */
    GT_OUT_OF_MEMORY = 5, /* the system gave no pages */
    GT_NOT_BOUND = 6      /* a BLAS leaf before gt_blas_bind, a LAPACK leaf before gt_lapack_bind */
};

enum gt_dtype { GT_F32, GT_F64, GT_BF16, GT_F16, GT_I64, GT_I32, GT_U8, GT_BOOL, GT_DTYPE_COUNT };

enum gt_unary_op {
#define UNARY(name, kinds, value, gradient) GT_UNARY_##name,
#include "unary_ops.def"
#undef UNARY
    GT_UNARY_COUNT
};

enum gt_binary_op {
#define BINARY(name, kinds, value) GT_BINARY_##name,
#include "binary_ops.def"
#undef BINARY
    GT_BINARY_COUNT
};

enum gt_ternary_op {
#define TERNARY(name, kinds, value) GT_TERNARY_##name,
#include "ternary_ops.def"
#undef TERNARY
    GT_TERNARY_COUNT
};

enum gt_compare_op {
#define COMPARE(name, value) GT_COMPARE_##name,
#include "compare_ops.def"
#undef COMPARE
    GT_COMPARE_COUNT
};

enum gt_reduce_op {
#define REDUCE(name, kinds, start, term, step, finish) GT_REDUCE_##name,
#define TRUTH(name, result, start, step) GT_REDUCE_##name,
#include "reduce_ops.def"
#undef REDUCE
#undef TRUTH
    GT_REDUCE_COUNT
};

enum gt_lapack_function {
#define LAPACK(name) GT_LAPACK_s##name, GT_LAPACK_d##name,
#include "lapack.def"
#undef LAPACK
    GT_LAPACK_COUNT
};

enum gt_update_op {
#define UPDATE(name, states, scalars, statements) GT_UPDATE_##name,
#include "update_ops.def"
#undef UPDATE
    GT_UPDATE_COUNT
};

enum gt_scatter_op { GT_SCATTER_set, GT_SCATTER_add, GT_SCATTER_mul, GT_SCATTER_max, GT_SCATTER_min, GT_SCATTER_COUNT };

enum gt_reduction { GT_REDUCTION_none, GT_REDUCTION_mean, GT_REDUCTION_sum };

#define GT_MAX_RANK 8
#define GT_MAX_OPERANDS 4

/*
 * The shape that the operands of one call share, with a row of strides for each. Java collapses it first: no size is 1,
 * neighbouring dimensions that are contiguous in every operand are one. Rank 0 is a single element.
 */
typedef struct gt_dims {
    int64_t rank;
    int64_t size[GT_MAX_RANK];
    int64_t stride[GT_MAX_OPERANDS][GT_MAX_RANK]; /* 0 where the operand is broadcast; may be negative */
} gt_dims;

/* ---- memory and machine ---- */

/* *address = bytes of zeroed pages, aligned to 2 MiB where bytes >= 2 MiB, huge where the system agrees. */
GT_API int gt_pages_map(int64_t bytes, void **address);
/* Gives back what gt_pages_map gave. */
GT_API int gt_pages_unmap(void *address, int64_t bytes);
/* *address = the contents of a file, *bytes long and not empty, read as they are first touched. Written pages become
   the caller's own copies; the file never changes. gt_pages_unmap gives them back. GT_BAD_ARGUMENT where the path is
   no regular file that can be read, or is empty. */
GT_API int gt_file_map(const char *path, int64_t *bytes, void **address);
/* Bytes of physical memory that this process may use (the smaller of the machine's and the control group's). */
GT_API int64_t gt_physical_bytes(void);
/* Name of the function versions in use: "avx512", "avx2" or "plain". Static storage. */
GT_API const char *gt_isa(void);
/* Chooses a version by name, for tests and comparisons; GT_UNSUPPORTED where this processor lacks it. */
GT_API int gt_isa_select(const char *name);

/* ---- threads ---- */

/* Sets how many threads, the caller's included, share a job (1..256). Waits until the running job has ended. */
GT_API int gt_threads_set(int count);
GT_API int gt_threads_count(void);

/* ---- Elementwise ---- */

/* y = op(x). a, b: the operation's parameters, see unary_ops.def, else ignored. y may be x. */
GT_API int gt_unary_flat(int op, int dtype, int64_t n, const void *x, void *y, double a, double b);
/* Strided: dims->stride[0] is x's, [1] y's. */
GT_API int gt_unary(int op, int dtype, const gt_dims *dims, const void *x, void *y, double a, double b);
/* dx = the gradient of op at x where dy arrives, y = op(x). dx may be dy. A pointer that the row does not use may be null. */
GT_API int gt_unary_grad_flat(int op, int dtype, int64_t n, const void *x, const void *y, const void *dy, void *dx,
                              double a, double b);
/* Strided: rows of dims->stride are x's, y's, dy's, dx's. */
GT_API int gt_unary_grad(int op, int dtype, const gt_dims *dims, const void *x, const void *y, const void *dy, void *dx,
                         double a, double b);

enum gt_scalar_side { GT_SCALAR_none, GT_SCALAR_x, GT_SCALAR_y };

/* z = op(x, y), all of dtype. scalar: which operand is a single element (at its pointer). z may be x or y. */
GT_API int gt_binary_flat(int op, int dtype, int scalar, int64_t n, const void *x, const void *y, void *z);
GT_API int gt_binary(int op, int dtype, const gt_dims *dims, const void *x, const void *y, void *z);

/* z = op(x, y) as 0 or 1; x, y of dtype, z BOOL. A comparison with NaN is 0, but 1 for ne. */
GT_API int gt_compare_flat(int op, int dtype, int scalar, int64_t n, const void *x, const void *y, uint8_t *z);
GT_API int gt_compare(int op, int dtype, const gt_dims *dims, const void *x, const void *y, uint8_t *z);

/* out = op(x, y, z), all of dtype. a: the operation's parameter. out may be an input. Rows of stride: x, y, z, out. */
GT_API int gt_ternary(int op, int dtype, const gt_dims *dims, const void *x, const void *y, const void *z, void *out,
                      double a);

/* z = condition ? x : y; x, y, z of dtype, condition BOOL. z may be x or y. Rows of stride: condition, x, y, z. */
GT_API int gt_where(int dtype, const gt_dims *dims, const uint8_t *condition, const void *x, const void *y, void *z);

/* y = x cast to y's dtype: float to integer truncates toward zero (saturating, NaN gives 0), any to BOOL is x != 0,
   narrowing between floats rounds to nearest even. Equal dtypes copy. x and y do not overlap. */
GT_API int gt_cast_flat(int from, int to, int64_t n, const void *x, void *y);
GT_API int gt_cast(int from, int to, const gt_dims *dims, const void *x, void *y);

/* y = *value, an element of dtype. */
GT_API int gt_fill(int dtype, const gt_dims *dims, const void *value, void *y);

/* ---- Reduce ---- */

/*
 * y = reduction of x over the last dims->rank - kept dimensions; the first `kept` ones index y. dims->stride[0] is x's,
 * [1] y's (kept ones only). y is of x's dtype, of any and all BOOL, of count I64. sum and mean of F32 add in PyTorch's
 * order, see loops/reduce.c. min and max give NaN where there is one. Reducing nothing: what a row of reduce_ops.def
 * starts with, mean NaN; min, max are refused in Java.
 */
GT_API int gt_reduce(int op, int dtype, const gt_dims *dims, int64_t kept, const void *x, void *y);
/* y (I64) = position, in the row-major order of the reduced dimensions, of the first largest or smallest element; NaN wins.
   op: GT_REDUCE_max or GT_REDUCE_min. */
GT_API int gt_arg_reduce(int op, int dtype, const gt_dims *dims, int64_t kept, const void *x, int64_t *y);
/*
 * var = the squared distances of x from their mean, added up and divided by their count less correction (by 0 where that is
 * negative); root: 1 for its square root. mean, of var's strides, = the mean; null for none. F32 and F64, kept in double.
 * Of nothing both are NaN.
 */
GT_API int gt_variance(int dtype, const gt_dims *dims, int64_t kept, double correction, int root, const void *x,
                       void *var, void *mean);
/* y = log of the sum of e^x, finite for finite x; of nothing -infinity. F32 and F64. */
GT_API int gt_log_sum_exp(int dtype, const gt_dims *dims, int64_t kept, const void *x, void *y);

/* ---- Scan: along the middle of contiguous [outer, n, inner]; y may be x ---- */

/* y = running sum or product; op: GT_REDUCE_sum or GT_REDUCE_prod. reverse: 1 from the last element on. F32 is kept in
   double, integers wrap. */
GT_API int gt_scan(int op, int dtype, int reverse, int64_t outer, int64_t n, int64_t inner, const void *x, void *y);
/* y = running extreme, at = where its last occurrence so far is along n; NaN wins. op: GT_REDUCE_max or GT_REDUCE_min. */
GT_API int gt_scan_extreme(int op, int dtype, int64_t outer, int64_t n, int64_t inner, const void *x, void *y,
                           int64_t *at);
/* y[i] = b[i] + a[i] y[i - 1] or, reverse: 1, y[i] = b[i] + a[i + 1] y[i + 1]; F32 and F64, kept in double. Each is the
   gradient of the other. y may be b. */
GT_API int gt_scan_linear(int dtype, int reverse, int64_t outer, int64_t n, int64_t inner, const void *a, const void *b,
                          void *y);

/* ---- Norm: softmax and the losses that stand on it ---- */

/* y = softmax of x over n; x, y contiguous [outer, n, inner]; log: 1 for log-softmax. y may be x. */
GT_API int gt_softmax(int dtype, int log, int64_t outer, int64_t n, int64_t inner, const void *x, void *y);
/* dx = gradient, from y (the forward's result) and dy. dx may be dy. */
GT_API int gt_softmax_grad(int dtype, int log, int64_t outer, int64_t n, int64_t inner, const void *y, const void *dy,
                           void *dx);

/*
 * Negative log likelihood of softmax(logits [rows, n]) at target [rows], fused.
 * loss = [rows] for GT_REDUCTION_none, else [1]. prob = softmax [rows, n], for backward. *total_weight = rows that count.
 * Rows whose target is ignore_index add nothing. mean divides by the rows that count (none: NaN).
 * *bad_row = first row with a target outside 0..n-1, with GT_BAD_INDEX.
 */
GT_API int gt_cross_entropy(int dtype, int reduction, int64_t rows, int64_t n, const void *logits, const int64_t *target,
                            int64_t ignore_index, void *loss, void *prob, double *total_weight, int64_t *bad_row);
/* dlogits = gradient, from prob, target and dloss ([rows] for none, else [1]). dlogits may be prob. */
GT_API int gt_cross_entropy_grad(int dtype, int reduction, int64_t rows, int64_t n, const void *prob,
                                 const int64_t *target, int64_t ignore_index, const void *dloss,
                                 const double *total_weight, void *dlogits);
/* The same for log probabilities instead of logits. */
GT_API int gt_nll_loss(int dtype, int reduction, int64_t rows, int64_t n, const void *log_prob, const int64_t *target,
                       int64_t ignore_index, void *loss, double *total_weight, int64_t *bad_row);
GT_API int gt_nll_loss_grad(int dtype, int reduction, int64_t rows, int64_t n, const int64_t *target,
                            int64_t ignore_index, const void *dloss, const double *total_weight, void *dlog_prob);

/* ---- Window: what convolutions and pools have in common ---- */

/*
 * How a window moves over three spatial dimensions; those that a tensor lacks come first, with size, kernel, stride and
 * dilation 1. Element (o, k) of the window reads x at o * stride - padding + k * dilation, zero outside x. padding lies
 * before the first element; what lies behind the last follows from y.
 */
typedef struct gt_window {
    int64_t x[3], y[3], kernel[3], stride[3], padding[3], dilation[3];
} gt_window;

/* ---- Conv ---- */

/* A convolution of x [n, in, window.x] with weight [out, in / groups, window.kernel] to y [n, out, window.y]. */
typedef struct gt_conv_args {
    int64_t n, groups, in, out;
    gt_window window;
} gt_conv_args;

/* Each of the three is linear in both of its arrays, and its gradients are the other two. All arrays are contiguous, of
   one dtype, F32 or F64, and apart. scratch: gt_conv_scratch_bytes, aligned to 64. Denormals are flushed to zero. */
enum gt_conv_pass { GT_CONV_forward, GT_CONV_grad_input, GT_CONV_grad_weight, GT_CONV_pool, GT_CONV_pool_grad };
/* Bytes of scratch that a pass needs, 0 for none; -1 where there is no such pass for these sizes, dtype and version. */
GT_API int64_t gt_conv_scratch_bytes(int pass, int dtype, const gt_conv_args *args);
/* y = conv(x, weight) + bias; bias: [out] or null. relu: 1 makes negative elements 0. */
GT_API int gt_conv(int dtype, const gt_conv_args *args, const void *x, const void *weight, const void *bias, int relu,
                   void *y, void *scratch);
/* dx = gradient, from weight and dy: the transposed convolution. */
GT_API int gt_conv_grad_input(int dtype, const gt_conv_args *args, const void *weight, const void *dy, void *dx,
                              void *scratch);
/* dweight = gradient, from x and dy; dbias [out] = sum of dy, or null. */
GT_API int gt_conv_grad_weight(int dtype, const gt_conv_args *args, const void *x, const void *dy, void *dweight,
                               void *dbias, void *scratch);

/*
 * y [n, out, window.y / 2] = max pool, two by two without overlap, of relu(conv(x, weight) + bias). winner, of y's shape,
 * = which of the four it was, row by row, or 4 where none is positive. Only where gt_conv_scratch_bytes is not -1, which
 * gt_conv and gt_max_pool are for.
 */
GT_API int gt_conv_pool(int dtype, const gt_conv_args *args, const void *x, const void *weight, const void *bias,
                        void *y, uint8_t *winner, void *scratch);
/* dx, dweight, dbias = gradients, each may be null: only winners are visited, one in four. */
GT_API int gt_conv_pool_grad(int dtype, const gt_conv_args *args, const void *x, const void *weight, const void *dy,
                             const uint8_t *winner, void *dx, void *dweight, void *dbias, void *scratch);

/* ---- Pool ---- */

/* Pools over planes of window.x to planes of window.y. adaptive: 1 where the window of output o is the elements from
   floor(o x / y) to ceil((o + 1) x / y), and kernel, stride, padding and dilation are not looked at. */
typedef struct gt_pool_args {
    int64_t planes, adaptive;
    gt_window window;
    int64_t count_padding; /* average: 1 where padding counts as elements */
    int64_t divisor;       /* average: what to divide by, 0 for the count of elements */
} gt_pool_args;

/* y = largest element of each window, index = its place in x's plane; NaN wins. F32, F64; padding is never taken. */
GT_API int gt_max_pool(int dtype, const gt_pool_args *args, const void *x, void *y, int64_t *index);
/* dx [planes, x_plane] = sum of dy [planes, y_plane] at index. *bad = first position out of 0..x_plane-1. */
GT_API int gt_max_pool_grad(int dtype, int64_t planes, int64_t x_plane, int64_t y_plane, const void *dy,
                            const int64_t *index, void *dx, int64_t *bad);
/* y [planes, y_plane] = x [planes, x_plane] at index: the gradient of gt_max_pool_grad. */
GT_API int gt_max_pool_gather(int dtype, int64_t planes, int64_t x_plane, int64_t y_plane, const void *x,
                              const int64_t *index, void *y, int64_t *bad);
/* y = mean of each window. F32, F64. */
GT_API int gt_avg_pool(int dtype, const gt_pool_args *args, const void *x, void *y);
/* dx = gradient, from dy; linear, and gt_avg_pool is its gradient. */
GT_API int gt_avg_pool_grad(int dtype, const gt_pool_args *args, const void *dy, void *dx);

/* ---- Normalize: by mean and variance ---- */

/*
 * y = (x - mean) * invstd * weight + bias for each channel of x [n, channels, inner]; weight, bias: [channels], or null
 * for 1 and 0. training: 1 takes mean and biased variance from x and, where they are not null, moves running_mean and
 * running_var (unbiased) by momentum; 0 takes them from there. mean, invstd [channels] = what was used, for backward.
 * F32 and F64; sums are kept in double. y may be x.
 */
GT_API int gt_batch_norm(int dtype, int64_t n, int64_t channels, int64_t inner, const void *x, const void *weight,
                         const void *bias, void *running_mean, void *running_var, int training, double momentum,
                         double eps, void *y, void *mean, void *invstd);
/* dx, dweight, dbias = gradients, each may be null. training as in the forward. dx may be dy. */
GT_API int gt_batch_norm_grad(int dtype, int64_t n, int64_t channels, int64_t inner, const void *x, const void *weight,
                              const void *mean, const void *invstd, int training, const void *dy, void *dx,
                              void *dweight, void *dbias);

/* ---- Recurrent: all steps of a layer in one direction ---- */

/*
 * What a step makes of x, which has a block of hidden for each gate, of g = h weight' + bias, likewise, and of the state
 * h before it, with s the sigmoid:
 *   tanh, relu: h = tanh or relu of x + g
 *   lstm, gates input, forget, new, output: c = s(f) c + s(i) tanh(k), h = s(o) tanh(c), each gate of x + g
 *   gru, gates reset, update, new: r = s(xr + gr), u = s(xu + gu), k = tanh(xk + r gk), h = (h - k) u + k
 */
enum gt_recurrent_cell { GT_RECURRENT_tanh, GT_RECURRENT_relu, GT_RECURRENT_lstm, GT_RECURRENT_gru, GT_RECURRENT_COUNT };

/* reverse: 1 goes from the last step to the first. keep: 1 where gt_recurrent_grad will follow. */
typedef struct gt_recurrent_args {
    int64_t cell, reverse, keep, steps, n, hidden;
    int64_t dy_step, dy_row; /* gradient: how far apart steps and rows of dy lie */
} gt_recurrent_args;

/* Bytes of scratch, aligned to 64, that either call needs; -1 where it would be refused. */
GT_API int64_t gt_recurrent_scratch_bytes(int dtype, const gt_recurrent_args *args);
/*
 * y [steps, n, hidden] = h after every step. x [steps, n, gates * hidden] = the gates' values, where the cell has any; weight
 * [gates * hidden, hidden]; bias [gates * hidden], or null; h0, c0 [n, hidden], or null for zeros. kept = lstm: c, gru:
 * gk, else null; [steps, n, hidden] or, without keep, [n, hidden], for lstm c after the last step. F32 and F64; denormals
 * are flushed to zero. Arrays overlap nothing.
 */
GT_API int gt_recurrent(int dtype, const gt_recurrent_args *args, void *x, const void *weight, const void *bias,
                        const void *h0, const void *c0, void *y, void *kept, void *scratch);
/*
 * dx, of x's shape, = gradient of x, from what the forward left and dy [steps, n, hidden], rows contiguous. dg = gradient of
 * g, for gru, where it is not dx; else null. carry [n, hidden] = lstm: gradient of c0, from that of the last c, which it
 * holds before; gru: scratch that holds zeros before; else null. dh0 [n, hidden] = gradient of h0, or null.
 */
GT_API int gt_recurrent_grad(int dtype, const gt_recurrent_args *args, const void *gates, const void *weight,
                             const void *h0, const void *c0, const void *y, const void *kept, const void *dy,
                             void *carry, void *dx, void *dg, void *dh0, void *scratch);

/* ---- Linalg ---- */

/* Function pointers of cblas_sgemm, cblas_dgemm, cblas_sgemv and cblas_dgemv of a BLAS that runs on the caller's thread. */
GT_API int gt_blas_bind(void *sgemm, void *dgemm, void *sgemv, void *dgemv);

/*
 * c = activation(op(a) [m, k] op(b) [k, n] + beta c + bias), row-major with leading dimensions; dtype F32 or F64.
 * trans_a, trans_b: 1 where the stored matrix is the transpose. bias: [n] or null. activation: a gt_unary_op applied to
 * each element (with parameter alpha_activation), or -1. beta is 0 (c may hold anything, NaN too) or 1.
 * Tiles depend on m, n, k alone, so the bits do not depend on the number of threads. c overlaps nothing.
 */
GT_API int gt_gemm(int dtype, int trans_a, int trans_b, int64_t m, int64_t n, int64_t k, const void *a, int64_t lda,
                   const void *b, int64_t ldb, double beta, void *c, int64_t ldc, const void *bias, int activation,
                   double activation_a);
/* batch products whose operands lie stride_a, stride_b, stride_c elements apart (0: shared). No bias, no activation. */
GT_API int gt_gemm_batch(int dtype, int trans_a, int trans_b, int64_t batch, int64_t m, int64_t n, int64_t k,
                         const void *a, int64_t lda, int64_t stride_a, const void *b, int64_t ldb, int64_t stride_b,
                         double beta, void *c, int64_t ldc, int64_t stride_c);
/* c [batch, m, n] = or += (add) a [batch, m, k] b [batch, k, n] for I64, I32 and U8, which wrap around; a and b with any
   steps between batches, rows and columns, c with contiguous rows. c overlaps nothing. */
GT_API int gt_gemm_integers(int dtype, int64_t batch, int64_t m, int64_t n, int64_t k, const void *a, int64_t a_batch,
                            int64_t a_row, int64_t a_col, const void *b, int64_t b_batch, int64_t b_row, int64_t b_col,
                            int add, void *c, int64_t c_batch, int64_t ldc);

/* ---- Lapack: factors of matrices; F32, F64. Every operand is a row-major contiguous batch of matrices ---- */

/* The name under which a library has function `index` of gt_lapack_function; null beyond the last. Static storage. */
GT_API const char *gt_lapack_symbol(int index);
/* The addresses of all functions, in that order, of a LAPACK that runs on the caller's thread; count GT_LAPACK_COUNT. */
GT_API int gt_lapack_bind(int count, void *const *addresses);

/*
 * a [batch, n, n] = its factors, pivots [batch, n]: for the next two. failed [2] = the first singular matrix and the place
 * (from 1) of its zero, or -1 and 0; their factors are there all the same. With NaN or infinity factors have NaN.
 */
GT_API int gt_lu(int dtype, int64_t batch, int64_t n, void *a, int *pivots, int64_t *failed);
/* Each row of b [batch, k, n] = the solution x of a x = that row; transposed: of a' x. */
GT_API int gt_lu_solve(int dtype, int transposed, int64_t batch, int64_t n, int64_t k, const void *lu, const int *pivots,
                       void *b);
/* det, sign (1, 0, -1), log_abs [batch] = the determinant, its sign and the logarithm of its magnitude. */
GT_API int gt_lu_determinant(int dtype, int64_t batch, int64_t n, const void *lu, const int *pivots, void *det,
                             void *sign, void *log_abs);
/* a [batch, n, n] = lower l with l l' = a, from a's lower triangle. failed [2] = the first matrix that is not positive
   definite and the order of the leading minor that is not, or -1 and 0. */
GT_API int gt_cholesky(int dtype, int64_t batch, int64_t n, void *a, int64_t *failed);
/* b [batch, m, k] = x with a x = b (left; a is [m, m]) or x a = b (a is [k, k]). a: upper or lower, the other triangle is
   not read; unit: nor its diagonal, which is 1; stored by rows or by_columns that lie lda apart, matrices a_stride. */
GT_API int gt_triangular_solve(int dtype, int left, int upper, int unit, int64_t batch, int64_t m, int64_t k,
                               int by_columns, const void *a, int64_t lda, int64_t a_stride, void *b);

/* The leaves below need scratch, aligned to 64, as long as their query says (0: the call would be refused); less does, if
   it is enough for one matrix. failed [2] = the first matrix without a result and LAPACK's number, 0 where it holds NaN
   or infinity; or -1 and 0. */

/* a [batch, m, n]: upper triangle = r (below lies what q is made of), q [batch, m, columns] orthogonal with q r = a, or
   null. columns: from min(m, n) to m. */
GT_API int gt_qr(int dtype, int64_t batch, int64_t m, int64_t n, int64_t columns, void *a, void *q, void *scratch,
                 int64_t bytes);
GT_API int64_t gt_qr_scratch_bytes(int dtype, int64_t batch, int64_t m, int64_t n, int64_t columns);
/* s [batch, k] = singular values of a [batch, m, n], which is destroyed, descending; k = min(m, n). vectors: 0 for none,
   1: u [batch, m, k] and vh [batch, k, n], 2: u [batch, m, m] and vh [batch, n, n]. */
GT_API int gt_svd(int dtype, int vectors, int64_t batch, int64_t m, int64_t n, void *a, void *u, void *s, void *vh,
                  int64_t *failed, void *scratch, int64_t bytes);
GT_API int64_t gt_svd_scratch_bytes(int dtype, int vectors, int64_t batch, int64_t m, int64_t n);
/* w [batch, n] = eigenvalues of symmetric a [batch, n, n], ascending; its rows = eigenvectors, or, without vectors,
   whatever. upper: which triangle is read. */
GT_API int gt_eigh(int dtype, int vectors, int upper, int64_t batch, int64_t n, void *a, void *w, int64_t *failed,
                   void *scratch, int64_t bytes);
GT_API int64_t gt_eigh_scratch_bytes(int dtype, int vectors, int64_t batch, int64_t n);
/* The first n of each row of b [batch, k, max(m, n)] = the shortest x with the least |a x - b|, b being the row's first m;
   a [batch, n, m] is transposed, and destroyed. rank [batch]: of a, where singular values below rcond times the largest
   are 0. */
GT_API int gt_least_squares(int dtype, double rcond, int64_t batch, int64_t m, int64_t n, int64_t k, void *a, void *b,
                            int64_t *rank, int64_t *failed, void *scratch, int64_t bytes);
GT_API int64_t gt_least_squares_scratch_bytes(int dtype, int64_t batch, int64_t m, int64_t n, int64_t k);

/* ---- Index ---- */

/* y [count, row_bytes] = rows of x [rows, row_bytes] at index [count]; *bad = first position out of 0..rows-1. */
GT_API int gt_gather_rows(int64_t row_bytes, int64_t rows, int64_t count, const void *x, const int64_t *index, void *y,
                          int64_t *bad);
/*
 * y = x[index] along one dimension, any dtype. dims has y's shape; its rows of stride are x's (0 along that dimension),
 * index's, y's; step is x's stride along it, size its size. *bad = smallest offset of a bad value from index; y then
 * holds anything.
 */
GT_API int gt_gather(int dtype, const gt_dims *dims, int64_t size, int64_t step, const void *x, const int64_t *index,
                     void *y, int64_t *bad);
/*
 * x[index] op= y along one dimension, in the row-major order of the dimensions where x has no stride: the same bits for
 * any number of threads. dims has y's shape; its rows of stride are x's (0 along that dimension), index's, y's. set:
 * every dtype; the others: numbers. *bad as above; x is then as it was.
 */
GT_API int gt_scatter(int op, int dtype, const gt_dims *dims, int64_t size, int64_t step, const int64_t *index,
                      const void *y, void *x, int64_t *bad);
/* y = y * size + index, or first: y = index; a negative index counts from size. Rows of stride: index's, y's. *bad as
   above. */
GT_API int gt_linear_index(int first, const gt_dims *dims, int64_t size, const int64_t *index, int64_t *y, int64_t *bad);
/* y = x with the order of some dimensions reversed: bit d of reversed is dimension d of dims (x's strides, then y's). */
GT_API int gt_flip(int dtype, const gt_dims *dims, int64_t reversed, const void *x, void *y);

/* Elements of a mask that are counted together. */
#define GT_MASK_CHUNK 2048
/* starts [ceil(n / GT_MASK_CHUNK) + 1] = how many of mask [n] are set before each chunk, and in all. */
GT_API int gt_mask_starts(int64_t n, const uint8_t *mask, int64_t *starts);
/* y [set, rank] = where mask, of these sizes, is set, in row-major order. starts: from gt_mask_starts. rank >= 1. */
GT_API int gt_mask_nonzero(int64_t rank, const int64_t *sizes, const uint8_t *mask, const int64_t *starts, int64_t *y);
/* y [set] = the elements of x [n] where mask is set. */
GT_API int gt_mask_select(int dtype, int64_t n, const uint8_t *mask, const int64_t *starts, const void *x, void *y);
/* The elements of x [n] where mask is set = y [set]. */
GT_API int gt_mask_scatter(int dtype, int64_t n, const uint8_t *mask, const int64_t *starts, const void *y, void *x);

/* ---- Sort: orders, and what stands on them. NaN is the largest number, zeros of both signs are equal ---- */

/* values, order (I64) = each row of x [rows, n], sorted, and where its elements were; equal ones keep their order.
   values or order may be null. scratch is aligned to 8, gt_sort_scratch_bytes long; less, but enough for one row, does. */
GT_API int gt_sort(int dtype, int descending, int64_t rows, int64_t n, const void *x, void *values, int64_t *order,
                   void *scratch, int64_t scratch_bytes);
GT_API int64_t gt_sort_scratch_bytes(int dtype, int64_t rows, int64_t n);
/* values, order [rows, k] = the k largest or smallest of each row, in order; of equal ones the first. Scratch as above. */
GT_API int gt_topk(int dtype, int largest, int64_t rows, int64_t n, int64_t k, const void *x, void *values,
                   int64_t *order, void *scratch, int64_t scratch_bytes);
/*
 * values, order [rows, k] = the elements that each row of x [rows, n], sorted, has at rank [k] or, own_rank: 1, at its own
 * of rank [rows, k], and where they are. nan_wins: 1 where a row with NaN gives its first NaN for every rank. Scratch as
 * above.
 */
GT_API int gt_ranked(int dtype, int nan_wins, int64_t rows, int64_t n, int64_t k, const int64_t *rank, int own_rank,
                     const void *x, void *values, int64_t *order, void *scratch, int64_t scratch_bytes);
/*
 * From x [n] sorted, and order: y = each value once; inverse [n] = which of them an element is, by order; counts = how
 * often it is there. *groups = how many there are. y and counts have room for n. Every NaN is a value of its own.
 */
GT_API int gt_unique(int dtype, int64_t n, const void *x, const int64_t *order, void *y, int64_t *inverse,
                     int64_t *counts, int64_t *groups);
/* y [rows, m] = how many of a sorted row (of sorted [rows, n], or the only one, [n]) come before each value [rows, m]:
   those that are smaller or, right, not larger. */
GT_API int gt_search_sorted(int dtype, int right, int one_row, int64_t rows, int64_t n, int64_t m, const void *sorted,
                            const void *values, int64_t *y);
/* counts [bins] (I64) = how many of x [n] lie in each of the bins that cut lo..hi evenly, hi in the last; F32, F64. */
GT_API int gt_histogram(int dtype, int64_t n, int64_t bins, double lo, double hi, const void *x, int64_t *counts);

/* ---- Random: Philox 4x32-10 ---- */

/* Where a generator stands. Reaches the kernels by pointer, so that a recorded step can be replayed. Element i of a call
   is drawn from counter offset + i / 4, word i % 4; from two words where it needs more bits: uniform and normal in F64,
   randint, permutation. bernoulli and dropout take one for every dtype, so their masks agree. */
typedef struct gt_philox_state {
    uint64_t seed;
    uint64_t offset;
} gt_philox_state;

/* y = uniform in [lo, hi); contiguous. F32: 24 bits, F64: 53 bits. */
GT_API int gt_uniform(int dtype, int64_t n, const gt_philox_state *state, double lo, double hi, void *y);
/* y = normal, by Box and Muller with the polynomials of common/normal.h: the same bits on every backend. */
GT_API int gt_normal(int dtype, int64_t n, const gt_philox_state *state, double mean, double std, void *y);
/* y = 1 with probability p, else 0, as dtype (any). */
GT_API int gt_bernoulli(int dtype, int64_t n, const gt_philox_state *state, double p, void *y);
/* y (I64) = integers, uniform in [lo, hi). */
GT_API int gt_randint(int64_t n, const gt_philox_state *state, int64_t lo, int64_t hi, int64_t *y);
/* y (I64) = a permutation of 0..n-1: the order of n random 64-bit keys. scratch: gt_permutation_scratch_bytes(n). */
GT_API int gt_permutation(int64_t n, const gt_philox_state *state, int64_t *y, void *scratch);
GT_API int64_t gt_permutation_scratch_bytes(int64_t n);
/* y = x / (1 - p) where the uniform draw is >= p, else 0; backward is the same call on dy. y may be x. */
GT_API int gt_dropout(int dtype, int64_t n, const gt_philox_state *state, double p, const void *x, void *y);

/* ---- Update: one call for all parameters of an optimizer's group ---- */

/* One parameter, contiguous, of n elements: updated in place from grad; state buffers as the row of update_ops.def says. */
typedef struct gt_parameter {
    int64_t n;
    void *param;
    const void *grad;
    void *state[3];
} gt_parameter;

/* One step (enum gt_update_op) of F32 or F64. scalars: 1 or, to climb, -1; the L2 decay; then what the row names, at
   most GT_UPDATE_SCALARS in all. State buffers that the row lacks are ignored. Denormals are flushed to zero. */
#define GT_UPDATE_SCALARS 10
GT_API int gt_update(int op, int dtype, int64_t count, const gt_parameter *parameters, const double *scalars);

#endif
