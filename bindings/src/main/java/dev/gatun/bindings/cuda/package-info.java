/**
 * The part of the CUDA driver API that Gatun uses. Generated but for this file; {@code CudaLibraries} of the runtime loads the driver before the
 * first function.
 */
@NullMarked
package dev.gatun.bindings.cuda;

import org.jspecify.annotations.NullMarked;
