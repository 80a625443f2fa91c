package dev.gatun.testing.autograd;

import static dev.gatun.testing.autograd.Mistakes.bad;
import static dev.gatun.testing.autograd.Mistakes.f;
import static dev.gatun.testing.autograd.Mistakes.i;

import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.Factor;
import dev.gatun.autograd.ops.Solve;
import dev.gatun.autograd.ops.Spectrum;
import dev.gatun.runtime.DType;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** Mistakes in products and in what LAPACK does, with what is said; {@link MessagesTest} makes them. */
final class LinalgMistakes {
    private LinalgMistakes() {}

    /** [2, 2, 2], of which one matrix holds a value at [0, 0] beside a unit matrix. */
    private static Tensor batch(double value) {
        Tensor x = Tensor.eye(2).expand(2, 2, 2).clone();
        x.select(0, 1).set(0, 0, value);
        return x;
    }

    static Stream<Arguments> all() {
        return Stream.of(products(), equations(), diagonals(), values(), shapes())
                .flatMap(s -> s);
    }

    private static Stream<Arguments> products() {
        return Stream.of(
                bad("dot: takes vectors: f32[2, 2], f32[2]", () -> f(2, 2).dot(f(2))),
                bad("dot: sizes differ: f32[2], f32[3]", () -> f(2).dot(f(3))),
                bad("mv: takes a matrix and a vector: f32[2], f32[2]", () -> f(2).mv(f(2))),
                bad("mv: inner sizes differ: f32[2, 3], f32[2]", () -> f(2, 3).mv(f(2))),
                bad("outer: takes vectors: f32[2], f32[2, 2]", () -> f(2).outer(f(2, 2))),
                bad(
                        "bmm: batches differ: f32[2, 3, 4], f32[3, 4, 2]",
                        () -> f(2, 3, 4).bmm(f(3, 4, 2))),
                bad(
                        "bmm: inner sizes differ: f32[2, 3, 4], f32[2, 3, 2]",
                        () -> f(2, 3, 4).bmm(f(2, 3, 2))),
                bad(
                        "matmul: shapes do not broadcast: [2] and [3] differ at dimension 0",
                        () -> f(2, 3, 4).matmul(f(3, 4, 2))),
                bad("matmul: dtypes differ: i64[2, 2], f32[2, 2]", () -> i(2, 2).matmul(f(2, 2))),
                bad(
                        "matmul: bf16 and f16 are stored only, cast with to(DType.F32): bf16[2, 2]",
                        () -> f(2, 2).to(DType.BF16).matmul(f(2, 2))),
                bad("addmm: takes matrices: f32[2], f32[2, 2]", () -> f(2).addmm(f(2), f(2, 2))),
                bad("addmm: inner sizes differ: f32[2, 3], f32[2, 3]", () -> f(2).addmm(f(2, 3), f(2, 3))),
                bad("addmm: cannot expand [3] to [2, 2]", () -> f(3).addmm(f(2, 3), f(3, 2))),
                bad(
                        "addmm: dtypes differ: f64[2], f32[2, 3]",
                        () -> Tensor.zeros(DType.F64, 2).addmm(f(2, 3), f(3, 2))),
                bad("addmm: integers with beta 0.5 and alpha 1: i64[2, 3]", () -> i(2).addmm(i(2, 3), i(3, 2), 0.5, 1)),
                bad("addmm_: the result has another shape, [2, 2]: f32[2]", () -> f(2).addmm_(f(2, 3), f(3, 2), 1, 1)),
                bad("addr: takes vectors: f32[2, 2], f32[2]", () -> f(2).addr(f(2, 2), f(2), 1, 1)),
                bad(
                        "kron: takes rank 4 at most: f32[1, 1, 1, 1, 1], f32[2]",
                        () -> f(1, 1, 1, 1, 1).kron(f(2))),
                bad("multiDot: takes two matrices at least: 1", () -> Tensor.multiDot(List.of(f(2, 2)))),
                bad("multiDot: no matrix at 1: f32[2]", () -> Tensor.multiDot(List.of(f(2, 2), f(2), f(2, 2)))),
                bad(
                        "multiDot: inner sizes differ: f32[2, 3], f32[2, 2]",
                        () -> Tensor.multiDot(List.of(f(2, 3), f(2, 2)))),
                bad("matrixPower: takes square matrices: f32[2, 3]", () -> f(2, 3).matrixPower(2)),
                bad("inverse: the matrix is singular: f32[2, 2]", () -> f(2, 2).matrixPower(-1)),
                bad("inverse: takes f32 and f64: i64[2, 2]", () -> i(2, 2).matrixPower(-1)),
                bad("tensordot: 2 dimensions of f32[2] and f32[2, 2]", () -> f(2).tensordot(f(2, 2), 2)),
                bad(
                        "tensordot: sizes differ at dimensions 0 and 1: f32[2, 4], f32[2, 3]",
                        () -> f(2, 4).tensordot(f(2, 3), new int[] {0}, new int[] {1})),
                bad(
                        "tensordot: a dimension appears twice: [0, 0] and [0, 1]",
                        () -> f(2, 2).tensordot(f(2, 2), new int[] {0, 0}, new int[] {0, 1})));
    }

    private static Stream<Arguments> equations() {
        return Stream.of(
                bad("einsum: 2 operands are named, 1 are there: ij,jk", () -> Tensor.einsum("ij,jk", f(2, 2))),
                bad("einsum: 'ij' does not name 1 dimensions: ij", () -> Tensor.einsum("ij", f(2))),
                bad("einsum: '...ijk' does not name 2 dimensions: ...ijk", () -> Tensor.einsum("...ijk", f(2, 2))),
                bad("einsum: the output names i twice: ij->ii", () -> Tensor.einsum("ij->ii", f(2, 2))),
                bad("einsum: no operand has the output's k: ij->ik", () -> Tensor.einsum("ij->ik", f(2, 2))),
                bad("einsum: j is of size 3 and 4: ij,jk", () -> Tensor.einsum("ij,jk", f(2, 3), f(4, 2))),
                bad("einsum: i is of size 3 and 2: ii", () -> Tensor.einsum("ii", f(2, 3))),
                bad("einsum: ... is of size 2 and 3: ...,...", () -> Tensor.einsum("...,...", f(2), f(3))),
                bad(
                        "einsum: not a letter, a comma, an ellipsis or an arrow: '1': i1",
                        () -> Tensor.einsum("i1", f(2, 2))),
                bad(
                        "einsum: not a letter, a comma, an ellipsis or an arrow: '.': ......",
                        () -> Tensor.einsum("......", f(2, 2))),
                bad("einsum: dtypes differ: f32[2], i64[2]", () -> Tensor.einsum("i,i", f(2), i(2))),
                bad("einsum: 1 operands are named, 0 are there: ''", () -> Tensor.einsum("")));
    }

    private static Stream<Arguments> diagonals() {
        return Stream.of(
                bad("diagonal: dimension 0 twice: f32[2, 2]", () -> f(2, 2).diagonal(0, 0, -2)),
                bad("diagonal: dimension 2 is outside -2..1: shape [2, 2]", () -> f(2, 2).diagonal(0, 0, 2)),
                bad("diagonal: dimension 1 is outside -1..0: shape [2]", () -> f(2).diagonal()),
                bad("diagEmbed: takes no rank 0: f32[]", () -> f().diagEmbed()),
                bad("diagEmbed: dimension 2 is outside -2..1: f32[2]", () -> f(2).diagEmbed(0, 0, 2)),
                bad(
                        "diagEmbed: the offset is too large: 9223372036854775807",
                        () -> f(2).diagEmbed(Long.MAX_VALUE, 0, 1)),
                bad(
                        "diag: takes a vector or a matrix: f32[1, 1, 1]",
                        () -> f(1, 1, 1).diag()),
                bad("trace: takes a matrix: f32[2]", () -> f(2).trace()),
                bad("tril: takes matrices: f32[2]", () -> f(2).tril()),
                bad(
                        "triu: bf16 and f16 are stored only, cast with to(DType.F32): f16[2, 2]",
                        () -> f(2, 2).to(DType.F16).triu()));
    }

    private static Stream<Arguments> values() {
        double nan = Double.NaN;
        return Stream.of(
                bad("inverse: the matrix is singular: f32[2, 2]", () -> f(2, 2).inverse()),
                bad("inverse: matrix [1] is singular: f32[2, 2, 2]", () -> batch(0).inverse()),
                bad(
                        "inverse: matrix [0, 1] is singular: f32[1, 2, 2, 2]",
                        () -> batch(0).unsqueeze(0).inverse()),
                bad("solve: matrix [1] is singular: f32[2, 2, 2]", () -> batch(0).solve(f(2, 2))),
                bad(
                        "cholesky: matrix [1] is not positive definite at its leading minor of order 1: f32[2, 2, 2]",
                        () -> batch(-1).cholesky()),
                bad(
                        "cholesky: the matrix is not positive definite at its leading minor of order 2: f32[2, 2]",
                        () -> Tensor.of(new float[][] {{1, 2}, {2, 1}}).cholesky()),
                bad(
                        "cholesky: matrix [1] is not positive definite at its leading minor of order 1: f32[2, 2, 2]",
                        () -> batch(nan).cholesky()),
                bad(
                        "svd: matrix [1] holds NaN or infinity: f32[2, 2, 2]",
                        () -> batch(nan).svd(false)),
                bad(
                        "svd: matrix [1] holds NaN or infinity: f32[2, 2, 2]",
                        () -> batch(Double.POSITIVE_INFINITY).svdvals()),
                bad(
                        "eigh: matrix [1] holds NaN or infinity: f32[2, 2, 2]",
                        () -> batch(nan).eigh()),
                bad(
                        "eigvalsh: matrix [1] holds NaN or infinity: f32[2, 2, 2]",
                        () -> batch(nan).eigvalsh()),
                bad(
                        "lstsq: matrix [1] holds NaN or infinity: f32[2, 2, 2]",
                        () -> batch(nan).lstsq(batch(1))));
    }

    private static Stream<Arguments> shapes() {
        return Stream.of(
                bad("inverse: takes square matrices: f32[2, 3]", () -> f(2, 3).inverse()),
                bad("inverse: takes matrices: f32[2]", () -> f(2).inverse()),
                bad("inverse: takes f32 and f64: i64[2, 2]", () -> i(2, 2).inverse()),
                bad("det: takes square matrices: f32[2, 3]", () -> f(2, 3).det()),
                bad("slogdet: takes matrices: f32[]", () -> f().slogdet()),
                bad("cholesky: takes square matrices: f32[2, 3]", () -> f(2, 3).cholesky()),
                bad("qr: takes f32 and f64: i64[2, 2]", () -> i(2, 2).qr()),
                bad("svd: takes matrices: f32[2]", () -> Spectrum.svd(f(2), true)),
                bad("eigh: takes square matrices: f32[2, 3]", () -> f(2, 3).eigh()),
                bad(
                        "solve: sizes do not fit: f32[2, 2], f32[3, 2]",
                        () -> Tensor.eye(2).solve(f(3, 2))),
                bad(
                        "solve: dtypes differ: f32[2, 2], f64[2]",
                        () -> Tensor.eye(2).solve(Tensor.zeros(DType.F64, 2))),
                bad(
                        "solve: sizes do not fit: f32[2, 2], f32[3, 1]",
                        () -> Tensor.eye(2).solve(f(3))),
                bad(
                        "solve: a vector stands on the right of its matrix: f32[2, 2], f32[2]",
                        () -> Tensor.eye(2).solve(f(2), false)),
                bad(
                        "solve: shapes do not broadcast: [2] and [3] differ at dimension 0",
                        () -> batch(1).solve(f(3, 2, 2))),
                bad(
                        "solveTriangular: sizes do not fit: f32[2, 2], f32[2, 3]",
                        () -> Solve.solveTriangular(f(2, 2), f(2, 3), true, false, false)),
                bad("lstsq: sizes do not fit: f32[3, 2], f32[2, 2]", () -> f(3, 2).lstsq(f(2, 2))),
                bad(
                        "lstsq: sizes do not fit: f32[2, 3, 2], f32[1, 3, 1]",
                        () -> f(2, 3, 2).lstsq(f(1, 3, 1))),
                bad("pinv: takes matrices: f32[2]", () -> f(2).pinv()),
                bad("qr: complete, with more rows than columns, has no gradient: f32[3, 2]", () -> {
                    Tensor x = Tensor.eye(3, 2).requiresGrad_();
                    Factor.qr(x, true).r().sum().backward();
                }));
    }
}
