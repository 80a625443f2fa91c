package dev.gatun.nn;

/**
 * A layer of this library whose {@code forward} returns a tensor that nobody else holds, or its argument, and keeps
 * neither. Between two of them {@link Sequential} may release a tensor at once.
 */
sealed interface Pure permits Activation, Dropout, Flatten, Identity, LeakyReLU, Linear, LogSoftmax, Softmax {}
