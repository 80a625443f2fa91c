/**
 * Modules: layers, the containers that join them, and how their parameters start. Class names are those of {@code
 * torch.nn}, printed forms too.
 */
@NullMarked
package dev.gatun.nn;

import org.jspecify.annotations.NullMarked;
