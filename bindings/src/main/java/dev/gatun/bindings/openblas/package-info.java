/**
 * The part of OpenBLAS that Gatun uses. Generated but for this file; call
 * {@link dev.gatun.bindings.Libraries#loadBlas()} before the first function.
 */
@NullMarked
package dev.gatun.bindings.openblas;

import org.jspecify.annotations.NullMarked;
