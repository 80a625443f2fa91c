package dev.gatun.testing.autograd;

import static dev.gatun.testing.autograd.OpTable.M;
import static dev.gatun.testing.autograd.OpTable.V;
import static dev.gatun.testing.autograd.OpTable.row;

import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.Blas;
import dev.gatun.autograd.ops.Chain;
import dev.gatun.autograd.ops.Einsum;
import dev.gatun.autograd.ops.Factor;
import dev.gatun.autograd.ops.Join;
import dev.gatun.autograd.ops.Solve;
import dev.gatun.autograd.ops.Spectrum;
import dev.gatun.runtime.Shape;
import dev.gatun.testing.autograd.OpTable.Domain;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** The rows of {@link OpTable} of products, diagonals and LAPACK; their twins stand in fixtures/linalg_ops.py. */
final class LinalgRows {
    private static final Shape BATCH = Shape.of(2, 3, 4);
    private static final Shape OTHER = Shape.of(2, 4, 2);
    private static final Shape SQUARE = Shape.of(3, 3);
    private static final Shape SQUARES = Shape.of(2, 3, 3);

    private LinalgRows() {}

    static void add() {
        products();
        sums();
        equations();
        chains();
        diagonals();
        solved();
        triangles();
        factored();
        spectra();
    }

    /** A function of three tensors. */
    @FunctionalInterface
    private interface Three {
        Tensor apply(Tensor x, Tensor y, Tensor z);
    }

    private static void one(String name, String method, UnaryOperator<Tensor> op, Shape shape) {
        OpTable.one(name, method, Domain.REAL, op, shape);
    }

    private static void two(String name, String method, BinaryOperator<Tensor> op, Shape first, Shape second) {
        OpTable.two(name, method, Domain.REAL, op, first, second);
    }

    private static void three(String name, String method, Three op, Shape... shapes) {
        row(name, method, Domain.REAL, in -> op.apply(in.get(0), in.get(1), in.get(2)), shapes);
    }

    private static Shape s(long... sizes) {
        return Shape.of(sizes);
    }

    /** Unit matrix of F64 or, for the rows in F32, F32. */
    private static Tensor eye(Tensor x) {
        return Tensor.eye(x.size(-1)).to(x.device(), x.dtype());
    }

    /** Far from singular. */
    private static Tensor well(Tensor x) {
        return x.add(eye(x).mul(5));
    }

    /** Symmetric and positive definite. */
    private static Tensor positive(Tensor x) {
        return x.matmul(x.mT()).mul(0.25).add(eye(x).mul(2));
    }

    /** Symmetric, with eigenvalues that are not near one another. */
    private static Tensor apart(Tensor x) {
        Tensor steps = Tensor.arange(x.size(-1)).to(x.device(), x.dtype()).mul(4);
        return x.add(x.mT()).mul(0.25).add(steps.diag());
    }

    /** Singular values that are not near one another. */
    private static Tensor tall(Tensor x) {
        long n = Math.min(x.size(-1), x.size(-2));
        Tensor large =
                Tensor.arange(1, n + 1, 1).to(x.device(), x.dtype()).mul(3).diag();
        return x.mul(0.5).add(large.pad(0, x.size(-1) - n, 0, x.size(-2) - n));
    }

    private static void products() {
        two("dot", "Blas.dot(Tensor, Tensor)", Tensor::dot, V, V);
        String mv = "Blas.mv(Tensor, Tensor)";
        two("mv", mv, Tensor::mv, M, V);
        two("mv transposed", mv, (a, x) -> a.t().mv(x), s(4, 3), V);
        two("outer", "Blas.outer(Tensor, Tensor)", Tensor::outer, s(3), V);
        String matmul = "Linalg.matmul(Tensor, Tensor)";
        two("matmul matrix batch", matmul, Tensor::matmul, M, OTHER);
        two("matmul turned batch", matmul, (a, b) -> a.mT().matmul(b.mT()), s(2, 4, 3), s(2, 2, 4));
        two("matmul batch vector", matmul, Tensor::matmul, BATCH, V);
    }

    private static String blas(String name) {
        return "Blas." + name + "(Tensor, Tensor, Tensor, Number, Number)";
    }

    private static void sums() {
        Shape right = s(4, 2);
        Shape three = s(3);
        three("addmm", blas("addmm"), Tensor::addmm, s(3, 2), M, right);
        three("addmm row", blas("addmm"), Tensor::addmm, s(2), M, right);
        three("addmm column", blas("addmm"), Tensor::addmm, s(3, 1), M, right);
        three("addmm scaled", blas("addmm"), (x, a, b) -> x.addmm(a, b, 0.5, 2), s(3, 2), M, right);
        three("addmm without", blas("addmm"), (x, a, b) -> x.addmm(a, b, 0, 1), s(3, 2), M, right);
        three("addmv", blas("addmv"), Tensor::addmv, three, M, V);
        three("addmv scaled", blas("addmv"), (x, a, v) -> x.addmv(a, v, 2, -1), three, M, V);
        three("addr", blas("addr"), (x, a, b) -> x.addr(a, b, 1, 1), M, three, V);
        three("addr scaled", blas("addr"), (x, a, b) -> x.addr(a, b, 2, -1), M, three, V);
        three("baddbmm", blas("baddbmm"), Tensor::baddbmm, s(2, 3, 2), BATCH, OTHER);
        three("baddbmm scaled", blas("baddbmm"), (x, a, b) -> x.baddbmm(a, b, 2, 0.5), s(3, 2), BATCH, OTHER);
        three("addbmm", blas("addbmm"), (x, a, b) -> x.addbmm(a, b, 1, 1), s(3, 2), BATCH, OTHER);
        three("addbmm scaled", blas("addbmm"), (x, a, b) -> x.addbmm(a, b, 2, 0.5), s(2), BATCH, OTHER);
        three("addmm_", blas("addmm_"), (x, a, b) -> x.clone().addmm_(a, b, 0.5, 2), s(3, 2), M, right);
        three("addmv_", blas("addmv_"), (x, a, v) -> x.clone().addmv_(a, v, 2, 1), three, M, V);
        three("addr_", blas("addr_"), (x, a, b) -> x.clone().addr_(a, b, 1, 2), M, three, V);
        three("baddbmm_", blas("baddbmm_"), (x, a, b) -> x.clone().baddbmm_(a, b, 2, 1), s(2, 3, 2), BATCH, OTHER);
        three("addbmm_", blas("addbmm_"), (x, a, b) -> Blas.addbmm_(x.clone(), a, b, 2, 1), s(3, 2), BATCH, OTHER);
    }

    private static void einsum(String equation, Shape... shapes) {
        Function<List<Tensor>, Tensor> sum = in -> Tensor.einsum(equation, in.toArray(Tensor[]::new));
        row("einsum " + equation, "Einsum.einsum(String, Tensor[])", Domain.REAL, sum, shapes);
    }

    private static void equations() {
        einsum("ii", SQUARE);
        einsum("ii->i", SQUARE);
        einsum("ij->ji", M);
        einsum("ij->j", M);
        einsum("ij->", M);
        einsum("iji->j", s(3, 2, 3));
        einsum("ij,jk", M, s(4, 2));
        einsum("ij,kj->ik", M, s(2, 4));
        einsum("bij,bjk->bik", BATCH, OTHER);
        einsum("i,j->ij", V, s(3));
        einsum("ij,ij->", M, M);
        einsum("ij,ij->i", M, M);
        einsum("ij,j->ij", M, V);
        einsum("ba,dc", M, s(2, 3));
        einsum("...ij,...jk->...ik", BATCH, s(4, 2));
        einsum("i...,i...->...", BATCH, BATCH);
        einsum("b...,b->...", BATCH, s(2));
        einsum("bn,anm,bm->ba", s(2, 3), BATCH, s(2, 4));
        einsum("iij,jk->ki", s(3, 3, 2), s(2, 4));
        einsum("ij,jk,kl->il", M, s(4, 2), s(2, 3));
        einsum("bij,bjk->bki", s(1, 3, 4), s(2, 4, 1));
        einsum("ab,cd->", M, s(2, 3));
    }

    private static void chains() {
        String tensordot = "Einsum.tensordot(Tensor, Tensor, int)";
        two("tensordot", tensordot, (a, b) -> a.tensordot(b, 2), BATCH, s(3, 4, 2));
        two("tensordot none", tensordot, (a, b) -> a.tensordot(b, 0), s(2), s(3));
        two(
                "tensordot dims",
                "Einsum.tensordot(Tensor, Tensor, int[], int[])",
                (a, b) -> Einsum.tensordot(a, b, new int[] {2, 0}, new int[] {0, 1}),
                BATCH,
                s(4, 2, 3));
        two("kron", "Chain.kron(Tensor, Tensor)", Tensor::kron, s(2, 3), s(3, 2));
        two("kron ranks", "Chain.kron(Tensor, Tensor)", Tensor::kron, s(2), s(2, 3));
        String power = "Chain.matrixPower(Tensor, long)";
        one("matrixPower 0", power, x -> x.matrixPower(0), SQUARE);
        OpTable.flags(false, true);
        one("matrixPower 1", power, x -> x.matrixPower(1), SQUARE);
        one("matrixPower 5", power, x -> x.mul(0.5).matrixPower(5), s(2, 2, 2));
        one("matrixPower -2", power, x -> well(x).matrixPower(-2), SQUARE);
        String multiDot = "Chain.multiDot(List)";
        three("multiDot", multiDot, (a, b, c) -> Tensor.multiDot(List.of(a, b, c)), M, s(4, 2), s(2, 3));
        three("multiDot vectors", multiDot, (a, b, c) -> Tensor.multiDot(List.of(a, b, c)), s(3), M, V);
        three("chainMatmul", "Chain.chainMatmul(Tensor[])", Chain::chainMatmul, M, s(4, 2), s(2, 3));
    }

    private static void diagonals() {
        String diagonal = "Diagonal.diagonal(Tensor, long, int, int)";
        one("diagonal", diagonal, Tensor::diagonal, M);
        one("diagonal above", diagonal, x -> x.diagonal(1, 2, 0), BATCH);
        one("diagonal below", diagonal, x -> x.diagonal(-2, -2, -1), BATCH);
        one("diagonal outside", diagonal, x -> x.diagonal(7, 0, 1), M);
        String diagEmbed = "Diagonal.diagEmbed(Tensor, long, int, int)";
        one("diagEmbed", diagEmbed, Tensor::diagEmbed, M);
        one("diagEmbed dims", diagEmbed, x -> x.diagEmbed(-1, 0, 2), M);
        one("diag vector", "Diagonal.diag(Tensor, long)", x -> x.diag(1), V);
        one("diag matrix", "Diagonal.diag(Tensor, long)", x -> x.diag(-1), M);
        one("trace", "Diagonal.trace(Tensor)", Tensor::trace, M);
        one("tril", "Diagonal.tril(Tensor, long)", Tensor::tril, BATCH);
        one("tril above", "Diagonal.tril(Tensor, long)", x -> x.tril(1), M);
        one("triu", "Diagonal.triu(Tensor, long)", Tensor::triu, M);
        one("triu below", "Diagonal.triu(Tensor, long)", x -> x.triu(-1), s(4, 3));
        one("tril_", "Diagonal.tril_(Tensor, long)", x -> x.clone().tril_(-1), M);
        one("triu_", "Diagonal.triu_(Tensor, long)", x -> x.clone().triu_(1), M);
    }

    private static void solved() {
        one("inverse", "Solve.inverse(Tensor)", x -> well(x).inverse(), SQUARE);
        one("inverse batch", "Solve.inverse(Tensor)", x -> well(x).inverse(), SQUARES);
        String solve = "Solve.solve(Tensor, Tensor, boolean)";
        two("solve", solve, (a, b) -> well(a).solve(b), SQUARE, s(3, 2));
        two("solve vector", solve, (a, b) -> well(a).solve(b), SQUARE, s(3));
        two("solve vectors", solve, (a, b) -> well(a).solve(b), SQUARES, s(2, 3));
        two("solve batch", solve, (a, b) -> well(a).solve(b), SQUARES, s(3, 2));
        two("solve batch sides", solve, (a, b) -> well(a).solve(b), SQUARE, s(2, 3, 2));
        two("solve right", solve, (a, b) -> well(a).solve(b, false), SQUARE, s(2, 3));
        one("det", "Solve.det(Tensor)", Tensor::det, SQUARE);
        one("det batch", "Solve.det(Tensor)", x -> well(x).det().mul(0.01), SQUARES);
        one("slogdet", "Solve.slogdet(Tensor)", x -> well(x).slogdet().logAbsDet(), SQUARES);
        one("logdet", "Solve.logdet(Tensor)", x -> well(x).logdet(), SQUARE);
        String lstsq = "Solve.lstsq(Tensor, Tensor, double)";
        two("lstsq", lstsq, (a, b) -> tall(a).lstsq(b).solution(), s(4, 2), s(4, 3));
        two("lstsq wide", lstsq, (a, b) -> tall(a).lstsq(b).solution(), s(2, 4), s(2, 3));
        two("lstsq vectors", lstsq, (a, b) -> tall(a).lstsq(b).solution(), s(2, 4, 2), s(2, 4));
        one("pinv", "Spectrum.pinv(Tensor, double)", x -> tall(x).pinv(), s(4, 2));
        one("pinv wide", "Spectrum.pinv(Tensor, double)", x -> tall(x).pinv(), s(2, 2, 3));
    }

    private static void triangles() {
        String triangular = "Solve.solveTriangular(Tensor, Tensor, boolean, boolean, boolean)";
        for (boolean upper : new boolean[] {false, true}) {
            for (boolean left : new boolean[] {false, true}) {
                for (boolean unit : new boolean[] {false, true}) {
                    String name = "solveTriangular " + (upper ? "upper" : "lower") + (left ? " left" : " right")
                            + (unit ? " unit" : "");
                    two(
                            name,
                            triangular,
                            (a, b) -> Solve.solveTriangular(well(a), b, upper, left, unit),
                            SQUARE,
                            left ? s(3, 2) : s(2, 3));
                }
            }
        }
        two("solveTriangular batch", triangular, (a, b) -> well(a).solveTriangular(b, true), SQUARES, s(3, 2));
        two("solveTriangular turned", triangular, (a, b) -> well(a).mT().solveTriangular(b, true), SQUARES, s(1, 3, 2));
        String cholesky = "Solve.choleskySolve(Tensor, Tensor, boolean)";
        two("choleskySolve", cholesky, (b, a) -> Solve.choleskySolve(b, well(a).tril(), false), s(3, 2), SQUARE);
        two("choleskySolve upper", cholesky, (b, a) -> Solve.choleskySolve(b, well(a).triu(), true), s(3, 2), SQUARE);
    }

    private static void factored() {
        String cholesky = "Factor.cholesky(Tensor, boolean)";
        one("cholesky", cholesky, x -> positive(x).cholesky(), SQUARE);
        one("cholesky batch", cholesky, x -> positive(x).cholesky(), SQUARES);
        one("cholesky upper", cholesky, x -> positive(x).cholesky(true), SQUARE);
        String qr = "Factor.qr(Tensor, boolean)";
        one("qr q", qr, x -> tall(x).qr().q(), s(4, 3));
        one("qr r", qr, x -> tall(x).qr().r(), s(2, 4, 3));
        one(
                "qr both",
                qr,
                x -> tall(x).qr().q().slice(1, 0, 2, 1).matmul(tall(x).qr().r().slice(0, 0, 2, 1)),
                s(4, 3));
        one("qr wide q", qr, x -> tall(x).qr().q(), s(2, 4));
        one("qr wide r", qr, x -> tall(x).qr().r(), s(2, 4));
        one(
                "qr complete",
                qr,
                x -> {
                    Factor.Qr y = tall(x).qr(true);
                    return Join.cat(List.of(y.q(), y.r()), -1);
                },
                s(2, 3));
    }

    private static void spectra() {
        String svd = "Spectrum.svd(Tensor, boolean)";
        one("svd s", svd, x -> tall(x).svd(true).s(), s(4, 3));
        one("svd u", svd, x -> tall(x).svd(false).u().square(), s(4, 3));
        one("svd vh", svd, x -> tall(x).svd(false).vh().square(), s(2, 4, 3));
        one(
                "svd first",
                svd,
                x -> {
                    Spectrum.Svd y = tall(x).svd(false);
                    return y.s().get(0).mul(y.u().slice(1, 0, 1, 1)).matmul(y.vh().slice(0, 0, 1, 1));
                },
                M);
        one("svd full", svd, x -> tall(x).svd(true).u().slice(1, 0, 2, 1).square(), s(4, 2));
        one("svdvals", "Spectrum.svdvals(Tensor)", x -> tall(x).svdvals(), s(2, 4, 3));
        String eigh = "Spectrum.eigh(Tensor, boolean)";
        one("eigh values", eigh, x -> apart(x).eigh().eigenvalues(), SQUARE);
        one("eigh vectors", eigh, x -> apart(x).eigh().eigenvectors().square(), SQUARES);
        one(
                "eigh both",
                eigh,
                x -> {
                    Spectrum.Eigh y = apart(x).eigh();
                    Tensor v = y.eigenvectors();
                    return v.mul(y.eigenvalues().exp().log1p()).matmul(v.mT());
                },
                SQUARE);
        one(
                "eigh upper",
                eigh,
                x -> Spectrum.eigh(apart(x), true).eigenvectors().square(),
                SQUARE);
        one("eigvalsh", "Spectrum.eigvalsh(Tensor, boolean)", x -> apart(x).eigvalsh(), SQUARES);
    }
}
