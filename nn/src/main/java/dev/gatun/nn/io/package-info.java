/** Models and trainings kept in files: checkpoints, safetensors, NumPy's formats. */
@NullMarked
package dev.gatun.nn.io;

import org.jspecify.annotations.NullMarked;
