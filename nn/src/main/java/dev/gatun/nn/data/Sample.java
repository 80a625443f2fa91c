package dev.gatun.nn.data;

import dev.gatun.autograd.Tensor;

/**
 * What a model gets and what it should make of it.
 *
 * @param data without a dimension for the batch
 * @param target without a dimension for the batch; rank 0 for a class
 */
public record Sample(Tensor data, Tensor target) {}
