/** Tests of the samples, run as users run them but inside this process. */
@NullMarked
package dev.gatun.samples;

import org.jspecify.annotations.NullMarked;
