/** Where random numbers come from: {@link dev.gatun.runtime.random.Generator}, a seed and a counter. */
@NullMarked
package dev.gatun.runtime.random;

import org.jspecify.annotations.NullMarked;
