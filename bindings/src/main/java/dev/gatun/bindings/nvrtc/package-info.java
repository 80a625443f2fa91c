/**
 * The part of NVRTC, CUDA's compiler at run time, that Gatun uses. Generated but for this file; {@code CudaLibraries} of the runtime loads the library before the
 * first function.
 */
@NullMarked
package dev.gatun.bindings.nvrtc;

import org.jspecify.annotations.NullMarked;
