package dev.gatun.nn.data.transforms;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.random.Generator;
import java.util.function.UnaryOperator;

/**
 * A function as a transform; {@code torchvision.transforms.Lambda}. One that draws random numbers is a {@link Transform}
 * itself, with the generator as its second parameter.
 *
 * {@snippet :
 * System.out.println(new Lambda(image -> image.flip(-1)).apply(Tensor.of(1f, 2f))); // tensor([2., 1.])
 * }
 */
public final class Lambda implements Transform {
    private final UnaryOperator<Tensor> function;

    /**
     * The transform.
     *
     * @param function that does not change its argument; it may be called by several threads at once
     */
    public Lambda(UnaryOperator<Tensor> function) {
        this.function = function;
    }

    @Override
    public Tensor apply(Tensor x, Generator draws) {
        return function.apply(x);
    }

    @Override
    public String toString() {
        return "Lambda()";
    }
}
