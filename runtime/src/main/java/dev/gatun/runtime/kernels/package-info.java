/** What operations ask of a backend: the contract, and the rows of the native tables that it names. Not for users. */
@NullMarked
package dev.gatun.runtime.kernels;

import org.jspecify.annotations.NullMarked;
