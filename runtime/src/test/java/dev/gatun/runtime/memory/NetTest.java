package dev.gatun.runtime.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.Scope;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class NetTest {
    private final FakeDevice device = new FakeDevice(1L << 40);

    /** Collects until something holds; a collection may pass over an object that a dead frame still shows. */
    static void collectUntil(BooleanSupplier holds) {
        for (int i = 0; i < 50 && !holds.getAsBoolean(); i++) {
            Net.collect();
        }
    }

    @Test
    void unreachable_outsideScopes_isReleased() {
        for (int i = 0; i < 100; i++) {
            device.array(10);
        }
        collectUntil(() -> device.used() == 0);
        assertEquals(0, device.used());
    }

    @Test
    void reachable_outsideScopes_staysAlive() {
        NdArray held = device.array(10);
        Net.collect();
        assertFalse(held.isReleased());
        assertTrue(held.storage("test").isUnshared());
        held.release();
        assertEquals(0, device.used());
    }

    @Test
    void unreachable_afterOwn_isReleasedWithWhatItDrags() {
        AtomicInteger released = new AtomicInteger();
        makeOwned(released);
        collectUntil(() -> device.used() == 0);
        assertEquals(0, device.used());
        assertEquals(1, released.get());
    }

    private void makeOwned(AtomicInteger released) {
        try (var scope = Scope.open()) {
            NdArray array = device.array(10);
            array.link(released::incrementAndGet);
            array.own();
        }
    }

    @Test
    void release_byHand_leavesTheNet() {
        NdArray first = device.array(1);
        long watched = Net.count();
        NdArray second = device.array(1);
        assertEquals(watched + 1, Net.count());
        second.release();
        assertEquals(watched, Net.count());
        first.release();
    }

    @Test
    void manyBytes_outsideScopes_askForACollection() {
        long each = 8 << 20;
        long all = 0;
        for (int i = 0; i < 400; i++) {
            device.array(each / Float.BYTES);
            all += each;
        }
        assertTrue(
                device.pool().stats().peak() < all / 2,
                "peak " + device.pool().stats().peak());
    }

    @Test
    void memoryOut_unreachableHandlesHoldIt_collectsFirst() {
        FakeDevice small = new FakeDevice(64 << 20);
        for (int i = 0; i < 200; i++) {
            small.array((4 << 20) / Float.BYTES); // dropped at once: 800 MiB in all
        }
        assertTrue(small.pool().stats().mapped() <= 64 << 20);
    }
}
