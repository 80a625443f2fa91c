package dev.gatun.nn;

/**
 * A layer of this library whose {@code forward} returns a tensor that nobody else holds, or its argument, and keeps
 * neither. Between two of them {@link Sequential} may release a tensor at once.
 */
sealed interface Pure extends Called
        permits Activation,
                AdaptiveAvgPool1d,
                AdaptiveAvgPool2d,
                AdaptiveAvgPool3d,
                AdaptiveMaxPool1d,
                AdaptiveMaxPool2d,
                AdaptiveMaxPool3d,
                AvgPool1d,
                AvgPool2d,
                AvgPool3d,
                BatchNorm,
                Convolution,
                Dropout,
                Dropout2d,
                Embedding,
                Flatten,
                FunctionLayer,
                GroupNorm,
                Identity,
                LayerNorm,
                LeakyReLU,
                Linear,
                LogSoftmax,
                MaxPool1d,
                MaxPool2d,
                MaxPool3d,
                Maxout,
                PReLU,
                PixelShuffle,
                PixelUnshuffle,
                RMSNorm,
                Softmax,
                Upsample {}
