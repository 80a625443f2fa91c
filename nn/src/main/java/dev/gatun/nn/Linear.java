package dev.gatun.nn;

import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.Linalg;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * y = x weight^T + bias; {@code torch.nn.Linear}. Both start uniform in ±1/sqrt(inFeatures), drawn from the global
 * generator, weight first.
 *
 * {@snippet :
 * var layer = new Linear(4, 8);
 * System.out.println(layer.forward(Tensor.rand(5, 4)).shape()); // [5, 8]
 * System.out.println(layer); // Linear(in_features=4, out_features=8, bias=True)
 * }
 */
public sealed class Linear extends Module implements Pure permits NonDynamicallyQuantizableLinear {
    private final long inFeatures;
    private final long outFeatures;
    private final Parameter weight;
    private final @Nullable Parameter bias;

    /**
     * A layer with bias.
     *
     * @param inFeatures the last size of the input
     * @param outFeatures the last size of the output
     * @throws IllegalArgumentException if a size is negative
     */
    public Linear(long inFeatures, long outFeatures) {
        this(inFeatures, outFeatures, true);
    }

    /**
     * A layer.
     *
     * @param inFeatures the last size of the input
     * @param outFeatures the last size of the output
     * @param bias whether it has one
     * @throws IllegalArgumentException if a size is negative
     */
    public Linear(long inFeatures, long outFeatures, boolean bias) {
        if (inFeatures < 0 || outFeatures < 0) {
            throw new IllegalArgumentException(
                    "linear: a size is negative: inFeatures " + inFeatures + ", outFeatures " + outFeatures);
        }
        this.inFeatures = inFeatures;
        this.outFeatures = outFeatures;
        // PyTorch's kaiming_uniform_ with a = sqrt(5) comes to this bound.
        double bound = inFeatures == 0 ? 0 : 1 / Math.sqrt((double) inFeatures);
        this.weight = registerParameter("weight", Init.uniform_(Tensor.empty(outFeatures, inFeatures), -bound, bound));
        this.bias = bias ? registerParameter("bias", Init.uniform_(Tensor.empty(outFeatures), -bound, bound)) : null;
    }

    /**
     * The weight.
     *
     * @return [outFeatures, inFeatures]
     */
    public final Tensor weight() {
        return weight.tensor();
    }

    /**
     * The bias.
     *
     * @return [outFeatures], or empty for a layer without
     */
    public final Optional<Tensor> bias() {
        return Optional.ofNullable(biasOrNull());
    }

    private @Nullable Tensor biasOrNull() {
        return bias == null ? null : bias.tensor();
    }

    /**
     * x weight^T + bias.
     *
     * @param x [*, inFeatures], of the parameters' dtype
     * @return [*, outFeatures]
     * @throws IllegalArgumentException if the last size or the dtype of x differs
     */
    @Override
    public final Tensor forward(Tensor x) {
        return hooked(x, in -> Linalg.linear(in, weight.tensor(), biasOrNull()));
    }

    /** activation(x weight^T + bias), without a pass over memory between the two. */
    final Tensor forward(Tensor x, Activation activation) {
        return Linalg.linear(x, weight.tensor(), biasOrNull(), activation.op());
    }

    @Override
    protected final String extraRepr() {
        return "in_features=" + inFeatures + ", out_features=" + outFeatures + ", bias=" + Repr.of(bias != null);
    }
}
