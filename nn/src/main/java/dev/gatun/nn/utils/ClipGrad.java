package dev.gatun.nn.utils;

import dev.gatun.autograd.GradMode;
import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Scope;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Keeps gradients from growing too large, between {@code backward()} and an optimizer's step. The counterparts are
 * {@code torch.nn.utils.clip_grad_norm_} and {@code clip_grad_value_}.
 *
 * {@snippet :
 * criterion.forward(model.forward(x), target).backward();
 * Tensor norm = ClipGrad.clipGradNorm_(model.parameters(), 1.0); // what it was before
 * optimizer.step();
 * }
 */
public final class ClipGrad {
    private static final double EPSILON = 1e-6; // PyTorch's addition to the norm

    private ClipGrad() {}

    /**
     * Scales all gradients so that their joint Euclidean norm is at most a limit; {@code
     * torch.nn.utils.clip_grad_norm_}.
     *
     * @param params whose gradients are scaled in place; those without one are passed over
     * @param maxNorm the limit
     * @return the norm before, of the first gradient's dtype, []
     * @throws IllegalArgumentException if the limit is negative
     */
    public static Tensor clipGradNorm_(Collection<Tensor> params, double maxNorm) {
        return clipGradNorm_(params, maxNorm, 2, false);
    }

    /**
     * Scales all gradients so that their joint norm is at most a limit; {@code torch.nn.utils.clip_grad_norm_}.
     *
     * @param params whose gradients are scaled in place; those without one are passed over
     * @param maxNorm the limit
     * @param normType the norm's power, above 0; infinity takes the largest size of an element
     * @param errorIfNonfinite whether to refuse a norm that is infinite or NaN, and change nothing
     * @return the norm before, of the first gradient's dtype, []; 0 without gradients
     * @throws IllegalArgumentException if the limit is negative or the power is not positive
     * @throws IllegalStateException if the norm is refused
     */
    public static Tensor clipGradNorm_(
            Collection<Tensor> params, double maxNorm, double normType, boolean errorIfNonfinite) {
        require(maxNorm >= 0, "clipGradNorm_: maxNorm is negative", maxNorm);
        require(normType > 0, "clipGradNorm_: normType is not positive", normType);
        try (var off = GradMode.noGrad();
                var temporaries = Scope.open()) {
            List<Tensor> grads = grads(params);
            Tensor total = norm(grads, normType);
            if (errorIfNonfinite && !Double.isFinite(total.item())) {
                throw new IllegalStateException("clipGradNorm_: the norm of the gradients is " + total.item());
            }
            Tensor factor = total.add(EPSILON).rdiv(maxNorm).clampMax(1);
            for (Tensor grad : grads) {
                grad.mul_(factor.to(grad.device(), grad.dtype()));
            }
            return temporaries.keep(
                    total.to(grads.isEmpty() ? DType.F32 : grads.getFirst().dtype()));
        }
    }

    private static Tensor norm(List<Tensor> grads, double p) {
        boolean largest = Double.isInfinite(p);
        Tensor total = Tensor.scalar(0, DType.F64);
        for (Tensor grad : grads) {
            if (grad.count() == 0) {
                continue;
            }
            Tensor part = largest
                    ? grad.abs().max()
                    : (p == 2 ? grad.square() : grad.abs().pow(p)).sum();
            Tensor wide = part.to(total.device(), DType.F64);
            total = largest ? total.maximum(wide) : total.add(wide);
        }
        if (largest || p == 1) {
            return total;
        }
        return p == 2 ? total.sqrt() : total.pow(1 / p);
    }

    /**
     * Moves every element of the gradients into -clipValue..clipValue; {@code torch.nn.utils.clip_grad_value_}.
     *
     * @param params whose gradients are changed in place; those without one are passed over
     * @param clipValue the largest size of an element
     * @throws IllegalArgumentException if it is negative
     */
    public static void clipGradValue_(Collection<Tensor> params, double clipValue) {
        require(clipValue >= 0, "clipGradValue_: clipValue is negative", clipValue);
        try (var off = GradMode.noGrad()) {
            for (Tensor grad : grads(params)) {
                grad.clamp_(-clipValue, clipValue);
            }
        }
    }

    private static List<Tensor> grads(Collection<Tensor> params) {
        List<Tensor> grads = new ArrayList<>();
        for (Tensor param : params) {
            if (param.hasSparseGrad()) {
                grads.add(param.sparseGrad().values()); // the other rows are zero, and stay so
            } else if (param.hasGrad()) {
                grads.add(param.grad());
            }
        }
        return grads;
    }

    private static void require(boolean holds, String problem, double got) {
        if (!holds) {
            throw new IllegalArgumentException(problem + ": " + got);
        }
    }
}
