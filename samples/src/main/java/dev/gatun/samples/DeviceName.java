package dev.gatun.samples;

import java.util.Locale;

/** The devices that {@code --device} takes. */
enum DeviceName {
    /** The fastest that can be used. */
    AUTO,
    /** The CPU. */
    CPU,
    /** The first CUDA card. */
    CUDA;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
