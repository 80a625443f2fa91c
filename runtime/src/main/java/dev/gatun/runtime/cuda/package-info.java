/**
 * CUDA cards: libraries found at run time, the driver API behind devices, streams, events and memory, kernels compiled
 * for the card at hand, and the launch classes of the families of {@link dev.gatun.runtime.kernels.Kernels}. The package is not
 * exported: what is public in it is so for tests.
 */
@NullMarked
package dev.gatun.runtime.cuda;

import org.jspecify.annotations.NullMarked;
