package dev.gatun.testing.autograd;

import dev.gatun.runtime.DType;
import dev.gatun.runtime.Device;
import dev.gatun.testing.autograd.OpTable.Row;
import dev.gatun.testing.cuda.CudaStubs;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a card computes, and its gradients, against PyTorch's, at the tolerances of the CPU. */
class CudaFixtureTest {
    private final Device card = CudaStubs.checkedDevice();

    @BeforeAll
    static void need() {
        CudaStubs.checkedDevice();
    }

    static List<Row> rows() {
        return FixtureTest.rows();
    }

    static Set<String> programs() {
        return FixtureTest.programs();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void op_f64OnTheCard_matchesPyTorchTwiceDifferentiated(Row row) {
        FixtureTest.check(row, DType.F64, CudaGradCheckTest.on(card, row.function()));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void op_f32OnTheCard_matchesPyTorch(Row row) {
        FixtureTest.check(row, DType.F32, CudaGradCheckTest.on(card, row.function()));
    }

    @ParameterizedTest
    @MethodSource("programs")
    void sliceWrites_onTheCard_matchPyTorchTwiceDifferentiated(String name) {
        FixtureTest.check(name, CudaGradCheckTest.on(card, FixtureTest.program(name)));
    }
}
