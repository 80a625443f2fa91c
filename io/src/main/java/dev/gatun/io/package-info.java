/**
 * What one reads and looks at while training, on other libraries: tables, images, DICOM series and text as tensors; plots as
 * PNG files, TensorBoard's event files, progress bars.
 */
@NullMarked
package dev.gatun.io;

import org.jspecify.annotations.NullMarked;
