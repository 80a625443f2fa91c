package dev.gatun.nn;

import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.Image;

/**
 * Space gathered into channels: [*, c, h r, w r] to [*, c r r, h, w]; {@code torch.nn.PixelUnshuffle}.
 *
 * {@snippet :
 * System.out.println(new PixelUnshuffle(2).forward(Tensor.zeros(1, 3, 8, 8)).shape()); // [1, 12, 4, 4]
 * }
 */
public final class PixelUnshuffle extends Module implements Pure {
    private final long downscaleFactor;

    /**
     * The layer.
     *
     * @param downscaleFactor r
     */
    public PixelUnshuffle(long downscaleFactor) {
        this.downscaleFactor = downscaleFactor;
    }

    @Override
    public Tensor forward(Tensor x) {
        return hooked(x, in -> Image.pixelUnshuffle(in, downscaleFactor));
    }

    @Override
    protected String extraRepr() {
        return "downscale_factor=" + downscaleFactor;
    }
}
