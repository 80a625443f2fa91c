package dev.gatun.nn.data.transforms;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.random.Generator;

/**
 * Makes a tensor [channels, h, w] of an image as it was read, and of bytes numbers in 0..1; {@code
 * torchvision.transforms.ToTensor}.
 *
 * {@snippet :
 * System.out.println(new ToTensor().apply(Tensor.full(255, 1, 2).to(DType.U8)).max().item()); // 1.0
 * }
 */
public final class ToTensor implements Transform {
    private static final double WHITE = 255;

    /** The transform. */
    public ToTensor() {}

    /**
     * An image with its channels first.
     *
     * @param x [h, w] or [h, w, channels]
     * @return F32 in 0..1 for U8, else the dtype and the numbers of x; [channels, h, w], with one channel for [h, w]
     * @throws IllegalArgumentException if x has another rank
     */
    @Override
    public Tensor apply(Tensor x, Generator draws) {
        if (x.rank() != 2 && x.rank() != 3) {
            throw new IllegalArgumentException("toTensor: x is not [h, w] or [h, w, channels]: " + x.describe());
        }
        Tensor first = x.rank() == 2 ? x.unsqueeze(0) : x.permute(2, 0, 1);
        return x.dtype() == DType.U8 ? first.to(DType.F32).div_(WHITE) : first.contiguous();
    }

    @Override
    public String toString() {
        return "ToTensor()";
    }
}
