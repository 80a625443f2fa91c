package dev.gatun.nn;

/** A linear layer under the name that PyTorch prints for the output projection of {@link MultiheadAttention}. */
final class NonDynamicallyQuantizableLinear extends Linear {
    NonDynamicallyQuantizableLinear(long inFeatures, long outFeatures, boolean bias) {
        super(inFeatures, outFeatures, bias);
    }
}
