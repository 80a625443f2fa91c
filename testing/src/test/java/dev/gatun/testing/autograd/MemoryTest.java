package dev.gatun.testing.autograd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.Norm;
import dev.gatun.nn.Linear;
import dev.gatun.nn.ReLU;
import dev.gatun.nn.Sequential;
import dev.gatun.nn.optim.Adam;
import dev.gatun.runtime.Device;
import dev.gatun.runtime.MemoryStats;
import dev.gatun.runtime.Reduction;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.memory.Net;
import dev.gatun.testing.Memory;
import org.junit.jupiter.api.Test;

/** A training step that repeats takes nothing from the system and leaves nothing behind, however it ends. */
class MemoryTest {
    private static final int WARM = 20;
    private static final int STEPS = 500;
    private static final int LOOSE_STEPS = 1500;
    private static final long SLAB = 8 << 20;

    private final Sequential model = new Sequential(new Linear(20, 32), new ReLU(), new Linear(32, 10));
    private final Adam optimizer = new Adam(model.parameters(), 1e-3);
    private final Tensor x = Tensor.randn(16, 20);
    private final Tensor target = Tensor.randint(0, 10, 16);

    private Tensor loss() {
        return Norm.crossEntropy(model.forward(x), target, Reduction.MEAN, Norm.IGNORE_INDEX);
    }

    private void train() {
        optimizer.zeroGrad();
        loss().backward();
        optimizer.step();
    }

    private static void flat(Runnable step) {
        for (int i = 0; i < WARM; i++) {
            step.run();
        }
        Memory.settle();
        MemoryStats before = Device.cpu().memory();
        long watched = Net.count();
        for (int i = 0; i < STEPS; i++) {
            step.run();
        }
        MemoryStats after = Device.cpu().memory();
        assertEquals(before.systemAllocations(), after.systemAllocations(), "system allocations");
        assertEquals(before.used(), after.used(), "bytes in use");
        assertTrue(Net.count() <= watched, "handles that nobody releases");
    }

    @Test
    void training_withScope_isFlat() {
        flat(() -> {
            try (Scope step = Scope.open()) {
                train();
            }
        });
    }

    @Test
    void loss_withoutBackward_isFlat() {
        flat(() -> {
            try (Scope step = Scope.open()) {
                loss().item();
            }
        });
    }

    @Test
    void training_throwingInTheMiddle_isFlat() {
        flat(() -> assertThrows(IllegalArgumentException.class, () -> {
            try (Scope step = Scope.open()) {
                train();
                Tensor hidden = loss().add(x.sum());
                hidden.backward();
                hidden.add(x).matmul(Tensor.ones(3, 3));
            }
        }));
    }

    @Test
    void backward_throwingInTheMiddle_isFlat() {
        flat(() -> assertThrows(ArithmeticException.class, () -> {
            try (Scope step = Scope.open()) {
                Tensor hidden = model.forward(x);
                hidden.registerHook(g -> {
                    throw new ArithmeticException("on purpose");
                });
                hidden.square().sum().backward();
            }
        }));
    }

    @Test
    void doubleBackward_withScope_isFlat() {
        flat(() -> {
            try (Scope step = Scope.open()) {
                optimizer.zeroGrad();
                loss().backward(null, false, true);
                model.parameters().getFirst().grad().square().sum().backward();
                optimizer.zeroGrad();
            }
        });
    }

    @Test
    void training_withoutAnyScope_staysBounded() {
        Tensor big = Tensor.randn(100, 2000); // 800 kB a tensor, 7 GB in all
        Runnable step = () -> {
            Tensor y = big.mul(2).relu();
            y.sum().item();
        };
        for (int i = 0; i < LOOSE_STEPS; i++) {
            step.run();
        }
        long mapped = Device.cpu().memory().mapped();
        for (int i = 0; i < LOOSE_STEPS; i++) {
            step.run();
        }
        assertTrue(Device.cpu().memory().mapped() <= mapped + SLAB, "memory grows without a scope");
    }

    @Test
    void keep_tensorOfInnerScope_livesInTheOuterOne() {
        Tensor kept;
        Tensor lost;
        try (Scope outer = Scope.open()) {
            try (Scope inner = Scope.open()) {
                lost = Tensor.of(1f);
                kept = inner.keep(Tensor.of(2f));
            }
            assertTrue(lost.isReleased());
            assertEquals(2, kept.item());
            var thrown = assertThrows(IllegalStateException.class, () -> lost.add(1));
            assertEquals(
                    "add: f32[1] was released, by its scope's end or by release(); scope.keep(tensor) lets one leave"
                            + " its scope",
                    thrown.getMessage());
        }
        assertTrue(kept.isReleased());
    }

    @Test
    void grad_madeInAScope_belongsToItsLeaf() {
        Tensor leaf = Tensor.of(1f, 2f).requiresGrad_();
        try (Scope step = Scope.open()) {
            leaf.square().sum().backward();
        }
        assertEquals(4, leaf.grad().toFloatArray()[1]);
    }
}
