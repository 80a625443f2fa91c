/** Data sets and the loader that makes batches of them, as {@code torch.utils.data}, and MNIST. */
@NullMarked
package dev.gatun.nn.data;

import org.jspecify.annotations.NullMarked;
