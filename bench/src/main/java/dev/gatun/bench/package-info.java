/** What a call, a loop and a step cost, measured by JMH; run by {@code bench/micro}. */
@NullMarked
package dev.gatun.bench;

import org.jspecify.annotations.NullMarked;
