package dev.gatun.autograd.ops;

import dev.gatun.autograd.Graph;
import dev.gatun.autograd.Input;
import dev.gatun.autograd.Saved;
import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.Reduction;

/** Losses that are composed of other families' operations. */
public final class Loss {
    private Loss() {}

    /**
     * The squared difference. {@code F.mse_loss}.
     *
     * @param x F32 or F64
     * @param target broadcasts with x, of its dtype
     * @param reduction how the elements are joined
     * @return the broadcast shape for NONE, else []
     */
    public static Tensor mse(Tensor x, Tensor target, Reduction reduction) {
        Checks.sameFloating("mse", x, target);
        Tensor difference;
        Tensor loss;
        try (var off = dev.gatun.autograd.GradMode.noGrad()) {
            difference = Elementwise.sub(x, target);
            Tensor squares = Maths.square(difference);
            loss = switch (reduction) {
                case NONE -> squares;
                case SUM -> squares.sum();
                case MEAN -> squares.mean();
            };
            if (loss != squares) {
                squares.release();
            }
        }
        if (!Graph.records(x, target)) {
            difference.release();
            return loss;
        }
        double scale = reduction == Reduction.MEAN ? 2.0 / difference.count() : 2;
        difference.release();
        Saved saved = Saved.of(x, target);
        return Graph.record(
                "MseLossBackward0",
                loss,
                saved,
                Input.of(x, g -> slope(saved, g, scale)),
                Input.of(target, g -> slope(saved, g, -scale)));
    }

    private static Tensor slope(Saved saved, Tensor g, double scale) {
        return Elementwise.sub(saved.get(0), saved.get(1)).mul(scale).mul(g);
    }
}
