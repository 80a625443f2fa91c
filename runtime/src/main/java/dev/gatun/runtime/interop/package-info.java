/** Memory shared with other code without a copy: {@link dev.gatun.runtime.interop.Segments}. */
@NullMarked
package dev.gatun.runtime.interop;

import org.jspecify.annotations.NullMarked;
