package dev.gatun.nn;

import dev.gatun.autograd.Tensor;

/**
 * Its input itself; {@code torch.nn.Identity}.
 *
 * {@snippet :
 * System.out.println(new Identity().forward(Tensor.of(-2f, 0.5f, 3f))); // tensor([-2.0000, 0.5000, 3.0000])
 * }
 */
public final class Identity extends Module implements Pure {
    /** The layer. */
    public Identity() {}

    @Override
    public Tensor forward(Tensor x) {
        return hooked(x, in -> in);
    }
}
