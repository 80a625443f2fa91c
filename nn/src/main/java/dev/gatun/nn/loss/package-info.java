/** Criteria: what training makes small. Names, defaults and results are those of {@code torch.nn}. */
@NullMarked
package dev.gatun.nn.loss;

import org.jspecify.annotations.NullMarked;
