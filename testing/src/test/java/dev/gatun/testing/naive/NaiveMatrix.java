package dev.gatun.testing.naive;

import dev.gatun.runtime.NdArray;
import dev.gatun.testing.Elements;
import java.util.Arrays;
import java.util.function.IntBinaryOperator;

/**
 * A matrix in double, row by row, by the textbook.
 *
 * @param rows how many
 * @param columns how many
 * @param values of the elements
 * @param magnitude the largest sum of magnitudes that made an element
 */
public record NaiveMatrix(int rows, int columns, double[] values, double magnitude) {
    /** Matrix {@code which} of a batch [batch, rows, columns]. */
    public static NaiveMatrix of(NdArray batch, int which) {
        int rows = (int) batch.size(1);
        int columns = (int) batch.size(2);
        int count = rows * columns;
        return make(rows, columns, Arrays.copyOfRange(Elements.doubles(batch), which * count, (which + 1) * count));
    }

    private static NaiveMatrix make(int rows, int columns, double[] values) {
        return new NaiveMatrix(
                rows,
                columns,
                values,
                Arrays.stream(values).map(Math::abs).max().orElse(0));
    }

    /** The unit matrix. */
    public static NaiveMatrix unit(int n) {
        return chosen(n, n, (i, j) -> i == j ? 1 : 0);
    }

    /** So many ones. */
    public static double[] ones(int count) {
        double[] ones = new double[count];
        Arrays.fill(ones, 1);
        return ones;
    }

    private static NaiveMatrix chosen(int rows, int columns, IntBinaryOperator element) {
        double[] values = new double[rows * columns];
        for (int at = 0; at < values.length; at++) {
            values[at] = element.applyAsInt(at / columns, at % columns);
        }
        return make(rows, columns, values);
    }

    private double at(int row, int column) {
        return values[row * columns + column];
    }

    /** The product. */
    public NaiveMatrix times(NaiveMatrix other) {
        double[] product = new double[rows * other.columns];
        double most = 0;
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < other.columns; j++) {
                double sum = 0;
                for (int p = 0; p < columns; p++) {
                    product[i * other.columns + j] += at(i, p) * other.at(p, j);
                    sum += Math.abs(at(i, p) * other.at(p, j));
                }
                most = Math.max(most, sum);
            }
        }
        return new NaiveMatrix(rows, other.columns, product, most);
    }

    /** The difference of elements. */
    public NaiveMatrix minus(NaiveMatrix other) {
        double[] rest = new double[values.length];
        Arrays.setAll(rest, i -> values[i] - other.values[i]);
        return new NaiveMatrix(rows, columns, rest, magnitude + other.magnitude);
    }

    /** Rows as columns. */
    public NaiveMatrix transposed() {
        double[] turned = new double[values.length];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                turned[j * rows + i] = at(i, j);
            }
        }
        return new NaiveMatrix(columns, rows, turned, magnitude);
    }

    /** With zeros on the other side of the diagonal. */
    public NaiveMatrix triangle(boolean upper) {
        double[] half = values.clone();
        for (int at = 0; at < half.length; at++) {
            boolean kept = upper ? at % columns >= at / columns : at % columns <= at / columns;
            half[at] = kept ? half[at] : 0;
        }
        return new NaiveMatrix(rows, columns, half, magnitude);
    }

    /** With ones on the diagonal. */
    public NaiveMatrix withUnitDiagonal() {
        double[] changed = values.clone();
        for (int i = 0; i < Math.min(rows, columns); i++) {
            changed[i * columns + i] = 1;
        }
        return new NaiveMatrix(rows, columns, changed, magnitude);
    }

    /** The first rows. */
    public NaiveMatrix top(int count) {
        return new NaiveMatrix(count, columns, Arrays.copyOf(values, count * columns), magnitude);
    }

    /** The first columns. */
    public NaiveMatrix columns(int count) {
        return transposed().top(count).transposed();
    }

    /** Every column times its factor. */
    public NaiveMatrix scaled(double... factors) {
        double[] scaled = new double[values.length];
        Arrays.setAll(scaled, i -> values[i] * factors[i % columns]);
        return make(rows, columns, scaled);
    }

    /** By elimination with the largest pivots. */
    public double determinant() {
        double[] a = values.clone();
        int n = rows;
        double det = 1;
        for (int k = 0; k < n; k++) {
            int best = k;
            for (int i = k; i < n; i++) {
                best = Math.abs(a[i * n + k]) > Math.abs(a[best * n + k]) ? i : best;
            }
            det *= best == k ? a[best * n + k] : -a[best * n + k];
            for (int j = 0; j < n; j++) {
                double x = a[k * n + j];
                a[k * n + j] = a[best * n + j];
                a[best * n + j] = x;
            }
            for (int i = k + 1; i < n; i++) {
                double share = a[i * n + k] / a[k * n + k];
                for (int j = k; j < n; j++) {
                    a[i * n + j] -= share * a[k * n + j];
                }
            }
        }
        return det;
    }
}
