/**
 * The differentiable operations, one class for each family, with the gradient's rule right under the forward. Checks stand
 * here, at the door; below are the backend's kernels.
 */
@NullMarked
package dev.gatun.autograd.ops;

import org.jspecify.annotations.NullMarked;
