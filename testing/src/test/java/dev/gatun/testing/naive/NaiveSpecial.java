package dev.gatun.testing.naive;

/** Functions that Java lacks, by other formulas than the kernels': a few ulps near in double, away from zeros. */
final class NaiveSpecial {
    /** Of the sums that stand for an integral: small enough that what they leave out is below 1e-17. */
    private static final double STEP = 0.5;

    private static final int TERMS = 30;
    private static final double FAR = 30;
    private static final double NEAR = 10;
    private static final double[] BERNOULLI = {
        1.0 / 6, -1.0 / 30, 1.0 / 42, -1.0 / 30, 5.0 / 66, -691.0 / 2730, 7.0 / 6, -3617.0 / 510
    };

    private NaiveSpecial() {}

    static double asinh(double x) {
        double a = Math.abs(x);
        return Double.isInfinite(x) ? x : Math.copySign(Math.log1p(a + a * a / (1 + Math.sqrt(a * a + 1))), x);
    }

    static double acosh(double x) {
        double t = x - 1;
        return x < 1 ? Double.NaN : Double.isInfinite(x) ? x : Math.log1p(t + Math.sqrt(t * (t + 2)));
    }

    static double atanh(double x) {
        double a = Math.abs(x);
        return a > 1 ? Double.NaN : Math.copySign(0.5 * Math.log1p(2 * a / (1 - a)), x);
    }

    /** Up to 1 the series whose terms are all positive, above it what {@link #erfc} leaves. */
    static double erf(double x) {
        double a = Math.abs(x);
        if (!(a < 1)) {
            return Double.isNaN(x) ? x : Math.copySign(1 - erfc(a), x);
        }
        double term = x;
        double sum = x;
        for (int n = 1; n < TERMS; n++) {
            term *= 2 * x * x / (2 * n + 1);
            sum += term;
        }
        return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
    }

    /** The trapezoidal sum of Chiarella and Reichel (1968), with what it adds for a small x taken away. */
    static double erfc(double x) {
        if (x < 0) {
            return 2 - erfc(-x);
        }
        if (x < 0.5 || Double.isNaN(x)) {
            return 1 - erf(x);
        }
        if (x > FAR) {
            return 0;
        }
        double sum = 1 / (x * x);
        for (int n = 1; n < TERMS; n++) {
            double t = n * STEP;
            sum += 2 * Math.exp(-t * t) / (t * t + x * x);
        }
        double aliased = x < Math.PI / STEP ? 2 / Math.expm1(2 * Math.PI * x / STEP) : 0;
        return STEP * x / Math.PI * Math.exp(-x * x) * sum - aliased;
    }

    /** Newton's method on erf, or on erfc where that keeps more digits. */
    static double erfinv(double x) {
        double a = Math.abs(x);
        if (!(a < 1)) {
            return a == 1 ? Math.copySign(Double.POSITIVE_INFINITY, x) : Double.NaN;
        }
        double y = 0;
        for (int i = 0; i < 100; i++) {
            double miss = a < 0.5 ? a - erf(y) : erfc(y) - (1 - a);
            y += miss / (2 / Math.sqrt(Math.PI) * Math.exp(-y * y));
        }
        return Math.copySign(y, x);
    }

    static double lgamma(double x) {
        if (Double.isNaN(x) || Double.isInfinite(x)) {
            return Math.abs(x);
        }
        if (x <= 0) {
            double sine = Math.abs(Math.sin(Math.PI * (x - Math.rint(x))));
            return sine == 0 ? Double.POSITIVE_INFINITY : Math.log(Math.PI / sine) - lgamma(1 - x);
        }
        double product = 1;
        double z = x;
        for (; z < NEAR; z++) {
            product *= z;
        }
        double series = 0;
        for (int k = BERNOULLI.length - 1; k >= 0; k--) {
            series = series / (z * z) + BERNOULLI[k] / ((2 * k + 2) * (2 * k + 1));
        }
        return (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + series / z - Math.log(product);
    }

    static double digamma(double x) {
        if (x == 0) {
            return Math.copySign(Double.POSITIVE_INFINITY, -x);
        }
        if (Double.isNaN(x) || Double.isInfinite(x)) {
            return x > 0 ? x : Double.NaN;
        }
        if (x < 0) {
            double rest = x - Math.rint(x);
            return rest == 0 ? Double.NaN : digamma(1 - x) - Math.PI / Math.tan(Math.PI * rest);
        }
        double sum = 0;
        double z = x;
        for (; z < FAR; z++) {
            sum -= 1 / z;
        }
        double series = 0;
        for (int k = BERNOULLI.length - 1; k >= 0; k--) {
            series = series / (z * z) + BERNOULLI[k] / (2 * k + 2);
        }
        return sum + Math.log(z) - 0.5 / z - series / (z * z);
    }

    /** The derivatives of digamma, the first and the second: sums of powers, from below 0 by reflection. */
    static double polygamma(int order, double x) {
        if (Double.isNaN(x) || Double.isInfinite(x)) {
            return x > 0 ? (order % 2 == 0 ? -0.0 : 0) : Double.NaN;
        }
        int s = order + 1;
        if (x <= 0) {
            double rest = x - Math.rint(x);
            if (rest == 0) {
                return order % 2 == 0 ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
            }
            double sine = Math.sin(Math.PI * rest);
            double reflected = order == 1
                    ? Math.pow(Math.PI / sine, 2)
                    : -2 * Math.pow(Math.PI / sine, 3) * Math.cos(Math.PI * rest);
            return order == 1 ? reflected - polygamma(1, 1 - x) : polygamma(2, 1 - x) + reflected;
        }
        double sum = 0;
        double z = x;
        for (; z < FAR; z++) {
            sum += Math.pow(z, -s);
        }
        double tail = Math.pow(z, 1 - s) / (s - 1) + 0.5 * Math.pow(z, -s);
        double factor = s * Math.pow(z, -s - 1);
        double factorial = 2;
        for (int k = 0; k < BERNOULLI.length; k++) {
            tail += BERNOULLI[k] * factor / factorial;
            factor *= (s + 2 * k + 1) * (s + 2 * k + 2) / (z * z);
            factorial *= (2 * k + 3) * (2 * k + 4);
        }
        return (order % 2 == 0 ? -1 : 1) * (order == 2 ? 2 : 1) * (sum + tail);
    }
}
