package dev.gatun.testing.autograd;

import dev.gatun.autograd.Index;
import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.Elementwise;
import dev.gatun.autograd.ops.Linalg;
import dev.gatun.autograd.ops.Loss;
import dev.gatun.autograd.ops.Norm;
import dev.gatun.autograd.ops.Random;
import dev.gatun.autograd.ops.Reduce;
import dev.gatun.autograd.ops.Transfer;
import dev.gatun.autograd.ops.View;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Layout;
import dev.gatun.runtime.Reduction;
import dev.gatun.runtime.Shape;
import dev.gatun.runtime.kernels.UnaryOp;
import dev.gatun.runtime.random.Generator;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Every differentiable operation, at least once, with shapes and a domain that suit it. A row is checked against
 * differences, once and twice, on leaves and on views; and against the row of the same name that PyTorch made.
 */
final class OpTable {
    /** Where inputs come from: away from kinks and poles. */
    enum Domain {
        /** From -2 to 2. */
        REAL,
        /** From 0.3 to 3. */
        POSITIVE,
        /** From 0.2 to 2, of either sign. */
        AWAY,
        /** From -0.9 to 0.9. */
        UNIT,
        /** From 0.1 to 0.9. */
        INSIDE,
        /** From 1.2 to 3. */
        ABOVE_ONE,
        /** From 0.2 to 0.8 above a whole number from -2 to 1, and away from a half. */
        FRACTION;

        double draw(SplittableRandom random) {
            return switch (this) {
                case REAL -> random.nextDouble(-2, 2);
                case POSITIVE -> random.nextDouble(0.3, 3);
                case UNIT -> random.nextDouble(-0.9, 0.9);
                case INSIDE -> random.nextDouble(0.1, 0.9);
                case ABOVE_ONE -> random.nextDouble(1.2, 3);
                case FRACTION -> random.nextInt(-2, 2) + (random.nextBoolean() ? 0.2 : 0.6) + random.nextDouble(0.2);
                case AWAY -> random.nextDouble(0.2, 2) * (random.nextBoolean() ? 1 : -1);
            };
        }
    }

    /**
     * A row.
     *
     * @param name as in the fixtures
     * @param method that it covers, with the simple names of its parameters
     * @param function of the inputs
     * @param domain of the inputs
     * @param shapes of the inputs
     * @param second whether there is a gradient of the gradient to check
     * @param fixture whether PyTorch made a row
     */
    record Row(
            String name,
            String method,
            Function<List<Tensor>, Tensor> function,
            Domain domain,
            List<Shape> shapes,
            boolean second,
            boolean fixture) {
        @Override
        public String toString() {
            return name;
        }
    }

    static final Shape M = Shape.of(3, 4);
    static final Shape V = Shape.of(4);
    static final Shape R = Shape.of(1, 4);
    static final Shape C = Shape.of(3, 1);
    static final Shape S = Shape.of();
    static final Shape CUBE = Shape.of(2, 3, 2);
    private static final Shape CLASSES = Shape.of(4, 5);

    private static final List<Row> ROWS = new ArrayList<>();

    private OpTable() {}

    /** All rows. */
    static List<Row> rows() {
        return ROWS;
    }

    static Row row(
            String name, String method, Domain domain, Function<List<Tensor>, Tensor> function, Shape... shapes) {
        Row row = new Row(name, method, function, domain, List.of(shapes), true, true);
        ROWS.add(row);
        return row;
    }

    static void one(String name, String method, Domain domain, UnaryOperator<Tensor> op, Shape shape) {
        row(name, method, domain, in -> op.apply(in.get(0)), shape);
    }

    static void two(String name, String method, Domain domain, BinaryOperator<Tensor> op, Shape first, Shape second) {
        row(name, method, domain, in -> op.apply(in.get(0), in.get(1)), first, second);
    }

    /** A constant of a row, on the device of its input. */
    static Tensor on(Tensor x, Tensor constant) {
        return constant.to(x.device());
    }

    /** A function that changes a copy of x. */
    static UnaryOperator<Tensor> inPlace(UnaryOperator<Tensor> change) {
        return x -> change.apply(x.clone());
    }

    /** Replaces the last row by one with other flags. */
    static void flags(boolean second, boolean fixture) {
        Row last = ROWS.removeLast();
        ROWS.add(new Row(last.name, last.method, last.function, last.domain, last.shapes, second, fixture));
    }

    static {
        ElementRows.add();

        binary("add", Domain.REAL, Elementwise::add, Elementwise::add_);
        binary("sub", Domain.REAL, Elementwise::sub, Elementwise::sub_);
        binary("mul", Domain.REAL, Elementwise::mul, Elementwise::mul_);
        binary("div", Domain.AWAY, Elementwise::div, Elementwise::div_);
        binary("pow", Domain.POSITIVE, Elementwise::pow, Elementwise::pow_);
        number("add", Domain.REAL, x -> x.add(1.5), y -> y.add_(1.5));
        number("sub", Domain.REAL, x -> x.sub(1.5), y -> y.sub_(1.5));
        number("mul", Domain.REAL, x -> x.mul(1.5), y -> y.mul_(1.5));
        number("div", Domain.AWAY, x -> x.div(1.5), y -> y.div_(1.5));
        number("pow", Domain.POSITIVE, x -> x.pow(1.5), y -> y.pow_(1.5));
        String powNumber = "Elementwise.pow(Tensor, Number)";
        one("pow zero", powNumber, Domain.REAL, x -> x.pow(0), M);
        flags(false, true);
        one("pow square", powNumber, Domain.REAL, x -> x.pow(2), M);
        one("pow negative", powNumber, Domain.POSITIVE, x -> x.pow(-2), M);
        one("rsub number", "Elementwise.rsub(Tensor, Number)", Domain.REAL, x -> x.rsub(1.5), M);
        one("rdiv number", "Elementwise.rdiv(Tensor, Number)", Domain.AWAY, x -> x.rdiv(1.5), M);
        two("add alpha", "Elementwise.add(Tensor, Tensor, Number)", Domain.REAL, (x, y) -> x.add(y, 0.5), M, M);
        two(
                "add_ alpha",
                "Elementwise.add_(Tensor, Tensor, Number)",
                Domain.REAL,
                (x, y) -> x.clone().add_(y, 0.5),
                M,
                M);
        two("sub alpha", "Elementwise.sub(Tensor, Tensor, Number)", Domain.REAL, (x, y) -> x.sub(y, 0.5), M, M);
        two(
                "sub_ alpha",
                "Elementwise.sub_(Tensor, Tensor, Number)",
                Domain.REAL,
                (x, y) -> x.clone().sub_(y, 0.5),
                M,
                M);
        two("maximum", "Elementwise.maximum(Tensor, Tensor)", Domain.REAL, Tensor::maximum, M, M);
        two("maximum row", "Elementwise.maximum(Tensor, Tensor)", Domain.REAL, Tensor::maximum, M, V);
        one("maximum ties", "Elementwise.maximum(Tensor, Tensor)", Domain.REAL, x -> x.maximum(x.mul(1.0)), M);
        two("minimum", "Elementwise.minimum(Tensor, Tensor)", Domain.REAL, Tensor::minimum, M, M);
        two("minimum row", "Elementwise.minimum(Tensor, Tensor)", Domain.REAL, Tensor::minimum, M, V);
        String where = "Elementwise.where(Tensor, Tensor, Tensor)";
        BinaryOperator<Tensor> choose = (x, y) -> Tensor.where(on(x, Tensor.of(true, false, false, true)), x, y);
        two("where", where, Domain.REAL, choose, M, M);
        two("where broadcast", where, Domain.REAL, choose, C, R);
        one("clone", "Elementwise.clone(Tensor)", Domain.REAL, Tensor::clone, M);
        one("cast", "Elementwise.cast(Tensor, DType)", Domain.REAL, x -> Elementwise.cast(x, DType.F64), M);
        one(
                "clone as",
                "Elementwise.cloneAs(Tensor, Layout)",
                Domain.REAL,
                x -> Elementwise.cloneAs(x, Layout.of(x.shape(), new long[] {1, 5}, 2)),
                M);
        flags(true, false);
        one("to", "Transfer.to(Tensor, Device, DType)", Domain.REAL, x -> Transfer.to(x, x.device(), DType.F64), M);
        flags(true, false);
        one(
                "to, without waiting",
                "Transfer.to(Tensor, Device, DType, boolean)",
                Domain.REAL,
                x -> Transfer.to(x, x.device(), DType.F64, true),
                M);
        flags(true, false);
        two(
                "copy_",
                "Elementwise.copy_(Tensor, Tensor)",
                Domain.REAL,
                (x, v) -> x.clone().copy_(v),
                M,
                M);
        two(
                "copy_ row",
                "Elementwise.copy_(Tensor, Tensor)",
                Domain.REAL,
                (x, v) -> x.clone().copy_(v),
                M,
                V);
        one("fill_", "Elementwise.fill_(Tensor, Number)", Domain.REAL, inPlace(y -> y.fill_(2)), M);
        flags(false, true);

        one(
                "view",
                "View.view(Tensor, long[])",
                Domain.REAL,
                x -> x.contiguous().view(2, -1),
                M);
        one("reshape", "View.reshape(Tensor, long[])", Domain.REAL, x -> x.t().reshape(6, 2), M);
        one("transpose", "View.transpose(Tensor, int, int)", Domain.REAL, x -> x.transpose(0, 2), CUBE);
        one("t", "View.t(Tensor)", Domain.REAL, Tensor::t, M);
        one("t vector", "View.t(Tensor)", Domain.REAL, Tensor::t, V);
        one("permute", "View.permute(Tensor, int[])", Domain.REAL, x -> x.permute(2, 0, 1), CUBE);
        one("expand", "View.expand(Tensor, long[])", Domain.REAL, x -> x.expand(2, 3, -1), R);
        one("squeeze", "View.squeeze(Tensor)", Domain.REAL, Tensor::squeeze, Shape.of(1, 3, 1));
        one("squeeze dim", "View.squeeze(Tensor, int)", Domain.REAL, x -> x.squeeze(0), Shape.of(1, 3, 1));
        one("unsqueeze", "View.unsqueeze(Tensor, int)", Domain.REAL, x -> x.unsqueeze(-1), M);
        one("flatten", "View.flatten(Tensor, int, int)", Domain.REAL, x -> x.flatten(1, 2), CUBE);
        one("select", "View.select(Tensor, int, long)", Domain.REAL, x -> x.select(1, -2), M);
        one("narrow", "View.narrow(Tensor, int, long, long)", Domain.REAL, x -> x.narrow(1, 1, 2), M);
        one("slice", "View.slice(Tensor, int, long, long, long)", Domain.REAL, x -> x.slice(1, 1, 4, 2), M);
        one(
                "index",
                "View.index(Tensor, Index[])",
                Domain.REAL,
                x -> x.index(Index.at(0), Index.ellipsis(), Index.newAxis(), Index.range(1, Long.MAX_VALUE)),
                CUBE);
        one(
                "unbind",
                "View.unbind(Tensor, int)",
                Domain.REAL,
                x -> x.unbind(1).get(1).mul(x.unbind(1).get(3)),
                M);
        one(
                "split",
                "View.split(Tensor, long, int)",
                Domain.REAL,
                x -> x.split(3, 1).get(0).sum().mul(x.split(3, 1).get(1)),
                M);
        one(
                "asStrided",
                "View.asStrided(Tensor, Layout)",
                Domain.REAL,
                x -> View.asStrided(x.contiguous(), Layout.of(Shape.of(3, 2), new long[] {3, 4}, 1)),
                M);
        one(
                "asStrided overlap",
                "View.asStrided(Tensor, Layout)",
                Domain.REAL,
                x -> View.asStrided(x.contiguous(), Layout.of(Shape.of(3, 3), new long[] {2, 1}, 1)),
                M);

        String sum = "Reduce.sum(Tensor, boolean, int[])";
        one("sum", sum, Domain.REAL, Tensor::sum, M);
        one("sum dims", sum, Domain.REAL, x -> x.sum(0, 2), CUBE);
        one("sum keepDim", sum, Domain.REAL, x -> x.sum(true, 1), M);
        String mean = "Reduce.mean(Tensor, boolean, int[])";
        one("mean", mean, Domain.REAL, Tensor::mean, M);
        one("mean dims", mean, Domain.REAL, x -> x.mean(0, 2), CUBE);
        one("mean keepDim", mean, Domain.REAL, x -> x.mean(true, 1), M);
        String amax = "Reduce.amax(Tensor, boolean, int[])";
        String amin = "Reduce.amin(Tensor, boolean, int[])";
        one("amax", amax, Domain.REAL, x -> x.amax(false, 0, 1), M);
        one("amax dim", amax, Domain.REAL, x -> x.amax(false, 1), M);
        one("amin dims", amin, Domain.REAL, x -> x.amin(true, 0, 2), CUBE);
        one(
                "max dim",
                "Reduce.max(Tensor, int, boolean)",
                Domain.REAL,
                x -> x.max(1).values(),
                M);
        one(
                "min keepDim",
                "Reduce.min(Tensor, int, boolean)",
                Domain.REAL,
                x -> x.min(0, true).values(),
                M);
        one("max all", "Reduce.max(Tensor)", Domain.REAL, x -> x.max(), M);
        one("min all", "Reduce.min(Tensor)", Domain.REAL, x -> x.min(), M);
        one("sumTo", "Reduce.sumTo(Tensor, Shape)", Domain.REAL, x -> Reduce.sumTo(x, Shape.of(3, 1)), CUBE);

        String mm = "Linalg.mm(Tensor, Tensor)";
        two("mm", mm, Domain.REAL, Tensor::mm, M, Shape.of(4, 2));
        two("mm transposed", mm, Domain.REAL, (a, b) -> a.t().mm(b.t()), Shape.of(4, 3), Shape.of(2, 4));
        two("bmm", "Linalg.bmm(Tensor, Tensor)", Domain.REAL, Linalg::bmm, Shape.of(2, 3, 4), Shape.of(2, 4, 2));
        matmul("dot", V, V);
        matmul("vector", M, V);
        matmul("row", Shape.of(3), M);
        matmul("batch", Shape.of(2, 3, 4), Shape.of(4, 2));
        matmul("batches", Shape.of(2, 1, 3, 4), Shape.of(2, 4, 2));
        matmul("vector batch", V, Shape.of(2, 4, 3));
        linear("linear", null, M, Shape.of(2, 4), Shape.of(2));
        linear("linear no bias", null, M, Shape.of(2, 4));
        linear("linear batch", null, Shape.of(2, 3, 4), Shape.of(2, 4), Shape.of(2));
        linear("linear relu", UnaryOp.RELU, M, Shape.of(2, 4), Shape.of(2));
        linear("linear sigmoid", UnaryOp.SIGMOID, M, Shape.of(2, 4), Shape.of(2));
        linear("linear tanh", UnaryOp.TANH, M, Shape.of(2, 4));

        String softmax = "Norm.softmax(Tensor, int)";
        one("softmax 0", softmax, Domain.REAL, x -> x.softmax(0), M);
        one("softmax middle", softmax, Domain.REAL, x -> x.softmax(1), CUBE);
        one("softmax last", softmax, Domain.REAL, x -> x.softmax(-1), M);
        String logSoftmax = "Norm.logSoftmax(Tensor, int)";
        one("logSoftmax 0", logSoftmax, Domain.REAL, x -> x.logSoftmax(0), M);
        one("logSoftmax middle", logSoftmax, Domain.REAL, x -> x.logSoftmax(1), CUBE);
        one("logSoftmax last", logSoftmax, Domain.REAL, x -> x.logSoftmax(-1), M);
        losses();

        String indexSelect = "Index.indexSelect(Tensor, int, Tensor)";
        one("indexSelect 0", indexSelect, Domain.REAL, x -> x.indexSelect(0, on(x, Tensor.of(2L, 0L, 2L))), M);
        one("indexSelect 1", indexSelect, Domain.REAL, x -> x.indexSelect(1, on(x, Tensor.of(2L, 0L, 2L))), M);
        one(
                "dropout",
                "Random.dropout(Tensor, double, Generator)",
                Domain.REAL,
                x -> Random.dropout(x, 0.4, new Generator(3)),
                M);
        flags(true, false);
        IndexRows.add();
        LayerRows.add();
        ReduceRows.add();
        LinalgRows.add();
        LossRows.add();
    }

    private static void binary(String name, Domain domain, BinaryOperator<Tensor> op, BinaryOperator<Tensor> changing) {
        String method = "Elementwise." + name + "(Tensor, Tensor)";
        two(name, method, domain, op, M, M);
        two(name + " row", method, domain, op, M, V);
        two(name + " outer", method, domain, op, C, R);
        two(name + " rank 0", method, domain, op, S, M);
        String changer = "Elementwise." + name + "_(Tensor, Tensor)";
        BinaryOperator<Tensor> onCopy = (x, y) -> changing.apply(x.clone(), y);
        two(name + "_", changer, domain, onCopy, M, M);
        two(name + "_ row", changer, domain, onCopy, M, V);
    }

    private static void number(String name, Domain domain, UnaryOperator<Tensor> op, UnaryOperator<Tensor> changing) {
        one(name + " number", "Elementwise." + name + "(Tensor, Number)", domain, op, M);
        one(name + "_ number", "Elementwise." + name + "_(Tensor, Number)", domain, inPlace(changing), M);
    }

    private static void matmul(String what, Shape a, Shape b) {
        two("matmul " + what, "Linalg.matmul(Tensor, Tensor)", Domain.REAL, Tensor::matmul, a, b);
    }

    private static void linear(String name, UnaryOp activation, Shape... shapes) {
        row(
                name,
                activation == null
                        ? "Linalg.linear(Tensor, Tensor, Tensor)"
                        : "Linalg.linear(Tensor, Tensor, Tensor, UnaryOp)",
                Domain.REAL,
                in -> {
                    Tensor bias = in.size() > 2 ? in.get(2) : null;
                    return activation == null
                            ? Linalg.linear(in.get(0), in.get(1), bias)
                            : Linalg.linear(in.get(0), in.get(1), bias, activation);
                },
                shapes);
    }

    private static void losses() {
        String crossEntropy = "Norm.crossEntropy(Tensor, Tensor, Reduction, long)";
        String nllLoss = "Norm.nllLoss(Tensor, Tensor, Reduction, long)";
        for (Reduction reduction : Reduction.values()) {
            String suffix = reduction.name().toLowerCase(java.util.Locale.ROOT);
            for (boolean ignores : new boolean[] {false, true}) {
                long[] target = ignores ? new long[] {2, 1, 3, 1} : new long[] {2, 0, 3, 1};
                long ignored = ignores ? 1 : Norm.IGNORE_INDEX;
                String name = (ignores ? " ignore " : " ") + suffix;
                one(
                        "crossEntropy" + name,
                        crossEntropy,
                        Domain.REAL,
                        x -> Norm.crossEntropy(x, on(x, Tensor.of(target)), reduction, ignored),
                        CLASSES);
                one(
                        "nllLoss" + name,
                        nllLoss,
                        Domain.REAL,
                        x -> Norm.nllLoss(x, on(x, Tensor.of(target)), reduction, ignored),
                        CLASSES);
            }
            two(
                    "mse " + suffix,
                    "Loss.mse(Tensor, Tensor, Reduction)",
                    Domain.REAL,
                    (x, y) -> Loss.mse(x, y, reduction),
                    M,
                    M);
        }
        Shape logits = Shape.of(5);
        one("crossEntropy one", crossEntropy, Domain.REAL, x -> ofOne(x, Reduction.MEAN), logits);
        one("crossEntropy one none", crossEntropy, Domain.REAL, x -> ofOne(x, Reduction.NONE), logits);
        one(
                "nllLoss one",
                nllLoss,
                Domain.REAL,
                x -> Norm.nllLoss(x, on(x, Tensor.scalar(2, DType.I64)), Reduction.MEAN, Norm.IGNORE_INDEX),
                logits);
    }

    private static Tensor ofOne(Tensor x, Reduction reduction) {
        return Norm.crossEntropy(x, on(x, Tensor.scalar(2, DType.I64)), reduction, Norm.IGNORE_INDEX);
    }
}
