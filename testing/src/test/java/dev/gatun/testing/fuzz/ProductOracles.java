package dev.gatun.testing.fuzz;

import dev.gatun.runtime.DType;
import dev.gatun.testing.fuzz.Oracles.Expected;
import dev.gatun.testing.fuzz.Oracles.Got;
import dev.gatun.testing.fuzz.Oracles.Rule;
import java.util.Arrays;
import java.util.Map;

/** Products of matrices and vectors by loops, and inverses by their product. */
final class ProductOracles {
    private static final double ULPS = 16;

    private ProductOracles() {}

    static void add(Map<String, Rule> rules) {
        rules.put("matmul", got -> product(got, 0, 1));
        rules.put("mm", got -> product(got, 0, 1));
        rules.put("bmm", got -> product(got, 0, 1));
        rules.put("mv", got -> product(got, 0, 1));
        rules.put("dot", got -> product(got, 0, 1));
        rules.put("outer", ProductOracles::outer);
        rules.put("addmm", ProductOracles::addition);
        rules.put("addmv", ProductOracles::addition);
        rules.put("baddbmm", ProductOracles::addition);
        rules.put("linear", ProductOracles::linear);
        rules.put("kron", ProductOracles::kron);
        rules.put("trace", ProductOracles::trace);
    }

    /** Beyond these an F32 is infinite, and an infinity times 0 is NaN. */
    private static boolean isSmall(double x) {
        return Math.abs(x) < 1e30;
    }

    private static Expected about(Got got, Grid value, Grid magnitude) {
        boolean finite = Arrays.stream(value.values()).allMatch(Double::isFinite)
                && Arrays.stream(magnitude.values()).allMatch(ProductOracles::isSmall);
        boolean exact = got.dtype().isFloating()
                || Arrays.stream(magnitude.values()).allMatch(m -> m < 128)
                        && (got.dtype() != DType.U8
                                || Arrays.stream(value.values()).allMatch(v -> v >= 0));
        return finite && exact && got.isTame() ? new Expected(value, magnitude.values(), ULPS) : null;
    }

    /** By the rules of matmul: vectors become matrices, and what was added goes again. */
    private static Grid matmul(Grid a, Grid b) {
        Grid left = a.rank() == 1 ? a.under(1, a.size(0)) : a;
        Grid right = b.rank() == 1 ? b.under(b.size(0), 1) : b;
        Grid c = left.times(right);
        if (b.rank() == 1) {
            c = c.under(Arrays.copyOf(c.sizes(), c.rank() - 1));
        }
        if (a.rank() == 1) {
            int gone = b.rank() == 1 ? c.rank() - 1 : c.rank() - 2;
            c = c.under(Grid.without(c.sizes(), gone));
        }
        return c;
    }

    private static Expected product(Got got, int a, int b) {
        Grid left = got.grid(a);
        Grid right = got.grid(b);
        return about(got, matmul(left, right), matmul(left.abs(), right.abs()));
    }

    private static Expected outer(Got got) {
        Grid a = got.grid(0);
        Grid b = got.grid(1);
        long[] to = {a.size(0), b.size(0)};
        Grid c = Grid.make(to, at -> a.at(at[0]) * b.at(at[1]));
        return about(got, c, c.abs());
    }

    /** beta x + alpha a b; a beta of 0 takes nothing of x, not even NaN. */
    private static Expected addition(Got got) {
        double beta = got.args().length > 3 ? got.number(3) : 1;
        double alpha = got.args().length > 3 ? got.number(4) : 1;
        if (!isSmall(alpha) || !isSmall(beta)) {
            return null;
        }
        Grid x = got.grid(0);
        Grid c = matmul(got.grid(1), got.grid(2));
        Grid sizes = matmul(got.grid(1).abs(), got.grid(2).abs());
        Grid y = Grid.make(c.sizes(), at -> (beta == 0 ? 0 : beta * x.spread(at)) + alpha * c.at(at));
        Grid most = Grid.make(c.sizes(), at -> Math.abs(beta * x.spread(at)) + Math.abs(alpha) * sizes.at(at));
        return about(got, y, most);
    }

    private static Expected linear(Got got) {
        if (got.args().length > 3 && got.args()[3] != null) {
            return null;
        }
        Grid x = got.grid(0);
        Grid w = got.grid(1).swapped(0, 1);
        Grid c = matmul(x, w);
        Grid sizes = matmul(x.abs(), w.abs());
        if (got.args()[2] == null) {
            return about(got, c, sizes);
        }
        Grid bias = got.grid(2);
        return about(
                got,
                Grid.make(c.sizes(), at -> c.at(at) + bias.spread(at)),
                Grid.make(c.sizes(), at -> sizes.at(at) + Math.abs(bias.spread(at))));
    }

    private static Expected kron(Got got) {
        Grid a = got.grid(0);
        Grid b = got.grid(1);
        int rank = Math.max(a.rank(), b.rank());
        Grid left = a.under(padded(a.sizes(), rank));
        Grid right = b.under(padded(b.sizes(), rank));
        long[] to = new long[rank];
        Arrays.setAll(to, d -> left.size(d) * right.size(d));
        Grid c = Grid.make(to, at -> {
            long[] outer = new long[rank];
            long[] inner = new long[rank];
            for (int d = 0; d < rank; d++) {
                outer[d] = at[d] / right.size(d);
                inner[d] = at[d] % right.size(d);
            }
            return left.at(outer) * right.at(inner);
        });
        return about(got, c, c.abs());
    }

    private static long[] padded(long[] sizes, int rank) {
        long[] own = new long[rank];
        Arrays.fill(own, 1);
        System.arraycopy(sizes, 0, own, rank - sizes.length, sizes.length);
        return own;
    }

    private static Expected trace(Got got) {
        Grid x = got.grid(0);
        double sum = 0;
        double size = 0;
        for (long i = 0; i < Math.min(x.size(0), x.size(1)); i++) {
            sum += x.at(i, i);
            size += Math.abs(x.at(i, i));
        }
        return about(got, Grid.of(sum), Grid.of(size));
    }
}
