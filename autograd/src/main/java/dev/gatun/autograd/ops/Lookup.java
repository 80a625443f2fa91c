package dev.gatun.autograd.ops;

import dev.gatun.autograd.GradMode;
import dev.gatun.autograd.Grads;
import dev.gatun.autograd.Graph;
import dev.gatun.autograd.Input;
import dev.gatun.autograd.Saved;
import dev.gatun.autograd.SparseGrad;
import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.Vjp;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.Shape;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a table that is learned, by their numbers. The counterpart is {@code F.embedding} of {@code
 * torch.nn.functional}.
 *
 * {@snippet :
 * Tensor table = Tensor.of(new float[][] {{0, 1}, {2, 3}, {4, 5}});
 * System.out.println(Lookup.embedding(table, Tensor.of(2L, 0L), -1).get(0)); // tensor([4., 5.])
 * }
 */
public final class Lookup {
    private Lookup() {}

    /** The gradient of a table from those of the rows that were taken from it: the whole, or the rows alone. */
    private record TableRule(Saved saved, Shape table, long paddingIdx, boolean sparse) implements Vjp {
        @Override
        public Tensor apply(Grads g) {
            Tensor at = saved.get(0); // [k]
            Tensor rows = View.reshape(g.get(), at.size(0), table.size(1)); // [k, n]
            Tensor counting = paddingIdx < 0
                    ? rows
                    : Elementwise.onlyWhere(at.ne(paddingIdx).unsqueeze(1), rows);
            return Index.indexAdd(g.get().newZeros(table), 0, at, counting, 1);
        }

        @Override
        public @Nullable SparseGrad rows(Grads g) {
            if (!sparse) {
                return null;
            }
            try (Scope temporaries = Scope.open()) {
                Tensor at = saved.get(0);
                Tensor kept = kept(at);
                Tensor rows = View.reshape(g.get(), at.size(0), table.size(1));
                SparseGrad gradient = SparseGrad.of(table.size(0), pick(at, kept), pick(rows, kept));
                temporaries.keep(gradient.indices());
                temporaries.keep(gradient.values());
                return gradient;
            }
        }

        /** Which of the rows count: I64 [m], or {@code null} for all. */
        private @Nullable Tensor kept(Tensor at) {
            return paddingIdx < 0 ? null : Mask.places(at.ne(paddingIdx));
        }

        private static Tensor pick(Tensor x, @Nullable Tensor kept) {
            return kept == null ? x : Index.indexSelect(x, 0, kept);
        }
    }

    /**
     * Rows of a table. {@code F.embedding}, with dense gradients.
     *
     * @param weight [rows, n], F32 or F64
     * @param index I64 [*]
     * @param paddingIdx a row whose gradient stays zero, or -1 for none
     * @return [*, n]
     * @throws IllegalArgumentException if an index is out of range
     */
    public static Tensor embedding(Tensor weight, Tensor index, long paddingIdx) {
        return embedding(weight, index, paddingIdx, false);
    }

    /**
     * Rows of a table. {@code F.embedding}.
     *
     * @param weight [rows, n], F32 or F64
     * @param index I64 [*]
     * @param paddingIdx a row whose gradient stays zero, or -1 for none
     * @param sparse whether {@code backward} leaves a {@link SparseGrad} on a weight that is a leaf; where its gradient
     *     is asked for as a value, is to be differentiated again, or is seen by a hook, it is dense all the same
     * @return [*, n]
     * @throws IllegalArgumentException if an index is out of range
     */
    public static Tensor embedding(Tensor weight, Tensor index, long paddingIdx, boolean sparse) {
        Checks.floating("embedding", weight);
        Checks.indexes("embedding", index);
        Checks.sameDevice("embedding", weight, index);
        Checks.require(weight.rank() == 2, "embedding", "weight is not [rows, n]", weight);
        long[] sizes = Arrays.copyOf(index.shape().toArray(), index.rank() + 1);
        sizes[index.rank()] = weight.size(1);
        Tensor at = View.reshape(index, index.count()).contiguous();
        Tensor rows = weight.newEmpty(Shape.of(sizes));
        try (GradMode off = GradMode.noGrad()) {
            Index.take("embedding", weight, 0, at, View.view(rows, index.count(), weight.size(1)));
        }
        if (!Graph.records(weight)) {
            return rows;
        }
        Saved saved = Saved.of(at);
        return Graph.record(
                "EmbeddingBackward0",
                rows,
                saved,
                Input.many(weight, new TableRule(saved, weight.shape(), paddingIdx, sparse)));
    }
}
