package dev.gatun.nn.data.transforms;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.random.Generator;

/**
 * Makes one tensor of another, for instance of an image. Those that draw take their numbers from the generator they are
 * given: a loader gives each sample its own, so that an epoch is the same with any number of workers. Images are [*, h, w],
 * where * is mostly the channels. The counterpart is a callable of {@code torchvision.transforms}.
 *
 * {@snippet :
 * Transform noisy = (image, draws) -> image.add(Tensor.rand(draws, 3, 8, 8).mul(0.1));
 * Dataset images = new TensorDataset(Tensor.rand(10, 3, 8, 8), Tensor.zeros(10)).withTransform(noisy);
 * }
 */
@FunctionalInterface
public interface Transform {
    /**
     * Transforms a tensor.
     *
     * @param x to transform; it is not changed
     * @param draws random numbers
     * @return a new tensor, a view of x, or x
     */
    Tensor apply(Tensor x, Generator draws);

    /**
     * Transforms a tensor, with random numbers from the global generator.
     *
     * @param x to transform; it is not changed
     * @return a new tensor, a view of x, or x
     */
    default Tensor apply(Tensor x) {
        return apply(x, Generator.global());
    }
}
