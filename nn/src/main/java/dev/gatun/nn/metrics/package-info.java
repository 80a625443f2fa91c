/** How good predictions are, summed up over batches: what is printed while a model trains and when it is tested. */
@NullMarked
package dev.gatun.nn.metrics;

import org.jspecify.annotations.NullMarked;
