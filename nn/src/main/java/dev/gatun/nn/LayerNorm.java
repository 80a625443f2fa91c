package dev.gatun.nn;

import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.Normalize;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Each sample over its last dimensions normalised by its mean and variance; {@code torch.nn.LayerNorm}; Ba, Kiros and
 * Hinton 2016. Weight starts at 1, bias at 0.
 *
 * {@snippet :
 * System.out.println(new LayerNorm(2).forward(Tensor.of(new float[][] {{1, 3}, {0, 8}})).shape()); // [2, 2]
 * }
 */
public final class LayerNorm extends Module implements Pure {
    private static final double EPS = 1e-5;

    private final long[] normalizedShape;
    private final double eps;
    private final @Nullable Parameter weight;
    private final @Nullable Parameter bias;

    /**
     * A layer with PyTorch's defaults.
     *
     * @param normalizedShape the input's last sizes
     */
    public LayerNorm(long... normalizedShape) {
        this(normalizedShape, EPS, true);
    }

    /**
     * A layer.
     *
     * @param normalizedShape the input's last sizes
     * @param eps added to the variance before the root; PyTorch's default is 1e-5
     * @param elementwiseAffine whether there are a weight and a bias
     */
    public LayerNorm(long[] normalizedShape, double eps, boolean elementwiseAffine) {
        this.normalizedShape = normalizedShape.clone();
        this.eps = eps;
        this.weight = elementwiseAffine ? registerParameter("weight", Tensor.ones(normalizedShape)) : null;
        this.bias = elementwiseAffine ? registerParameter("bias", Tensor.zeros(normalizedShape)) : null;
    }

    /**
     * The weight.
     *
     * @return of shape normalizedShape, or empty for a layer without
     */
    public Optional<Tensor> weight() {
        return Optional.ofNullable(weight).map(Slot::tensor);
    }

    /**
     * The bias.
     *
     * @return of shape normalizedShape, or empty for a layer without
     */
    public Optional<Tensor> bias() {
        return Optional.ofNullable(bias).map(Slot::tensor);
    }

    /**
     * The input normalised.
     *
     * @param x [*, normalizedShape], of the parameters' dtype
     * @return shape and dtype of x
     * @throws IllegalArgumentException if sizes or dtype do not fit
     */
    @Override
    public Tensor forward(Tensor x) {
        return hooked(
                x,
                in -> Normalize.layerNorm(
                        in,
                        weight == null ? null : weight.tensor(),
                        bias == null ? null : bias.tensor(),
                        eps,
                        normalizedShape));
    }

    @Override
    protected String extraRepr() {
        return Repr.tuple(Arrays.stream(normalizedShape).boxed().toList()) + ", eps=" + Repr.of(eps)
                + ", elementwise_affine=" + Repr.of(weight != null);
    }
}
