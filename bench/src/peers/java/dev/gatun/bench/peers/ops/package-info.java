/** {@code bench/ops}: single operations in Gatun and in DJL with libtorch, in turn in one process. */
@NullMarked
package dev.gatun.bench.peers.ops;

import org.jspecify.annotations.NullMarked;
