package dev.gatun.nn.metrics;

/**
 * How one figure is made of those of several classes. The counterpart is the argument {@code average} of {@code
 * torchmetrics}.
 *
 * {@snippet :
 * System.out.println(Arrays.toString(Average.values())); // [MICRO, MACRO, WEIGHTED, NONE]
 * var f1 = new F1Score(3, Average.MACRO);
 * }
 */
public enum Average {
    /** All samples are counted together, whatever their class. */
    MICRO,
    /** The mean over the classes that were seen, as true or as predicted ones; each weighs the same. */
    MACRO,
    /** The mean over the classes, each with the weight of its samples. */
    WEIGHTED,
    /** None: one figure for each class. */
    NONE
}
