/*
 * What every kernel file stands on: how kernels are declared, how a grid walks over elements, how threads join what they
 * have. Sizes are long long and count elements. There is no host code here and no CUDA header, so that NVRTC needs
 * nothing but these files; testing/src/test/cuda compiles them as C++ and runs them on the CPU.
 *
 * Java launches blocks of GT_BLOCK threads, and as many as it likes: results depend on sizes alone.
 */
#ifndef GT_DEVICE_CUH
#define GT_DEVICE_CUH

#include "../common/portable.h"

#include "../common/dtype.h"

#define GT_BLOCK 256
#define GT_WHOLE_WARP 0xffffffffu

#ifndef GT_EMULATED
#define GT_UNROLL _Pragma("unroll")
#define GT_KERNEL(name, ...) extern "C" __global__ void __launch_bounds__(GT_BLOCK) name(__VA_ARGS__)
#endif

/*
 * GT_WHEN(row, kernels): the kernels, unless only some rows of a table are wanted (-DGT_ROWS) and this is not one of them
 * (-DGT_ROW_<row>=,). Java compiles the rows that a program uses, the tests all of them.
 */
#ifdef GT_ROWS
#define GT_KEEP(...) __VA_ARGS__
#define GT_DROP(...)
#define GT_SECOND_OF(a, b, ...) b
#define GT_SECOND(...) GT_SECOND_OF(__VA_ARGS__)
#define GT_WHEN(row, ...) GT_SECOND(GT_ROW_##row GT_KEEP, GT_DROP, )(__VA_ARGS__)
#else
#define GT_WHEN(row, ...) __VA_ARGS__
#endif

/* for every i of 0..n-1 that is this thread's, in a grid of one dimension */
#define GT_EACH(i, n)                                                                                                  \
    for (long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x; i < (n); i += (long long)gridDim.x * blockDim.x)

/* ---- element operations: y = f(x, ...) ---- */

/* Neighbours that are loaded and stored as one. */
template <class T, int N> struct __align__(sizeof(T) * N) gt_pack {
    T at[N];
};

/* The size of the largest of some types. */
template <class T, class... Rest> struct gt_widest {
    enum { rest = gt_widest<Rest...>::bytes, own = sizeof(T), bytes = (int)own > (int)rest ? (int)own : (int)rest };
};
template <class T> struct gt_widest<T> {
    enum { bytes = sizeof(T) };
};

template <int N, class T> GT_INLINE gt_pack<T, N> gt_load(const T *at) {
    return *reinterpret_cast<const gt_pack<T, N> *>(at);
}

template <int N, class T, class F, class... X> GT_INLINE void gt_apply(F f, T *y, const gt_pack<X, N> &...x) {
    gt_pack<T, N> result;
    GT_UNROLL
    for (int k = 0; k < N; k++) result.at[k] = f(x.at[k]...);
    *reinterpret_cast<gt_pack<T, N> *>(y) = result;
}

template <int N, class T> GT_INLINE bool gt_is_aligned(const T *at) {
    return reinterpret_cast<unsigned long long>(at) % (sizeof(T) * N) == 0;
}

GT_INLINE bool gt_all() { return true; }
template <class... B> GT_INLINE bool gt_all(bool first, B... rest) { return first && gt_all(rest...); }

/* y = f(x, ...), every operand dense in the same order. Neighbours go together where all operands are aligned to them, so
   that the widest is moved by 16 bytes. */
template <class T, class F, class... X> GT_INLINE void gt_flat(long long n, F f, T *y, const X *...x) {
    enum { WIDEST = gt_widest<T, X...>::bytes, N = 16 / WIDEST };
    long long packed = 0;
    if (gt_all(gt_is_aligned<N>(y), gt_is_aligned<N>(x)...)) {
        packed = n / N * N;
        GT_EACH(i, n / N) gt_apply<N>(f, y + i * N, gt_load<N>(x + i * N)...);
    }
    GT_EACH(i, n - packed) y[packed + i] = f(x[packed + i]...);
}

/* Where the operands are at an element of a strided call, counted in row-major order. */
template <int K> struct gt_places {
    long long at[K];
};

template <class I, int K> GT_INLINE gt_places<K> gt_places_by(const gt_dims &dims, long long from, long long to, I i) {
    gt_places<K> places = {};
    for (long long d = to - 1; d >= from; d--) {
        const I size = (I)dims.size[d], rest = d > from ? i / size : 0, index = d > from ? i - rest * size : i;
        for (int k = 0; k < K; k++) places.at[k] += (long long)index * dims.stride[k][d];
        i = rest;
    }
    return places;
}

/* Of the dimensions from..to-1. Division of 32 bits is several times faster, and most arrays are that small. */
template <int K> GT_INLINE gt_places<K> gt_places_of(const gt_dims &dims, long long from, long long to, long long i) {
    return i <= 0x7fffffff ? gt_places_by<unsigned, K>(dims, from, to, (unsigned)i)
                           : gt_places_by<unsigned long long, K>(dims, from, to, (unsigned long long)i);
}

GT_INLINE long long gt_count(const gt_dims &dims, long long from, long long to) {
    long long count = 1;
    for (long long d = from; d < to; d++) count *= dims.size[d];
    return count;
}

template <class T, class F, class X0> GT_INLINE void gt_strided(const gt_dims &dims, F f, T *y, const X0 *x0) {
    GT_EACH(i, gt_count(dims, 0, dims.rank)) {
        const gt_places<2> p = gt_places_of<2>(dims, 0, dims.rank, i);
        y[p.at[1]] = f(x0[p.at[0]]);
    }
}

template <class T, class F, class X0, class X1>
GT_INLINE void gt_strided(const gt_dims &dims, F f, T *y, const X0 *x0, const X1 *x1) {
    GT_EACH(i, gt_count(dims, 0, dims.rank)) {
        const gt_places<3> p = gt_places_of<3>(dims, 0, dims.rank, i);
        y[p.at[2]] = f(x0[p.at[0]], x1[p.at[1]]);
    }
}

template <class T, class F, class X0, class X1, class X2>
GT_INLINE void gt_strided(const gt_dims &dims, F f, T *y, const X0 *x0, const X1 *x1, const X2 *x2) {
    GT_EACH(i, gt_count(dims, 0, dims.rank)) {
        const gt_places<4> p = gt_places_of<4>(dims, 0, dims.rank, i);
        y[p.at[3]] = f(x0[p.at[0]], x1[p.at[1]], x2[p.at[2]]);
    }
}

/* ---- joining what the threads of a block have ---- */

/*
 * A block is cut into teams of `lanes` threads, a power of two, each of which reduces something. Neighbours are a team
 * where its elements are neighbours, else (across) the threads GT_BLOCK / lanes apart, so that neighbours read neighbours.
 */
struct gt_team {
    int lanes, lane, team, teams;
    bool across;
};

GT_INLINE gt_team gt_team_of(int lanes, bool across) {
    const int t = (int)threadIdx.x, teams = GT_BLOCK / lanes;
    const gt_team team = {lanes, across ? t / teams : t % lanes, across ? t % teams : t / lanes, teams, across};
    return team;
}

/* Shared memory that every kernel has, for what its threads join: an element of so many bytes for each. */
#define GT_JOINED_BYTES 24
GT_INLINE char *gt_room() {
    __shared__ __align__(16) char room[GT_BLOCK * GT_JOINED_BYTES];
    return room;
}

/* f of all lanes' values, joined as a tree, in each lane. Every thread of the block calls. */
template <class A, class F> GT_INLINE A gt_join(gt_team team, A mine, F f) {
    static_assert(sizeof(A) <= GT_JOINED_BYTES, "too large to be joined");
    A *room = reinterpret_cast<A *>(gt_room());
    const int t = (int)threadIdx.x, step = team.across ? team.teams : 1;
    __syncthreads(); /* whoever read the last result has done so */
    room[t] = mine;
    for (int half = team.lanes / 2; half > 0; half /= 2) {
        __syncthreads();
        if (team.lane < half) room[t] = mine = f(mine, room[t + half * step]);
    }
    __syncthreads();
    return room[t - team.lane * step];
}

/* What the threads before this one have, joined in their order by f; start for the first. Every thread of the block calls. */
template <class A, class F> GT_INLINE A gt_before(A start, A mine, F f) {
    static_assert(sizeof(A) <= GT_JOINED_BYTES, "too large to be joined");
    A *room = reinterpret_cast<A *>(gt_room());
    const int t = (int)threadIdx.x;
    __syncthreads();
    room[t] = mine;
    for (int step = 1; step < GT_BLOCK; step *= 2) {
        __syncthreads();
        const A joined = t >= step ? f(room[t - step], room[t]) : room[t];
        __syncthreads();
        room[t] = joined;
    }
    __syncthreads();
    return t == 0 ? start : room[t - 1];
}

/* How many the threads before this one have. */
GT_INLINE long long gt_sum_before(long long mine) {
    return gt_before(0LL, mine, [](long long a, long long b) { return a + b; });
}

/* ---- index values out of range ---- */

/*
 * What a call notes of the first bad value of an index: its place (LLONG_MAX while there is none) and the value. It lies in
 * memory of the host, which Java reads when it waits for the stream. lock: 1 while a thread writes.
 */
struct gt_bad_index {
    unsigned long long lock;
    long long place, value;
};

/* Notes a bad value; the one at the least place stays, whichever thread comes first. */
GT_CALL void gt_note_bad(gt_bad_index *bad, long long place, long long value) {
    while (atomicCAS(&bad->lock, 0ull, 1ull) != 0) {
    }
    if (place < atomicMin(&bad->place, place)) atomicExch((unsigned long long *)&bad->value, (unsigned long long)value);
    __threadfence_system();
    atomicExch(&bad->lock, 0ull);
}

#endif
