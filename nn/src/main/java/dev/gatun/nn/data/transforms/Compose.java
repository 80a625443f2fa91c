package dev.gatun.nn.data.transforms;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.random.Generator;
import java.util.List;

/**
 * Transforms one after the other; {@code torchvision.transforms.Compose}.
 *
 * {@snippet :
 * var prepare = new Compose(new ToTensor(), new Resize(32), new Normalize(0.5, 0.5));
 * System.out.println(prepare.apply(Tensor.zeros(DType.U8, 48, 64, 3)).shape()); // [3, 32, 42]
 * }
 */
public final class Compose implements Transform {
    private final List<Transform> transforms;

    /**
     * The transform.
     *
     * @param transforms in the order of their use; none changes nothing
     */
    public Compose(Transform... transforms) {
        this(List.of(transforms));
    }

    /**
     * The transform.
     *
     * @param transforms in the order of their use; none changes nothing
     */
    public Compose(List<? extends Transform> transforms) {
        this.transforms = List.copyOf(transforms);
    }

    @Override
    public Tensor apply(Tensor x, Generator draws) {
        Tensor result = x;
        for (Transform transform : transforms) {
            result = transform.apply(result, draws);
        }
        return result;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("Compose(");
        for (Transform transform : transforms) {
            text.append("\n    ").append(transform.toString().replace("\n", "\n    "));
        }
        return text.append(transforms.isEmpty() ? ")" : "\n)").toString();
    }
}
