package dev.gatun.nn.data.transforms;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.random.Generator;

/**
 * Now and then an image's mirror image, left for right; {@code torchvision.transforms.RandomHorizontalFlip}.
 *
 * {@snippet :
 * Dataset images = new TensorDataset(Tensor.rand(10, 3, 32, 32), Tensor.zeros(10));
 * Dataset augmented = images.withTransform(new RandomHorizontalFlip()); // anew in each epoch
 * }
 */
public final class RandomHorizontalFlip implements Transform {
    private final double p;

    /** The transform with torchvision's probability, 0.5. */
    public RandomHorizontalFlip() {
        this(0.5);
    }

    /**
     * The transform.
     *
     * @param p the probability of a flip, 0 to 1
     * @throws IllegalArgumentException if p is outside 0..1
     */
    public RandomHorizontalFlip(double p) {
        if (!(p >= 0 && p <= 1)) {
            throw new IllegalArgumentException("randomHorizontalFlip: p is outside 0..1: " + p);
        }
        this.p = p;
    }

    /**
     * The image or its mirror image.
     *
     * @param x [*, h, w], any dtype
     * @return shape and dtype of x
     * @throws IllegalArgumentException if x is no image
     */
    @Override
    public Tensor apply(Tensor x, Generator draws) {
        Images.check("randomHorizontalFlip", x);
        return Images.uniform(draws) < p ? x.flip(-1) : x;
    }

    @Override
    public String toString() {
        return "RandomHorizontalFlip(p=" + p + ")";
    }
}
