/**
 * The CPU backend: one launch class for each family of {@link dev.gatun.runtime.kernels.Kernels}, which turns layouts into
 * plain numbers and makes one call of libgatun. It checks what memory safety needs; what an argument means was checked
 * above.
 */
@NullMarked
package dev.gatun.runtime.cpu;

import org.jspecify.annotations.NullMarked;
