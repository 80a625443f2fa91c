/**
 * The part of cuBLASLt that Gatun uses. Generated but for this file; {@code CudaLibraries} of the runtime loads the library before the
 * first function.
 */
package dev.gatun.bindings.cublaslt;
