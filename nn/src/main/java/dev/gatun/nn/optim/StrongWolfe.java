package dev.gatun.nn.optim;

import dev.gatun.autograd.Tensor;

/**
 * A line search: a step along a direction after which the function is lower by a share of what the slope promised, and
 * the slope much flatter. First a bracket around such a step is found by growing steps, then it is narrowed; cubics
 * through the ends' values and slopes say where to look. As {@code torch.optim.LBFGS} does it.
 *
 * @see <a href="https://doi.org/10.1007/978-0-387-40065-5">Nocedal, Wright 2006</a>, algorithms 3.5 and 3.6
 */
final class StrongWolfe {
    private static final double DECREASE = 1e-4;
    private static final double CURVATURE = 0.9;
    private static final int MOST = 25;

    /** The function, its gradient and its slope along the direction after a step. */
    record Point(double step, double value, Tensor gradient, double slope) {}

    /** Looks at the function after a step. */
    @FunctionalInterface
    interface Line {
        Point at(double step);
    }

    /** Where the search ended, and how often it looked. */
    record Found(Point point, int evaluations) {}

    private final Line line;
    private final Point start;
    private int looks;
    private Point low;
    private Point high;

    private StrongWolfe(Line line, Point start) {
        this.line = line;
        this.start = start;
        this.low = start;
        this.high = start;
    }

    /**
     * Searches.
     *
     * @param line the function along the direction
     * @param start at step 0, with a negative slope
     * @param first step to try
     * @param directionSize of the largest element
     * @param toleranceChange below which a bracket is not narrowed
     */
    static Found search(Line line, Point start, double first, double directionSize, double toleranceChange) {
        StrongWolfe search = new StrongWolfe(line, start);
        Point now = line.at(first);
        if (!search.bracket(now)) {
            search.zoom(directionSize, toleranceChange);
        }
        return new Found(search.low, search.looks + 1);
    }

    private boolean isTooHigh(Point p) {
        return p.value > start.value + DECREASE * p.step * start.slope;
    }

    private boolean isFlat(Point p) {
        return Math.abs(p.slope) <= -CURVATURE * start.slope;
    }

    /** Grows the step until it is right, which is answered, or lies beyond the right one. */
    private boolean bracket(Point first) {
        Point before = start;
        Point now = first;
        while (looks < MOST) {
            if (isTooHigh(now) || (looks > 1 && now.value >= before.value)) {
                order(before, now);
                return false;
            }
            if (isFlat(now)) {
                low = now;
                return true;
            }
            if (now.slope >= 0) {
                order(before, now);
                return false;
            }
            double least = now.step + 0.01 * (now.step - before.step);
            double step = cubic(before, now, least, now.step * 10);
            before = now;
            now = line.at(step);
            looks++;
        }
        order(start, now);
        return false;
    }

    private void order(Point first, Point second) {
        boolean inOrder = first.value <= second.value;
        low = inOrder ? first : second;
        high = inOrder ? second : first;
    }

    /** Narrows the bracket, of which low is the better end. */
    private void zoom(double directionSize, double toleranceChange) {
        boolean slow = false;
        Point left = low.step <= high.step ? low : high;
        Point right = left == low ? high : low;
        while (looks < MOST && Math.abs(right.step - left.step) * directionSize >= toleranceChange) {
            double step = cubic(left, right, left.step, right.step);
            double margin = 0.1 * (right.step - left.step);
            if (Math.min(right.step - step, step - left.step) < margin) {
                if (slow || step >= right.step || step <= left.step) {
                    boolean nearRight = Math.abs(step - right.step) < Math.abs(step - left.step);
                    step = nearRight ? right.step - margin : left.step + margin;
                    slow = false;
                } else {
                    slow = true;
                }
            } else {
                slow = false;
            }
            Point now = line.at(step);
            looks++;
            if (isTooHigh(now) || now.value >= low.value) {
                order(low, now);
            } else {
                if (isFlat(now)) {
                    low = now;
                    return;
                }
                if (now.slope * (high.step - low.step) >= 0) {
                    high = low;
                }
                low = now;
            }
            left = low.step <= high.step ? low : high;
            right = left == low ? high : low;
        }
    }

    /** The minimum of the cubic through two points with their slopes, kept within bounds; their middle where none is. */
    private static double cubic(Point a, Point b, double least, double most) {
        double d1 = a.slope + b.slope - 3 * (a.value - b.value) / (a.step - b.step);
        double square = d1 * d1 - a.slope * b.slope;
        if (!(square >= 0)) {
            return (least + most) / 2;
        }
        double d2 = Math.sqrt(square);
        double place = a.step <= b.step
                ? b.step - (b.step - a.step) * ((b.slope + d2 - d1) / (b.slope - a.slope + 2 * d2))
                : a.step - (a.step - b.step) * ((a.slope + d2 - d1) / (a.slope - b.slope + 2 * d2));
        return Math.min(Math.max(place, least), most);
    }
}
