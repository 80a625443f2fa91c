/*
 * A function by the type of its argument, for the .def tables' names: C chooses by _Generic, C++ among callables of which
 * only the chosen one is ever instantiated.
 */
#ifndef GT_CHOICE_H
#define GT_CHOICE_H

#include "portable.h"

#if defined(__cplusplus)

template <class T> struct gt_place;
template <> struct gt_place<float> { enum { value = 0 }; };
template <> struct gt_place<double> { enum { value = 1 }; };
template <> struct gt_place<int64_t> { enum { value = 2 }; };
template <> struct gt_place<int32_t> { enum { value = 3 }; };
template <> struct gt_place<uint8_t> { enum { value = 4 }; };

/* The callable at a place of a list. */
template <int place> struct gt_choice {
    template <class F, class... Rest> GT_MEMBER static auto of(F, Rest... rest) {
        return gt_choice<place - 1>::of(rest...);
    }
};
template <> struct gt_choice<0> {
    template <class F, class... Rest> GT_MEMBER static F of(F f, Rest...) { return f; }
};

/* The callable for the type of a value, of which nothing else is looked at. */
template <class T, class... F> GT_MEMBER inline auto gt_choose(T, F... f) {
    return gt_choice<gt_place<T>::value>::of(f...);
}

/* Only declared: what floats have instead of a function of integers. */
GT_MEMBER void gt_no_float();

#define GT_CALLABLE(f) [](auto... arguments) { return f(arguments...); }
#define GT_FLOATING(x, f32, f64) gt_choose(x, GT_CALLABLE(f32), GT_CALLABLE(f64))
#define GT_INTEGER(x, name) GT_BY_TYPE(x, gt_no_float, gt_no_float, name##_i64, name##_i32, name##_u8)
#define GT_BY_TYPE(x, f32, f64, i64, i32, u8)                                                                          \
    gt_choose(x, GT_CALLABLE(f32), GT_CALLABLE(f64), GT_CALLABLE(i64), GT_CALLABLE(i32), GT_CALLABLE(u8))

#else

#define GT_FLOATING(x, f32, f64) _Generic((x), float: f32, double: f64)
#define GT_INTEGER(x, name) _Generic((x), int64_t: name##_i64, int32_t: name##_i32, uint8_t: name##_u8)
#define GT_BY_TYPE(x, f32, f64, i64, i32, u8)                                                                          \
    _Generic((x), float: f32, double: f64, int64_t: i64, int32_t: i32, uint8_t: u8)

#endif

#define GT_NUMBER(x, f32, f64, name) GT_BY_TYPE(x, f32, f64, name##_i64, name##_i32, name##_u8)

#endif
