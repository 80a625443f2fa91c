/**
 * What the Java programs of {@code bench/compare} share, and Gatun's own: the work on the command line, the images,
 * and the run that warms up, trains a new network against the clock and prints one line.
 */
@NullMarked
package dev.gatun.bench.compare;

import org.jspecify.annotations.NullMarked;
