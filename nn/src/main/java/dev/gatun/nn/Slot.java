package dev.gatun.nn;

import dev.gatun.autograd.GradMode;
import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Device;

/** A module's place for one tensor. The tensor is replaced when the module moves, so holders keep the slot. */
abstract sealed class Slot permits Parameter, Buffer {
    private Tensor tensor;

    Slot(Tensor tensor) {
        tensor.own();
        this.tensor = tensor;
    }

    /**
     * The tensor as it is now. It belongs to the module: no scope releases it.
     *
     * @return the tensor; another one after {@link Module#to}
     */
    public final Tensor tensor() {
        return tensor;
    }

    /** Replaces the tensor, and its gradient, where it is on another device or of another type. */
    final void to(Device device, DType dtype) {
        Tensor old = tensor;
        if (old.device() == device && old.dtype() == dtype) {
            return;
        }
        try (var off = GradMode.noGrad()) {
            Tensor moved = old.to(device, dtype);
            moved.own();
            moved.requiresGrad_(old.requiresGrad());
            if (old.hasSparseGrad()) {
                moved.setGrad(old.sparseGrad().to(device, dtype));
            } else if (old.hasGrad()) {
                moved.setGrad(old.grad().to(device, dtype));
            }
            tensor = moved;
        }
    }

    /** Takes another tensor in place of this one, as it is. */
    final void assign(Tensor other) {
        Tensor taken = other.detach();
        taken.own();
        taken.requiresGrad_(tensor.requiresGrad());
        tensor = taken;
    }

    @Override
    public final String toString() {
        return tensor.toString();
    }
}
