/*
 * Reductions: teams of threads, one for each output and part of what it reduces. Where an output has several parts, they
 * are stored and a second launch joins them. The shape of everything follows from the sizes, so that each run gives the
 * same bits. Rows, see GT_WHEN: reduce_<op>, arg, variance, log_sum_exp.
 *
 * dims holds the kept dimensions, then the reduced ones; strides are x's and y's.
 */
#include "device.cuh"

#include "../common/maths.h"
#include "../common/reduce_rows.h"

/* ---- one team ---- */

/*
 * R says what is reduced: start(), take(r, x, i) with the i-th of the reduced elements, join(r, s), and finish(r, n).
 * Each lane takes every lanes-th element of its part with four accumulators, so that four loads are on their way.
 */
template <class R> GT_INLINE typename R::A reduced_lane(const R &op, const gt_dims &dims, long long kept,
                                                        const typename R::X *x, long long first, long long end, int step) {
    typedef typename R::A A;
    A r[4] = {op.start(), op.start(), op.start(), op.start()};
    const bool one = dims.rank == kept + 1;
    const long long stride = one ? dims.stride[0][kept] : 0;
    long long i = first;
    for (; i + 3LL * step < end; i += 4LL * step) {
        typename R::X v[4];
        GT_UNROLL
        for (int k = 0; k < 4; k++)
            v[k] = x[one ? (i + k * step) * stride : gt_places_of<1>(dims, kept, dims.rank, i + k * step).at[0]];
        GT_UNROLL
        for (int k = 0; k < 4; k++) r[k] = op.take(r[k], v[k], i + k * step);
    }
    for (; i < end; i += step)
        r[0] = op.take(r[0], x[one ? i * stride : gt_places_of<1>(dims, kept, dims.rank, i).at[0]], i);
    return op.join(op.join(r[0], r[1]), op.join(r[2], r[3]));
}

/*
 * Reduces part blockIdx.y of gridDim.y of every output: to y where there is one part, else to parts [outputs, parts].
 * outputs, n: elements of the kept and of the reduced dimensions.
 */
template <class R> GT_INLINE void reduce(const R &op, const gt_dims &dims, long long kept, long long outputs, long long n,
                                         int lanes, int across, const typename R::X *x, typename R::Y *y,
                                         typename R::A *parts) {
    const gt_team team = gt_team_of(lanes, across != 0);
    const long long part = blockIdx.y, count = gridDim.y, length = (n + count - 1) / count;
    const long long first = part * length, end = first + length < n ? first + length : n;
    for (long long base = (long long)blockIdx.x * team.teams; base < outputs; base += (long long)gridDim.x * team.teams) {
        const long long output = base + team.team;
        typename R::A r = op.start();
        gt_places<2> place = {};
        if (output < outputs) {
            place = gt_places_of<2>(dims, 0, kept, output);
            r = reduced_lane(op, dims, kept, x + place.at[0], first + team.lane, end, lanes);
        }
        r = gt_join(team, r, [&](const typename R::A &a, const typename R::A &b) { return op.join(a, b); });
        if (output < outputs && team.lane == 0) {
            if (count == 1) {
                op.put(y, place.at[1], r, n);
            } else {
                parts[output * count + part] = r;
            }
        }
    }
}

/* Joins the parts of each output, a block for one. */
template <class R> GT_INLINE void join_parts(const R &op, const gt_dims &dims, long long kept, long long outputs,
                                             long long n, int count, const typename R::A *parts, typename R::Y *y) {
    const gt_team team = gt_team_of(GT_BLOCK, false);
    for (long long output = blockIdx.x; output < outputs; output += gridDim.x) {
        typename R::A r = op.start();
        for (int k = team.lane; k < count; k += team.lanes) r = op.join(r, parts[output * count + k]);
        r = gt_join(team, r, [&](const typename R::A &a, const typename R::A &b) { return op.join(a, b); });
        if (team.lane == 0) op.put(y, gt_places_of<2>(dims, 0, kept, output).at[1], r, n);
    }
}

#define REDUCE_PAIR(name, R, ...)                                                                                      \
    GT_KERNEL(name, gt_dims dims, long long kept, long long outputs, long long n, int lanes, int across,               \
              const R::X *x, R::Y *y, void *parts __VA_ARGS__) {                                     \
        reduce(R OPTIONS, dims, kept, outputs, n, lanes, across, x, y, (R::A *)parts);                        \
    }                                                                                                                  \
    GT_KERNEL(name##_parts, gt_dims dims, long long kept, long long outputs, long long n, int count, const void *parts, \
              R::Y *y __VA_ARGS__) {                                                                          \
        join_parts(R OPTIONS, dims, kept, outputs, n, count, (const R::A *)parts, y);                         \
    }

/* ---- the tables ---- */

#define REDUCE_KERNELS(dtype, name, kinds, first, term, step, finish)                                                  \
    struct of_##name##_##dtype {                                                                                       \
        typedef gt_##dtype X, Y, T;                                                                                    \
        typedef GT_TYPE_##kinds(dtype) A;                                                                              \
        GT_MEMBER A start() const { return (A)GT_START_##first(dtype); }                                                  \
        GT_MEMBER A take(A r, X given, long long) const {                                                              \
            const A x = given, zero = 0;                                                                               \
            (void)zero;                                                                                                \
            return join(r, (A)(term));                                                                                 \
        }                                                                                                              \
        GT_MEMBER A join(A r, A x) const { return (A)(step); }                                                         \
        GT_MEMBER void put(Y *y, long long at, A r, long long n) const {                                               \
            (void)n;                                                                                                   \
            y[at] = (Y)(finish);                                                                                       \
        }                                                                                                              \
    };                                                                                                                 \
    REDUCE_PAIR(reduce_##name##_##dtype, of_##name##_##dtype)

/* t is 1 where an element is not 0, else 0, and of the accumulator's type. */
#define TRUTH_KERNELS(dtype, name, result, first, step)                                                                \
    struct of_##name##_##dtype {                                                                                       \
        typedef gt_##dtype X;                                                                                          \
        typedef gt_##result Y;                                                                                         \
        typedef long long A;                                                                                           \
        GT_MEMBER A start() const { return first; }                                                                    \
        GT_MEMBER A take(A r, X x, long long) const { return join(r, x != 0); }                                        \
        GT_MEMBER A join(A r, A t) const { return step; }                                                              \
        GT_MEMBER void put(Y *y, long long at, A r, long long) const { y[at] = (Y)r; }                                 \
    };                                                                                                                 \
    REDUCE_PAIR(reduce_##name##_##dtype, of_##name##_##dtype)

#define OPTIONS {}
#define REDUCE(name, kinds, start, term, step, finish)                                                                 \
    GT_WHEN(reduce_##name, GT_EACH_##kinds(REDUCE_KERNELS, name, kinds, start, term, step, finish))
#define TRUTH(name, result, start, step)                                                                               \
    GT_WHEN(reduce_##name, GT_EACH_NUMBERS(TRUTH_KERNELS, name, result, start, step)                                   \
                               TRUTH_KERNELS(BOOL, name, result, start, step))
#include "../common/reduce_ops.def"
#undef REDUCE
#undef TRUTH

/* ---- where the first extreme is ---- */

/* at: -1 before there is any. NaN is beyond every number, and the first of equal ones wins, so any order will do. */
template <class T> struct extreme {
    T value;
    long long at;
};

template <class T, bool LARGEST> struct of_arg {
    typedef T X;
    typedef gt_I64 Y;
    typedef extreme<T> A;
    GT_MEMBER A start() const { return {0, -1}; }
    GT_MEMBER A take(const A &r, X x, long long i) const { return join(r, A{x, i}); }
    GT_MEMBER A join(const A &r, const A &s) const {
        if (r.at < 0 || s.at < 0) return r.at < 0 ? s : r;
        const bool r_nan = r.value != r.value, s_nan = s.value != s.value;
        if (r_nan != s_nan) return r_nan ? r : s;
        if (r_nan || r.value == s.value) return r.at < s.at ? r : s;
        return (r.value > s.value) == LARGEST ? r : s;
    }
    GT_MEMBER void put(Y *y, long long at, const A &r, long long) const { y[at] = r.at; }
};

#define ARG_KERNELS(dtype, ...)                                                                                        \
    typedef of_arg<gt_##dtype, true> of_argmax_##dtype;                                                                \
    typedef of_arg<gt_##dtype, false> of_argmin_##dtype;                                                               \
    REDUCE_PAIR(argmax_##dtype, of_argmax_##dtype)                                                                     \
    REDUCE_PAIR(argmin_##dtype, of_argmin_##dtype)
GT_WHEN(arg, GT_EACH_NUMBERS(ARG_KERNELS, ))

/* ---- log of the sum of e^x ---- */

/* e^largest times total. */
template <class T> struct power_sum {
    T largest, total;
};

template <class N> struct of_log_sum_exp {
    typedef N X, Y, T;
    typedef power_sum<T> A;
    GT_MEMBER A start() const { return {(T)-INFINITY, 0}; }
    GT_MEMBER A take(const A &r, X x, long long) const { return join(r, A{x, 1}); }
    /* Equal ones first: two infinities have no difference. */
    GT_MEMBER A join(const A &r, const A &s) const {
        if (r.largest == s.largest) return {r.largest, r.total + s.total};
        const bool first = r.largest > s.largest || r.largest != r.largest;
        const A high = first ? r : s, low = first ? s : r; /* by value: references would go through memory */
        return {high.largest, high.total + low.total * EXP(low.largest - high.largest)};
    }
    GT_MEMBER void put(Y *y, long long at, const A &r, long long) const {
        const bool finite = r.largest - r.largest == 0;
        y[at] = finite ? r.largest + LOG(r.total) : r.largest;
    }
};

#define LOG_SUM_EXP_KERNELS(dtype, ...)                                                                                \
    typedef of_log_sum_exp<gt_##dtype> of_log_sum_exp_##dtype;                                                         \
    REDUCE_PAIR(log_sum_exp_##dtype, of_log_sum_exp_##dtype)
GT_WHEN(log_sum_exp, GT_EACH_FLOATS(LOG_SUM_EXP_KERNELS, ))

/* ---- variance ---- */
#undef OPTIONS
#define OPTIONS {correction, root, mean}

/* So many numbers, their mean, and the squared distances from it: Chan, Golub and LeVeque, 1979. */
struct moments {
    double count, mean, squares;
};

/* A mean that is not finite stays so, whatever comes to it. */
GT_INLINE double mean_moved(double mean, double other, double by) { return mean - mean == 0 ? mean + by : mean + other; }

template <class N> struct of_variance {
    typedef N X, Y;
    typedef moments A;
    double correction;
    int root;
    N *mean; /* or null */
    GT_MEMBER A start() const { return {0, 0, 0}; }
    GT_MEMBER A take(const A &r, X x, long long) const {
        const double count = r.count + 1, distance = x - r.mean, middle = mean_moved(r.mean, x, distance / count);
        return {count, middle, r.squares + distance * (x - middle)};
    }
    GT_MEMBER A join(const A &r, const A &s) const {
        if (r.count == 0 || s.count == 0) return r.count == 0 ? s : r;
        const double count = r.count + s.count, distance = s.mean - r.mean, share = s.count / count;
        const double middle = mean_moved(r.mean, s.mean, distance * share);
        return {count, middle, r.squares + s.squares + distance * distance * r.count * share};
    }
    /* Infinity has no distance from itself. */
    GT_MEMBER void put(Y *y, long long at, const A &r, long long n) const {
        const double left = (double)n - correction, divisor = left < 0 ? 0 : left;
        const double variance = n == 0 || r.mean - r.mean != 0 ? NAN : r.squares / divisor;
        y[at] = (N)(root ? sqrt(variance) : variance);
        if (mean) mean[at] = n == 0 ? (N)NAN : (N)r.mean;
    }
};

#define VARIANCE_KERNELS(dtype, ...)                                                                                   \
    typedef of_variance<gt_##dtype> of_variance_##dtype;                                                               \
    REDUCE_PAIR(variance_##dtype, of_variance_##dtype, , double correction, int root, gt_##dtype *mean)
GT_WHEN(variance, GT_EACH_FLOATS(VARIANCE_KERNELS, ))
