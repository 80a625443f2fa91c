/*
 * Running results along the middle of [outer, n, inner]. A thread goes along a line or, alone: 0, the threads of a block
 * share it out: each takes a piece, what is before it is joined as a tree, and it goes along its piece again. Rows, see
 * GT_WHEN: scan_<op>, scan_linear.
 */
#include "device.cuh"

/*
 * S says what runs: start(), take(r, k) the k-th element after r, join(r, s) of two neighbouring pieces, put(k, r). k counts
 * from the end where the scan is reversed.
 */
template <class S> GT_INLINE void scan_piece(const S &op, typename S::A r, long long first, long long end) {
    for (long long k = first; k < end; k++) {
        r = op.take(r, k);
        op.put(k, r);
    }
}

/* S is made for a line by of(start, step): its first element, and how far its elements are apart. */
template <class Make> GT_INLINE void scan(Make of, bool alone, bool reverse, long long outer, long long n, long long inner) {
    const long long lines = n > 0 ? outer * inner : 0, far = reverse ? (n - 1) * inner : 0, step = reverse ? -inner : inner;
    if (alone) {
        GT_EACH(line, lines) {
            const auto op = of(line / inner * n * inner + line % inner + far, step);
            scan_piece(op, op.start(), 0, n);
        }
        return;
    }
    const long long each = (n + GT_BLOCK - 1) / GT_BLOCK, first = threadIdx.x * each;
    const long long end = first + each < n ? first + each : n;
    for (long long line = blockIdx.x; line < lines; line += gridDim.x) {
        const auto op = of(line / inner * n * inner + line % inner + far, step);
        auto r = op.start();
        for (long long k = first; k < end; k++) r = op.take(r, k);
        const auto start = gt_before(op.start(), r, [&](const auto &a, const auto &b) { return op.join(a, b); });
        scan_piece(op, start, first, end);
    }
}

/* ---- sums and products: F32 is kept in double, integers wrap ---- */

template <class T> struct kept {
    typedef T type;
};
template <> struct kept<float> {
    typedef double type;
};
template <> struct kept<int64_t> {
    typedef uint64_t type;
};
template <> struct kept<int32_t> {
    typedef uint32_t type;
};
template <> struct kept<uint8_t> {
    typedef uint32_t type;
};

template <class T, bool SUM> struct running {
    typedef typename kept<T>::type A;
    const T *x;
    T *y;
    long long start_at, step;
    GT_MEMBER A start() const { return SUM ? 0 : 1; }
    GT_MEMBER A take(A r, long long k) const { return join(r, (A)x[start_at + k * step]); }
    GT_MEMBER A join(A r, A s) const { return SUM ? r + s : r * s; }
    GT_MEMBER void put(long long k, A r) const { y[start_at + k * step] = (T)r; }
};

#define RUNNING_KERNEL(dtype, name, is_sum)                                                                            \
    GT_KERNEL(scan_##name##_##dtype, int alone, int reverse, long long outer, long long n, long long inner,            \
              const gt_##dtype *x, gt_##dtype *y) {                                                                    \
        scan([=](long long start, long long step) { return running<gt_##dtype, is_sum>{x, y, start, step}; },         \
             alone != 0, reverse != 0, outer, n, inner);                                                               \
    }
GT_WHEN(scan_sum, GT_EACH_NUMBERS(RUNNING_KERNEL, sum, true))
GT_WHEN(scan_prod, GT_EACH_NUMBERS(RUNNING_KERNEL, prod, false))

/* ---- extremes: the last of equal ones, NaN beyond all ---- */

template <class T> struct found {
    T value;
    long long at; /* -1 before there is any */
};

template <class T, bool LARGEST> struct running_extreme {
    typedef found<T> A;
    const T *x;
    T *y;
    gt_I64 *place;
    long long start_at, step;
    GT_MEMBER A start() const { return {0, -1}; }
    GT_MEMBER A take(const A &r, long long k) const { return join(r, A{x[start_at + k * step], k}); }
    GT_MEMBER A join(const A &r, const A &s) const {
        if (r.at < 0 || s.at < 0) return r.at < 0 ? s : r;
        const bool later = LARGEST ? s.value >= r.value : s.value <= r.value;
        return later || s.value != s.value ? s : r;
    }
    GT_MEMBER void put(long long k, const A &r) const {
        y[start_at + k * step] = r.value;
        place[start_at + k * step] = r.at;
    }
};

#define EXTREME_KERNEL(dtype, name, is_largest)                                                                        \
    GT_KERNEL(scan_##name##_##dtype, int alone, int reverse, long long outer, long long n, long long inner,            \
              const gt_##dtype *x, gt_##dtype *y, gt_I64 *place) {                                                     \
        scan([=](long long start, long long step) {                                                                    \
            return running_extreme<gt_##dtype, is_largest>{x, y, place, start, step};                                  \
        }, alone != 0, reverse != 0, outer, n, inner);                                                                 \
    }
GT_WHEN(scan_max, GT_EACH_NUMBERS(EXTREME_KERNEL, max, true))
GT_WHEN(scan_min, GT_EACH_NUMBERS(EXTREME_KERNEL, min, false))

/* ---- y[k] = b[k] + a y[k - 1], where a is a[k] or, reversed, that of the element before ---- */

/* A piece turns what is before it, y, into shift + factor * y. */
struct line {
    double factor, shift;
};

template <class T> struct running_linear {
    typedef line A;
    const T *a, *b;
    T *y;
    long long start_at, step;
    bool reverse;
    GT_MEMBER A start() const { return {1, 0}; }
    GT_MEMBER A take(const A &r, long long k) const {
        const double shift = (double)b[start_at + k * step];
        if (k == 0) return {0, shift};
        const double factor = (double)a[start_at + (reverse ? k - 1 : k) * step];
        return {factor * r.factor, shift + factor * r.shift};
    }
    GT_MEMBER A join(const A &r, const A &s) const { return {s.factor * r.factor, s.shift + s.factor * r.shift}; }
    GT_MEMBER void put(long long k, const A &r) const { y[start_at + k * step] = (T)r.shift; }
};

#define LINEAR_KERNEL(dtype, ...)                                                                                      \
    GT_KERNEL(scan_linear_##dtype, int alone, int reverse, long long outer, long long n, long long inner,              \
              const gt_##dtype *a, const gt_##dtype *b, gt_##dtype *y) {                                               \
        const bool turned = reverse != 0;                                                                              \
        scan([=](long long start, long long step) {                                                                    \
            return running_linear<gt_##dtype>{a, b, y, start, step, turned};                                           \
        }, alone != 0, turned, outer, n, inner);                                                                       \
    }
GT_WHEN(scan_linear, GT_EACH_FLOATS(LINEAR_KERNEL, ))
