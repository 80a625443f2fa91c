/**
 * What a call, a loop and a step cost, measured by JMH and run by {@code bench/micro}; and Gatun's programs in {@code
 * bench/bare}, beside the same work in C, and in {@code bench/soak}, which watches memory.
 */
@NullMarked
package dev.gatun.bench;

import org.jspecify.annotations.NullMarked;
