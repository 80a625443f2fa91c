/**
 * The native libraries below Gatun: where they come from and how they are loaded.
 *
 * <p>{@link dev.gatun.bindings.Libraries} is written by hand. The packages beneath this one are jextract's output for
 * Gatun's own C header and for the part of OpenBLAS that is used; {@code bindings/generate.sh} makes them anew from the
 * lists in {@code bindings/include}, and nobody edits them. All of it is exported to {@code dev.gatun.runtime} alone.
 */
@NullMarked
package dev.gatun.bindings;

import org.jspecify.annotations.NullMarked;
