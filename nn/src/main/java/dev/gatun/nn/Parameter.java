package dev.gatun.nn;

import dev.gatun.autograd.Tensor;

/**
 * A module's place for a tensor that is learned; {@code torch.nn.Parameter}. {@link Module#registerParameter} makes
 * one, and a layer keeps it in a field:
 *
 * {@snippet :
 * final class Scale extends Module {
 *     private final Parameter scale = registerParameter("scale", Tensor.ones(4));
 *
 *     @Override
 *     public Tensor forward(Tensor x) {
 *         return x.mul(scale.tensor());
 *     }
 * }
 *
 * System.out.println(new Scale().namedParameters().keySet()); // [scale]
 * }
 */
public final class Parameter extends Slot {
    Parameter(Tensor tensor) {
        super(tensor.requiresGrad_(true));
    }
}
