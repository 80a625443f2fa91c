package dev.gatun.runtime;

import dev.gatun.runtime.cpu.CpuDevice;
import dev.gatun.runtime.memory.MemoryPool;
import java.util.Locale;

/**
 * Where tensors live and are computed with. A backend is one implementation of this class and of {@link Kernels}.
 */
public abstract class Device {
    /** For backends. */
    protected Device() {}

    /**
     * The CPU.
     *
     * @return the device, always the same
     * @throws GatunException if the native library cannot be loaded; the message says what was looked for
     */
    public static Device cpu() {
        return CpuDevice.get();
    }

    /**
     * The first CUDA card. This version has no CUDA backend yet, so that it always throws.
     *
     * @return the device
     * @throws GatunException that says what is missing
     */
    @SuppressWarnings("DoNotCallSuggester") // callers ask, and are told
    public static Device cuda() {
        throw new GatunException("cuda: this version of Gatun has no CUDA backend yet; use Device.cpu()");
    }

    /** The fastest device that can be used. */
    public static Device best() {
        return cpu();
    }

    /**
     * A device by name, as command lines give it.
     *
     * @param name {@code auto}, {@code cpu} or {@code cuda}
     * @return the device
     * @throws IllegalArgumentException if there is no such name
     * @throws GatunException if the device cannot be used
     */
    public static Device of(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "auto" -> best();
            case "cpu" -> cpu();
            case "cuda" -> cuda();
            default -> throw new IllegalArgumentException("device: not one of auto, cpu, cuda: '" + name + "'");
        };
    }

    /** {@code cpu}, {@code cuda:0}. */
    public abstract String name();

    /** The operations of this device. */
    public abstract Kernels kernels();

    /** The memory of this device, for the library's own modules. */
    @SuppressWarnings("exports") // a backend's matter; its package is exported to Gatun's modules alone
    public abstract MemoryPool pool();

    /** What the pool of this device holds. */
    public final MemoryStats memory() {
        return pool().stats();
    }

    /** Gives memory that is cached and not in use back to the system. */
    public final void trim() {
        pool().trim();
    }

    /**
     * Sets how many threads share an operation, the caller's included.
     *
     * @param count at least 1
     * @throws IllegalArgumentException if the count is out of range
     */
    public abstract void setThreads(int count);

    /** How many threads share an operation, the caller's included. */
    public abstract int threads();

    @Override
    public final String toString() {
        return name();
    }
}
