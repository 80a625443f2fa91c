package dev.gatun.testing.kernels;

import dev.gatun.runtime.Device;

/**
 * What the contract is tried on.
 *
 * @param device whose kernels are called
 * @param seen notes the cases
 * @param mostThreads up to how many threads must give the same bits
 * @param shrink how many times smaller the cases are that are large for the sake of threads and caches
 */
record Backend(Device device, Seen seen, int mostThreads, int shrink) {
    Backend(Device device, Seen seen, int mostThreads) {
        this(device, seen, mostThreads, 1);
    }
}
