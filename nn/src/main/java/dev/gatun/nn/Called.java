package dev.gatun.nn;

/** A module of this library: its {@code forward} runs its hooks itself, whoever calls it. */
sealed interface Called permits Pure, Sequential, RNNBase, MultiheadAttention, TransformerEncoderLayer {}
