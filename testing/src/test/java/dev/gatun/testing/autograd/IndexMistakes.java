package dev.gatun.testing.autograd;

import static dev.gatun.testing.autograd.Mistakes.bad;
import static dev.gatun.testing.autograd.Mistakes.f;
import static dev.gatun.testing.autograd.Mistakes.i;

import dev.gatun.autograd.Index;
import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.Index.Reduce;
import dev.gatun.autograd.ops.PadMode;
import dev.gatun.autograd.ops.Rearrange;
import dev.gatun.autograd.ops.Rearrange.Windows;
import dev.gatun.autograd.ops.Sort;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Layout;
import dev.gatun.runtime.Shape;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** Mistakes in reading, writing, joining, sorting and rearranging, with what is said; {@link MessagesTest} makes them. */
final class IndexMistakes {
    private IndexMistakes() {}

    private static Tensor at(long... indexes) {
        return Tensor.of(indexes);
    }

    static Stream<Arguments> all() {
        return Stream.of(elements(), brackets(), joins(), orders(), rearranged())
                .flatMap(s -> s);
    }

    private static Stream<Arguments> elements() {
        return Stream.of(
                bad("gather: an index is i64: f32[2]", () -> f(2).gather(0, f(2))),
                bad("gather: ranks differ: f32[2], i64[1, 2], i64[1, 2]", () -> f(2).gather(0, i(1, 2))),
                bad(
                        "gather: the index is larger at dimension 1: f32[2, 3], i64[2, 4], i64[2, 4]",
                        () -> f(2, 3).gather(0, i(2, 4))),
                bad("gather: index[1] is 2, places are 0..1: x f32[2]", () -> f(2).gather(0, at(0, 2))),
                bad("gather: index[0] is 0, there are no places: x f32[0]", () -> f(0).gather(0, at(0))),
                bad("scatter_: dtypes differ: f32[2], i64[2]", () -> f(2).scatter_(0, at(0, 1), at(0, 1))),
                bad(
                        "scatter: the index is larger at dimension 0: f32[2], i64[2], f32[1]",
                        () -> f(2).scatter(0, at(0, 1), f(1))),
                bad("scatter: index[0] is -1, places are 0..1: x f32[2]", () -> f(2).scatter(0, at(-1), 1)),
                bad(
                        "scatter_: several elements share one place, as in an expanded view: f32[2, 2] with strides"
                                + " [0, 1]; clone() it first",
                        () -> f(2).expand(2, 2).scatter_(0, i(1, 2), 1)),
                bad(
                        "scatterAdd: bool has no arithmetic, cast it first: bool[1]",
                        () -> Tensor.of(true).scatterAdd(0, at(0), Tensor.of(true))),
                bad(
                        "scatterReduce: bf16 and f16 are stored only, cast with to(DType.F32): f16[2]",
                        () -> f(2).to(DType.F16).scatterReduce(0, at(0), f(1), Reduce.SUM)),
                bad(
                        "indexAdd: sizes do not fit: f32[3, 2], i64[2], f32[3, 2]",
                        () -> f(3, 2).indexAdd(0, at(0, 1), f(3, 2))),
                bad("indexCopy_: dtypes differ: f32[2], i64[1]", () -> f(2).indexCopy_(0, at(0), at(0))),
                bad("indexFill: dimension 1 is outside -1..0: shape [2]", () -> f(2).indexFill(1, at(0), 0)),
                bad("take: an index is i64: bool[1]", () -> f(2).take(Tensor.of(true))),
                bad("oneHot: the number of classes is below 1: 0", () -> at(1).oneHot(0)),
                bad("scatter: index[1, 0] is 3, places are 0..2: x i64[2, 3]", () -> at(1, 3).oneHot(3)));
    }

    private static Stream<Arguments> brackets() {
        return Stream.of(
                bad("index: an index is i64 or bool: f32[1]", () -> f(2).index(f(1))),
                bad("index: index[1] is -3, outside -2..1: index i64[2]", () -> f(2).index(at(0, -3))),
                bad(
                        "index: shapes do not broadcast: [2] and [3] differ at dimension 0",
                        () -> f(2, 2).index(Index.of(0, 1), Index.of(0, 1, 0))),
                bad(
                        "index: the mask does not fit at dimension 0: bool[2], f32[3]",
                        () -> f(3).index(Tensor.of(true, false))),
                bad("index: 2 indexes for rank 1: f32[3]", () -> f(3).index(Index.all(), Index.of(0))),
                bad("index: two ellipses: f32[3]", () -> f(3).index(Index.ellipsis(), Index.ellipsis(), Index.of(0))),
                bad("index: a mask has at least one dimension: bool[]", () -> f(3).index(Tensor.scalar(1, DType.BOOL))),
                bad("indexPut_: cannot expand [3] to [2]", () -> f(3).set(at(0, 1), f(3))),
                bad("index: index[0] is 3, outside -3..2: index i64[1]", () -> f(3).set(at(3), 1)),
                bad("select: index 3 is outside -3..2 in dimension 0: f32[3]", () -> f(3).set(3, 1)),
                bad("maskedSelect: the mask is not bool: i64[1]", () -> f(1).maskedSelect(i(1))),
                bad(
                        "maskedSelect: shapes do not broadcast: [2] and [3] differ at dimension 0",
                        () -> f(2).maskedSelect(Tensor.of(true, true, false))),
                bad(
                        "maskedScatter: the mask sets 2 elements, source has fewer: f32[1]",
                        () -> f(2).maskedScatter(Tensor.of(true, true), f(1))),
                bad("maskedScatter_: dtypes differ: f32[1], i64[1]", () -> f(1).maskedScatter_(Tensor.of(true), i(1))));
    }

    private static Stream<Arguments> joins() {
        return Stream.of(
                bad("cat: nothing to join: no tensors", () -> Tensor.cat(List.of(), 0)),
                bad("cat: rank 0 cannot be joined, use stack: f32[]", () -> Tensor.cat(f(), f())),
                bad("cat: tensor 1 does not fit the first: f32[3, 2], f32[2, 3]", () -> Tensor.cat(f(2, 3), f(3, 2))),
                bad("stack: tensor 1 does not fit the first: f32[3], f32[2]", () -> Tensor.stack(f(2), f(3))),
                bad("stack: dimension 2 is outside -2..1: f32[2]", () -> Tensor.stack(List.of(f(2)), 2)),
                bad("meshgrid: takes vectors: f32[2, 2]", () -> Tensor.meshgrid(f(2, 2))),
                bad("meshgrid: dtypes differ: f32[2], i64[2]", () -> Tensor.meshgrid(f(2), i(2))),
                bad("cartesianProd: takes vectors: f32[]", () -> Tensor.cartesianProd(f())),
                bad(
                        "split: sizes do not add up to dimension 0: [1, 1] of f32[3]",
                        () -> f(3).split(new long[] {1, 1}, 0)),
                bad("chunk: chunks are below 1: 0", () -> f(3).chunk(0, 0)),
                bad(
                        "movedim: 1 dimensions to 2 places: f32[2, 2]",
                        () -> f(2, 2).movedim(new int[] {0}, new int[] {0, 1})),
                bad(
                        "movedim: a dimension appears twice: [0, -2] to [0, 1] of f32[2, 2]",
                        () -> f(2, 2).movedim(new int[] {0, -2}, new int[] {0, 1})),
                bad("unfold: no windows of size 4 in steps of 1 along dimension 0: f32[3]", () -> f(3).unfold(0, 4, 1)),
                bad("layout: a stride is negative: [-1]", () -> f(3).asStrided(new long[] {3}, new long[] {-1}, 2)),
                bad(
                        "layout: strides do not match the rank: shape [3], strides []",
                        () -> Layout.of(Shape.of(3), new long[0], 0)));
    }

    private static Stream<Arguments> orders() {
        return Stream.of(
                bad(
                        "sort: bf16 and f16 are stored only, cast with to(DType.F32): bf16[2]",
                        () -> f(2).to(DType.BF16).sort()),
                bad("topk: k 3 is outside 0..2 at dimension 0: f32[2]", () -> f(2).topk(3)),
                bad("kthvalue: k 0 is outside 1..2 at dimension 0: f32[2]", () -> f(2).kthvalue(0)),
                bad("searchsorted: dtypes differ: f32[2], i64[2]", () -> Sort.searchsorted(f(2), i(2), false)),
                bad(
                        "searchsorted: rows do not match: f32[2, 2], f32[3, 2]",
                        () -> Sort.searchsorted(f(2, 2), f(3, 2), false)),
                bad("bucketize: boundaries are not a vector: f32[2, 2]", () -> f(2).bucketize(f(2, 2))),
                bad("histc: bins are below 1: 0", () -> f(2).histc(0, 0, 1)),
                bad("histc: not a finite range: 2.0 to 1.0", () -> f(2).histc(3, 2, 1)),
                bad("histc: takes f32 and f64: i64[2]", () -> i(2).histc(3, 0, 1)),
                bad("bincount: a number is negative: i64[2]", () -> at(1, -1).bincount()),
                bad("bincount: takes a vector: i64[2, 2]", () -> i(2, 2).bincount()),
                bad("bincount: weights are of another shape: i64[2], f32[3]", () -> Sort.bincount(i(2), f(3), 0)));
    }

    private static Stream<Arguments> rearranged() {
        return Stream.of(
                bad("flip: a dimension appears twice: [0, -1] of shape [2]", () -> f(2).flip(0, -1)),
                bad("roll: 2 shifts for 1 dimensions: f32[2]", () -> Rearrange.roll(f(2), new long[] {1, 2}, 0)),
                bad("rot90: dimension 1 is outside -1..0: shape [2]", () -> f(2).rot90(1)),
                bad("rot90: a plane has two dimensions: 0, 0", () -> Rearrange.rot90(f(2, 2), 1, 0, 0)),
                bad("repeat: fewer numbers than dimensions: [2] of f32[2, 2]", () -> f(2, 2).repeat(2)),
                bad("repeat: a number is negative: [-1]", () -> f(2).repeat(-1)),
                bad("repeatInterleave: counts do not match: f32[3], i64[2]", () -> f(3).repeatInterleave(at(1, 2), 0)),
                bad("repeatInterleave: a number is negative: i64[2]", () -> f(2).repeatInterleave(at(1, -2), 0)),
                bad("pad: not pairs of at most 1 dimensions: [1]", () -> f(2).pad(1)),
                bad("pad: takes away more than there is: [-2, -1] of f32[2]", () -> f(2).pad(-2, -1)),
                bad("pad: too much or negative for REFLECT: [2, 0] of f32[2]", () -> f(2).pad(PadMode.REFLECT, 2, 0)),
                bad("unfold: takes images: f32[2]", () -> Rearrange.unfold(f(2), Windows.of(1, 1))),
                bad(
                        "unfold: no windows kernel [4, 1], dilation [1, 1], padding [0, 0], stride [1, 1] on an image"
                                + " of 3 x 3",
                        () -> Rearrange.unfold(f(1, 3, 3), Windows.of(4, 1))),
                bad(
                        "fold: there are other windows than these: f32[4, 5]",
                        () -> Rearrange.fold(f(4, 5), 3, 3, Windows.of(2, 2))),
                bad("linspace: steps are negative: -1", () -> Tensor.linspace(0, 1, -1)),
                bad("trilIndices: a size is negative: -1 x 2", () -> Tensor.trilIndices(-1, 2, 0)));
    }
}
