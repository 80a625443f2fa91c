package dev.gatun.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Scope;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A table that is there before its layer, and rows that cannot be. */
class EmbeddingTest {
    private static Tensor table() {
        return Tensor.arange(8).to(DType.F32).view(4, 2).clone();
    }

    @Test
    void fromPretrained_frozen_looksUpAndLearnsNothing() {
        Embedding words;
        try (Scope scope = Scope.open()) {
            words = Embedding.fromPretrained(table(), true);
        }
        assertEquals("Embedding(4, 2)", words.toString()); // and the table outlived the scope
        assertFalse(words.weight().requiresGrad());
        Tensor rows = words.forward(Tensor.of(3L, 0));
        assertArrayEquals(new float[] {6, 7, 0, 1}, rows.toFloatArray());
        assertFalse(rows.requiresGrad());
        assertEquals(List.of("weight"), List.copyOf(words.namedParameters().keySet()));
    }

    @Test
    void fromPretrained_notFrozen_learns() {
        Embedding words = Embedding.fromPretrained(table(), false);
        words.forward(Tensor.of(3L, 3)).sum().backward();
        assertArrayEquals(
                new float[] {0, 0, 0, 0, 0, 0, 2, 2}, words.weight().grad().toFloatArray());
        assertTrue(words.weight().requiresGrad());
    }

    @Test
    void fromPretrained_options_areKept() {
        Embedding.Options options =
                Embedding.Options.defaults().withPaddingIdx(-1).withSparse(true);
        Embedding words = Embedding.fromPretrained(table(), false, options);
        assertEquals("Embedding(4, 2, padding_idx=3, sparse=True)", words.toString());
        assertArrayEquals(new float[] {6, 7}, words.forward(Tensor.of(3L)).toFloatArray()); // not set to zero
        words.forward(Tensor.of(3L, 0)).sum().backward();
        assertArrayEquals(new long[] {0}, words.weight().sparseGrad().indices().toLongArray());
    }

    @Test
    void fromPretrained_noMatrix_isRefused() {
        var e = assertThrows(IllegalArgumentException.class, () -> Embedding.fromPretrained(Tensor.ones(3), true));
        assertEquals("embedding: the table is not a matrix: f32[3]", e.getMessage());
    }

    @Test
    void forward_wrongIndexes_areRefused() {
        Embedding words = Embedding.fromPretrained(table(), true);
        assertThrows(IllegalArgumentException.class, () -> words.forward(Tensor.of(4L)));
        assertThrows(IllegalArgumentException.class, () -> words.forward(Tensor.of(-1L)));
        assertThrows(IllegalArgumentException.class, () -> words.forward(Tensor.ones(2)));
        assertThrows(IllegalArgumentException.class, () -> new Embedding(4, 2, 4));
        assertThrows(IllegalArgumentException.class, () -> new Embedding(-1, 2));
    }
}
