/** Optimizers: what changes parameters along their gradients. Names and defaults are those of {@code torch.optim}. */
@NullMarked
package dev.gatun.nn.optim;

import org.jspecify.annotations.NullMarked;
