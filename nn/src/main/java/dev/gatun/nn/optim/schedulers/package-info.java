/** Schedules of learning rates. Names, defaults and results are those of {@code torch.optim.lr_scheduler}. */
@NullMarked
package dev.gatun.nn.optim.schedulers;

import org.jspecify.annotations.NullMarked;
