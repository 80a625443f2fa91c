package dev.gatun.nn;

import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.Image;

/**
 * Channels spread over space: [*, c r r, h, w] to [*, c, h r, w r]; {@code torch.nn.PixelShuffle}.
 *
 * {@snippet :
 * System.out.println(new PixelShuffle(2).forward(Tensor.zeros(1, 12, 4, 4)).shape()); // [1, 3, 8, 8]
 * }
 */
public final class PixelShuffle extends Module implements Pure {
    private final long upscaleFactor;

    /**
     * The layer.
     *
     * @param upscaleFactor r
     */
    public PixelShuffle(long upscaleFactor) {
        this.upscaleFactor = upscaleFactor;
    }

    @Override
    public Tensor forward(Tensor x) {
        return hooked(x, in -> Image.pixelShuffle(in, upscaleFactor));
    }

    @Override
    protected String extraRepr() {
        return "upscale_factor=" + upscaleFactor;
    }
}
