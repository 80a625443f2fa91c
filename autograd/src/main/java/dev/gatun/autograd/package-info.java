/**
 * Tensors with automatic differentiation: the {@link dev.gatun.autograd.Tensor}, the graph that a forward records, and the
 * engine that walks it back. The mathematics stands in {@link dev.gatun.autograd.ops}.
 */
@NullMarked
package dev.gatun.autograd;

import org.jspecify.annotations.NullMarked;
