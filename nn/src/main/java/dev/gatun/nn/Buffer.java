package dev.gatun.nn;

import dev.gatun.autograd.Tensor;

/**
 * A module's place for a tensor that is saved and moved with it but not learned, such as a running mean; {@code
 * torch.nn.Buffer}. {@link Module#registerBuffer} makes one.
 *
 * {@snippet :
 * final class Centered extends Module {
 *     private final Buffer mean = registerBuffer("mean", Tensor.zeros(4));
 *
 *     @Override
 *     public Tensor forward(Tensor x) {
 *         return x.sub(mean.tensor());
 *     }
 * }
 *
 * System.out.println(new Centered().stateDict().keySet()); // [mean]
 * }
 */
public final class Buffer extends Slot {
    Buffer(Tensor tensor) {
        super(tensor);
    }
}
