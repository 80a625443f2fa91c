package dev.gatun.testing.autograd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gatun.autograd.Index;
import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.Indexing;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Scope;
import dev.gatun.testing.fixtures.Fixtures;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random brackets (ranges, single indexes, new axes, ellipses, tensors, masks) read, write and add as PyTorch's do. */
class BracketsTest {
    static Collection<Fixtures.Row> rows() {
        return Fixtures.rows("brackets.txt").values();
    }

    private static List<Index> brackets(Fixtures.Row row) {
        List<Index> brackets = new ArrayList<>();
        for (Fixtures.Values line : row.lines()) {
            switch (line.key()) {
                case "at" -> brackets.add(Index.at(line.longs()[0]));
                case "range" -> brackets.add(Index.range(line.longs()[0], line.longs()[1], line.longs()[2]));
                case "new" -> brackets.add(Index.newAxis());
                case "rest" -> brackets.add(Index.ellipsis());
                case "index", "mask" -> brackets.add(Index.of(line.tensor()));
                default -> {}
            }
        }
        return brackets;
    }

    /** x with its dimensions in another order in memory. */
    private static Tensor turned(Tensor x, long... order) {
        int[] to = new int[order.length];
        int[] back = new int[order.length];
        for (int i = 0; i < to.length; i++) {
            to[i] = (int) order[i];
            back[to[i]] = i;
        }
        return x.permute(to).contiguous().permute(back);
    }

    @ParameterizedTest
    @MethodSource("rows")
    void brackets_random_readAndWriteAsPyTorch(Fixtures.Row row) {
        try (Scope scope = Scope.open()) {
            Index[] at = brackets(row).toArray(Index[]::new);
            Tensor x = row.get("in").tensor();
            Fixtures.Values expected = row.get("out");
            long[] order = row.get("order").longs();
            for (Tensor from : List.of(x, turned(x, order))) {
                Tensor y = from.index(at);
                assertEquals(expected.shape(), y.shape());
                assertArrayEquals(expected.doubles(), y.toDoubleArray());
            }
            Tensor values = Tensor.arange(expected.shape().count())
                    .rsub(-1)
                    .to(DType.F64)
                    .view(expected.shape().toArray());
            for (boolean adds : new boolean[] {false, true}) {
                for (Tensor to : List.of(Tensor.zerosLike(x), turned(Tensor.zerosLike(x), order))) {
                    Indexing.indexPut_(to, List.of(at), values, adds);
                    assertArrayEquals(row.get(adds ? "added" : "put").doubles(), to.toDoubleArray());
                }
            }
        }
    }
}
