package dev.gatun.testing.autograd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.autograd.GradCheck;
import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.Activation;
import dev.gatun.autograd.ops.Arithmetic;
import dev.gatun.autograd.ops.Attention;
import dev.gatun.autograd.ops.Bits;
import dev.gatun.autograd.ops.Blas;
import dev.gatun.autograd.ops.Chain;
import dev.gatun.autograd.ops.Choice;
import dev.gatun.autograd.ops.ClassLoss;
import dev.gatun.autograd.ops.Compare;
import dev.gatun.autograd.ops.Conv;
import dev.gatun.autograd.ops.Create;
import dev.gatun.autograd.ops.Diagonal;
import dev.gatun.autograd.ops.Einsum;
import dev.gatun.autograd.ops.Elementwise;
import dev.gatun.autograd.ops.EmbeddingLoss;
import dev.gatun.autograd.ops.Factor;
import dev.gatun.autograd.ops.Image;
import dev.gatun.autograd.ops.Index;
import dev.gatun.autograd.ops.Indexing;
import dev.gatun.autograd.ops.Join;
import dev.gatun.autograd.ops.Linalg;
import dev.gatun.autograd.ops.Lookup;
import dev.gatun.autograd.ops.Loss;
import dev.gatun.autograd.ops.Mask;
import dev.gatun.autograd.ops.Maths;
import dev.gatun.autograd.ops.Norm;
import dev.gatun.autograd.ops.Normalize;
import dev.gatun.autograd.ops.Pool;
import dev.gatun.autograd.ops.Product;
import dev.gatun.autograd.ops.Random;
import dev.gatun.autograd.ops.Rearrange;
import dev.gatun.autograd.ops.Recurrent;
import dev.gatun.autograd.ops.Reduce;
import dev.gatun.autograd.ops.Scan;
import dev.gatun.autograd.ops.Solve;
import dev.gatun.autograd.ops.Sort;
import dev.gatun.autograd.ops.Spectrum;
import dev.gatun.autograd.ops.Statistics;
import dev.gatun.autograd.ops.Ternary;
import dev.gatun.autograd.ops.Transfer;
import dev.gatun.autograd.ops.VectorNorm;
import dev.gatun.autograd.ops.View;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.Shape;
import dev.gatun.testing.autograd.OpTable.Row;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Gradients of every row of the table, and gradients of gradients, against differences in F64. */
class GradCheckTest {
    private static final List<Class<?>> FAMILIES = List.of(
            Activation.class,
            Arithmetic.class,
            Attention.class,
            Bits.class,
            Blas.class,
            Chain.class,
            Choice.class,
            ClassLoss.class,
            Compare.class,
            Conv.class,
            Create.class,
            Diagonal.class,
            Einsum.class,
            Elementwise.class,
            EmbeddingLoss.class,
            Factor.class,
            Image.class,
            Index.class,
            Indexing.class,
            Join.class,
            Linalg.class,
            Lookup.class,
            Loss.class,
            Mask.class,
            Maths.class,
            Norm.class,
            Normalize.class,
            Pool.class,
            Product.class,
            Random.class,
            Rearrange.class,
            Recurrent.class,
            Reduce.class,
            Scan.class,
            Solve.class,
            Sort.class,
            Spectrum.class,
            Statistics.class,
            Ternary.class,
            Transfer.class,
            VectorNorm.class,
            View.class);

    /** Methods without a gradient, by class and name: comparisons, positions, creation, draws, and what leaves the graph. */
    private static final Set<String> EXEMPT = Set.of(
            "Bits.bitwiseNot",
            "Bits.bitwiseAnd",
            "Bits.bitwiseOr",
            "Bits.bitwiseXor",
            "Bits.bitwiseLeftShift",
            "Bits.bitwiseRightShift",
            "Bits.bitwiseNot_",
            "Bits.bitwiseAnd_",
            "Bits.bitwiseOr_",
            "Bits.bitwiseXor_",
            "Bits.bitwiseLeftShift_",
            "Bits.bitwiseRightShift_",
            "Compare.eq",
            "Compare.eq_",
            "Compare.ne",
            "Compare.ne_",
            "Compare.lt",
            "Compare.lt_",
            "Compare.le",
            "Compare.le_",
            "Compare.gt",
            "Compare.gt_",
            "Compare.ge",
            "Compare.ge_",
            "Compare.logicalAnd",
            "Compare.logicalAnd_",
            "Compare.logicalOr",
            "Compare.logicalOr_",
            "Compare.logicalXor",
            "Compare.logicalXor_",
            "Compare.logicalNot",
            "Compare.logicalNot_",
            "Compare.isnan",
            "Compare.isinf",
            "Compare.isfinite",
            "Reduce.all",
            "Reduce.any",
            "Reduce.argmax",
            "Reduce.argmin",
            "Reduce.countNonzero",
            "Random.uniform_",
            "Random.normal_",
            "Random.bernoulli",
            "Random.bernoulli_",
            "Random.exponential_",
            "Random.multinomial",
            "Random.normal",
            "Random.standardGamma",
            "Random.randint",
            "Random.randperm",
            "Create.full",
            "Create.arange",
            "Create.eye",
            "Create.linspace",
            "Create.logspace",
            "Create.of",
            "Create.ofArray",
            "Create.ofBuffer",
            "Create.ofRows",
            "Create.trilIndices",
            "Create.triuIndices",
            "Index.oneHot",
            "Mask.nonzero",
            "Sort.argsort",
            "Spectrum.matrixRank",
            "Sort.bincount",
            "Sort.bucketize",
            "Sort.histc",
            "Sort.searchsorted",
            "Sort.unique",
            "Transfer.item",
            "Transfer.itemLong",
            "Transfer.pinMemory",
            "Transfer.toArray",
            "Transfer.toBuffer",
            "Transfer.toFloatArray",
            "Transfer.toShortArray",
            "Transfer.toDoubleArray",
            "Transfer.toLongArray",
            "Transfer.toIntArray",
            "Transfer.toByteArray",
            "Transfer.toBooleanArray",
            "View.detach");

    /** Methods of Tensor that are more than a delegate. */
    private static final Set<String> OF_TENSOR = Set.of("Tensor.add(Tensor, Number)", "Tensor.add_(Tensor, Number)");

    private static final int ROWS = 795;

    private final Scope scope = Scope.open(); // of one test: each has an instance of its own

    @AfterEach
    void closeScope() {
        scope.close();
    }

    static List<Row> rows() {
        return OpTable.rows();
    }

    static List<Row> twice() {
        return OpTable.rows().stream().filter(Row::second).toList();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void gradcheck_onLeaves_matchesDifferences(Row row) {
        GradCheck.gradcheck(row.function(), inputs(row));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void gradcheck_onTransposedViews_matchesDifferences(Row row) {
        GradCheck.gradcheck(viewed(row, GradCheckTest::reversed), inputs(row, GradCheckTest::reversedShape));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void gradcheck_onSteppedViews_matchesDifferences(Row row) {
        GradCheck.gradcheck(viewed(row, GradCheckTest::stepped), inputs(row, GradCheckTest::widened));
    }

    @ParameterizedTest
    @MethodSource("twice")
    void gradgradcheck_onLeaves_matchesDifferences(Row row) {
        GradCheck.gradgradcheck(row.function(), inputs(row));
    }

    @ParameterizedTest
    @MethodSource("twice")
    void gradgradcheck_onTransposedViews_matchesDifferences(Row row) {
        GradCheck.gradgradcheck(viewed(row, GradCheckTest::reversed), inputs(row, GradCheckTest::reversedShape));
    }

    /** Rows of the families whose results save nothing of themselves. */
    static List<Row> writable() {
        Set<String> families = Set.of("Index", "Indexing", "Join", "Mask", "Rearrange", "Sort", "View");
        return OpTable.rows().stream()
                .filter(row ->
                        families.contains(row.method().substring(0, row.method().indexOf('.'))))
                .filter(row -> !row.method().startsWith("Index.scatterReduce"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("writable")
    void gradcheck_resultWritten_keepsItsHistory(Row row) {
        GradCheck.gradcheck(
                in -> {
                    Tensor y =
                            row.function().apply(in.stream().map(x -> x.mul(1)).toList());
                    return y.layout().overlapsItself() ? y : y.mul_(2);
                },
                inputs(row));
    }

    static List<Tensor> inputs(Row row) {
        return inputs(row, shape -> shape);
    }

    private static List<Tensor> inputs(Row row, Function<Shape, Shape> change) {
        SplittableRandom random = new SplittableRandom(row.name().hashCode());
        List<Tensor> inputs = new ArrayList<>();
        for (Shape own : row.shapes()) {
            Shape shape = change.apply(own);
            double[] values = new double[(int) shape.count()];
            Arrays.setAll(values, i -> row.domain().draw(random));
            inputs.add(Tensor.of(values).view(shape.toArray()).detach().requiresGrad_());
        }
        return inputs;
    }

    /** The row's function of views of its inputs. */
    private static Function<List<Tensor>, Tensor> viewed(Row row, Function<Tensor, Tensor> view) {
        return in -> row.function().apply(in.stream().map(view).toList());
    }

    private static Tensor reversed(Tensor x) {
        int[] order = new int[x.rank()];
        Arrays.setAll(order, i -> order.length - 1 - i);
        return x.permute(order);
    }

    private static Shape reversedShape(Shape shape) {
        long[] sizes = shape.toArray();
        long[] turned = new long[sizes.length];
        Arrays.setAll(turned, i -> sizes[sizes.length - 1 - i]);
        return Shape.of(turned);
    }

    private static Tensor stepped(Tensor x) {
        Tensor y = x;
        for (int dim = 0; dim < x.rank(); dim++) {
            y = y.slice(dim, 1, y.size(dim), 2);
        }
        return y;
    }

    private static Shape widened(Shape shape) {
        return Shape.of(Arrays.stream(shape.toArray()).map(size -> 2 * size + 1).toArray());
    }

    @Test
    void table_everyDifferentiableMethod_hasARow() {
        Set<String> covered = OpTable.rows().stream().map(Row::method).collect(Collectors.toCollection(TreeSet::new));
        Set<String> missing = new TreeSet<>();
        Set<String> exempt = new TreeSet<>(EXEMPT);
        Set<String> known = new TreeSet<>(OF_TENSOR);
        for (Class<?> family : FAMILIES) {
            for (Method method : family.getDeclaredMethods()) {
                if (Modifier.isPublic(method.getModifiers()) && !method.isSynthetic()) {
                    String name = family.getSimpleName() + "." + method.getName();
                    String signature = name
                            + Arrays.stream(method.getParameterTypes())
                                    .map(Class::getSimpleName)
                                    .collect(Collectors.joining(", ", "(", ")"));
                    known.add(signature);
                    if (EXEMPT.contains(name)) {
                        exempt.remove(name);
                    } else if (!covered.contains(signature)) {
                        missing.add(signature);
                    }
                }
            }
        }
        assertEquals(Set.of(), missing, "differentiable methods without a row in OpTable");
        assertEquals(Set.of(), exempt, "exempt methods that are not there");
        covered.removeAll(known);
        assertEquals(Set.of(), covered, "rows of methods that are not there");
        assertEquals(ROWS, OpTable.rows().size(), "rows");
    }

    @Test
    void gradcheck_wrongRule_isFound() {
        Tensor x = Tensor.of(0.5, 1.5).requiresGrad_();
        var wrong = new dev.gatun.autograd.Function() {
            @Override
            protected Tensor forward(Context context, Tensor... inputs) {
                return inputs[0].square();
            }

            @Override
            protected Tensor[] backward(Context context, Tensor gradient) {
                return new Tensor[] {gradient.mul(3)};
            }
        };
        var thrown =
                assertThrows(AssertionError.class, () -> GradCheck.gradcheck(in -> wrong.apply(in.get(0)), List.of(x)));
        assertTrue(thrown.getMessage().startsWith("gradcheck: input 0 f64[2] at element 0"), thrown.getMessage());
    }

    @Test
    void gradcheck_f32_isRefused() {
        Tensor x = Tensor.of(0.5f).requiresGrad_();
        var thrown =
                assertThrows(IllegalArgumentException.class, () -> GradCheck.gradcheck(in -> in.get(0), List.of(x)));
        assertEquals("gradcheck: takes f64: f32[1]", thrown.getMessage());
    }
}
