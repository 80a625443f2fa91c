package dev.gatun.nn.data;

import dev.gatun.autograd.Tensor;

/**
 * What a model gets and what it should make of it. PyTorch's data sets give a tuple instead.
 *
 * {@snippet :
 * Sample sample = new Sample(Tensor.rand(1, 28, 28), Tensor.scalar(7L, DType.I64));
 * }
 *
 * @param data without a dimension for the batch
 * @param target without a dimension for the batch; rank 0 for a class
 */
public record Sample(Tensor data, Tensor target) {}
