package dev.gatun.testing;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.Device;

/** Waits until what earlier tests left unreachable has been given back, so that a test can count bytes. */
public final class Memory {
    private static final int ROUNDS = 40;
    private static final int QUIET_ROUNDS = 3; // a loaded machine may be slow to say what the collector found
    private static final long PAUSE_MILLIS = 20;

    private Memory() {}

    /** Collects until the bytes in use stay the same. */
    public static void settle() {
        long before = -1;
        int quiet = 0;
        for (int i = 0; i < ROUNDS; i++) {
            System.gc();
            try {
                Thread.sleep(PAUSE_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            // A handle outside every scope makes the net look at what the collector has found.
            Tensor tensor = Tensor.scalar(0);
            tensor.own();
            tensor.release();
            long used = Device.cpu().memory().used();
            quiet = used == before ? quiet + 1 : 0;
            if (quiet == QUIET_ROUNDS) {
                return;
            }
            before = used;
        }
    }
}
