package dev.gatun.testing.autograd;

import static dev.gatun.testing.autograd.OpTable.on;
import static dev.gatun.testing.autograd.OpTable.one;
import static dev.gatun.testing.autograd.OpTable.two;

import dev.gatun.autograd.Index;
import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.Index.Reduce;
import dev.gatun.autograd.ops.Join;
import dev.gatun.autograd.ops.PadMode;
import dev.gatun.autograd.ops.Rearrange;
import dev.gatun.autograd.ops.Rearrange.Windows;
import dev.gatun.runtime.Shape;
import dev.gatun.testing.autograd.OpTable.Domain;
import java.util.List;
import java.util.Locale;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;

/** The rows of {@link OpTable} that read, write, join, sort and rearrange; their twins stand in fixtures/index_ops.py. */
final class IndexRows {
    private static final Shape M = Shape.of(3, 4);
    private static final Shape V = Shape.of(4);
    private static final Shape CUBE = Shape.of(2, 3, 2);
    private static final Shape GRID = Shape.of(3, 2, 3);
    private static final long END = Long.MAX_VALUE;

    private IndexRows() {}

    private static void real(String name, String method, UnaryOperator<Tensor> op, Shape shape) {
        one(name, method, Domain.REAL, op, shape);
    }

    private static void real(String name, String method, BinaryOperator<Tensor> op, Shape first, Shape second) {
        two(name, method, Domain.REAL, op, first, second);
    }

    static void add() {
        elements();
        reductions();
        reductionsInPlace();
        entries();
        brackets();
        masks();
        joins();
        orders();
        views();
        rearranged();
        windows();
    }

    private static Tensor places() {
        return Tensor.of(new long[][] {{1, 0, 2, 1}, {3, 3, 0, 2}});
    }

    private static Tensor rows() {
        return Tensor.of(new long[][] {{0, 1, 2, 0}, {2, 0, 1, 2}});
    }

    private static void elements() {
        String gather = "Index.gather(Tensor, int, Tensor)";
        real("gather 0", gather, x -> x.gather(0, on(x, rows())), M);
        real("gather 1", gather, x -> x.gather(1, on(x, places())), M);
        real("gather narrow", gather, x -> x.gather(-1, on(x, Tensor.of(new long[][] {{3}, {3}, {0}}))), M);
        real(
                "gather cube",
                gather,
                x -> x.gather(1, on(x, Tensor.of(new long[][][] {{{2, 0}, {2, 2}}, {{0, 1}, {1, 1}}}))),
                CUBE);
        String scatter = "Index.scatter(Tensor, int, Tensor, Tensor)";
        real("scatter 0", scatter, (x, y) -> x.scatter(0, on(x, rows()), y), M, Shape.of(2, 4));
        real("scatter wide source", scatter, (x, y) -> x.scatter(0, on(x, rows()), y), M, M);
        real(
                "scatter 1",
                scatter,
                (x, y) -> x.scatter(1, on(x, Tensor.of(new long[][] {{3, 0}, {1, 2}, {2, 3}})), y),
                M,
                Shape.of(3, 2));
        real(
                "scatter_",
                "Index.scatter_(Tensor, int, Tensor, Tensor)",
                (x, y) -> x.clone().scatter_(0, on(x, rows()), y),
                M,
                Shape.of(2, 4));
        real("scatter number", "Index.scatter(Tensor, int, Tensor, Number)", x -> x.scatter(0, on(x, rows()), 1.5), M);
        real(
                "scatter_ number",
                "Index.scatter_(Tensor, int, Tensor, Number)",
                x -> x.clone().scatter_(0, on(x, rows()), 1.5),
                M);
        String scatterAdd = "Index.scatterAdd(Tensor, int, Tensor, Tensor)";
        real("scatterAdd 0", scatterAdd, (x, y) -> x.scatterAdd(0, on(x, rows()), y), M, Shape.of(2, 4));
        real("scatterAdd 1", scatterAdd, (x, y) -> x.scatterAdd(1, on(x, places()), y), M, Shape.of(2, 4));
        real(
                "scatterAdd_",
                "Index.scatterAdd_(Tensor, int, Tensor, Tensor)",
                (x, y) -> x.clone().scatterAdd_(1, on(x, places()), y),
                M,
                Shape.of(2, 4));
    }

    private static void reductions() {
        for (Reduce reduce : Reduce.values()) {
            for (boolean self : new boolean[] {true, false}) {
                two(
                        "scatterReduce " + reduce.name().toLowerCase(Locale.ROOT) + (self ? "" : " alone"),
                        "Index.scatterReduce(Tensor, int, Tensor, Tensor, Reduce, boolean)",
                        Domain.AWAY,
                        (x, y) -> dev.gatun.autograd.ops.Index.scatterReduce(x, 1, on(x, places()), y, reduce, self),
                        M,
                        Shape.of(2, 4));
            }
        }
    }

    private static void reductionsInPlace() {
        real(
                "scatterReduce_",
                "Index.scatterReduce_(Tensor, int, Tensor, Tensor, Reduce, boolean)",
                (x, y) -> x.clone().scatterReduce_(1, on(x, places()), y, Reduce.SUM),
                M,
                Shape.of(2, 4));
    }

    private static void entries() {
        Shape source = Shape.of(3, 3);
        real(
                "indexAdd",
                "Index.indexAdd(Tensor, int, Tensor, Tensor, Number)",
                (x, y) -> dev.gatun.autograd.ops.Index.indexAdd(x, 1, on(x, Tensor.of(2L, 0L, 2L)), y, 0.5),
                M,
                source);
        real(
                "indexAdd_",
                "Index.indexAdd_(Tensor, int, Tensor, Tensor, Number)",
                (x, y) -> dev.gatun.autograd.ops.Index.indexAdd_(x.clone(), 1, on(x, Tensor.of(2L, 0L, 2L)), y, 1),
                M,
                source);
        real(
                "indexCopy",
                "Index.indexCopy(Tensor, int, Tensor, Tensor)",
                (x, y) -> x.indexCopy(1, on(x, Tensor.of(2L, 0L, 3L)), y),
                M,
                source);
        real(
                "indexCopy_",
                "Index.indexCopy_(Tensor, int, Tensor, Tensor)",
                (x, y) -> x.clone().indexCopy_(0, on(x, Tensor.of(2L, 0L)), y),
                M,
                Shape.of(2, 4));
        real(
                "indexFill",
                "Index.indexFill(Tensor, int, Tensor, Number)",
                x -> x.indexFill(1, on(x, Tensor.of(2L, 0L)), 1.5),
                M);
        real(
                "indexFill_",
                "Index.indexFill_(Tensor, int, Tensor, Number)",
                x -> x.clone().indexFill_(0, on(x, Tensor.of(1L)), -1),
                M);
        real(
                "take",
                "Indexing.take(Tensor, Tensor)",
                x -> x.take(on(x, Tensor.of(new long[][] {{11, -1}, {0, 5}}))),
                M);
    }

    private static Index of(long... indexes) {
        return Index.of(indexes);
    }

    private static void brackets() {
        String index = "Indexing.index(Tensor, Index[])";
        real("index ranges", index, x -> x.index(Index.range(1, 3), Index.at(-1)), M);
        real("index tensor", index, x -> x.index(on(x, Tensor.of(new long[][] {{2, 0}, {-1, 2}}))), M);
        real("index two", index, x -> x.index(of(0, 2, 2), of(1, -1, 1)), M);
        real("index column", index, x -> x.index(Index.all(), of(3, 0, 3)), M);
        real("index apart", index, x -> x.index(of(1, 0, 1), Index.all(), of(0, 1, 1)), CUBE);
        real("index middle", index, x -> x.index(Index.ellipsis(), of(1, 0), Index.range(1, END)), GRID);
        real("index axis", index, x -> x.index(Index.newAxis(), of(1, 1), Index.at(0)), GRID);
        real("index outer", index, x -> x.index(Index.of(Tensor.of(new long[][] {{0}, {2}})), of(1, 3)), M);
        real("index mask", index, x -> x.index(on(x, mask())), M);
        real("index mask rows", index, x -> x.index(on(x, Tensor.of(true, false, true))), M);
        real(
                "index mask columns",
                index,
                x -> x.index(Index.range(1, END), Index.of(Tensor.of(true, false, true, true))),
                M);
        real("index mask pair", index, x -> x.index(Index.of(Tensor.of(true, false, true)), of(1, -1)), M);
        real("index mask plane", index, x -> x.index(Index.of(plane()), of(1)), GRID);
        String put = "Indexing.indexPut(Tensor, List, Tensor, boolean)";
        real("indexPut", put, (x, y) -> x.indexPut(List.of(of(2, 0)), y, false), M, V);
        real("indexPut two", put, (x, y) -> x.indexPut(List.of(of(0, 2, 1, 1), of(0, 1, -1, 0)), y, false), M, V);
        real("indexPut add", put, (x, y) -> x.indexPut(List.of(of(0, 2, 0), of(1, 1, 1)), y, true), M, Shape.of(3));
        real(
                "indexPut apart",
                put,
                (x, y) -> x.indexPut(List.of(of(1, 0), Index.all(), of(0, 1)), y, false),
                CUBE,
                Shape.of(2, 3));
        String change = "Indexing.indexPut_(Tensor, List, Tensor, boolean)";
        real("indexPut_", change, (x, y) -> x.clone().indexPut_(List.of(Index.of(mask())), y, false), M, Shape.of(5));
        real(
                "indexPut_ column",
                change,
                (x, y) -> x.clone().indexPut_(List.of(Index.all(), of(3, 1)), y, false),
                M,
                Shape.of(2));
        real(
                "indexPut_ range",
                change,
                (x, y) -> x.clone().indexPut_(List.of(Index.range(1, 3), Index.range(0, END, 2)), y, true),
                M,
                Shape.of(2));
        real("set view", change, IndexRows::setView, M, Shape.of(2));
        real(
                "set number",
                change,
                x -> x.clone().set(on(x, mask()), 1.5).set(0, 1, 2).set(1, x.index(Index.at(2))),
                M);
    }

    private static Tensor setView(Tensor x, Tensor y) {
        Tensor z = x.mul(2);
        z.t().index(Index.range(1, 3)).set(List.of(Index.all(), of(2, 0)), y);
        return z.mul(z);
    }

    private static Tensor partsWritten(Tensor x) {
        Tensor y = x.mul(2);
        List<Tensor> parts = y.unbind(0);
        parts.get(1).mul_(parts.get(0).clone());
        y.split(3, 1).get(0).mul_(3);
        return parts.get(1).mul(parts.get(2)).add(y.sum());
    }

    private static Tensor mask() {
        return Tensor.of(
                new boolean[][] {{true, false, false, true}, {false, false, true, false}, {true, true, false, false}});
    }

    private static Tensor plane() {
        return Tensor.of(new boolean[][] {{true, false}, {false, true}, {true, true}});
    }

    private static void masks() {
        String select = "Mask.maskedSelect(Tensor, Tensor)";
        real("maskedSelect", select, x -> x.maskedSelect(on(x, mask())), M);
        real("maskedSelect row", select, x -> x.maskedSelect(on(x, Tensor.of(true, false, true, true))), M);
        real("maskedSelect wide", select, x -> x.maskedSelect(on(x, mask())), V);
        real(
                "maskedScatter",
                "Mask.maskedScatter(Tensor, Tensor, Tensor)",
                (x, y) -> x.maskedScatter(on(x, mask()), y),
                M,
                Shape.of(2, 3));
        real(
                "maskedScatter_",
                "Mask.maskedScatter_(Tensor, Tensor, Tensor)",
                (x, y) -> x.clone().maskedScatter_(on(x, mask()), y),
                M,
                Shape.of(5));
    }

    private static void joins() {
        String cat = "Join.cat(List, int)";
        real("cat 0", cat, (x, y) -> Tensor.cat(x, y), M, Shape.of(2, 4));
        real("cat 1", cat, (x, y) -> Tensor.cat(List.of(x, y, x), -1), M, Shape.of(3, 1));
        real("cat nothing", cat, x -> Tensor.cat(List.of(x, x.reshape(-1).narrow(0, 0, 0)), 1), M);
        String stack = "Join.stack(List, int)";
        real("stack", stack, (x, y) -> Tensor.stack(x, y), M, M);
        real("stack last", stack, (x, y) -> Tensor.stack(List.of(x, y), -1), M, M);
        real("stack scalars", stack, (x, y) -> Tensor.stack(x.sum(), y.sum()), M, V);
        real(
                "meshgrid",
                "Join.meshgrid(List, boolean)",
                (x, y) -> Join.meshgrid(List.of(x, y), false)
                        .get(0)
                        .mul(Join.meshgrid(List.of(x, y), false).get(1)),
                V,
                Shape.of(3));
        real(
                "meshgrid xy",
                "Join.meshgrid(List, boolean)",
                (x, y) -> Join.meshgrid(List.of(x, y), true)
                        .get(0)
                        .sub(Join.meshgrid(List.of(x, y), true).get(1)),
                V,
                Shape.of(3));
        real("cartesianProd", "Join.cartesianProd(List)", (x, y) -> Tensor.cartesianProd(x, y), V, Shape.of(3));
    }

    private static void orders() {
        String sort = "Sort.sort(Tensor, int, boolean)";
        real("sort", sort, x -> x.sort().values(), M);
        real("sort descending 0", sort, x -> x.sort(0, true).values(), M);
        real("sort middle", sort, x -> x.sort(1, false).values(), CUBE);
        String topk = "Sort.topk(Tensor, long, int, boolean)";
        real("topk", topk, x -> x.topk(2).values(), M);
        real("topk smallest 0", topk, x -> x.topk(2, 0, false).values(), M);
        real(
                "kthvalue",
                "Sort.kthvalue(Tensor, long, int, boolean)",
                x -> x.kthvalue(2).values(),
                M);
        real(
                "kthvalue keepDim",
                "Sort.kthvalue(Tensor, long, int, boolean)",
                x -> x.kthvalue(3, 0, true).values(),
                M);
    }

    private static void views() {
        real("unbind written", "View.unbind(Tensor, int)", IndexRows::partsWritten, M);
        OpTable.flags(true, false); // PyTorch writes into no view that has brothers
        real("rows", "View.rows(Tensor)", x -> x.rows().reduce(Tensor::mul).orElseThrow(), M);
        real(
                "chunk",
                "View.chunk(Tensor, long, int)",
                x -> x.chunk(3, 1).get(0).mul(x.chunk(3, 1).get(1)),
                M);
        real(
                "split sizes",
                "View.split(Tensor, long[], int)",
                x -> x.split(new long[] {1, 3}, 1)
                        .get(1)
                        .mul(x.split(new long[] {1, 3}, 1).get(0)),
                M);
        real(
                "unbind pair",
                "View.unbind(Tensor, int)",
                x -> x.unbind().get(0).mul(x.unbind().get(1)),
                Shape.of(2));
        real("movedim", "View.movedim(Tensor, int[], int[])", x -> x.movedim(0, -1), CUBE);
        real(
                "movedim two",
                "View.movedim(Tensor, int[], int[])",
                x -> x.movedim(new int[] {2, 0}, new int[] {0, 1}),
                CUBE);
        real("swapaxes", "View.transpose(Tensor, int, int)", x -> x.swapaxes(0, 2), CUBE);
        real("unfold", "View.unfold(Tensor, int, long, long)", x -> x.unfold(1, 3, 1), M);
        real("unfold apart", "View.unfold(Tensor, int, long, long)", x -> x.unfold(0, 1, 2), M);
    }

    private static void rearranged() {
        real("flip", "Rearrange.flip(Tensor, int[])", x -> x.flip(1), M);
        real("flip two", "Rearrange.flip(Tensor, int[])", x -> x.flip(0, -1), CUBE);
        String roll = "Rearrange.roll(Tensor, long[], int[])";
        real("roll", roll, x -> x.roll(-3, 1), M);
        real("roll two", roll, x -> Rearrange.roll(x, new long[] {1, 2}, 0, 1), M);
        real("roll flat", roll, x -> Rearrange.roll(x, new long[] {5}), M);
        for (int turns = 0; turns < 4; turns++) {
            int k = turns;
            real("rot90 " + k, "Rearrange.rot90(Tensor, int, int, int)", x -> x.rot90(k), M);
        }
        real("repeat", "Rearrange.repeat(Tensor, long[])", x -> x.repeat(2, 1, 3), M);
        real("repeat once", "Rearrange.repeat(Tensor, long[])", x -> x.repeat(1, 1), M);
        real("tile", "Rearrange.tile(Tensor, long[])", x -> x.tile(2), CUBE);
        real("repeatInterleave", "Rearrange.repeatInterleave(Tensor, long, int)", x -> x.repeatInterleave(2, 1), M);
        real(
                "repeatInterleave counts",
                "Rearrange.repeatInterleave(Tensor, Tensor, int)",
                x -> x.repeatInterleave(on(x, Tensor.of(2L, 0L, 1L)), 0),
                M);
        String pad = "Rearrange.pad(Tensor, PadMode, double, long[])";
        real("pad", pad, x -> x.pad(1, 2), M);
        real("pad value", pad, x -> Rearrange.pad(x, PadMode.CONSTANT, 1.5, 0, 1, 2, 0), M);
        real("pad negative", pad, x -> x.pad(-1, 2, 1, -2), M);
        for (PadMode mode : List.of(PadMode.REFLECT, PadMode.REPLICATE, PadMode.CIRCULAR)) {
            real("pad " + mode.name().toLowerCase(Locale.ROOT), pad, x -> x.pad(mode, 2, 1), GRID);
            real(
                    "pad two " + mode.name().toLowerCase(Locale.ROOT),
                    pad,
                    x -> x.pad(mode, 2, 1, 1, 0),
                    Shape.of(1, 1, 2, 3));
        }
    }

    private static void windows() {
        Windows wide = new Windows(new long[] {2, 3}, new long[] {1, 2}, new long[] {1, 2}, new long[] {2, 1});
        Shape images = Shape.of(2, 2, 3, 4);
        real("im2col", "Rearrange.unfold(Tensor, Windows)", x -> Rearrange.unfold(x, Windows.of(2, 2)), images);
        real("im2col wide", "Rearrange.unfold(Tensor, Windows)", x -> Rearrange.unfold(x, wide), images);
        real("im2col one", "Rearrange.unfold(Tensor, Windows)", x -> Rearrange.unfold(x, wide), Shape.of(1, 3, 4));
        real(
                "col2im one",
                "Rearrange.fold(Tensor, long, long, Windows)",
                x -> Rearrange.fold(x, 3, 4, Windows.of(2, 2)),
                Shape.of(4, 6));
        real(
                "col2im",
                "Rearrange.fold(Tensor, long, long, Windows)",
                x -> Rearrange.fold(x, 3, 4, Windows.of(2, 2)),
                Shape.of(2, 4, 6));
        real(
                "col2im wide",
                "Rearrange.fold(Tensor, long, long, Windows)",
                x -> Rearrange.fold(x, 3, 4, wide),
                Shape.of(2, 6, 8));
    }
}
