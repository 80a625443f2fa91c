package dev.gatun.testing.kernels;

import dev.gatun.runtime.Device;

/**
 * What the contract is tried on.
 *
 * @param device whose kernels are called
 * @param seen notes the cases
 * @param mostThreads up to how many threads must give the same bits
 */
record Backend(Device device, Seen seen, int mostThreads) {}
