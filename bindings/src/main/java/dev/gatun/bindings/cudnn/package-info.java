/**
 * The part of cuDNN that Gatun uses. Generated but for this file; {@code CudaLibraries} of the runtime loads the library before the
 * first function.
 */
@NullMarked
package dev.gatun.bindings.cudnn;

import org.jspecify.annotations.NullMarked;
