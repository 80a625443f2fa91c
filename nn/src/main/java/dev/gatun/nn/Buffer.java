package dev.gatun.nn;

import dev.gatun.autograd.Tensor;

/**
 * A module's place for a tensor that is saved and moved with it but not learned, such as a running mean; {@code
 * torch.nn.Buffer}. {@link Module#registerBuffer} makes one.
 */
public final class Buffer extends Slot {
    Buffer(Tensor tensor) {
        super(tensor);
    }
}
