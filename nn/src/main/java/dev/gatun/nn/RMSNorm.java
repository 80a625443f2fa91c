package dev.gatun.nn;

import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.Normalize;
import dev.gatun.runtime.DType;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * Each sample over its last dimensions divided by its root mean square; {@code torch.nn.RMSNorm}; Zhang and Sennrich
 * 2019. Weight starts at 1.
 *
 * {@snippet :
 * System.out.println(new RMSNorm(3).forward(Tensor.of(2f, 2f, 2f))); // tensor([1., 1., 1.], grad_fn=<MulBackward0>)
 * }
 */
public final class RMSNorm extends Module implements Pure {
    private static final double F32_EPS = 0x1p-23;
    private static final double F64_EPS = 0x1p-52;

    private final long[] normalizedShape;
    private final OptionalDouble eps;
    private final @Nullable Parameter weight;

    /**
     * A layer with PyTorch's defaults: a weight, and the epsilon of the input's dtype.
     *
     * @param normalizedShape the input's last sizes
     */
    public RMSNorm(long... normalizedShape) {
        this(normalizedShape, OptionalDouble.empty(), true);
    }

    /**
     * A layer.
     *
     * @param normalizedShape the input's last sizes
     * @param eps added to the mean square before the root; empty for the epsilon of the input's dtype
     * @param elementwiseAffine whether there is a weight
     */
    public RMSNorm(long[] normalizedShape, OptionalDouble eps, boolean elementwiseAffine) {
        this.normalizedShape = normalizedShape.clone();
        this.eps = eps;
        this.weight = elementwiseAffine ? registerParameter("weight", Tensor.ones(normalizedShape)) : null;
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
     * The input normalised.
     *
     * @param x [*, normalizedShape], of the parameters' dtype
     * @return shape and dtype of x
     * @throws IllegalArgumentException if sizes or dtype do not fit
     */
    @Override
    public Tensor forward(Tensor x) {
        return hooked(x, this::compute);
    }

    private Tensor compute(Tensor x) {
        double added = eps.orElse(x.dtype() == DType.F64 ? F64_EPS : F32_EPS);
        return Normalize.rmsNorm(x, weight == null ? null : weight.tensor(), added, normalizedShape);
    }

    @Override
    protected String extraRepr() {
        return Repr.tuple(Arrays.stream(normalizedShape).boxed().toList()) + ", eps="
                + (eps.isPresent() ? Repr.of(eps.getAsDouble()) : "None") + ", elementwise_affine="
                + Repr.of(weight != null);
    }
}
