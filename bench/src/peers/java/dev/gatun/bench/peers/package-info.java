/** Other libraries' side of {@code bench/compare}. */
@NullMarked
package dev.gatun.bench.peers;

import org.jspecify.annotations.NullMarked;
