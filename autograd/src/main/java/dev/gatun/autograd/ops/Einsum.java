package dev.gatun.autograd.ops;

import dev.gatun.autograd.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Sums of products along named dimensions. Each is brought to batches of matrix products, whose gradients are its own;
 * operands are permuted as views, and copied only where no view puts several dimensions into one. The counterparts are
 * {@code torch.einsum} and {@code torch.tensordot}.
 *
 * {@snippet :
 * Tensor a = Tensor.ones(2, 3, 4);
 * Tensor b = Tensor.ones(2, 4, 5);
 * System.out.println(Einsum.einsum("bij,bjk->bik", a, b).shape()); // [2, 3, 5]
 * }
 */
public final class Einsum {
    private static final String ELLIPSIS = "...";

    private Einsum() {}

    /** A tensor whose dimensions have names; a name is there once. */
    private record Named(Tensor tensor, int[] names) {
        boolean has(int name) {
            return indexOf(names, name) >= 0;
        }

        long size(int name) {
            return tensor.size(indexOf(names, name));
        }

        /** The dimensions in another order. */
        Named ordered(int... order) {
            int[] from = Arrays.stream(order).map(name -> indexOf(names, name)).toArray();
            boolean same = Arrays.equals(names, order);
            return same ? this : new Named(View.permute(tensor, from), order);
        }

        /** Without these dimensions, summed over; those of size 1 just go away. */
        Named without(int... gone) {
            Tensor rest = tensor;
            int[] kept = names;
            int[] over = new int[0];
            for (int i = names.length - 1; i >= 0; i--) {
                if (indexOf(gone, names[i]) >= 0) {
                    over = append(over, i);
                    kept = removed(kept, i);
                }
            }
            if (over.length > 0) {
                boolean single = Arrays.stream(over).allMatch(dim -> tensor.size(dim) == 1);
                for (int i = 0; i < over.length && single; i++) { // from the last
                    rest = View.squeeze(rest, over[i]);
                }
                Tensor sum = single ? rest : Reduce.sum(tensor, false, over);
                rest = tensor.dtype().isInteger() ? sum.to(tensor.dtype()) : sum;
            }
            return new Named(rest, kept);
        }
    }

    /**
     * The sum of products that an equation names, such as {@code "bij,bjk->bik"}. A letter is a dimension; a letter that
     * several operands share is one dimension, whose sizes are equal or 1; a letter twice in one operand takes its
     * diagonal; what the output does not name is summed over; {@code ...} stands for any dimensions, which broadcast.
     * Without {@code ->} the output has the ellipsis, then every letter that is there once, in order. Operands are
     * multiplied from left to right. {@code torch.einsum}.
     *
     * @param equation letters, commas, ellipses, an arrow; spaces do not count
     * @param operands as many as there are parts between commas, of one dtype
     * @throws IllegalArgumentException if equation and operands do not fit together
     */
    public static Tensor einsum(String equation, Tensor... operands) {
        Equation parsed = Equation.parse(equation, operands);
        List<Named> named = new ArrayList<>();
        for (int i = 0; i < operands.length; i++) {
            Checks.computable("einsum", operands[i]);
            if (i > 0) {
                Checks.sameNumbers("einsum", operands[0], operands[i]);
            }
            named.add(diagonals(operands[i], parsed.inputs().get(i)));
        }
        Named result = named.getFirst();
        for (int i = 1; i < named.size(); i++) {
            int[] later = parsed.output();
            for (Named other : named.subList(i + 1, named.size())) {
                later = append(later, other.names());
            }
            result = product(result, named.get(i), later);
        }
        int[] summed = Arrays.stream(result.names())
                .filter(name -> indexOf(parsed.output(), name) < 0)
                .toArray();
        Tensor y = result.without(summed).ordered(parsed.output()).tensor();
        return y == operands[0] ? View.expand(y, y.shape().toArray()) : y;
    }

    /** An operand under names of which each is there once. */
    private static Named diagonals(Tensor x, int... names) {
        Tensor y = x;
        int[] own = names;
        for (int i = 0; i < own.length; i++) {
            int second = indexOf(own, own[i], i + 1);
            if (second >= 0) {
                y = View.movedim(Diagonal.diagonal(y, 0, i, second), new int[] {-1}, new int[] {i});
                own = removed(own, second);
                i--;
            }
        }
        return new Named(y, own);
    }

    /** The product of two operands, summed over what nothing later names. */
    private static Named product(Named left, Named right, int... later) {
        Named a = left.without(onlyIn(left, right, later));
        Named b = right.without(onlyIn(right, left, later));
        int[] shared = Arrays.stream(a.names()).filter(b::has).toArray();
        int[] widerLeft = Arrays.stream(shared)
                .filter(n -> b.size(n) == 1 && a.size(n) != 1)
                .toArray();
        int[] widerRight = Arrays.stream(shared)
                .filter(n -> a.size(n) == 1 && b.size(n) != 1)
                .toArray();
        if (widerLeft.length + widerRight.length > 0) { // a size of 1 broadcasts: as if it were not there
            return product(a.without(widerRight), b.without(widerLeft), later);
        }
        int[] batch = Arrays.stream(shared).filter(n -> indexOf(later, n) >= 0).toArray();
        int[] inner = Arrays.stream(shared).filter(n -> indexOf(later, n) < 0).toArray();
        int[] rows = Arrays.stream(a.names()).filter(n -> !b.has(n)).toArray();
        int[] columns = Arrays.stream(b.names()).filter(n -> !a.has(n)).toArray();
        return contract(a, b, batch, rows, columns, inner);
    }

    private static int[] onlyIn(Named x, Named other, int... later) {
        return Arrays.stream(x.names())
                .filter(name -> !other.has(name) && indexOf(later, name) < 0)
                .toArray();
    }

    /** [batch, rows, columns] = the products of a and b, summed over inner. */
    private static Named contract(Named a, Named b, int[] batch, int[] rows, int[] columns, int... inner) {
        int[] names = append(append(batch, rows), columns);
        if (inner.length == 0) { // no sum: a product of elements
            Tensor x = a.ordered(append(batch, rows)).tensor();
            for (int i = 0; i < columns.length; i++) {
                x = View.unsqueeze(x, -1);
            }
            Tensor y = b.ordered(append(batch, columns)).tensor();
            for (int i = 0; i < rows.length; i++) {
                y = View.unsqueeze(y, batch.length);
            }
            return new Named(Elementwise.mul(x, y), names);
        }
        Tensor x = a.ordered(append(append(batch, rows), inner)).tensor();
        Tensor y = b.ordered(append(append(batch, inner), columns)).tensor();
        long[] sizes = IntStream.of(names)
                .mapToLong(n -> a.has(n) ? a.size(n) : b.size(n))
                .toArray();
        long count = count(a, batch);
        long m = count(a, rows);
        long n = count(b, columns);
        long k = count(a, inner);
        Tensor product = batch.length == 0
                ? Linalg.mm(View.reshape(x, m, k), View.reshape(y, k, n))
                : Linalg.bmm(View.reshape(x, count, m, k), View.reshape(y, count, k, n));
        return new Named(View.view(product, sizes), names);
    }

    private static long count(Named x, int... names) {
        long count = 1;
        for (int name : names) {
            count *= x.size(name);
        }
        return count;
    }

    /**
     * The sum of the products over the last dimensions of a and the first of b. {@code torch.tensordot}.
     *
     * @param dims how many
     * @return the other dimensions of a, then those of b
     */
    public static Tensor tensordot(Tensor a, Tensor b, int dims) {
        if (dims < 0 || dims > a.rank() || dims > b.rank()) {
            throw new IllegalArgumentException(
                    "tensordot: " + dims + " dimensions of " + a.describe() + " and " + b.describe());
        }
        return tensordot(
                a,
                b,
                IntStream.range(a.rank() - dims, a.rank()).toArray(),
                IntStream.range(0, dims).toArray());
    }

    /**
     * The sum of the products over pairs of dimensions, whose sizes are equal or 1.
     *
     * @param dimsA of a
     * @param dimsB of b, as many
     * @return the other dimensions of a, then those of b
     */
    public static Tensor tensordot(Tensor a, Tensor b, int[] dimsA, int[] dimsB) {
        Checks.sameNumbers("tensordot", a, b);
        if (dimsA.length != dimsB.length) {
            throw new IllegalArgumentException("tensordot: " + dimsA.length + " dimensions of " + a.describe() + ", "
                    + dimsB.length + " of " + b.describe());
        }
        int[] namesA = IntStream.range(0, a.rank()).toArray();
        int[] namesB = IntStream.range(a.rank(), a.rank() + b.rank()).toArray();
        for (int i = 0; i < dimsA.length; i++) {
            int first = a.shape().dim(dimsA[i], "tensordot");
            int second = b.shape().dim(dimsB[i], "tensordot");
            Checks.require(
                    a.size(first) == b.size(second) || a.size(first) == 1 || b.size(second) == 1,
                    "tensordot",
                    "sizes differ at dimensions " + first + " and " + second,
                    a,
                    b);
            if (namesA[first] < 0 || namesB[second] < 0) {
                throw new IllegalArgumentException("tensordot: a dimension appears twice: " + Arrays.toString(dimsA)
                        + " and " + Arrays.toString(dimsB));
            }
            namesA[first] = -1 - i;
            namesB[second] = -1 - i;
        }
        int[] output = IntStream.concat(IntStream.of(namesA), IntStream.of(namesB))
                .filter(name -> name >= 0)
                .toArray();
        return product(new Named(a, namesA), new Named(b, namesB), output).tensor();
    }

    // ---- names ----

    private static int indexOf(int[] names, int name) {
        return indexOf(names, name, 0);
    }

    private static int indexOf(int[] names, int name, int from) {
        for (int i = from; i < names.length; i++) {
            if (names[i] == name) {
                return i;
            }
        }
        return -1;
    }

    private static int[] append(int[] names, int... more) {
        int[] all = Arrays.copyOf(names, names.length + more.length);
        System.arraycopy(more, 0, all, names.length, more.length);
        return all;
    }

    private static int[] removed(int[] names, int at) {
        int[] rest = Arrays.copyOf(names, names.length - 1);
        System.arraycopy(names, at + 1, rest, at, rest.length - at);
        return rest;
    }

    /** What an equation says: names of every operand's dimensions and of the output's. Ellipses have names below 0. */
    private record Equation(List<int[]> inputs, int[] output) {
        static Equation parse(String equation, Tensor... operands) {
            String text = equation.replace(" ", "");
            int arrow = text.indexOf("->");
            String[] parts = (arrow < 0 ? text : text.substring(0, arrow)).split(",", -1);
            if (parts.length != operands.length) {
                throw wrong(equation, parts.length + " operands are named, " + operands.length + " are there");
            }
            List<int[]> inputs = new ArrayList<>();
            int widest = 0;
            for (int i = 0; i < parts.length; i++) {
                int[] names = names(equation, parts[i], operands[i].rank());
                inputs.add(names);
                widest = Math.max(
                        widest, (int) Arrays.stream(names).filter(n -> n < 0).count());
            }
            requireSizes(equation, inputs, operands);
            int[] output =
                    arrow < 0 ? implicit(inputs, widest) : names(equation, text.substring(arrow + 2), -1 - widest);
            for (int i = 0; i < output.length; i++) {
                int name = output[i];
                if (indexOf(output, name, i + 1) >= 0) {
                    throw wrong(equation, "the output names " + (char) name + " twice");
                }
                if (inputs.stream().noneMatch(names -> indexOf(names, name) >= 0)) {
                    throw wrong(equation, "no operand has the output's " + (char) name);
                }
            }
            return new Equation(inputs, output);
        }

        /** Names of a part; an ellipsis takes what is left of the rank, or -1 - rank dimensions where that is below 0. */
        private static int[] names(String equation, String part, int rank) {
            int at = part.indexOf(ELLIPSIS);
            String letters = at < 0 ? part : part.substring(0, at) + part.substring(at + ELLIPSIS.length());
            for (int i = 0; i < letters.length(); i++) {
                char c = letters.charAt(i);
                if (!(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z')) {
                    throw wrong(equation, "not a letter, a comma, an ellipsis or an arrow: '" + c + "'");
                }
            }
            int whole = rank < 0 ? -1 - rank : rank - letters.length();
            if (rank >= 0 && (at < 0 ? whole != 0 : whole < 0)) {
                throw wrong(equation, "'" + part + "' does not name " + rank + " dimensions");
            }
            int[] names = letters.chars().toArray();
            if (at < 0) {
                return names;
            }
            int[] covered = IntStream.range(0, whole).map(i -> i - whole).toArray(); // aligned at the last
            return append(append(Arrays.copyOf(names, at), covered), Arrays.copyOfRange(names, at, names.length));
        }

        private static int[] implicit(List<int[]> inputs, int widest) {
            int[] all = inputs.stream().flatMapToInt(IntStream::of).toArray();
            int[] once = Arrays.stream(all)
                    .filter(name -> name >= 0
                            && Arrays.stream(all).filter(n -> n == name).count() == 1)
                    .sorted()
                    .toArray();
            return append(IntStream.range(-widest, 0).toArray(), once);
        }

        private static void requireSizes(String equation, List<int[]> inputs, Tensor... operands) {
            for (int i = 0; i < operands.length; i++) {
                for (int j = 0; j <= i; j++) {
                    for (int d = 0; d < operands[i].rank(); d++) {
                        int name = inputs.get(i)[d];
                        for (int e = 0; e < operands[j].rank(); e++) {
                            long first = operands[i].size(d);
                            long second = operands[j].size(e);
                            boolean broadcasts = i != j && (first == 1 || second == 1);
                            if (inputs.get(j)[e] == name && first != second && !broadcasts) {
                                throw wrong(
                                        equation,
                                        (name < 0 ? ELLIPSIS : String.valueOf((char) name)) + " is of size " + second
                                                + " and " + first);
                            }
                        }
                    }
                }
            }
        }

        private static IllegalArgumentException wrong(String equation, String problem) {
            return new IllegalArgumentException(
                    "einsum: " + problem + ": " + (equation.isBlank() ? "'" + equation + "'" : equation));
        }
    }
}
