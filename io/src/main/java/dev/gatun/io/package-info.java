/** What one reads and looks at while training, on other libraries: plots as PNG files. */
@NullMarked
package dev.gatun.io;

import org.jspecify.annotations.NullMarked;
