package dev.gatun.testing.autograd;

import dev.gatun.autograd.GradCheck;
import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.Device;
import dev.gatun.runtime.Scope;
import dev.gatun.testing.autograd.OpTable.Row;
import dev.gatun.testing.cuda.CudaStubs;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Gradients of what a card computes, against differences: inputs go there, results come back, and gradients go after them. */
class CudaGradCheckTest {
    private final Device card = CudaStubs.checkedDevice();
    private final Scope scope = Scope.open(); // of one test: each has an instance of its own

    @BeforeAll
    static void need() {
        CudaStubs.checkedDevice();
    }

    @AfterEach
    void closeScope() {
        scope.close();
    }

    static List<Row> rows() {
        return GradCheckTest.rows();
    }

    static List<Row> twice() {
        return GradCheckTest.twice();
    }

    /** A function whose inputs go to a device, and whose result comes back. */
    static Function<List<Tensor>, Tensor> on(Device device, Function<List<Tensor>, Tensor> function) {
        return in -> function.apply(in.stream().map(x -> x.to(device)).toList()).to(Device.cpu());
    }

    @ParameterizedTest
    @MethodSource("rows")
    void gradcheck_onTheCard_matchesDifferences(Row row) {
        GradCheck.gradcheck(on(card, row.function()), GradCheckTest.inputs(row));
    }

    @ParameterizedTest
    @MethodSource("twice")
    void gradgradcheck_onTheCard_matchesDifferences(Row row) {
        GradCheck.gradgradcheck(on(card, row.function()), GradCheckTest.inputs(row));
    }
}
