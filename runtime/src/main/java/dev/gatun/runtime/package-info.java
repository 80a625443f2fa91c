/**
 * Arrays in native memory ({@link dev.gatun.runtime.NdArray}: a storage, a {@link dev.gatun.runtime.Layout} and a
 * {@link dev.gatun.runtime.DType}), the scopes that release them, and the contract that a backend fulfils ({@link
 * dev.gatun.runtime.kernels.Kernels}). Nothing above this package knows which device runs.
 */
@NullMarked
package dev.gatun.runtime;

import org.jspecify.annotations.NullMarked;
