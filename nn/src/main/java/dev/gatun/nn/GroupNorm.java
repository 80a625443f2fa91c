package dev.gatun.nn;

import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.Normalize;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The channels of each sample in groups, each normalised by its mean and variance; {@code torch.nn.GroupNorm}; Wu and He
 * 2018. Weight starts at 1, bias at 0.
 *
 * {@snippet :
 * System.out.println(new GroupNorm(2, 6).forward(Tensor.rand(4, 6, 5, 5)).shape()); // [4, 6, 5, 5]
 * }
 */
public final class GroupNorm extends Module implements Pure {
    private static final double EPS = 1e-5;

    private final long numGroups;
    private final long numChannels;
    private final double eps;
    private final @Nullable Parameter weight;
    private final @Nullable Parameter bias;

    /**
     * A layer with PyTorch's defaults.
     *
     * @param numGroups of channels
     * @param numChannels the input's second size
     * @throws IllegalArgumentException if groups do not divide the channels
     */
    public GroupNorm(long numGroups, long numChannels) {
        this(numGroups, numChannels, EPS, true);
    }

    /**
     * A layer.
     *
     * @param numGroups of channels
     * @param numChannels the input's second size
     * @param eps added to the variance before the root; PyTorch's default is 1e-5
     * @param affine whether there are a weight and a bias
     * @throws IllegalArgumentException if groups do not divide the channels
     */
    public GroupNorm(long numGroups, long numChannels, double eps, boolean affine) {
        if (numGroups < 1 || numChannels < 0 || numChannels % numGroups != 0) {
            throw new IllegalArgumentException(
                    "groupNorm: " + numGroups + " groups do not divide " + numChannels + " channels");
        }
        this.numGroups = numGroups;
        this.numChannels = numChannels;
        this.eps = eps;
        this.weight = affine ? registerParameter("weight", Tensor.ones(numChannels)) : null;
        this.bias = affine ? registerParameter("bias", Tensor.zeros(numChannels)) : null;
    }

    /**
     * The weight.
     *
     * @return [numChannels], or empty for a layer without
     */
    public Optional<Tensor> weight() {
        return Optional.ofNullable(weight).map(Slot::tensor);
    }

    /**
     * The bias.
     *
     * @return [numChannels], or empty for a layer without
     */
    public Optional<Tensor> bias() {
        return Optional.ofNullable(bias).map(Slot::tensor);
    }

    /**
     * The input normalised.
     *
     * @param x [n, numChannels, *], of the parameters' dtype
     * @return shape and dtype of x
     * @throws IllegalArgumentException if sizes or dtype do not fit
     */
    @Override
    public Tensor forward(Tensor x) {
        return hooked(
                x,
                in -> Normalize.groupNorm(
                        in,
                        numGroups,
                        weight == null ? null : weight.tensor(),
                        bias == null ? null : bias.tensor(),
                        eps));
    }

    @Override
    protected String extraRepr() {
        return numGroups + ", " + numChannels + ", eps=" + Repr.of(eps) + ", affine=" + Repr.of(weight != null);
    }
}
