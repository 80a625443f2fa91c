package dev.gatun.nn.metrics;

/** How one figure is made of those of several classes. */
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
