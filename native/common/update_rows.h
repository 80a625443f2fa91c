/* What the rows of update_ops.def are written with. */
#ifndef GT_UPDATE_ROWS_H
#define GT_UPDATE_ROWS_H

#define ROOT(x) SQRT(x)
/* NaN where either is, as PyTorch's. */
#define LARGER(x, y) SELECT((x) > (y) || (x) != (x), (x), (y))

/* GT_SCALARS(a, b, ...): constants from listed[0], listed[1], ... */
#define GT_SCALARS1(i, a) const T a = (T)listed[i];
#define GT_SCALARS2(i, a, ...) GT_SCALARS1(i, a) GT_SCALARS1(i + 1, __VA_ARGS__)
#define GT_SCALARS3(i, a, ...) GT_SCALARS1(i, a) GT_SCALARS2(i + 1, __VA_ARGS__)
#define GT_SCALARS4(i, a, ...) GT_SCALARS1(i, a) GT_SCALARS3(i + 1, __VA_ARGS__)
#define GT_SCALARS5(i, a, ...) GT_SCALARS1(i, a) GT_SCALARS4(i + 1, __VA_ARGS__)
#define GT_SCALARS6(i, a, ...) GT_SCALARS1(i, a) GT_SCALARS5(i + 1, __VA_ARGS__)
#define GT_SCALARS7(i, a, ...) GT_SCALARS1(i, a) GT_SCALARS6(i + 1, __VA_ARGS__)
#define GT_SCALARS8(i, a, ...) GT_SCALARS1(i, a) GT_SCALARS7(i + 1, __VA_ARGS__)
#define GT_PICK(a, b, c, d, e, f, g, h, chosen, ...) chosen
#define GT_SCALARS(...)                                                                                                \
    GT_PICK(__VA_ARGS__, GT_SCALARS8, GT_SCALARS7, GT_SCALARS6, GT_SCALARS5, GT_SCALARS4, GT_SCALARS3, GT_SCALARS2, GT_SCALARS1, )(0, __VA_ARGS__)

#endif
