/**
 * Gatun's own C kernels, as {@code native/common/gatun.h} declares them. Generated but for this file; call
 * {@link dev.gatun.bindings.Libraries#loadKernels()} before the first function.
 */
@NullMarked
package dev.gatun.bindings.kernels;

import org.jspecify.annotations.NullMarked;
