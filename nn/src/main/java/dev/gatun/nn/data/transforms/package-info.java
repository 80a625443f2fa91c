/** What is done to images on their way from a data set to a batch, as {@code torchvision.transforms}. */
@NullMarked
package dev.gatun.nn.data.transforms;

import org.jspecify.annotations.NullMarked;
