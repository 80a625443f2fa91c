/** Helpers of a training. Names, defaults and results are those of {@code torch.nn.utils}. */
@NullMarked
package dev.gatun.nn.utils;

import org.jspecify.annotations.NullMarked;
