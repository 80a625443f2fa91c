/**
 * Who owns which bytes: a pool per device, storages that are counted, handles with the scope or the collector's net
 * that releases them, and the list of operands that every native call retains. For Gatun's own modules.
 */
@NullMarked
package dev.gatun.runtime.memory;

import org.jspecify.annotations.NullMarked;
