/** One program per workflow, each a class that reads from top to bottom, and what they share. */
@NullMarked
package dev.gatun.samples;

import org.jspecify.annotations.NullMarked;
